/// @file
/// What the reactor threads of one server share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "http/reply.h"
#include "http/server.h"

namespace http {

/// Options and handler are fixed at construction; the rest are counters any thread may read.
struct ServerCore {
    ServerCore(ServerOptions chosen, Handler handles)
        : options{std::move(chosen)}, handler{std::move(handles)} {}

    const ServerOptions options;
    const Handler handler;

    std::atomic<std::size_t> connections{0};
    /// Requests handed to the handler whose answer has not left, or whose client has not gone.
    std::atomic<std::size_t> requests_in_flight{0};
    std::atomic<std::uint64_t> requests_total{0};
    std::atomic<std::uint64_t> protocol_errors_total{0};
    /// Reactor threads that have begun, and those that have stopped accepting.
    std::atomic<std::size_t> threads{0};
    std::atomic<std::size_t> drained_threads{0};

    /// The owner's words for a status. What its function throws stays there, as in log.
    Response refusal(int status) const noexcept {
        if (!options.refusal) return {status, {}, {}};
        try {
            auto response = options.refusal(status);
            response.status = status;
            if (writable(response)) return response;
            log("http: a refusal's header was refused");
            return {status, {}, {}};
        } catch (...) {
            return {status, {}, {}};
        }
    }

    /// The text must hold no byte a client sent. Whatever the operator's function throws stays
    /// there: a full log disk is no reason to drop a request.
    void log(std::string_view text) const noexcept {
        if (!options.log) return;
        try {
            options.log(text);
        } catch (...) {
            return;
        }
    }
};

}  // namespace http
