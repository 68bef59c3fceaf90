/// @file
/// Beginning an attempt: a new one with its Order Pay call queued, or the prepared link that was
/// tapped.
#pragma once

#include "server/order_change.h"

namespace chukta {

/// Whether the attempt is what the customer asks for again: the same channel and target.
bool same_target(const Attempt& attempt, const wire::StartAttempt& start);

/// Whether a link is to be prepared: none that is young enough is there, no attempt is open, and
/// one may be started.
bool lacks_link(const Order& order, const std::vector<Attempt>& attempts, EpochMs now);

/// Queues the order's one prepared link if it lacks one.
void prepare_attempt(OrderChange& change, const Shopper& shopper);

/// The attempt that counts from now on. The reference lives until the next attempt is added.
const Attempt& begin_attempt(
    OrderChange& change,
    const wire::StartAttempt& start,
    const Shopper& shopper,
    const OrderPolicy& policy
);

}  // namespace chukta
