// What the gateway's copy of an order says.

#include "server/held_sum.h"
#include "server/news.h"

namespace chukta::news {

void on_order(OrderChange& change, const GatewayOrderNews& news, const Asked& asked) {
    auto& order = change.order();
    const bool same_sum = news.amount && *news.amount == order.amount && news.currency == "INR";
    judge_sums(change, news.status == GatewayOrderStatus::Paid && same_sum, asked);
    if (!same_sum) {
        // The id names another order over there: nothing may be paid on it.
        order.gateway_state = GatewayState::Refused;
        change.review(ReviewReason::AmountMismatch);
        return;
    }
    const bool is_new = order.gateway_state == GatewayState::None;
    switch (news.status) {
        case GatewayOrderStatus::Active:
        case GatewayOrderStatus::Unknown:
            if (!news.session.empty()) order.gateway_session = news.session;
            if (!order.gateway_session.empty()) order.gateway_state = GatewayState::Active;
            if (is_new && order.gateway_state == GatewayState::Active &&
                order.fulfillment_status == FulfillmentStatus::Cancelled) {
                // It was cancelled before it was there to be terminated.
                change.ask(ErrandKind::TerminateOrder, Priority::Order, change.now());
            }
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
