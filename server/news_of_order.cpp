// What the gateway's copy of an order says.

#include <algorithm>

#include "server/attempt.h"
#include "server/news.h"

namespace chukta::news {
namespace {

/// The answer is older than the question. While it was on its way nothing else could be queued, so
/// that nobody would ask any more. A stamp far ahead is another clock's: no reason to hurry.
void ask_again(OrderChange& change, std::int64_t ahead_ms) {
    constexpr std::int64_t kLongestMs = 60'000;
    change.ask(
        ErrandKind::GetOrder, Priority::Verify, change.now() + std::min(ahead_ms, kLongestMs)
    );
}

}  // namespace

void on_order(OrderChange& change, const GatewayOrderNews& news, EpochMs asked_at) {
    auto& order = change.order();
    const bool same_sum = news.amount && *news.amount == order.amount && news.currency == "INR";
    for (auto& attempt : change.attempts()) {
        if (attempt.sum_state != SumState::Asking) continue;
        if (attempt.updated_at > asked_at) {
            ask_again(change, attempt.updated_at - asked_at);
            continue;
        }
        // Of an order that another payment has paid it says nothing about this one.
        const bool paid_before = paid_attempt(change.attempts()) != nullptr;
        if (news.status == GatewayOrderStatus::Paid && same_sum && !paid_before) {
            change.complete(attempt, attempt.completed_at.value_or(change.now()));
        } else {
            attempt.sum_state = SumState::Mismatch;
            change.touch(attempt);
            change.review(ReviewReason::AmountMismatch);
        }
    }
    if (!same_sum) {
        // The id names another order over there: nothing may be paid on it.
        order.gateway_state = GatewayState::Refused;
        change.review(ReviewReason::AmountMismatch);
        return;
    }
    switch (news.status) {
        case GatewayOrderStatus::Active:
        case GatewayOrderStatus::Unknown:
            if (!news.session.empty()) order.gateway_session = news.session;
            if (!order.gateway_session.empty()) order.gateway_state = GatewayState::Active;
            break;
        case GatewayOrderStatus::Paid:
        case GatewayOrderStatus::Expired:
        case GatewayOrderStatus::Terminated:
        case GatewayOrderStatus::TerminationRequested:
            order.gateway_state = GatewayState::Closed;
            if (order.payment_status != PaymentStatus::Paid) {
                change.ask(ErrandKind::Ask, Priority::Verify, change.now());
            }
            break;
    }
    change.note_change();
}

void on_create_refused(OrderChange& change, const GatewayRefusal& refusal) {
    if (refusal.refusal == Refusal::OrderExists) {
        change.ask(ErrandKind::GetOrder, Priority::Order, change.now());
        return;
    }
    change.order().gateway_state = GatewayState::Refused;
    change.review(ReviewReason::GatewayUnavailable);
    change.note_change();
}

}  // namespace chukta::news
