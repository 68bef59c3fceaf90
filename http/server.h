/// @file
/// An HTTP/1.1 server over Pistache's reactor, transport and request parser (facts: Debian's
/// Pistache 0.0.5 as shipped answers the wrong client; docs/decisions/ says what is replaced and
/// why).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.h"

namespace http {

struct ServerLimits {
    std::size_t request_line_bytes = 8192;
    std::size_t header_bytes = 16384;
    std::size_t header_count = 100;
    std::size_t body_bytes = 65536;
    std::size_t response_bytes = 4 << 20;
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{20'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds handler_timeout{60'000};  ///< then 504 and the late answer is dropped
    std::chrono::milliseconds write_timeout{30'000};    ///< without progress
    /// A client may read this slowly and no slower, however alive it looks: a poor mobile link. One
    /// that takes a byte at a time would otherwise hold its answer in our memory for days.
    std::size_t read_bytes_per_second_min = 4096;
    std::size_t connections = 12'000;  ///< more are answered 503 and closed
};

struct ServerOptions {
    std::string address = "127.0.0.1";  ///< numeric IPv4 or IPv6
    std::uint16_t port = 0;             ///< 0: the kernel picks one, see Server::port
    int threads = 1;
    int backlog = 1024;
    ServerLimits limits{};
    /// Called for things an operator should know (a stopped header injection, no descriptors left);
    /// the text holds no client bytes. Any thread.
    std::function<void(std::string_view)> log{};
    /// What a client is told where no handler tells it anything: a request that cannot be read, is
    /// too large or too slow, one connection too many, a handler that failed. Default: the bare
    /// status. Any thread; must not block.
    std::function<Response(int status)> refusal{};
};

/// The way to answer one request: copyable, may be used from any thread, once. It names its
/// connection by id, so a late answer is dropped and never reaches another client. When every copy
/// is gone without an answer the client gets a 500.
class Responder {
public:
    /// False when this request was already answered or the server is gone. True does not promise
    /// that the client is still there.
    bool send(Response response) const;
    /// Closes the connection without an answer, for a server that plays a failing one. False as in
    /// send.
    bool hang_up() const;
    /// False once the client is known to be gone.
    bool alive() const;

    struct State;
    explicit Responder(std::shared_ptr<State> state);

private:
    std::shared_ptr<State> state_;
};

/// Runs on a reactor thread and must not block: answer, or hand the Responder on. An exception that
/// escapes becomes a 500 without its text.
using Handler = std::function<void(Request&&, Responder)>;

/// Counters for metrics; a snapshot.
struct ServerCounts {
    std::size_t connections = 0;
    std::size_t requests_in_flight = 0;
    std::uint64_t requests_total = 0;
    std::uint64_t protocol_errors_total = 0;
};

/// Listens from construction to stop. Construction throws std::runtime_error naming the address
/// when the port is taken; no other exception leaves this class.
class Server {
public:
    Server(ServerOptions options, Handler handler);
    ~Server();  // stops without drain
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    ServerCounts counts() const;

    /// Stops accepting, lets requests in flight finish and their bytes leave (with Connection:
    /// close), then stops. True when all were answered within the limit.
    bool stop(std::chrono::milliseconds drain);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace http
