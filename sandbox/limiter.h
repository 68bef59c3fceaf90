/// @file
/// Calls per minute, counted in a sliding window (facts/cashfree.md §1.3, §1.5).
#pragma once

#include <deque>
#include <map>
#include <string>

#include "sandbox/endpoint.h"
#include "sandbox/options.h"
#include "shared/time.h"

namespace sandbox {

struct Allowance {
    bool allowed = true;
    int limit = 0;  ///< 0: no limit is kept for this endpoint
    int remaining = 0;
    int retry_s = 0;  ///< 1 to 59 when refused
};

/// Not thread-safe.
class Limiter {
public:
    /// who: the client id, or the address for calls without credentials.
    Allowance take(
        RateLimits limits, Endpoint endpoint, const std::string& who, chukta::EpochMs now_ms
    );
    void clear() { calls_.clear(); }

private:
    std::map<std::pair<Endpoint, std::string>, std::deque<chukta::EpochMs>> calls_;
};

}  // namespace sandbox
