/// @file
/// Requests in, answers out: what happens on a connection, apart from its socket.
#pragma once

#include <pistache/tcp.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "http/connection.h"
#include "http/core.h"
#include "http/mailbox.h"

namespace http {

class Transport;

/// One per reactor thread, called on it only.
class Dialogue : public Pistache::Tcp::Handler {
public:
    explicit Dialogue(std::shared_ptr<ServerCore> core) : core_{std::move(core)} {}

    // What a Pistache transport tells its handler.
    std::shared_ptr<Pistache::Tcp::Handler> clone() const override;
    void onInput(
        const char* bytes, std::size_t count, const std::shared_ptr<Pistache::Tcp::Peer>& peer
    ) override;
    void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;

    /// A connection for a peer that has just been accepted.
    std::shared_ptr<Connection> welcome(const std::shared_ptr<Pistache::Tcp::Peer>& peer);
    /// After registration: turns it away when there are too many.
    void greet(Connection& connection);
    void output_moved(Connection& connection);
    void output_left(Connection& connection);
    void overdue(Connection& connection);
    /// Ends it now when it is idle, otherwise after its answer.
    void retire(Connection& connection);
    void deliver(Letter letter);

private:
    Transport& sockets();
    /// How long the slowest client we put up with takes for it.
    std::chrono::milliseconds reading_time(std::size_t bytes) const;
    void read_requests(Connection& connection);
    void wait_for_more(Connection& connection, NeedMore need);
    void begin(Connection& connection, Framed framed);
    void answer(Connection& connection, Response response);
    /// Answers with a refusal, reads no more requests and closes.
    void dismiss(Connection& connection, int status);
    void linger(Connection& connection);
    void no_longer_in_flight(Connection& connection);

    const std::shared_ptr<ServerCore> core_;
    bool full_ = false;  ///< the operator was told that the limit of connections is reached
};

}  // namespace http
