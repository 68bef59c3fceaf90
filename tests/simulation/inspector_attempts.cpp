// The promises about attempts: who may begin, replace and end them.
#include <algorithm>

#include "shared/limits.h"
#include "tests/simulation/inspector.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

using PaymentAtGateway = sandbox::PaymentStatus;

[[noreturn]] void broken(const Order& order, const std::string& what) {
    throw Violation{what + ": " + order.order_id.str()};
}

const Attempt* find(const std::vector<Attempt>& attempts, const AttemptId& id) {
    for (const auto& attempt : attempts) {
        if (attempt.attempt_id == id) return &attempt;
    }
    return nullptr;
}

bool counted(const Attempt& attempt, Channel channel) {
    const auto reason = attempt.failure;
    return attempt.channel == channel && attempt.status == AttemptStatus::Failed && attempt.index &&
           (reason == FailureReason::Declined || reason == FailureReason::UserCancelled ||
            reason == FailureReason::UserDropped || reason == FailureReason::Unknown);
}

}  // namespace

void Inspector::check_attempts(const Seen* before, const Seen& now) {
    int open = 0;
    std::set<std::string> payments;
    for (const auto& attempt : now.attempts) {
        const auto* was = before ? find(before->attempts, attempt.attempt_id) : nullptr;
        if (was && was->status == AttemptStatus::Completed &&
            attempt.status != AttemptStatus::Completed) {
            broken(now.order, "a completed attempt was taken back");
        }
        // By the gateway's own news: a fetch brings it back, or the bank has a link untapped.
        const bool untapped = was && was->status == AttemptStatus::Prepared &&
                              attempt.channel == Channel::Intent && !attempt.app;
        const bool reopened = (was && was->status == AttemptStatus::Failed) || untapped;
        if (is_open(attempt.status) && reopened) reopened_.insert(attempt.attempt_id.str());
        if (is_open(attempt.status) && attempt.pay_state != PayState::Found &&
            !reopened_.contains(attempt.attempt_id.str())) {
            ++open;
        }
        if (attempt.payment_id.empty()) continue;
        if (!payments.insert(attempt.payment_id.str()).second) {
            broken(now.order, "two attempts have one payment");
        }
        const auto* payment = world_.gateway().model.payment(attempt.payment_id.str());
        if (!payment || payment->order_id != now.order.order_id.str()) {
            broken(now.order, "an attempt has a payment of another order");
        }
        const auto& taken_back = world_.ledger().orders[now.order.order_id.str()].taken_back;
        if (attempt.status == AttemptStatus::Completed &&
            payment->status != PaymentAtGateway::Success &&
            !taken_back.contains(attempt.payment_id.str())) {
            broken(now.order, "completed without a success at the gateway");
        }
    }
    if (open > 1) broken(now.order, "two attempts are open at once");
}

/// A choice is replaced only by a press that names it: a second tab never closes what the customer
/// is about to pay in the first.
void Inspector::check_superseded(const Seen* before, const Seen& now) {
    if (!before || now.order.fulfillment_status == FulfillmentStatus::Cancelled) return;
    const auto& replaced = world_.ledger().orders[now.order.order_id.str()].replaced;
    // It stands for a call that was unclear for a moment between two looks, and then had its reply.
    const bool found =
        std::any_of(now.attempts.begin(), now.attempts.end(), [&](const Attempt& attempt) {
            return attempt.pay_state == PayState::Found &&
                   !find(before->attempts, attempt.attempt_id);
        });
    bool any = false;
    bool named = false;
    for (const auto& attempt : now.attempts) {
        const auto* was = find(before->attempts, attempt.attempt_id);
        const bool closed =
            attempt.failure == FailureReason::Superseded && was && is_open(was->status);
        if (!closed || !attempt.index) continue;
        // Those are replaced by what the gateway said of them. An unclear call's own reply can be
        // applied in the same commit.
        const bool by_news =
            (found && was->pay_state == PayState::Queued) || was->pay_state == PayState::Unclear ||
            attempt.pay_state == PayState::Unclear || attempt.pay_state == PayState::NeverSent ||
            attempt.pay_state == PayState::Found || reopened_.contains(attempt.attempt_id.str());
        named = named || by_news || replaced.contains(*attempt.index);
        any = true;
    }
    if (any && !named) broken(now.order, "an attempt was replaced and nobody asked for that");
}

/// A new attempt of the customer's obeys the limits as they stood before it.
void Inspector::check_limits(const Seen* before, const Seen& now) {
    if (!before) return;
    for (const auto& attempt : now.attempts) {
        const auto* was = find(before->attempts, attempt.attempt_id);
        const bool begins = attempt.index && attempt.pay_state != PayState::Found &&
                            is_open(attempt.status) && (!was || !was->index);
        if (!begins) continue;
        // Not begun by the customer: the gateway told of a link that nobody tapped.
        if (was && was->status == AttemptStatus::Prepared && !attempt.app) continue;
        const auto failures = std::count_if(
            before->attempts.begin(),
            before->attempts.end(),
            [&](const Attempt& other) { return counted(other, attempt.channel); }
        );
        if (failures >= limits::kFailuresPerChannelMax) {
            broken(now.order, "an attempt began on a closed channel");
        }
        if (*attempt.index > limits::kAttemptsPerOrderMax) {
            broken(now.order, "more attempts than an order may have");
        }
        if (before->order.payment_status == PaymentStatus::Paid) {
            broken(now.order, "an attempt began on a paid order");
        }
    }
}

/// An attempt failed by the bank's word only if that was the bank's word; a time-out is not a
/// failure.
void Inspector::check_failures(const Seen* before, const Seen& now) {
    const auto& facts = world_.ledger().orders[now.order.order_id.str()];
    for (const auto& attempt : now.attempts) {
        if (attempt.status != AttemptStatus::Failed) continue;
        const auto* was = before ? find(before->attempts, attempt.attempt_id) : nullptr;
        if (was && was->status == AttemptStatus::Failed && was->failure == attempt.failure)
            continue;
        const bool by_bank = attempt.failure == FailureReason::Declined ||
                             attempt.failure == FailureReason::UserDropped ||
                             attempt.failure == FailureReason::Unknown;
        const auto* payment = attempt.payment_id.empty()
                                  ? nullptr
                                  : world_.gateway().model.payment(attempt.payment_id.str());
        if (by_bank) {
            const bool said = payment && (payment->status == PaymentAtGateway::Failed ||
                                          payment->status == PaymentAtGateway::UserDropped ||
                                          payment->status == PaymentAtGateway::Cancelled ||
                                          facts.ended_unpaid.contains(attempt.payment_id.str()));
            if (!said) broken(now.order, "failed by a word that the bank never said");
        }
        if (attempt.failure == FailureReason::GatewayUnavailable &&
            attempt.channel == Channel::Collect &&
            facts.accepted.contains(attempt.attempt_id.str()) &&
            is_by_right_clocks(attempt.attempt_id.str())) {
            broken(now.order, "a collect request that the gateway has was called failed");
        }
    }
}

/// What our clock closed and the bank holds all the same is opened once: not closed and opened by
/// turns for as long as the bank thinks.
void Inspector::check_expired_once(const Seen* before, const Seen& now) {
    if (!before) return;
    for (const auto& attempt : now.attempts) {
        const auto* was = find(before->attempts, attempt.attempt_id);
        const bool expires = was && is_open(was->status) &&
                             attempt.failure == FailureReason::Expired &&
                             world_.now() - attempt.created_at <= World::kWindowMs &&
                             is_by_right_clocks(attempt.attempt_id.str());
        if (expires && !expired_.insert(attempt.attempt_id.str()).second) {
            broken(now.order, "an attempt expired twice");
        }
    }
}

/// What we closed and the gateway did not can still be paid: it stays watched (product.md §2).
void Inspector::check_watched(const Seen& now) {
    for (const auto& attempt : now.attempts) {
        const bool closed_here = attempt.failure == FailureReason::Superseded ||
                                 attempt.failure == FailureReason::UserCancelled ||
                                 attempt.failure == FailureReason::Expired;
        if (!closed_here || attempt.next_ask_at || attempt.payment_id.empty()) continue;
        const auto* payment = world_.gateway().model.payment(attempt.payment_id.str());
        const bool over = world_.now() - attempt.created_at > World::kWindowMs;
        if (payment && sandbox::is_open(payment->status) && !over &&
            is_by_right_clocks(attempt.attempt_id.str())) {
            broken(now.order, "an attempt that can still be paid is not watched");
        }
    }
}

void Inspector::order_pay_accepted(const std::string& order_id, const std::string& key) {
    const auto seen = seen_.find(order_id);
    if (seen == seen_.end()) return;
    for (const auto& attempt : seen->second.attempts) {
        if (attempt.attempt_id.str() == key && attempt.channel == Channel::Collect &&
            attempt.failure == FailureReason::GatewayUnavailable && is_by_right_clocks(key)) {
            broken(
                seen->second.order, "the gateway takes a collect request that was called failed"
            );
        }
    }
}

}  // namespace chukta::simulation
