/// @file
/// nginx with the configuration of deploy/nginx/ in front of a server, unprivileged, on a loopback
/// port of its own.
#pragma once

#include <arpa/inet.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

#include "tests/support/deployed_configuration.h"
#include "tests/support/raw_client.h"

namespace support {

/// A port that nobody uses at this moment.
inline std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return ntohs(address.sin_port);
}

/// Runs from construction, once it listens, to destruction.
class ReverseProxy {
public:
    /// Plain HTTP/1.1 with `proxy_file`, which is deploy/nginx/chukta_proxy.conf; `folder` is for
    /// what nginx writes.
    ReverseProxy(
        std::uint16_t upstream,
        const std::filesystem::path& proxy_file,
        const std::filesystem::path& folder
    )
        : ReverseProxy{folder, free_port(), [&](std::uint16_t port) {
                           return "upstream chukta { server 127.0.0.1:" + std::to_string(upstream) +
                                  " max_fails=0; keepalive 32; }\n  server { listen 127.0.0.1:" +
                                  std::to_string(port) + "; include " + proxy_file.string() + "; }";
                       }} {}

    /// TLS with all of `deployed`, which is deploy/nginx/: copied beside nginx.conf, with the
    /// ports, the addresses and the certificate's files replaced that an operator replaces.
    static ReverseProxy as_deployed(
        std::uint16_t upstream,
        const std::filesystem::path& deployed,
        const std::filesystem::path& folder
    ) {
        return {folder, free_port(), [&](std::uint16_t port) {
                    return deployed_configuration(
                        deployed, folder, {.upstream = upstream, .tls = port, .plain = free_port()}
                    );
                }};
    }

    ~ReverseProxy() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    ReverseProxy(const ReverseProxy&) = delete;
    ReverseProxy& operator=(const ReverseProxy&) = delete;

    std::uint16_t port() const { return port_; }

private:
    /// What is to stand in the http block of a proxy that listens at this port.
    using Block = std::function<std::string(std::uint16_t port)>;

    ReverseProxy(const std::filesystem::path& folder, std::uint16_t port, const Block& block)
        : port_{port} {
        const auto file = folder / "nginx.conf";
        std::ofstream{file}
            // Root's nginx would give its workers to somebody who may not write into the folder.
            << (::geteuid() == 0 ? "user root;\n" : "") << "daemon off;\nworker_processes 1;\npid "
            << (folder / "nginx.pid").string() << ";\nerror_log " << (folder / "error.log").string()
            << " info;\nevents { worker_connections 1024; }\nhttp {\n  access_log off;\n"
            << temporary_paths(folder) << "  " << block(port_) << "\n}\n";
        std::string program =
            std::filesystem::exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        std::string configuration = file.string();
        std::string early_log = (folder / "error.log").string();
        char c_flag[] = "-c";
        char e_flag[] = "-e";
        char* arguments[] = {
            program.data(), e_flag, early_log.data(), c_flag, configuration.data(), nullptr};
        if (::posix_spawnp(&process_, program.c_str(), nullptr, nullptr, arguments, environ) != 0) {
            throw std::runtime_error{"no nginx: scripts/setup installs it"};
        }
        wait_until_it_listens(folder / "error.log");
    }

    static std::string temporary_paths(const std::filesystem::path& folder) {
        std::string text;
        for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            text += std::string{"  "} + what + "_temp_path " + (folder / what).string() + ";\n";
        }
        return text;
    }
    void wait_until_it_listens(const std::filesystem::path& log) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (std::chrono::steady_clock::now() < end) {
            try {
                RawClient client{port_};
                return;
            } catch (const std::runtime_error&) {
                if (::waitpid(process_, nullptr, WNOHANG) != 0) break;
                ::poll(nullptr, 0, 10);
            }
        }
        std::ifstream file{log};
        throw std::runtime_error{
            "nginx did not start: " + std::string{std::istreambuf_iterator<char>{file}, {}}};
    }

    std::uint16_t port_;
    pid_t process_ = 0;
};

}  // namespace support
