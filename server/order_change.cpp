#include "server/order_change.h"

#include <algorithm>
#include <cassert>

#include "server/faults.h"
#include "server/log.h"
#include "shared/limits.h"

namespace chukta {
namespace {

template <class Id>
bool holds(const std::vector<Id>& ids, const Id& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::optional<OrderChange> OrderChange::begin(
    Store& store,
    Transaction& transaction,
    const OrderId& order_id,
    const WatchPolicy& watch,
    EpochMs now
) {
    auto order = store.lock_order(transaction, order_id);
    if (!order) return std::nullopt;
    OrderChange change{store, transaction, std::move(*order), watch, now};
    change.attempts_ = store.attempts_of(transaction, order_id);
    return change;
}

Attempt* OrderChange::find(const AttemptId& attempt_id) {
    const auto found = std::find_if(attempts_.begin(), attempts_.end(), [&](const Attempt& a) {
        return a.attempt_id == attempt_id;
    });
    return found == attempts_.end() ? nullptr : &*found;
}

Attempt* OrderChange::find(const GatewayPaymentId& payment_id) {
    if (payment_id.empty()) return nullptr;
    const auto found = std::find_if(attempts_.begin(), attempts_.end(), [&](const Attempt& a) {
        return a.payment_id == payment_id;
    });
    return found == attempts_.end() ? nullptr : &*found;
}

std::vector<Refund>& OrderChange::refunds() {
    if (!refunds_) refunds_ = store_->refunds_of(*transaction_, order_.order_id);
    return *refunds_;
}

Refund* OrderChange::find(const RefundId& refund_id) {
    auto& all = refunds();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Refund& refund) {
        return refund.refund_id == refund_id;
    });
    return found == all.end() ? nullptr : &*found;
}

bool OrderChange::reply_outstanding() const {
    return std::any_of(attempts_.begin(), attempts_.end(), [](const Attempt& attempt) {
        return attempt.pay_state == PayState::Queued;
    });
}

Attempt& OrderChange::add(Attempt attempt) {
    attempt.attempt_id = AttemptId{store_->ids().next(now_)};
    attempt.created_at = now_;
    attempts_.push_back(std::move(attempt));
    auto& added = attempts_.back();
    added_.push_back(added.attempt_id);
    if (added.status != AttemptStatus::Prepared) give_index(added);
    touch(added);
    return added;
}

void OrderChange::give_index(Attempt& attempt) {
    if (attempt.index) return;
    attempt.index = static_cast<int>(++order_.last_index);
    numbered_.push_back(attempt.attempt_id);
    touch(attempt);
}

void OrderChange::touch(const Attempt& attempt) {
    changed_ = true;
    if (!holds(dirty_, attempt.attempt_id)) dirty_.push_back(attempt.attempt_id);
}

void OrderChange::queue_pay(const Attempt& attempt, Priority priority) {
    OutboxRow row;
    row.kind = ErrandKind::Pay;
    row.dedupe_key = "pay:" + attempt.attempt_id.str();
    row.order_id = order_.order_id;
    row.attempt_id = attempt.attempt_id;
    row.priority = priority;
    row.due_at = now_;
    queue(row);
}

void OrderChange::queue(const OutboxRow& row) {
    errands_ = errands_ || row.due_at <= now_;
    store_->insert_outbox(*transaction_, row, now_);
}

void OrderChange::hurry_pay() {
    errands_ = true;
    store_->hurry_outbox(*transaction_, order_.order_id, ErrandKind::Pay, Priority::Customer, now_);
}

void OrderChange::watch(Attempt& attempt) {
    if (attempt.gateway_final || faults::planted(faults::Bug::NobodyAsks)) return;
    attempt.next_ask_at = now_ + watch_->first_ms;
    if (attempt.expires_at && *attempt.expires_at > now_) {
        attempt.next_ask_at = std::min(*attempt.next_ask_at, *attempt.expires_at);
    }
    touch(attempt);
}

void OrderChange::stop_watching(Attempt& attempt) {
    attempt.next_ask_at.reset();
    attempt.gateway_final = true;
    touch(attempt);
    const bool untapped = attempt.status == AttemptStatus::Prepared;
    if (untapped && faults::planted(faults::Bug::UntappedIsFailure)) {
        notify_shop("order.payment_failed", "untapped:" + attempt.attempt_id.str());
    }
}

void OrderChange::watch_for_late_success(Attempt& attempt) {
    stop_watching(attempt);
    if (faults::planted(faults::Bug::NobodyAsks)) return;
    attempt.next_ask_at = now_ + watch_->longest_ms;
}

void OrderChange::watch_for_unseen_tap(Attempt& attempt) {
    if (!attempt.next_ask_at) return;
    attempt.next_ask_at = attempt.created_at + watch_->window_ms + 1;
    touch(attempt);
}

bool OrderChange::is_watch_over(const Attempt& attempt) const {
    return now_ - attempt.created_at > watch_->window_ms;
}

void OrderChange::watch_again(Attempt& attempt) {
    // A link that nobody had tapped has one question left, in a day.
    const bool soon = attempt.next_ask_at && *attempt.next_ask_at <= now_ + watch_->first_ms;
    if (soon && !attempt.gateway_final && attempt.asks == 0) return;
    attempt.gateway_final = false;
    attempt.asks = 0;
    watch(attempt);
}

void OrderChange::fail(Attempt& attempt, FailureReason reason) {
    attempt.status = AttemptStatus::Failed;
    attempt.failure = reason;
    attempt.vpa.clear();
    touch(attempt);
    if (faults::planted(faults::Bug::ClosedIsForgotten)) stop_watching(attempt);
    const bool gateway_failed =
        reason == FailureReason::GatewayUnavailable || reason == FailureReason::GatewayRefused;
    if (gateway_failed) {
        ++order_.gateway_failures;
        if (order_.gateway_failures >= limits::kGatewayFailuresInARowMax) {
            review(ReviewReason::GatewayUnavailable);
        }
    }
    // A code that was regenerated and a choice that was replaced are not failures (product.md
    // §1.10).
    const bool replaced =
        reason == FailureReason::Superseded && !faults::planted(faults::Bug::ReplacedIsFailure);
    if (replaced || !attempt.index) return;
    notify_shop(
        "order.payment_failed",
        "payment_failed:" + attempt.attempt_id.str(),
        std::to_string(*attempt.index)
    );
}

void OrderChange::complete(Attempt& attempt, EpochMs completed_at) {
    const bool closed = order_.fulfillment_status == FulfillmentStatus::Cancelled ||
                        (order_.expires_at && *order_.expires_at <= completed_at);
    const bool paid_before = order_.payment_status == PaymentStatus::Paid ||
                             order_status(attempts_) == PaymentStatus::Paid;
    give_index(attempt);
    attempt.status = AttemptStatus::Completed;
    attempt.failure = FailureReason::None;
    attempt.detail = wire::FailureDetail::None;
    attempt.sum_state = SumState::Plain;
    attempt.completed_at = completed_at;
    attempt.vpa.clear();
    stop_watching(attempt);
    note_contradiction();
    if (paid_before && faults::planted(faults::Bug::ToldAgain)) {
        notify_shop("order.paid", "paid:" + attempt.attempt_id.str());
    }
    if (paid_before && faults::planted(faults::Bug::SurplusIsUnseen)) return;
    if (paid_before) {
        review(ReviewReason::PaidTwice);
        // Get Payments must show both before anything goes back.
        if (watch_->duplicates_go_back_after_ms) {
            attempt.asks = 0;
            attempt.next_ask_at =
                std::max(now_, completed_at) + *watch_->duplicates_go_back_after_ms;
        }
    } else if (closed) {
        review(ReviewReason::PaidAfterClose);
    }
}

void OrderChange::review(ReviewReason reason) {
    const bool unseen = faults::planted(faults::Bug::TakenBackIsUnseen);
    if (unseen && reason == ReviewReason::Contradicted) return;
    const auto serious = more_serious(order_.review_reason, reason);
    if (serious == order_.review_reason) return;
    order_.review_reason = serious;
    changed_ = true;
    log::warning("order.under_review", {{"order", order_.order_id}, {"reason", word(serious)}});
    notify_shop(
        "order.review",
        "review:" + order_.order_id.str() + ":" + std::string{word(serious)},
        word(serious)
    );
}

Refund& OrderChange::add(Refund refund) {
    assert(find(refund.refund_id) == nullptr);
    refund.created_at = now_;
    refunds().push_back(std::move(refund));
    auto& added = refunds().back();
    added_refunds_.push_back(added.refund_id);
    touch(added);
    return added;
}

void OrderChange::touch(const Refund& refund) {
    changed_ = true;
    if (!holds(dirty_refunds_, refund.refund_id)) dirty_refunds_.push_back(refund.refund_id);
}

void OrderChange::queue(const Refund& refund) {
    OutboxRow row;
    row.kind = ErrandKind::Refund;
    // One call row a refund, ever; its repeats carry the same refund_id and key.
    row.dedupe_key = "refund:" + order_.order_id.str() + ":" + refund.refund_id.str();
    row.order_id = order_.order_id;
    row.payload = refund.refund_id.str();
    row.priority = Priority::Shop;
    row.due_at = now_;
    queue(row);
}

void OrderChange::watch(Refund& refund) {
    if (faults::planted(faults::Bug::NobodyAsksOfRefunds)) return;
    // The answer to the last question of a watch begins no new one.
    if (now_ - refund.created_at > watch_->refund_window_ms) return;
    refund.asks = 0;
    refund.next_ask_at = now_ + watch_->refund_first_ms;
    touch(refund);
}

void OrderChange::tell_of(const Refund& refund) {
    const auto next_version = order_.version + 1;
    notify_shop(
        "refund.updated",
        "refund:" + order_.order_id.str() + ":" + refund.refund_id.str() + ":" +
            std::to_string(next_version),
        refund.refund_id.str() + " " + std::string{word(refund.status)}
    );
}

void OrderChange::note_contradiction() {
    const auto* const paid = paid_attempt(attempts_);
    if (!paid) return;
    for (const auto& refund : refunds()) {
        // The surplus of an order paid twice going back is what everybody hopes for.
        const bool took_it_back = refund.origin == RefundOrigin::Gateway &&
                                  refund.status != RefundStatus::Failed &&
                                  refund.payment_id == paid->payment_id;
        if (took_it_back) review(ReviewReason::Contradicted);
    }
}

void OrderChange::ask(ErrandKind kind, Priority priority, EpochMs due_at) {
    OutboxRow row;
    row.kind = kind;
    row.dedupe_key = std::string{word(kind)} + ":" + order_.order_id.str();
    row.order_id = order_.order_id;
    row.priority = priority;
    row.due_at = due_at;
    errands_ = errands_ || due_at <= now_;
    store_->ask_outbox(*transaction_, row, now_);
    if (kind == ErrandKind::Ask && faults::planted(faults::Bug::QuestionIsReview)) {
        notify_shop("order.review", "asked:" + order_.order_id.str());
    }
}

void OrderChange::notify_shop(
    std::string_view event, std::string_view once_key, std::string_view about
) {
    if (!watch_->tells_shop) return;
    OutboxRow row;
    row.kind = ErrandKind::Notify;
    // One row of this key ever: its id is the webhook-id that every repeat carries.
    row.dedupe_key = "notify:" + std::string{once_key};
    row.order_id = order_.order_id;
    row.payload = std::string{event} + " " + std::string{about};
    row.priority = Priority::Shop;
    row.due_at = now_;
    queue(row);
}

void OrderChange::fold() {
    const auto status = order_status(attempts_);
    // Paid is final, whatever happens to its attempts later.
    if (order_.payment_status == PaymentStatus::Paid || status == order_.payment_status) return;
    order_.payment_status = status;
    changed_ = true;
    if (status != PaymentStatus::Paid) return;
    order_.paid_at = paid_attempt(attempts_)->completed_at;
    if (order_.fulfillment_status == FulfillmentStatus::Pending) {
        order_.fulfillment_status = FulfillmentStatus::Confirmed;
    }
    for (auto& attempt : attempts_) {
        if (attempt.status == AttemptStatus::Prepared) watch_for_unseen_tap(attempt);
    }
    notify_shop("order.paid", "paid:" + order_.order_id.str());
}

bool OrderChange::save() {
    fold();
    if (!changed_) return false;
    ++order_.version;
    order_.updated_at = now_;
    save_attempts();
    save_refunds();
    store_->update_order(*transaction_, order_);
    changed_ = false;
    return true;
}

void OrderChange::save_attempts() {
    for (auto& attempt : attempts_) {
        if (!holds(dirty_, attempt.attempt_id)) continue;
        attempt.updated_at = now_;
        if (holds(added_, attempt.attempt_id)) {
            store_->insert_attempt(*transaction_, order_.order_id, attempt);
            continue;
        }
        store_->update_attempt(*transaction_, order_.order_id, attempt);
        if (holds(numbered_, attempt.attempt_id)) {
            store_->number_attempt(*transaction_, order_.order_id, attempt);
        }
    }
    dirty_.clear();
    added_.clear();
    numbered_.clear();
}

void OrderChange::save_refunds() {
    if (dirty_refunds_.empty()) return;
    for (auto& refund : refunds()) {
        if (!holds(dirty_refunds_, refund.refund_id)) continue;
        refund.updated_at = now_;
        if (holds(added_refunds_, refund.refund_id)) {
            store_->insert_refund(*transaction_, order_.order_id, refund);
        } else {
            store_->update_refund(*transaction_, order_.order_id, refund);
        }
    }
    dirty_refunds_.clear();
    added_refunds_.clear();
}

}  // namespace chukta
