/// @file
/// A certificate that nobody signed but its own key, made anew for each test.
#pragma once

#include <string>

namespace support {

/// Both as PEM.
struct OwnCertificate {
    std::string certificate;
    std::string key;
};

/// For this name and an hour; throws std::runtime_error when OpenSSL fails.
OwnCertificate make_own_certificate(const std::string& name);

}  // namespace support
