/// @file
/// Puts questions to the gateway into the outbox when nobody has answered for a while: silent
/// attempts and refunds at growing intervals until each ends, codes and requests whose time is over
/// at once. After a restart it goes on by itself, since everything it needs stands in the rows.
#pragma once

#include <functional>

#include "server/clock.h"
#include "server/held_requests.h"
#include "server/order_change.h"
#include "server/store.h"

namespace chukta {

/// One thread per instance.
class Reconciler {
public:
    /// Ten times what the Dispatcher takes a row for or puts it off, and more than clocks of one
    /// house may differ: what is due later is due now. A gateway that asks for longer has its
    /// budget closed for so long.
    static constexpr std::int64_t kFarMs = 600'000;
    /// How often that is looked for.
    static constexpr std::int64_t kFarEveryMs = 60'000;
    /// So long after an attempt began somebody may be looking at its page: as long as Cashfree
    /// keeps a collect request.
    static constexpr std::int64_t kCustomerWaitsMs = 900'000;

    Reconciler(
        Store& store,
        HeldRequests& held,
        const Clock& clock,
        WatchPolicy watch,
        std::function<void()> outbox_changed
    );

    /// Looks after a batch of orders. False when none needed it.
    bool run_once();

private:
    /// Sessions, tokens and the like that ended, once an hour.
    void forget_what_is_old(EpochMs now);
    /// A clock that jumped ahead and back may have put calls and news off for hours.
    bool hurry_what_is_far(EpochMs now);
    /// False when the database holds what cannot be read of this one, or another session has it.
    bool each(const OrderId& order_id, void (Reconciler::*look)(const OrderId&));
    void look_after(const OrderId& order_id);
    void schedule(OrderChange& change, Attempt& attempt) const;
    void look_after_refunds(const OrderId& order_id);
    void schedule(OrderChange& change, Refund& refund) const;

    Store& store_;
    HeldRequests& held_;
    const Clock& clock_;
    WatchPolicy watch_;
    std::function<void()> outbox_changed_;
    EpochMs forgot_at_ = 0;
    EpochMs far_seen_at_ = 0;
};

}  // namespace chukta
