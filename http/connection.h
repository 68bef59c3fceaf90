/// @file
/// One client's connection, as its reactor thread sees it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/framing.h"
#include "http/mailbox.h"
#include "http/reply.h"
#include "http/responder.h"

namespace Pistache::Tcp {
class Peer;
}

namespace http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Where a connection is between two requests. One request at a time: the next one is not begun
/// before the last answer's bytes are with the kernel, so answers leave in order and a client that
/// does not read cannot make us hold more than one.
enum class Phase {
    Receiving,  ///< waits for a request, or has part of one
    Handling,   ///< the handler has it
    Sending,    ///< its answer is leaving
    Lingering,  ///< we said our last; the client may still be talking
    Closed,     ///< its descriptor is no longer ours
};

/// What a receiving connection's deadline is for.
enum class Waiting {
    ForRequest,  ///< idle between two requests
    ForHead,
    ForBody,
};

/// Touched by its reactor thread only.
struct Connection {
    Connection(
        ConnectionId number, std::shared_ptr<Pistache::Tcp::Peer> other, const ServerLimits& limits
    )
        : id{number}, peer{std::move(other)}, framing{limits} {}

    const ConnectionId id;
    const std::shared_ptr<Pistache::Tcp::Peer> peer;
    std::string peer_address;
    Framing framing;
    Phase phase = Phase::Receiving;
    Waiting waiting = Waiting::ForHead;
    SteadyTime deadline;  ///< what happens then depends on the phase

    std::uint64_t sequence = 0;  ///< of the request being handled, or of the last one
    std::weak_ptr<Responder::State> responder;
    ReplyForm form;
    bool counted = false;  ///< this request is in requests_in_flight

    std::string output;
    /// Follows `output`; others may be sent the same one.
    std::shared_ptr<const std::string> shared_output;
    std::size_t output_sent = 0;  ///< of both
    SteadyTime sent_by;           ///< the answer is out by then, or the client has been too slow

    bool closing = false;    ///< close when the output is out, whatever was promised
    bool wants_read = true;  ///< as registered with the reactor
    bool wants_write = false;

    std::size_t output_size() const {
        return output.size() + (shared_output ? shared_output->size() : 0);
    }
    bool output_pending() const { return output_sent < output_size(); }
    /// What goes next, without a gap.
    std::string_view unsent() const {
        const std::string_view own{output};
        if (output_sent < own.size()) return own.substr(output_sent);
        if (!shared_output) return {};
        return std::string_view{*shared_output}.substr(output_sent - own.size());
    }
};

}  // namespace http
