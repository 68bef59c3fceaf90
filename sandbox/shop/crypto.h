/// @file
/// The little cryptography a shop needs, over OpenSSL. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shop {

/// That many random bytes as lower-case hex. Throws std::runtime_error when the system has none.
std::string random_hex(std::size_t bytes);

/// Raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

/// Lower-case hex.
std::string sha256_hex(std::string_view text);
std::string to_hex(std::string_view bytes);

/// RFC 4648 §4, padded.
std::string base64_encode(std::string_view bytes);
/// Nothing for anything that is not whole, padded base64.
std::optional<std::string> base64_decode(std::string_view text);

/// Compares without telling by its duration where the first difference is (the length is no
/// secret).
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace shop
