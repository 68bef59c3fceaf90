/// @file
/// Raw TCP to a server on this machine: tests say bytes, not requests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "http/open_files.h"

namespace support {

/// What came back, as bytes read until the answer was whole, the connection ended or time ran out.
struct RawAnswer {
    std::string bytes;
    bool closed = false;     ///< they ended the connection (in order or by a reset)
    bool reset = false;      ///< by a reset
    bool timed_out = false;  ///< nothing came for the client's patience

    /// 0 when there is no status line.
    int status() const {
        if (bytes.size() < 12 || bytes.compare(0, 7, "HTTP/1.") != 0) return 0;
        return std::stoi(bytes.substr(9, 3));
    }
    std::string body() const {
        const auto end = bytes.find("\r\n\r\n");
        return end == std::string::npos ? std::string{} : bytes.substr(end + 4);
    }
    std::string head() const { return bytes.substr(0, bytes.find("\r\n\r\n")); }
    bool has_line(std::string_view line) const {
        return (head() + "\r\n").find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
    }
};

/// One connection. Not thread-safe. Never raises SIGPIPE.
class RawClient {
public:
    explicit RawClient(
        std::uint16_t port,
        std::chrono::milliseconds patience = std::chrono::seconds{5},
        int receive_buffer = 0,
        const std::string& address = "127.0.0.1"
    )
        : patience_{patience} {
        // Hundreds of clients and their servers may be in one program.
        static const bool allowed = (http::allow_open_files(), true);
        static_cast<void>(allowed);
        sockaddr_storage to{};
        const auto size = fill(to, address, port);
        socket_ = ::socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (socket_ < 0) throw std::runtime_error{"socket"};
        if (receive_buffer > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), size) != 0) {
            ::close(socket_);
            throw std::runtime_error{"connect"};
        }
    }
    ~RawClient() { close(); }
    RawClient(RawClient&& other) noexcept
        : socket_{std::exchange(other.socket_, -1)},
          patience_{other.patience_},
          unread_{std::move(other.unread_)} {}
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the other side no longer takes it.
    bool say(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    void say_no_more() { ::shutdown(socket_, SHUT_WR); }

    /// One answer, framed by its Content-Length; without one, the head alone.
    RawAnswer hear(bool without_body = false) {
        RawAnswer answer;
        while (true) {
            const auto whole = answer_size(without_body);
            if (whole > 0 && unread_.size() >= whole) {
                answer.bytes = unread_.substr(0, whole);
                unread_.erase(0, whole);
                return answer;
            }
            if (!receive(answer)) {
                answer.bytes = std::exchange(unread_, {});
                return answer;
            }
        }
    }

    /// Everything until they close or time runs out.
    RawAnswer hear_all() {
        RawAnswer answer;
        while (receive(answer)) {
        }
        answer.bytes = std::exchange(unread_, {});
        return answer;
    }

    RawAnswer ask(std::string_view bytes) {
        say(bytes);
        return hear();
    }

    /// At most `count` bytes, at least one, or nothing at the end.
    std::string hear_some(std::size_t count) {
        std::string bytes(count, '\0');
        const auto got = ready() ? ::recv(socket_, bytes.data(), count, 0) : 0;
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }

    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }

    /// Ends the connection with a reset instead of in order.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }

private:
    static socklen_t fill(sockaddr_storage& to, const std::string& address, std::uint16_t port) {
        if (address.find(':') == std::string::npos) {
            auto& v4 = reinterpret_cast<sockaddr_in&>(to);
            v4.sin_family = AF_INET;
            v4.sin_port = htons(port);
            ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr);
            return sizeof v4;
        }
        auto& v6 = reinterpret_cast<sockaddr_in6&>(to);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr);
        return sizeof v6;
    }

    bool ready() {
        pollfd wait{socket_, POLLIN, 0};
        return ::poll(&wait, 1, static_cast<int>(patience_.count())) > 0;
    }

    bool receive(RawAnswer& answer) {
        if (!ready()) {
            answer.timed_out = true;
            return false;
        }
        char buffer[16384];
        const auto got = ::recv(socket_, buffer, sizeof buffer, 0);
        if (got <= 0) {
            answer.closed = true;
            answer.reset = got < 0 && errno == ECONNRESET;
            return false;
        }
        unread_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    std::size_t answer_size(bool without_body) const {
        const auto end = unread_.find("\r\n\r\n");
        if (end == std::string::npos) return 0;
        const auto at = unread_.find("Content-Length: ");
        if (without_body || at == std::string::npos || at > end) return end + 4;
        return end + 4 + std::stoul(unread_.substr(at + 16, 20));
    }

    int socket_ = -1;
    std::chrono::milliseconds patience_;
    std::string unread_;
};

/// A whole GET on a fresh connection.
inline RawAnswer get(std::uint16_t port, const std::string& target) {
    RawClient client{port};
    return client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

}  // namespace support
