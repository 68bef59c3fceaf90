/// @file
/// Wakes the held requests of this instance for changes that another instance made.
#pragma once

#include "server/clock.h"
#include "server/held_requests.h"
#include "server/store.h"

namespace chukta {

/// Looks at the versions of the orders that requests wait for: by their keys, so that its cost
/// hangs on how many wait and not on how many orders there are. A notification from the database
/// (LISTEN) would be sooner, but it does not pass a pooler in transaction mode, and every commit
/// that sends one takes a lock that all of them share. One thread per instance, and only on a
/// shared database.
class VersionWatch {
public:
    VersionWatch(Store& store, HeldRequests& held, const Clock& clock)
        : store_{store}, held_{held}, clock_{clock} {}

    /// Looks, unless it looked a moment ago. False: there is never more to do at once.
    bool run_once();

    /// How late a change of another instance is noticed at most, beside the query itself: a quarter
    /// of a second, and a second once requests wait for more than a thousand orders.
    static constexpr std::int64_t kEveryMs = 250;
    static constexpr std::int64_t kEveryMsWhenMany = 1'000;
    static constexpr std::size_t kMany = 1'000;

private:
    Store& store_;
    HeldRequests& held_;
    const Clock& clock_;
    EpochMs looked_at_ = 0;
};

}  // namespace chukta
