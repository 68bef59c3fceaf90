// What the gateway's answers to our own calls mean.
#include <utility>
#include <vector>

#include "server/applier.h"
#include "server/log.h"
#include "server/news.h"
#include "server/refund_news.h"

namespace chukta {
namespace {

constexpr std::string_view kApplied = "applied";

/// What an answer lists of the order that was asked about, and of no other.
template <class News>
std::vector<News> of_order(const OrderId& order_id, std::vector<News> all) {
    std::erase_if(all, [&](const News& news) { return news.order_id != order_id; });
    return all;
}

}  // namespace

Applier::Outcome Applier::on_refund(OrderChange& change, const InboxRow& row) {
    Refund* refund = change.find(row.refund_id);
    if (!refund) return {"unknown_refund", {}};
    if (row.kind == NewsKind::RefundNotSent) {
        news::on_refund_not_sent(change, *refund);
        return {kApplied, {}};
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

/// The answer to a question was no answer.
Applier::Outcome Applier::unreadable(const InboxRow& row) {
    log::warning("answer.unreadable", {{"kind", word(row.kind)}, {"order", row.order_id}});
    return {"unreadable", {}};
}

Applier::Outcome Applier::on_refunds(OrderChange& change, const InboxRow& row) {
    auto all = gateway_.read_refunds(row.body);
    if (!all) return unreadable(row);
    const auto ours = of_order(row.order_id, *std::move(all));
    news::on_refunds(change, ours, Asked{row.received_at, change.now()});
    return {kApplied, {}};
}

Applier::Outcome Applier::on_order(OrderChange& change, const InboxRow& row) {
    if (row.kind == NewsKind::CreateRefused) {
        const auto refusal = gateway_.read_refusal(row.http_status, row.body);
        log::warning("create.refused", {{"order", row.order_id}, {"code", refusal.code.c_str()}});
        news::on_create_refused(change, refusal);
        return {"refused", {}};
    }
    const auto order = gateway_.read_order(row.body);
    if (!order || order->order_id != row.order_id) return unreadable(row);
    news::on_order(change, *order, Asked{row.received_at, change.now()});
    return {kApplied, {}};
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
    return {kApplied, {}};
}

Applier::Outcome Applier::on_payments(OrderChange& change, const InboxRow& row) {
    auto all = gateway_.read_payments(row.body);
    if (!all) return unreadable(row);
    const auto ours = of_order(row.order_id, *std::move(all));
    news::on_payments(change, ours, Asked{row.received_at, change.now()}, watch_);
    return {kApplied, {}};
}

Applier::Outcome Applier::on_note(OrderChange& change, const InboxRow& row) {
    Attempt* attempt = change.find(row.attempt_id);
    if (!attempt) return {"unknown_attempt", {}};
    switch (row.kind) {
        case NewsKind::PayRefused: {
            const auto refusal = gateway_.read_refusal(row.http_status, row.body);
            log::warning("pay.refused", {{"order", row.order_id}, {"code", refusal.code.c_str()}});
            news::on_pay_refused(change, *attempt, refusal);
            break;
        }
        case NewsKind::PayUnclear:
            news::on_pay_unclear(change, *attempt, watch_);
            break;
        case NewsKind::PayOvertaken:
            news::on_pay_overtaken(change, *attempt, watch_);
            break;
        case NewsKind::PayGivenUp:
            news::on_pay_given_up(change, *attempt);
            break;
        case NewsKind::PayNotSent:
            news::on_pay_not_sent(change, *attempt);
            break;
        default:
            break;  // no note about a call (decide)
    }
    return {kApplied, {}};
}

}  // namespace chukta
