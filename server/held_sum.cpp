#include "server/held_sum.h"

#include <algorithm>

#include "server/attempt.h"

namespace chukta::news {
namespace {

/// The answer is older than the question. While it was on its way nothing else could be queued, so
/// that nobody would ask any more. A stamp far ahead is another clock's: no reason to hurry.
void ask_again(OrderChange& change, ErrandKind kind, std::int64_t ahead_ms) {
    constexpr std::int64_t kLongestMs = 60'000;
    change.ask(kind, Priority::Verify, change.now() + std::min(ahead_ms, kLongestMs));
}

void refuse(OrderChange& change, Attempt& attempt) {
    attempt.sum_state = SumState::Mismatch;
    change.touch(attempt);
    change.review(ReviewReason::AmountMismatch);
}

}  // namespace

void hold_sum(OrderChange& change, Attempt& attempt, SumState state, const GatewayEvent& event) {
    const bool asks_again = state == SumState::Asking && attempt.sum_state == SumState::OrderPaid;
    const bool settled = attempt.status == AttemptStatus::Completed || attempt.sum_state == state ||
                         attempt.sum_state == SumState::Mismatch || asks_again;
    if (settled) return;
    change.give_index(attempt);
    attempt.sum_state = state;
    attempt.paid = event.payment_amount;
    attempt.bank_reference = event.bank_reference;
    attempt.completed_at = event.completed_at.value_or(change.now());
    change.touch(attempt);
}

void judge_sums(OrderChange& change, bool is_paid, EpochMs asked_at) {
    for (auto& attempt : change.attempts()) {
        if (attempt.sum_state != SumState::Asking) continue;
        if (attempt.updated_at > asked_at) {
            ask_again(change, ErrandKind::GetOrder, attempt.updated_at - asked_at);
        } else if (is_paid) {
            // By this payment or by another one that nobody has told us of yet.
            attempt.sum_state = SumState::OrderPaid;
            change.touch(attempt);
            change.ask(ErrandKind::Ask, Priority::Verify, change.now());
        } else {
            refuse(change, attempt);
        }
    }
}

void settle_sums(OrderChange& change, const std::vector<GatewayEvent>& events, EpochMs asked_at) {
    for (auto& attempt : change.attempts()) {
        if (attempt.sum_state != SumState::OrderPaid) continue;
        if (attempt.updated_at > asked_at) {
            ask_again(change, ErrandKind::Ask, attempt.updated_at - asked_at);
            continue;
        }
        const bool is_listed = std::any_of(events.begin(), events.end(), [&](const auto& event) {
            return event.status == NormalizedStatus::Completed &&
                   event.payment_id == attempt.payment_id;
        });
        const bool another_paid = paid_attempt(change.attempts()) != nullptr;
        if (is_listed && !another_paid) {
            change.complete(attempt, attempt.completed_at.value_or(change.now()));
        } else {
            refuse(change, attempt);
        }
    }
}

}  // namespace chukta::news
