/// @file
/// What each operation does, once a request has passed the front door.
#pragma once

#include <string>

#include "http/router.h"
#include "sandbox/endpoint.h"
#include "sandbox/errors.h"
#include "sandbox/state.h"

namespace sandbox {

struct Done {
    int status = 200;
    std::string body;
    bool cached = true;  ///< kept for the idempotency key: not when the JSON could not be read
    std::string order_id;
    std::string cf_payment_id;
    std::uint64_t after_delivery = 0;
};

struct Asked {
    Endpoint endpoint;
    const http::PathParameters& parameters;
    const std::string& body;
    EpochMs now_ms;
};

Done operate(State& state, const Asked& asked);

/// An error as an outcome.
Done refusal(const ApiError& error);

/// POST /orders/sessions, in a file of its own.
Done order_pay(State& state, const Asked& asked);

}  // namespace sandbox
