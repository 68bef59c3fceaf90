/// @file
/// The rules of refunds: pure functions, no clock, no store, no gateway. The table is
/// docs/architecture.md ("Refunds").
#pragma once

#include <vector>

#include "server/attempt.h"
#include "server/gateway.h"
#include "server/rows.h"

namespace chukta {

/// The decision about one refund.
struct RefundStep {
    Verdict verdict = Verdict::Duplicate;
    RefundStatus status = RefundStatus::Pending;  ///< what the refund becomes
    ReviewReason review = ReviewReason::None;
    friend bool operator==(const RefundStep&, const RefundStep&) = default;
};

/// What one piece of the gateway's news does to one refund. Monotonic: whatever the order of
/// arrival, the end is the same, and money that went back outranks everything. A refund that the
/// gateway cancelled comes back only as completed; one that it is said to have refused and yet
/// speaks of was taken after all.
RefundStep step(const Refund& refund, const GatewayRefundNews& news, NewsSource source);

/// What reached the merchant for this order: completed attempts, and money that is held though its
/// sum is wrong. An attempt whose sum was never said paid the amount due.
Money captured(const Order& order, const std::vector<Attempt>& attempts);

/// What has gone back (Completed), and what has gone back or is spoken for (Reserved), of the money
/// in captured(). A refund of a payment that never was the merchant's counts for nothing.
enum class GivenBack { Completed, Reserved };
Money given_back(
    const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds, GivenBack which
);

/// The most that a new refund may be: captured minus reserved.
Money refundable(
    const Order& order, const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds
);

/// The completed attempts besides the one that counts (product.md §2, Paid twice).
std::vector<const Attempt*> surplus(const std::vector<Attempt>& attempts);

/// The one name that a refund of this surplus payment can have, whoever makes it and how often. 3
/// to 40 of [A-Za-z0-9_], as the gateway wants.
RefundId refund_id_of_surplus(const GatewayPaymentId& payment_id);

/// Whether there is a surplus, and Get Payments showed all payments as captured, `after_ms` or more
/// after the last one completed.
bool surplus_is_captured(const std::vector<Attempt>& attempts, std::int64_t after_ms);

/// Whether the surplus may go back by itself: it is captured, and no refund of anybody else's is
/// there (the API names no payment, so ours could be taken from the other one's money).
bool surplus_may_go_back(
    const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds, std::int64_t after_ms
);

}  // namespace chukta
