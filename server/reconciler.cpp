#include "server/reconciler.h"

#include <algorithm>
#include <cstdlib>

#include "server/faults.h"
#include "server/held_sum.h"
#include "server/log.h"
#include "server/news.h"
#include "server/notifier.h"

namespace chukta {
namespace {

constexpr int kBatch = 100;
constexpr std::int64_t kForgetEveryMs = 3'600'000;
// Past its time an attempt waits this long for the gateway's answer; then the customer gets a new
// choice all the same (a success that still arrives counts).
constexpr std::int64_t kCheckingMs = 20'000;

static_assert(
    news::kLaterLookMs < Reconciler::kFarMs, "or it is taken for a clock's that was ahead"
);

}  // namespace

Reconciler::Reconciler(
    Store& store,
    HeldRequests& held,
    const Clock& clock,
    WatchPolicy watch,
    std::function<void()> outbox_changed
)
    : store_{store},
      held_{held},
      clock_{clock},
      watch_{watch},
      outbox_changed_{std::move(outbox_changed)} {}

bool Reconciler::run_once() {
    const auto now = clock_.now();
    forget_what_is_old(now);
    const bool hurried = hurry_what_is_far(now);
    std::vector<OrderId> orders;
    std::vector<OrderId> with_refunds;
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        orders = store_.orders_to_ask(transaction, now, kBatch);
        with_refunds = store_.orders_to_ask_refunds(transaction, now, kBatch);
    }
    bool any = hurried;
    for (const auto& order_id : orders) any = each(order_id, &Reconciler::look_after) || any;
    for (const auto& order_id : with_refunds) {
        any = each(order_id, &Reconciler::look_after_refunds) || any;
    }
    if (any) outbox_changed_();
    return any;
}

void Reconciler::forget_what_is_old(EpochMs now) {
    if (now - forgot_at_ <= kForgetEveryMs) return;
    forgot_at_ = now;
    try {
        const bool more = store_.transact([&](Transaction& transaction) {
            // A shop that nobody can tell may get an address; a backlog of years it does not need.
            if (!watch_.tells_shop) {
                store_.close_notifications(transaction, now - Notifier::kGiveUpMs, now);
            }
            const bool left = store_.forget_old(transaction, now);
            faults::pass(faults::Point::ReconcilerBeforeForget);
            return left;
        });
        faults::pass(faults::Point::ReconcilerAfterForget);
        if (more) forgot_at_ = 0;
    } catch (const db::StorageError& error) {
        // Orders are looked after all the same; this has another hour.
        log::error("old_rows.not_forgotten", {{"storage_code", error.code()}});
        if (!error.others_may_succeed()) throw;
    }
}

bool Reconciler::each(const OrderId& order_id, void (Reconciler::*look)(const OrderId&)) {
    try {
        (this->*look)(order_id);
        return true;
    } catch (const db::StorageError& error) {
        if (!error.others_may_succeed()) throw;
        // Such as a row with a newer program's word, or one that an operator's session has locked:
        // the others' turn comes all the same.
        log::error("order.not_looked_after", {{"order", order_id}, {"storage_code", error.code()}});
        return false;
    }
}

bool Reconciler::hurry_what_is_far(EpochMs now) {
    // This clock may be the one that jumps.
    if (std::abs(now - far_seen_at_) < kFarEveryMs) return false;
    const auto hurried = store_.transact([&](Transaction& transaction) {
        const auto rows = store_.hurry_beyond(transaction, now + kFarMs, now);
        faults::pass(faults::Point::ReconcilerBeforeHurry);
        return rows;
    });
    faults::pass(faults::Point::ReconcilerAfterHurry);
    far_seen_at_ = now;
    if (hurried > 0) log::warning("clock.was_ahead", {{"rows", hurried}});
    return hurried > 0;
}

void Reconciler::look_after_refunds(const OrderId& order_id) {
    const auto version = store_.transact([&](Transaction& transaction) -> std::int64_t {
        auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
        if (!change) return 0;
        for (auto& refund : change->refunds()) {
            if (refund.next_ask_at && *refund.next_ask_at <= change->now()) {
                schedule(*change, refund);
            }
        }
        change->ask(ErrandKind::AskRefunds, Priority::Verify, change->now());
        const bool changed = change->save();
        faults::pass(faults::Point::ReconcilerBeforeCommit);
        return changed ? change->order().version : 0;
    });
    faults::pass(faults::Point::ReconcilerAfterCommit);
    if (version != 0) held_.wake(order_id, version);
}

void Reconciler::schedule(OrderChange& change, Refund& refund) const {
    const auto now = change.now();
    change.touch(refund);
    if (now - refund.created_at > watch_.refund_window_ms) {
        log::warning("refund.watch_ended", {{"order", change.order().order_id}});
        refund.next_ask_at.reset();
        return;
    }
    const auto doublings = std::min<std::int64_t>(refund.asks, 20);
    ++refund.asks;
    refund.next_ask_at =
        now + std::min(watch_.refund_first_ms << doublings, watch_.refund_longest_ms);
}

void Reconciler::look_after(const OrderId& order_id) {
    const auto version = store_.transact([&](Transaction& transaction) -> std::int64_t {
        auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
        if (!change) return 0;
        const auto now = change->now();
        bool any_due = false;
        bool customer_waits = false;
        for (auto& attempt : change->attempts()) {
            if (!attempt.next_ask_at || *attempt.next_ask_at > now) continue;
            any_due = true;
            customer_waits = customer_waits || (is_open(attempt.status) &&
                                                now - attempt.created_at < kCustomerWaitsMs);
            schedule(*change, attempt);
        }
        if (!any_due) return 0;  // another instance was here first
        change->ask(ErrandKind::Ask, customer_waits ? Priority::Order : Priority::Verify, now);
        const bool changed = change->save();
        faults::pass(faults::Point::ReconcilerBeforeCommit);
        return changed ? change->order().version : 0;
    });
    faults::pass(faults::Point::ReconcilerAfterCommit);
    if (version != 0) held_.wake(order_id, version);
}

void Reconciler::schedule(OrderChange& change, Attempt& attempt) const {
    const auto now = change.now();
    change.touch(attempt);
    if (attempt.gateway_final && attempt.status == AttemptStatus::Failed) {
        // OrderChange::watch_for_late_success: this look, and one when the window ends.
        const auto end = attempt.created_at + watch_.window_ms;
        if (now < end) {
            attempt.next_ask_at = end;
        } else {
            attempt.next_ask_at.reset();
            news::refuse_sum(change, attempt);
        }
        return;
    }
    const bool timed = attempt.expires_at.has_value() && is_open(attempt.status);
    if (timed && now - *attempt.expires_at > kCheckingMs && attempt.sum_state == SumState::Plain &&
        attempt.pay_state != PayState::Queued) {
        change.fail(attempt, FailureReason::Expired);
    }
    if (change.is_watch_over(attempt)) {
        // Nobody at the gateway closes a payment later than this.
        if (is_open(attempt.status) && attempt.sum_state == SumState::Plain) {
            change.fail(attempt, FailureReason::Expired);
        }
        news::refuse_sum(change, attempt);
        log::info("attempt.watch_ended", {{"order", change.order().order_id}});
        change.stop_watching(attempt);
        return;
    }
    const auto doublings = std::min<std::int64_t>(attempt.asks, 20);
    const auto wait = std::min(watch_.first_ms << doublings, watch_.longest_ms);
    ++attempt.asks;
    attempt.next_ask_at = now + wait;
    const auto ask_by = [&](EpochMs mark) {
        if (mark > now) attempt.next_ask_at = std::min(*attempt.next_ask_at, mark);
    };
    // From then on an answer tells what became of a call that nobody heard the end of.
    if (attempt.pay_state == PayState::Unclear && attempt.unclear_at && is_open(attempt.status)) {
        ask_by(*attempt.unclear_at + watch_.unclear_grace_ms);
    }
    if (!timed || attempt.status == AttemptStatus::Failed) return;
    // The end of its time is asked about when it comes, and once more when checking has lasted
    // long.
    const auto end = *attempt.expires_at;
    ask_by(now < end ? end : end + kCheckingMs + 1);
}

}  // namespace chukta
