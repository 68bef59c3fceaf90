#include "tests/support/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <stdexcept>

namespace support {
namespace {

constexpr int kLookMs = 20;
constexpr char kAnswer[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure";

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<::X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<::X509_EXTENSION_free>>;
using Connection = std::unique_ptr<SSL, Freed<::SSL_free>>;
using Memory = std::unique_ptr<BIO, Freed<::BIO_free>>;

void check(bool worked, const char* what) {
    if (!worked) throw std::runtime_error{what};
}

Certificate sign_own(EVP_PKEY* key, const std::string& name) {
    Certificate certificate{::X509_new()};
    ::X509_set_version(certificate.get(), 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3600);
    ::X509_set_pubkey(certificate.get(), key);
    auto* subject = ::X509_get_subject_name(certificate.get());
    ::X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0
    );
    ::X509_set_issuer_name(certificate.get(), subject);
    const Extension names{
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str())};
    check(names != nullptr, "subjectAltName");
    ::X509_add_ext(certificate.get(), names.get(), -1);
    check(::X509_sign(certificate.get(), key, ::EVP_sha256()) > 0, "X509_sign");
    return certificate;
}

std::string as_pem(X509* certificate) {
    const Memory memory{::BIO_new(::BIO_s_mem())};
    check(::PEM_write_bio_X509(memory.get(), certificate) == 1, "PEM_write_bio_X509");
    char* text = nullptr;
    const auto size = ::BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
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
    const Key key{::EVP_EC_gen("P-256")};
    check(key != nullptr, "EVP_EC_gen");
    const auto certificate = sign_own(key.get(), name);
    certificate_ = as_pem(certificate.get());
    auto* context = ::SSL_CTX_new(::TLS_server_method());
    context_ = context;
    check(
        ::SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
            ::SSL_CTX_use_PrivateKey(context, key.get()) == 1,
        "SSL_CTX"
    );
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
