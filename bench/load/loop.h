/// @file
/// Keep-alive connections to one server, on one thread: each sends a request and gets its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/histogram.h"

namespace load {

struct Answer {
    int status = 0;  ///< 0: the connection broke
    std::string_view body;
};

class Loop {
public:
    using OnAnswer = std::function<void(int connection, const Answer& answer)>;

    explicit Loop(std::uint16_t port) : port_{port} {}
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void on_answer(OnAnswer on_answer) { on_answer_ = std::move(on_answer); }

    /// Connects and answers the connection's number. Ends the program when the server refuses.
    int connect();
    /// One request at a time on each connection.
    void send(int connection, std::string request);
    /// Serves what is ready, for at most this long.
    void turn(int timeout_ms);

private:
    struct Peer {
        int socket = -1;
        std::string out;
        std::size_t sent = 0;
        std::string in;
        bool wants_write = false;
    };
    void push(int connection);
    void read(int connection);
    void show_interest(int connection, bool write);

    std::uint16_t port_;
    int poller_ = -1;
    OnAnswer on_answer_;
    std::vector<Peer> peers_;
};

/// Prints why and exits with 1.
[[noreturn]] void die(const char* what);

}  // namespace load
