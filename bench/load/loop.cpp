#include "bench/load/loop.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

namespace load {
namespace {

/// The whole answer at the front of `bytes`, and how many bytes it has.
struct Whole {
    Answer answer;
    std::size_t size = 0;
};

std::optional<std::size_t> content_length(std::string_view head) {
    for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
        const auto at = head.find(name);
        if (at == head.npos) continue;
        std::size_t length = 0;
        const char* first = head.data() + at + std::string_view{name}.size();
        std::from_chars(first, head.data() + head.size(), length);
        return length;
    }
    return std::nullopt;
}

std::optional<Whole> whole_answer(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) return std::nullopt;
    const auto head = bytes.substr(0, end + 2);
    const auto length = content_length(head);
    if (!length) die("an answer without Content-Length");
    const auto size = end + 4 + *length;
    if (bytes.size() < size) return std::nullopt;
    Whole whole;
    std::from_chars(head.data() + 9, head.data() + 12, whole.answer.status);
    whole.answer.body = bytes.substr(end + 4, *length);
    whole.size = size;
    return whole;
}

}  // namespace

void die(const char* what) {
    std::fprintf(
        stderr,
        "chukta-load: %s (%s)\n",
        what,
        std::error_code{errno, std::generic_category()}.message().c_str()
    );
    std::exit(1);
}

Loop::~Loop() {
    for (const auto& peer : peers_) ::close(peer.socket);
    if (poller_ >= 0) ::close(poller_);
}

int Loop::connect() {
    if (poller_ < 0) poller_ = ::epoll_create1(EPOLL_CLOEXEC);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Peer peer;
    peer.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Blocking while it connects: a full backlog then slows us down instead of failing.
    if (peer.socket < 0 ||
        ::connect(peer.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        die("cannot connect");
    }
    const int on = 1;
    ::setsockopt(peer.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int connection = static_cast<int>(peers_.size());
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(connection);
    if (::epoll_ctl(poller_, EPOLL_CTL_ADD, peer.socket, &event) != 0) die("epoll");
    peers_.push_back(std::move(peer));
    return connection;
}

void Loop::send(int connection, std::string request) {
    auto& peer = peers_[static_cast<std::size_t>(connection)];
    peer.out = std::move(request);
    peer.sent = 0;
    push(connection);
}

void Loop::push(int connection) {
    auto& peer = peers_[static_cast<std::size_t>(connection)];
    while (peer.sent < peer.out.size()) {
        const auto sent = ::send(
            peer.socket,
            peer.out.data() + peer.sent,
            peer.out.size() - peer.sent,
            MSG_NOSIGNAL | MSG_DONTWAIT
        );
        if (sent < 0 && errno == EAGAIN) return show_interest(connection, true);
        if (sent < 0) die("cannot send");
        peer.sent += static_cast<std::size_t>(sent);
    }
    show_interest(connection, false);
}

void Loop::show_interest(int connection, bool write) {
    auto& peer = peers_[static_cast<std::size_t>(connection)];
    if (peer.wants_write == write) return;
    peer.wants_write = write;
    epoll_event event{};
    event.events = EPOLLIN | (write ? EPOLLOUT : 0U);
    event.data.u32 = static_cast<std::uint32_t>(connection);
    ::epoll_ctl(poller_, EPOLL_CTL_MOD, peer.socket, &event);
}

void Loop::read(int connection) {
    std::array<char, 16384> bytes;
    auto& peer = peers_[static_cast<std::size_t>(connection)];
    const auto got = ::recv(peer.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("the server closed a connection");
    peer.in.append(bytes.data(), static_cast<std::size_t>(got));
    const auto whole = whole_answer(peer.in);
    if (!whole) return;
    const std::string answered = std::exchange(peer.in, {});
    // The callback may send at once, and may connect: `peer` is not used after it.
    Answer answer = whole->answer;
    answer.body = std::string_view{answered}.substr(
        whole->size - whole->answer.body.size(), whole->answer.body.size()
    );
    on_answer_(connection, answer);
}

void Loop::turn(int timeout_ms) {
    std::array<epoll_event, 256> events;
    const int ready =
        ::epoll_wait(poller_, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < ready; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        const int connection = static_cast<int>(event.data.u32);
        if ((event.events & EPOLLOUT) != 0) push(connection);
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(connection);
    }
}

}  // namespace load
