#include "server/held_sum.h"

#include <algorithm>

#include "server/attempt.h"

namespace chukta::news {
namespace {

/// The answer is older than what is to be judged: asks again. While it was on its way nothing else
/// could be queued, so that nobody would ask any more.
bool asked_again(OrderChange& change, ErrandKind kind, const Asked& asked, const Attempt& attempt) {
    if (asked.since(attempt.updated_at)) return false;
    change.ask(kind, Priority::Verify, change.now() + asked.wait_ms(attempt.updated_at));
    return true;
}

/// Whose success made the order PAID.
enum class Payer { This, Another, Unknown };

bool awaits_judgement(const Attempt& attempt) {
    return attempt.sum_state == SumState::Asking || attempt.sum_state == SumState::OrderPaid;
}

Payer payer_of(
    OrderChange& change, const Attempt& attempt, const std::vector<GatewayEvent>& events
) {
    if (paid_attempt(change.attempts()) != nullptr) return Payer::Another;
    bool is_listed = false;
    bool may_another = false;
    for (const auto& event : events) {
        const bool succeeded = event.status == NormalizedStatus::Completed;
        if (event.payment_id == attempt.payment_id) {
            is_listed = is_listed || succeeded;
            continue;
        }
        may_another = may_another || event.status == NormalizedStatus::Pending;
        // Also one that nobody here knows yet, such as of a call whose reply is on its way.
        const auto* const other = change.find(event.payment_id);
        if (succeeded && !(other && awaits_judgement(*other))) return Payer::Another;
    }
    return is_listed && !may_another ? Payer::This : Payer::Unknown;
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
    // A question whose answer is lost is asked again, also of a link that nobody watched any more.
    if (state == SumState::Asking) change.watch_again(attempt);
}

std::int64_t pause_of_circle_ms(const OrderChange& change, const Attempt& attempt) {
    // While its stamp is ahead of us, no answer is new enough for judge_sums.
    const Asked stamped{attempt.updated_at, change.now()};
    return std::max(change.policy().first_ms, stamped.wait_ms(stamped.at()));
}

void refuse_sum(OrderChange& change, Attempt& attempt) {
    if (!awaits_judgement(attempt)) return;
    attempt.sum_state = SumState::Mismatch;
    change.touch(attempt);
    change.review(ReviewReason::AmountMismatch);
}

void judge_sums(OrderChange& change, bool is_paid, const Asked& asked) {
    for (auto& attempt : change.attempts()) {
        if (attempt.sum_state != SumState::Asking) continue;
        if (asked_again(change, ErrandKind::GetOrder, asked, attempt)) continue;
        if (is_paid) {
            // By this payment or by another one that nobody has told us of yet.
            attempt.sum_state = SumState::OrderPaid;
            change.touch(attempt);
            change.watch_again(attempt);
            change.ask(ErrandKind::Ask, Priority::Verify, change.now());
        } else {
            refuse_sum(change, attempt);
        }
    }
}

void free_sums(OrderChange& change, const std::vector<GatewayEvent>& events, const Asked& asked) {
    for (const auto& event : events) {
        if (event.status != NormalizedStatus::Failed || event.contradictory) continue;
        auto* const attempt = change.find(event.payment_id);
        const bool held = attempt != nullptr && attempt->status != AttemptStatus::Completed &&
                          attempt->sum_state != SumState::Plain;
        if (!held || asked_again(change, ErrandKind::Ask, asked, *attempt)) continue;
        attempt->sum_state = SumState::Plain;
        attempt->completed_at.reset();
        change.touch(*attempt);
    }
}

void settle_sums(OrderChange& change, const std::vector<GatewayEvent>& events, const Asked& asked) {
    for (auto& attempt : change.attempts()) {
        if (attempt.sum_state != SumState::OrderPaid) continue;
        if (asked_again(change, ErrandKind::Ask, asked, attempt)) continue;
        switch (payer_of(change, attempt, events)) {
            case Payer::This:
                change.complete(attempt, attempt.completed_at.value_or(change.now()));
                break;
            case Payer::Another:
                refuse_sum(change, attempt);
                break;
            case Payer::Unknown:
                // The list is behind the order: the watch asks for it again.
                if (!attempt.next_ask_at) refuse_sum(change, attempt);
                break;
        }
    }
}

}  // namespace chukta::news
