/// @file
/// What the control API shows of the state.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/state.h"

namespace sandbox::wire {

/// Everything, or what concerns one order (order_id not empty).
std::string state_view(
    const State& state, std::string_view order_id, EpochMs now_ms, std::int64_t offset_ms
);

/// What the UPI-app page shows: open payments and the last few that ended.
std::string requests_view(const State& state, EpochMs now_ms);

}  // namespace sandbox::wire
