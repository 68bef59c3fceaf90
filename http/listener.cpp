#include "http/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace http {
namespace {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress parse(const std::string& address, std::uint16_t port) {
    SocketAddress parsed;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&parsed.storage);
    if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        parsed.size = sizeof *v4;
        return parsed;
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&parsed.storage);
    if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        parsed.size = sizeof *v6;
        return parsed;
    }
    throw std::runtime_error{"not a numeric address: " + address};
}

std::uint16_t port_of(int socket) {
    SocketAddress bound;
    bound.size = sizeof bound.storage;
    if (::getsockname(socket, bound.get(), &bound.size) != 0) return 0;
    return bound.storage.ss_family == AF_INET6
               ? ntohs(reinterpret_cast<sockaddr_in6*>(&bound.storage)->sin6_port)
               : ntohs(reinterpret_cast<sockaddr_in*>(&bound.storage)->sin_port);
}

void set(int socket, int level, int option) {
    const int on = 1;
    ::setsockopt(socket, level, option, &on, sizeof on);
}

}  // namespace

Listeners::Listeners(const std::string& address, std::uint16_t port, int backlog, int count)
    : port_{port} {
    try {
        // The first one settles which port it is when the kernel may choose.
        for (int i = 0; i < count; ++i) open_one(address, backlog, count > 1);
    } catch (...) {
        for (const int socket : sockets_) ::close(socket);
        throw;
    }
}

Listeners::~Listeners() {
    for (std::size_t i = 0; i < sockets_.size(); ++i) close(i);
}

void Listeners::close(std::size_t index) {
    int& socket = sockets_.at(index);
    if (socket >= 0) ::close(socket);
    socket = -1;
}

void Listeners::open_one(const std::string& address, int backlog, bool shared_port) {
    auto target = parse(address, port_);
    const int socket =
        ::socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket >= 0) {
        set(socket, SOL_SOCKET, SO_REUSEADDR);
        if (shared_port) set(socket, SOL_SOCKET, SO_REUSEPORT);
    }
    if (socket < 0 || ::bind(socket, target.get(), target.size) != 0 ||
        ::listen(socket, backlog) != 0) {
        const auto why = std::generic_category().message(errno);
        if (socket >= 0) ::close(socket);
        throw std::runtime_error{
            "cannot listen on " + address + " port " + std::to_string(port_) + ": " + why};
    }
    sockets_.push_back(socket);
    if (port_ == 0) port_ = port_of(socket);
}

}  // namespace http
