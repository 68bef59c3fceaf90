/// @file
/// Cashfree's API over the state: one request in, one answer out. No sockets and no waiting; what
/// must happen to the connection is said in the answer.
#pragma once

#include <cstdint>

#include "http/message.h"
#include "http/router.h"
#include "sandbox/endpoint.h"
#include "sandbox/state.h"

namespace sandbox {

struct Answer {
    http::Response response;
    bool drop = false;                 ///< close the connection instead
    std::int64_t delay_ms = 0;         ///< hold the answer that long
    std::uint64_t after_delivery = 0;  ///< hold it until that webhook was tried once; 0: do not
};

/// Validation in the order of facts/cashfree.md §11.10: version, credentials, rate, JSON, missing,
/// invalid, business rule. Also logs Order Pay calls in the state.
Answer answer(
    State& state,
    Endpoint endpoint,
    const http::PathParameters& parameters,
    const http::Request& request,
    EpochMs now_ms
);

}  // namespace sandbox
