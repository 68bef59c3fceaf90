// The Dispatcher's one errand that gives money back.
#include <algorithm>

#include "server/dispatcher.h"
#include "server/faults.h"
#include "server/refund.h"

namespace chukta {
namespace {

/// Whether the money that a queued refund is about is still there: a refund that the gateway or
/// somebody at its dashboard made may have been heard of since.
bool still_refundable(
    const Order& order,
    const std::vector<Attempt>& attempts,
    const std::vector<Refund>& refunds,
    const Refund& refund
) {
    std::vector<Refund> others;
    for (const auto& other : refunds) {
        if (!(other.refund_id == refund.refund_id)) others.push_back(other);
    }
    if (refund.origin == RefundOrigin::Duplicate && !surplus_may_go_back(attempts, others, 0)) {
        return false;
    }
    return refund.amount <= refundable(order, attempts, others);
}

}  // namespace

void Dispatcher::refund(const OutboxRow& row) {
    std::optional<Order> order;
    std::vector<Attempt> attempts;
    std::vector<Refund> refunds;
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        order = store_.find_order(transaction, row.order_id);
        attempts = store_.attempts_of(transaction, row.order_id);
        refunds = store_.refunds_of(transaction, row.order_id);
    }
    const auto found = std::find_if(refunds.begin(), refunds.end(), [&](const Refund& refund) {
        return refund.refund_id.str() == row.payload;
    });
    if (!order || found == refunds.end()) return note(row, NewsKind::RefundNotSent);
    if (row.was_in_flight && faults::planted(faults::Bug::RefundCrashIsEnd)) {
        return note(row, NewsKind::RefundNotSent);
    }
    // A call that was perhaps sent is repeated whatever has happened: only its answer says whether
    // money is on its way. One that was not is looked at once more.
    if (!row.was_in_flight && !still_refundable(*order, attempts, refunds, *found)) {
        return note(row, NewsKind::RefundNotSent);
    }
    if (!may_call(row)) return;
    GatewayRefund call{row.order_id, found->refund_id, found->amount, found->note};
    if (faults::planted(faults::Bug::RefundIdForEachTry)) {
        call.refund_id = RefundId{call.refund_id.str() + "_" + std::to_string(row.tries)};
    }
    faults::pass(faults::Point::DispatcherBeforeCall);
    const auto answer = gateway_.refund(call);
    faults::pass(faults::Point::DispatcherAfterCall);
    if (!answer) {
        if (faults::planted(faults::Bug::RefundTimeoutIsEnd)) {
            return note(row, NewsKind::RefundNotSent);
        }
        const bool perhaps = row.was_in_flight || answer.error().error == GatewayError::Unclear;
        return later(row, answer.error(), perhaps ? Store::Sent::Perhaps : Store::Sent::No);
    }
    InboxRow news;
    news.kind = answer->http_status < 300 ? NewsKind::RefundAnswer : NewsKind::RefundRefused;
    news.http_status = answer->http_status;
    news.body = answer->body;
    news.received_at = clock_.now();
    answered(row, std::move(news));
}

}  // namespace chukta
