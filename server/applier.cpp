#include "server/applier.h"

#include <algorithm>
#include <variant>

#include "server/faults.h"
#include "server/log.h"
#include "server/news.h"
#include "server/refund_news.h"

namespace chukta {
namespace {

// Rows that share a commit; no more than so few of them while somebody waits to write: on SQLite
// that is a webhook which is answered after its own commit.
constexpr int kTogether = 32;
constexpr std::size_t kTogetherMin = 8;
// What becomes of nearly every webhook.
const std::string_view kUsual = word(Verdict::Advance);
// A row that the database refused, or that only a newer program understands.
constexpr std::int64_t kRefusedWaitMs = 30'000;

struct OrderOf {
    OrderId operator()(const GatewayEvent& event) const { return event.order_id; }
    OrderId operator()(const GatewayRefundNews& refund) const { return refund.order_id; }
    OrderId operator()(const GatewayOtherNews& other) const { return other.order_id; }
};

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
    {
        // A look first, which is in nobody's way.
        Transaction transaction{store_.database(), db::Mode::Look};
        if (!store_.inbox_is_due(transaction, clock_.now())) return false;
    }
    try {
        return apply(kTogether);
    } catch (const db::StorageError&) {
        // One of them must not keep the others from being applied.
        bool any = false;
        for (int i = 0; i < kTogether && apply_one(); ++i) any = true;
        return any;
    }
}

bool Applier::apply_one() {
    std::string claimed;
    try {
        return apply(1, &claimed);
    } catch (const db::StorageError& error) {
        log::error("news.not_applied", {{"storage_code", error.code()}});
    }
    // It stays in the inbox and is tried again; until then those behind it have their turn. When
    // this fails too, it is the database and not the row.
    store_.transact([&](Transaction& transaction) {
        const auto now = clock_.now();
        for (const auto& row : store_.claim_inbox(transaction, now, kTogether)) {
            // Not another one, which an applier beside this one left.
            if (row.inbox_id != claimed) continue;
            store_.postpone_inbox(transaction, row, now + kRefusedWaitMs);
        }
        faults::pass(faults::Point::ApplierBeforePostpone);
    });
    faults::pass(faults::Point::ApplierAfterPostpone);
    return true;
}

bool Applier::apply(int limit, std::string* first_claimed) {
    const log::Together together;  // no page waits for the log
    std::vector<InboxRow> apart;
    if (faults::planted(faults::Bug::AppliedApart)) apart = finish_first(limit);
    const auto all = store_.transact([&](Transaction& transaction) {
        std::vector<Applied> applied;
        auto rows = apart.empty() ? store_.claim_inbox(transaction, clock_.now(), limit) : apart;
        if (rows.empty()) return applied;
        if (first_claimed) *first_claimed = rows.front().inbox_id;
        faults::pass(faults::Point::ApplierAfterClaim);
        for (auto& arrived : in_order_of_locks(std::move(rows))) {
            applied.push_back(apply(transaction, arrived));
            const bool enough = applied.size() >= kTogetherMin;
            if (enough && store_.database().writer_is_wanted()) break;
        }
        faults::pass(faults::Point::ApplierBeforeCommit);
        return applied;
    });
    if (all.empty()) return false;
    faults::pass(faults::Point::ApplierAfterCommit);
    tell(all);
    return true;
}

void Applier::tell(const std::vector<Applied>& all) {
    bool errands = false;
    for (const auto& applied : all) {
        if (applied.version != 0) held_.wake(applied.order_id, applied.version);
        errands = errands || applied.errands;
    }
    if (errands) outbox_changed_();
}

Applier::Arrived Applier::read(InboxRow row) const {
    Arrived arrived{std::move(row), {}};
    if (arrived.row.kind != NewsKind::Webhook) return arrived;
    if (auto news = gateway_.read_webhook(arrived.row.body)) {
        arrived.row.order_id = std::visit(OrderOf{}, *news);
        arrived.webhook = std::move(*news);
    }
    return arrived;
}

std::vector<Applier::Applied> Applier::take_in(
    Transaction& transaction, const std::vector<Arrived*>& webhooks
) {
    std::vector<Applied> all;
    for (auto* const arrived : webhooks) {
        // Written at once as what nearly every one becomes: one statement, and no entry in the
        // indexes of what is due.
        const auto now = clock_.now();
        if (!store_.insert_finished_inbox(transaction, arrived->row, kUsual, now)) continue;
        all.push_back(apply(transaction, *arrived, kUsual));
    }
    return all;
}

std::vector<Applier::Arrived> Applier::in_order_of_locks(std::vector<InboxRow> rows) const {
    std::vector<Arrived> all;
    all.reserve(rows.size());
    for (auto& row : rows) {
        all.push_back(read(std::move(row)));
    }
    // Two instances that lock the same orders lock them in the same order; an order's own news
    // stays as it came.
    std::stable_sort(all.begin(), all.end(), [](const Arrived& a, const Arrived& b) {
        return a.row.order_id < b.row.order_id;
    });
    return all;
}

Applier::Applied Applier::apply(
    Transaction& transaction, Arrived& arrived, std::string_view written
) {
    auto& row = arrived.row;
    const log::RequestScope scope{row.request_id};
    Applied applied;
    const auto outcome = row.kind == NewsKind::Webhook ? on_webhook(transaction, arrived, applied)
                                                       : decide(transaction, row, applied);
    if (outcome.postponed_to) {
        store_.postpone_inbox(transaction, row, *outcome.postponed_to);
    } else if (outcome.verdict != written) {
        store_.finish_inbox(transaction, row, outcome.verdict, clock_.now());
    }
    return applied;
}

/// What Bug::AppliedApart does: the rows are done with before anything of them is.
std::vector<InboxRow> Applier::finish_first(int limit) {
    return store_.transact([&](Transaction& transaction) {
        auto rows = store_.claim_inbox(transaction, clock_.now(), limit);
        for (const auto& row : rows) {
            store_.finish_inbox(transaction, row, "applied", clock_.now());
        }
        return rows;
    });
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
    const bool was_outstanding = change->reply_outstanding();
    const auto outcome = work(*change);
    // News that waited for the reply can be joined to it now.
    const bool may_be_joined = was_outstanding && !change->reply_outstanding();
    const bool changed = change->save();
    applied.errands = change->has_errands();
    if (changed) {
        applied.order_id = order_id;
        applied.version = change->order().version;
        if (may_be_joined) store_.wake_inbox(transaction, order_id, clock_.now());
        const auto status = change->order().payment_status;
        if (status != before) {
            log::info("order.changed", {{"order", order_id}, {"payment_status", word(status)}});
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
            break;  // read before
        case NewsKind::OrderAnswer:
        case NewsKind::CreateRefused: {
            const auto outcome = in_order(&Applier::on_order);
            // A session may be there now: attempts that waited for it are called.
            store_.wake_outbox(transaction, row.order_id, ErrandKind::Pay, clock_.now());
            applied.errands = true;
            return outcome;
        }
        case NewsKind::PayAnswer:
            return in_order(&Applier::on_pay);
        case NewsKind::PaymentsAnswer:
            return in_order(&Applier::on_payments);
        case NewsKind::PayRefused:
        case NewsKind::PayUnclear:
        case NewsKind::PayOvertaken:
        case NewsKind::PayGivenUp:
        case NewsKind::PayNotSent:
            return in_order(&Applier::on_note);
        case NewsKind::RefundAnswer:
        case NewsKind::RefundRefused:
        case NewsKind::RefundNotSent:
            return in_order(&Applier::on_refund);
        case NewsKind::RefundsAnswer:
            return in_order(&Applier::on_refunds);
        case NewsKind::OfAnotherProgram:
            log::warning("news.of_another_program", {{"order", row.order_id}});
            return {"waits", clock_.now() + kRefusedWaitMs};
    }
    return {"unknown_kind", {}};
}

Applier::Outcome Applier::on_webhook(
    Transaction& transaction, const Arrived& arrived, Applied& applied
) {
    const auto& row = arrived.row;
    if (!arrived.webhook) {
        log::warning("webhook.unreadable", {{"inbox", std::string_view{row.inbox_id}}});
        return {"unreadable", {}};
    }
    if (const auto* event = std::get_if<GatewayEvent>(&*arrived.webhook)) {
        return within(transaction, row.order_id, applied, [&](OrderChange& change) {
            return on_event(change, *event, NewsSource::Webhook);
        });
    }
    if (const auto* refund = std::get_if<GatewayRefundNews>(&*arrived.webhook)) {
        return within(transaction, row.order_id, applied, [&](OrderChange& change) {
            return Outcome{news::on_refund(change, *refund, NewsSource::Webhook), {}};
        });
    }
    // We cannot say what it means; the gateway's list can.
    if (!row.order_id.empty()) {
        const auto& other = std::get<GatewayOtherNews>(*arrived.webhook);
        within(transaction, row.order_id, applied, [&](OrderChange& change) {
            news::on_unknown(change, other.denies);
            return Outcome{};
        });
    }
    return {"kept", {}};
}

Applier::Outcome Applier::on_event(
    OrderChange& change, const GatewayEvent& event, NewsSource source
) {
    const auto outcome = news::on_event(change, event, source);
    if (outcome.told == news::Told::Waits) return {"waits", clock_.now() + news::kWaitMs};
    return {outcome.verdict, {}};
}

}  // namespace chukta
