/// @file
/// The memory behind `x-idempotency-key` (facts/cashfree.md §1.4).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "shared/time.h"

namespace sandbox {

using chukta::EpochMs;

struct Replay {
    std::string scope;  ///< endpoint and credentials
    std::string key;
    std::string request_body;
    int status = 0;
    std::string response_body;
    EpochMs at_ms = 0;
};

/// Not thread-safe. A key is remembered for 24 hours (the only figure any source gives).
class Replays {
public:
    /// The remembered answer of that scope and key, whatever its body was.
    const Replay* find(std::string_view scope, std::string_view key, EpochMs now_ms) const;
    /// The name under which it is kept.
    std::string keep(Replay replay);
    const Replay* by_name(std::string_view name) const;

private:
    std::map<std::string, Replay, std::less<>> all_;
};

}  // namespace sandbox
