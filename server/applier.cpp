#include "server/applier.h"

#include "server/faults.h"
#include "server/log.h"
#include "server/news.h"
#include "server/refund_news.h"

namespace chukta {
namespace {

constexpr int kBatch = 64;
constexpr std::int64_t kLeaseMs = 30'000;  // longer than any batch takes; a crash frees it then
constexpr std::int64_t kWaitMs =
    1'000;  // news of an unknown payment waits for the reply it may belong to

}  // namespace

Applier::Applier(
    Store& store,
    const Gateway& gateway,
    HeldRequests& held,
    const Clock& clock,
    WatchPolicy watch,
    std::function<void()> outbox_changed
)
    : store_{store},
      gateway_{gateway},
      held_{held},
      clock_{clock},
      watch_{watch},
      outbox_changed_{std::move(outbox_changed)} {}

bool Applier::run_once() {
    const auto now = clock_.now();
    const auto rows = store_.transact([&](Transaction& transaction) {
        return store_.claim_inbox(transaction, now, now + kLeaseMs, kBatch);
    });
    if (!rows.empty()) faults::pass(faults::Point::ApplierAfterClaim);
    for (const auto& row : rows) {
        const auto applied = apply(row);
        faults::pass(faults::Point::ApplierAfterCommit);
        if (applied.version != 0) held_.wake(applied.order_id, applied.version);
    }
    if (!rows.empty()) outbox_changed_();
    return !rows.empty();
}

Applier::Applied Applier::apply(InboxRow row) {
    const log::RequestScope scope{row.request_id};
    try {
        if (faults::planted(faults::Bug::AppliedApart)) {
            store_.transact([&](Transaction& transaction) {
                static_cast<void>(store_.finish_inbox(transaction, row, "applied", clock_.now()));
            });
        }
        return store_.transact([&](Transaction& transaction) {
            Applied applied;
            const auto outcome = decide(transaction, row, applied);
            const bool ours =
                outcome.postponed_to
                    ? store_.postpone_inbox(transaction, row, *outcome.postponed_to)
                    : store_.finish_inbox(transaction, row, outcome.verdict, clock_.now());
            // Applied already, by an instance that took it over or by our own lost commit: counting
            // it twice would be as wrong as losing it.
            if (!ours && !faults::planted(faults::Bug::AppliedApart)) transaction.undo();
            faults::pass(faults::Point::ApplierBeforeCommit);
            return applied;
        });
    } catch (const db::StorageError& error) {
        // The row keeps its lease and is due again by itself: nothing is lost.
        log::error("news.not_applied", {{"kind", word(row.kind)}, {"storage_code", error.code()}});
        return {};
    }
}

Applier::Outcome Applier::within(
    Transaction& transaction,
    const OrderId& order_id,
    Applied& applied,
    const std::function<Outcome(OrderChange&)>& work
) {
    auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
    if (!change) return {"unknown_order", {}};
    const auto before = change->order().payment_status;
    const auto outcome = work(*change);
    const bool may_be_joined = !change->reply_outstanding();
    if (change->save()) {
        applied = {order_id, change->order().version};
        if (may_be_joined) store_.wake_inbox(transaction, order_id, clock_.now());
        if (change->order().payment_status != before) {
            log::info(
                "order.changed",
                {{"order", order_id}, {"payment_status", word(change->order().payment_status)}}
            );
        }
    }
    return outcome;
}

Applier::Outcome Applier::decide(Transaction& transaction, InboxRow& row, Applied& applied) {
    const auto in_order = [&](auto work) {
        return within(transaction, row.order_id, applied, [&](OrderChange& change) {
            return (this->*work)(change, row);
        });
    };
    switch (row.kind) {
        case NewsKind::Webhook:
            return on_webhook(transaction, row, applied);
        case NewsKind::OrderAnswer:
        case NewsKind::CreateRefused: {
            const auto outcome = in_order(&Applier::on_order);
            // A session may be there now: attempts that waited for it are called.
            store_.wake_outbox(transaction, row.order_id, ErrandKind::Pay, clock_.now());
            return outcome;
        }
        case NewsKind::PayAnswer:
            return in_order(&Applier::on_pay);
        case NewsKind::PaymentsAnswer:
            return in_order(&Applier::on_payments);
        case NewsKind::PayRefused:
        case NewsKind::PayUnclear:
        case NewsKind::PayGivenUp:
        case NewsKind::PayNotSent:
            return in_order(&Applier::on_note);
        case NewsKind::RefundAnswer:
        case NewsKind::RefundRefused:
        case NewsKind::RefundNotSent:
            return in_order(&Applier::on_refund);
        case NewsKind::RefundsAnswer:
            return in_order(&Applier::on_refunds);
    }
    return {"unknown_kind", {}};
}

Applier::Outcome Applier::on_webhook(Transaction& transaction, InboxRow& row, Applied& applied) {
    const auto news = gateway_.read_webhook(row.body);
    if (!news) {
        log::warning("webhook.unreadable", {{"inbox", std::string_view{row.inbox_id}}});
        return {"unreadable", {}};
    }
    if (const auto* event = std::get_if<GatewayEvent>(&*news)) {
        row.order_id = event->order_id;
        return within(transaction, row.order_id, applied, [&](OrderChange& change) {
            return on_event(change, *event, NewsSource::Webhook);
        });
    }
    if (const auto* refund = std::get_if<GatewayRefundNews>(&*news)) {
        row.order_id = refund->order_id;
        return within(transaction, row.order_id, applied, [&](OrderChange& change) {
            return Outcome{news::on_refund(change, *refund, NewsSource::Webhook), {}};
        });
    }
    return {"kept", {}};
}

Applier::Outcome Applier::on_event(
    OrderChange& change, const GatewayEvent& event, NewsSource source
) {
    const auto outcome = news::on_event(change, event, source);
    if (outcome.told == news::Told::Waits) return {"waits", clock_.now() + kWaitMs};
    return {outcome.verdict, {}};
}

Applier::Outcome Applier::on_refund(OrderChange& change, const InboxRow& row) {
    Refund* refund = change.find(row.refund_id);
    if (!refund) return {"unknown_refund", {}};
    if (row.kind == NewsKind::RefundNotSent) {
        news::on_refund_not_sent(change, *refund);
        return {"applied", {}};
    }
    if (row.kind == NewsKind::RefundRefused) {
        const auto refusal = gateway_.read_refusal(row.http_status, row.body);
        log::warning(
            "refund.refused",
            {{"order", row.order_id},
             {"http_status", row.http_status},
             {"code", std::string_view{refusal.code}}}
        );
        news::on_refund_refused(change, *refund, refusal);
        return {"refused", {}};
    }
    const auto said = gateway_.read_refund(row.body);
    const bool ours = said && said->order_id == row.order_id && said->refund_id == row.refund_id;
    if (!ours) {
        // A 2xx we cannot read started something: whether it did is asked.
        log::warning("refund.unreadable", {{"order", row.order_id}});
        change.watch(*refund);
        change.ask(ErrandKind::AskRefunds, Priority::Verify, change.now());
        return {"unreadable", {}};
    }
    return {news::on_refund(change, *said, NewsSource::Reply), {}};
}

Applier::Outcome Applier::on_refunds(OrderChange& change, const InboxRow& row) {
    const auto all = gateway_.read_refunds(row.body);
    if (!all) return {"unreadable", {}};
    std::vector<GatewayRefundNews> ours;
    for (const auto& refund : *all) {
        if (refund.order_id == row.order_id) ours.push_back(refund);
    }
    news::on_refunds(change, ours, row.received_at);
    return {"applied", {}};
}

Applier::Outcome Applier::on_order(OrderChange& change, const InboxRow& row) {
    if (row.kind == NewsKind::CreateRefused) {
        const auto refusal = gateway_.read_refusal(row.http_status, row.body);
        news::on_create_refused(change, refusal);
        return {"refused", {}};
    }
    const auto order = gateway_.read_order(row.body);
    if (!order || order->order_id != row.order_id) return {"unreadable", {}};
    news::on_order(change, *order, row.received_at);
    return {"applied", {}};
}

Applier::Outcome Applier::on_pay(OrderChange& change, const InboxRow& row) {
    Attempt* attempt = change.find(row.attempt_id);
    if (!attempt) return {"unknown_attempt", {}};
    const auto pay = gateway_.read_pay(row.body);
    if (!pay) {
        // A 2xx we cannot read started something: as unclear as no answer at all.
        log::warning("pay.unreadable", {{"order", row.order_id}, {"attempt", row.attempt_id}});
        news::on_pay_unclear(change, *attempt, watch_);
        return {"unreadable", {}};
    }
    news::on_pay_answer(change, *attempt, *pay);
    return {"applied", {}};
}

Applier::Outcome Applier::on_payments(OrderChange& change, const InboxRow& row) {
    const auto events = gateway_.read_payments(row.body);
    if (!events) return {"unreadable", {}};
    std::vector<GatewayEvent> ours;
    for (const auto& event : *events) {
        if (event.order_id == row.order_id) ours.push_back(event);
    }
    news::on_payments(change, ours, row.received_at, watch_);
    return {"applied", {}};
}

Applier::Outcome Applier::on_note(OrderChange& change, const InboxRow& row) {
    Attempt* attempt = change.find(row.attempt_id);
    if (!attempt) return {"unknown_attempt", {}};
    switch (row.kind) {
        case NewsKind::PayRefused: {
            const auto refusal = gateway_.read_refusal(row.http_status, row.body);
            news::on_pay_refused(change, *attempt, refusal);
            break;
        }
        case NewsKind::PayUnclear:
            news::on_pay_unclear(change, *attempt, watch_);
            break;
        case NewsKind::PayGivenUp:
            news::on_pay_given_up(change, *attempt);
            break;
        case NewsKind::PayNotSent:
            news::on_pay_not_sent(change, *attempt);
            break;
        case NewsKind::Webhook:
        case NewsKind::OrderAnswer:
        case NewsKind::PayAnswer:
        case NewsKind::PaymentsAnswer:
        case NewsKind::CreateRefused:
        case NewsKind::RefundAnswer:
        case NewsKind::RefundRefused:
        case NewsKind::RefundNotSent:
        case NewsKind::RefundsAnswer:
            break;
    }
    return {"applied", {}};
}

}  // namespace chukta
