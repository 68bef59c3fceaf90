/// @file
/// The rules of an attempt and of its order: pure functions, no clock, no store, no gateway.
/// The tables are docs/architecture.md ("The state machine") and product.md §2.
#pragma once

#include <vector>

#include "server/gateway.h"
#include "server/rows.h"

namespace chukta {

/// What to do with one piece of news.
enum class Verdict {
    Advance,    ///< the attempt moves to `status`
    Duplicate,  ///< already known
    Stale,      ///< older than what is known
    Ask,        ///< believe nothing, ask the gateway
    Review,     ///< a person must look; `review` says why; `status` may advance too
};
std::string_view word(Verdict verdict);

/// How the sum of a success compares with the amount due (product.md §2, The sum).
enum class Sum {
    Matches,  ///< currency and order_amount are ours, payment + redeemed discount cover it
    Smaller,  ///< order_amount is ours but less was paid: Get Order decides
    Other,    ///< another currency or another order_amount
};
Sum compare_sum(const Money& due, const GatewayEvent& event);

/// The decision about one attempt.
struct Step {
    Verdict verdict = Verdict::Duplicate;
    AttemptStatus status = AttemptStatus::Created;  ///< what the attempt becomes
    ReviewReason review = ReviewReason::None;
    friend bool operator==(const Step&, const Step&) = default;
};

/// Whether the customer, not the gateway, closed the attempt: bank news that it is still pending
/// does not bring back what the customer has left.
bool closed_by_customer(FailureReason reason);

/// What one event does to one attempt. Monotonic: whatever the order of arrival, the end is the
/// same. `sum` is looked at only when the event is Completed.
Step step(const Attempt& attempt, const GatewayEvent& event, NewsSource source, Sum sum);

/// The order's payment status as the fold of its attempts: any completed → paid; else any open →
/// processing; else any failed → failed; else pending. Prepared attempts do not count.
PaymentStatus order_status(const std::vector<Attempt>& attempts);

/// How many failures of this channel count towards three.
int counted_failures(const std::vector<Attempt>& attempts, Channel channel);

/// The open attempt, if there is one.
const Attempt* open_attempt(const std::vector<Attempt>& attempts);
Attempt* open_attempt(std::vector<Attempt>& attempts);

/// The newest link that nobody has tapped yet and that is there or on its way.
const Attempt* tappable_attempt(const std::vector<Attempt>& attempts);

/// The payment that counts as the order's: the completed one the gateway completed first, then by
/// its id. Another completed one is the surplus (product.md §2, Paid twice).
const Attempt* paid_attempt(const std::vector<Attempt>& attempts);

/// Whether the order holds money whose sum is not the amount due (no new attempt may start).
bool holds_other_sum(const std::vector<Attempt>& attempts);

/// The more serious of two reasons: an order has one.
ReviewReason more_serious(ReviewReason a, ReviewReason b);

}  // namespace chukta
