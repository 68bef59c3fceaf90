#include "http/dialogue.h"

#include <pistache/net.h>
#include <pistache/peer.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "http/second_reader.h"
#include "http/transport.h"

namespace http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// Closing at once while the client still sends would reset the connection and could take our last
/// answer with it; waiting longer would let it hold a descriptor (RFC 9112 §9.6).
constexpr std::chrono::milliseconds kLinger{1'000};

SteadyTime after(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

}  // namespace

std::chrono::milliseconds Dialogue::reading_time(std::size_t bytes) const {
    const auto rate = std::max<std::size_t>(core_->options.limits.read_bytes_per_second_min, 1);
    return std::chrono::milliseconds{bytes * 1000 / rate};
}

Transport& Dialogue::sockets() { return static_cast<Transport&>(*transport()); }

std::shared_ptr<Pistache::Tcp::Handler> Dialogue::clone() const {
    return std::make_shared<Dialogue>(core_);
}

std::shared_ptr<Connection> Dialogue::welcome(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    const auto& limits = core_->options.limits;
    auto connection = std::make_shared<Connection>(peer->getID(), peer, limits);
    connection->peer_address = peer->address().host();
    connection->deadline = after(limits.header_timeout);
    ++core_->connections;
    return connection;
}

void Dialogue::greet(Connection& connection) {
    const bool was_full =
        std::exchange(full_, core_->connections > core_->options.limits.connections);
    if (!full_) return;
    if (!was_full) core_->log("http: limit of connections reached");
    dismiss(connection, 503);
}

void Dialogue::onInput(
    const char* bytes, std::size_t count, const std::shared_ptr<Pistache::Tcp::Peer>& peer
) {
    const auto connection = sockets().find(peer->getID());
    // What follows our last answer is read only so that the connection can end well.
    if (!connection || connection->phase != Phase::Receiving) return;
    connection->framing.append({bytes, count});
    read_requests(*connection);
}

void Dialogue::onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    const auto connection = sockets().find(peer->getID());
    if (!connection || connection->phase == Phase::Closed) return;
    connection->phase = Phase::Closed;
    no_longer_in_flight(*connection);
    --core_->connections;
    if (const auto waiting = connection->responder.lock()) waiting->client_gone = true;
}

void Dialogue::read_requests(Connection& connection) {
    while (connection.phase == Phase::Receiving) {
        auto frame = connection.framing.take();
        if (auto* framed = std::get_if<Framed>(&frame)) {
            begin(connection, std::move(*framed));
        } else if (const auto* refusal = std::get_if<Refusal>(&frame)) {
            ++core_->protocol_errors_total;
            return dismiss(connection, refusal->status);
        } else {
            return wait_for_more(connection, std::get<NeedMore>(frame));
        }
    }
}

void Dialogue::wait_for_more(Connection& connection, NeedMore need) {
    const bool idle = !connection.framing.started();
    if (idle && connection.closing) return sockets().close(connection);
    const auto& limits = core_->options.limits;
    // Set once per stage, so that a client that drips bytes does not move its own deadline.
    const auto waiting = need.in_body                      ? Waiting::ForBody
                         : idle && connection.sequence > 0 ? Waiting::ForRequest
                                                           : Waiting::ForHead;
    if (waiting != connection.waiting) {
        connection.waiting = waiting;
        connection.deadline = after(
            waiting == Waiting::ForBody   ? limits.body_timeout
            : waiting == Waiting::ForHead ? limits.header_timeout
                                          : limits.idle_timeout
        );
    }
    if (need.continue_expected) {
        connection.output += kContinue;
        sockets().push_output(connection);
    }
}

void Dialogue::begin(Connection& connection, Framed framed) {
    if (!second_reader_agrees(framed.request)) {
        ++core_->protocol_errors_total;
        return dismiss(connection, 400);
    }
    connection.phase = Phase::Handling;
    connection.deadline = after(core_->options.limits.handler_timeout);
    connection.form = {framed.minor_version, framed.keep_alive, framed.request.method == "HEAD"};
    connection.counted = true;
    ++connection.sequence;
    ++core_->requests_in_flight;
    ++core_->requests_total;
    framed.request.peer_address = connection.peer_address;

    auto state = std::make_shared<Responder::State>(
        sockets().mailbox(), Address{connection.id, connection.sequence}
    );
    connection.responder = state;
    const Responder responder{std::move(state)};
    try {
        core_->handler(std::move(framed.request), responder);
    } catch (...) {
        // Its text may quote the request or a secret: neither the client nor the log gets it.
        core_->log("http: a handler threw");
        responder.send(core_->refusal(500));
    }
}

void Dialogue::deliver(Letter letter) {
    const auto connection = sockets().find(letter.to.connection);
    if (!connection || connection->phase != Phase::Handling) return;
    if (connection->sequence != letter.to.sequence) return;
    if (letter.ending == Ending::HungUp) return sockets().close(*connection);
    if (letter.ending == Ending::Forgotten) letter.response = core_->refusal(500);
    answer(*connection, std::move(letter.response));
}

void Dialogue::answer(Connection& connection, Response response) {
    if (!writable(response)) {
        core_->log("http: an answer's status or header was refused, 500 sent instead");
        response = core_->refusal(500);
    } else if (response.content().size() > core_->options.limits.response_bytes) {
        core_->log("http: an answer was over the limit, 500 sent instead");
        response = core_->refusal(500);
    }
    if (connection.closing) connection.form.keep_alive = false;
    connection.phase = Phase::Sending;
    connection.deadline = after(core_->options.limits.write_timeout);
    connection.output += reply_head(response, connection.form);
    if (sends_content(response, connection.form)) {
        connection.shared_output = std::move(response.shared_body);
        if (!connection.shared_output) connection.output += response.body;
    }
    connection.sent_by = connection.deadline + reading_time(connection.output_size());
    sockets().push_output(connection);
}

void Dialogue::dismiss(Connection& connection, int status) {
    connection.closing = true;
    // The form is the last request's, unless it is this one that the handler had.
    if (connection.phase == Phase::Receiving) connection.form.head_only = false;
    answer(connection, core_->refusal(status));
}

void Dialogue::output_moved(Connection& connection) {
    if (connection.phase != Phase::Sending) return;
    connection.deadline = std::min(connection.sent_by, after(core_->options.limits.write_timeout));
}

void Dialogue::output_left(Connection& connection) {
    if (connection.phase != Phase::Sending) return;
    no_longer_in_flight(connection);
    if (!connection.form.keep_alive || connection.closing) return linger(connection);
    connection.phase = Phase::Receiving;
    connection.waiting = Waiting::ForRequest;
    connection.deadline = after(core_->options.limits.idle_timeout);
    sockets().resume_reading(connection);
    read_requests(connection);
}

void Dialogue::linger(Connection& connection) {
    connection.phase = Phase::Lingering;
    connection.deadline = after(kLinger);
    sockets().finish_writing(connection);
    sockets().resume_reading(connection);
}

void Dialogue::overdue(Connection& connection) {
    switch (connection.phase) {
        case Phase::Receiving:
            if (!connection.framing.started() || connection.output_pending()) {
                return sockets().close(connection);
            }
            return dismiss(connection, 408);
        case Phase::Handling: {
            const auto waiting = connection.responder.lock();
            // Answered already: the letter is on its way, and it is the one that counts.
            if (waiting && waiting->answered.exchange(true)) return;
            core_->log("http: a handler did not answer in time");
            return dismiss(connection, 504);
        }
        case Phase::Sending:
        case Phase::Lingering:
            return sockets().close(connection);
        case Phase::Closed:
            return;
    }
}

void Dialogue::retire(Connection& connection) {
    connection.closing = true;
    if (connection.phase != Phase::Receiving || connection.framing.started()) return;
    sockets().close(connection);
}

void Dialogue::no_longer_in_flight(Connection& connection) {
    if (std::exchange(connection.counted, false)) --core_->requests_in_flight;
}

}  // namespace http
