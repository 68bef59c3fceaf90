/// @file
/// What stands behind a Responder.
#pragma once

#include <atomic>
#include <memory>

#include "http/mailbox.h"
#include "http/server.h"

namespace http {

/// Shared by the copies of one Responder; its connection watches it to say that the client left.
struct Responder::State {
    State(std::shared_ptr<Mailbox> home, Address asker);
    ~State();  ///< answers 500 when nobody did
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    const std::shared_ptr<Mailbox> mailbox;
    const Address to;
    std::atomic<bool> answered{false};
    std::atomic<bool> client_gone{false};
};

}  // namespace http
