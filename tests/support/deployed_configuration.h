/// @file
/// deploy/nginx/chukta.conf as an operator puts it to use: unprivileged and on loopback here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "tests/support/own_certificate.h"

namespace support {

struct DeployedPorts {
    std::uint16_t upstream;
    std::uint16_t tls;    ///< instead of 443
    std::uint16_t plain;  ///< instead of 80
};

/// Exactly what is looked for, once; throws where the file no longer has it.
inline void replace_in(std::string& text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error{"nothing says " + what};
    text.replace(at, what.size(), by);
}

/// What nginx's http block includes. The file that it includes itself and a certificate are put
/// into `folder`, where nginx.conf is.
inline std::string deployed_configuration(
    const std::filesystem::path& deployed,
    const std::filesystem::path& folder,
    const DeployedPorts& ports
) {
    const auto own = make_own_certificate("pay.example.in");
    const auto certificate = folder / "certificate.pem", key = folder / "key.pem";
    std::ofstream{certificate} << own.certificate;
    std::ofstream{key} << own.key;
    std::filesystem::copy_file(deployed / "chukta_proxy.conf", folder / "chukta_proxy.conf");
    std::ifstream file{deployed / "chukta.conf"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto tls = std::to_string(ports.tls), plain = std::to_string(ports.plain);
    replace_in(text, "127.0.0.1:8080", "127.0.0.1:" + std::to_string(ports.upstream));
    // A second loopback address stands for IPv6, which not every machine has.
    replace_in(text, "listen 443 ", "listen 127.0.0.1:" + tls + " ");
    replace_in(text, "listen [::]:443 ", "listen 127.0.0.2:" + tls + " ");
    replace_in(text, "listen 80;", "listen 127.0.0.1:" + plain + ";");
    replace_in(text, "listen [::]:80;", "listen 127.0.0.2:" + plain + ";");
    replace_in(text, "/etc/ssl/certs/pay.example.in.pem", certificate.string());
    replace_in(text, "/etc/ssl/private/pay.example.in.key", key.string());
    // Of both servers.
    const auto lines = (folder / "access.log").string();
    for (int i = 0; i < 2; ++i) replace_in(text, "/var/log/nginx/chukta.log", lines);
    return text;
}

}  // namespace support
