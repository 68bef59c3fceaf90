#include "tests/support/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "tests/support/freed.h"
#include "tests/support/own_certificate.h"

namespace support {
namespace {

constexpr int kLookMs = 20;
constexpr char kAnswer[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure";

using Key = std::unique_ptr<EVP_PKEY, Freed<::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<::X509_free>>;
using Connection = std::unique_ptr<SSL, Freed<::SSL_free>>;
using Memory = std::unique_ptr<BIO, Freed<::BIO_free>>;

Memory memory_of(const std::string& text) {
    return Memory{::BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

/// What it shows and answers with, whoever asks.
void show(SSL_CTX* context, const OwnCertificate& own) {
    const Certificate certificate{
        ::PEM_read_bio_X509(memory_of(own.certificate).get(), nullptr, nullptr, nullptr)};
    const Key key{::PEM_read_bio_PrivateKey(memory_of(own.key).get(), nullptr, nullptr, nullptr)};
    check(
        ::SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
            ::SSL_CTX_use_PrivateKey(context, key.get()) == 1,
        "SSL_CTX"
    );
}

int listen_anywhere(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    check(
        ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
            ::listen(listener, 8) == 0 &&
            ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0,
        "listen"
    );
    port = ntohs(address.sin_port);
    return listener;
}

}  // namespace

TlsServer::TlsServer(const std::string& name) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto own = make_own_certificate(name);
    certificate_ = own.certificate;
    auto* context = ::SSL_CTX_new(::TLS_server_method());
    context_ = context;
    show(context, own);
    listener_ = listen_anywhere(port_);
    thread_ = std::thread{[this] { serve(); }};
}

TlsServer::~TlsServer() {
    ending_ = true;
    thread_.join();
    ::close(listener_);
    ::SSL_CTX_free(static_cast<SSL_CTX*>(context_));
}

void TlsServer::serve() {
    while (!ending_) {
        pollfd wait{listener_, POLLIN, 0};
        if (::poll(&wait, 1, kLookMs) <= 0) continue;
        const int client = ::accept(listener_, nullptr, nullptr);
        if (client < 0) continue;
        const timeval patience{2, 0};
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        {
            const Connection connection{::SSL_new(static_cast<SSL_CTX*>(context_))};
            ::SSL_set_fd(connection.get(), client);
            char request[4096];
            if (::SSL_accept(connection.get()) == 1 &&
                ::SSL_read(connection.get(), request, sizeof request) > 0) {
                ++requests_;
                ::SSL_write(connection.get(), kAnswer, sizeof kAnswer - 1);
                ::SSL_shutdown(connection.get());
            }
        }
        ::close(client);
    }
}

}  // namespace support
