/// @file
/// The listening sockets of a server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace http {

/// One socket per reactor thread, all on one port (SO_REUSEPORT spreads connections over them).
/// Pistache's own listener ignores the backlog, spins when descriptors run out and hands
/// connections over through a queue that can lose one (facts/pistache.md §4).
class Listeners {
public:
    /// Throws std::runtime_error naming the address.
    Listeners(const std::string& address, std::uint16_t port, int backlog, int count);
    ~Listeners();
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    std::uint16_t port() const { return port_; }
    int descriptor(std::size_t index) const { return sockets_.at(index); }
    /// Only the reactor thread that accepts from it.
    void close(std::size_t index);

private:
    void open_one(const std::string& address, int backlog, bool shared_port);

    std::vector<int> sockets_;
    std::uint16_t port_;
};

}  // namespace http
