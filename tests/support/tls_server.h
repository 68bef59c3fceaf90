/// @file
/// A TLS server with a certificate nobody signed, made when it starts.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace support {

/// Answers every request 200 "secure". One connection at a time, enough for a client under test.
class TlsServer {
public:
    /// The certificate's name and address; throws std::runtime_error when OpenSSL fails.
    explicit TlsServer(const std::string& name = "localhost");
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    std::uint16_t port() const { return port_; }
    /// The certificate itself as PEM: who trusts it trusts this server.
    const std::string& certificate() const { return certificate_; }
    /// Requests read after a handshake that the client accepted.
    int requests() const { return requests_; }

private:
    void serve();

    void* context_ = nullptr;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::string certificate_;
    std::atomic<int> requests_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

}  // namespace support
