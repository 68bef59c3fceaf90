#include "server/news.h"

#include <algorithm>

#include "server/faults.h"
#include "server/held_sum.h"
#include "server/refund.h"
#include "server/refund_news.h"

namespace chukta::news {
namespace {

/// A call that may have been accepted, whose payment was not found yet and may be the event's: the
/// open one, else the one that the customer has left. Where more than one could be meant, a left
/// one is not believed to be.
Attempt* unclear_attempt(OrderChange& change, const GatewayEvent& event) {
    Attempt* left = nullptr;
    int candidates = 0;
    for (auto& attempt : change.attempts()) {
        if (attempt.pay_state != PayState::Unclear || !attempt.payment_id.empty()) continue;
        if (event.channel && *event.channel != attempt.channel) continue;
        if (is_open(attempt.status)) return &attempt;
        // The gateway did not know it after its grace.
        if (attempt.failure == FailureReason::GatewayUnavailable) continue;
        // Also one that a payment was found for: it may have been another's.
        ++candidates;
        if (attempt.unclear_at && closed_by_customer(attempt.failure)) left = &attempt;
    }
    return candidates == 1 ? left : nullptr;
}

bool money_may_move(const GatewayEvent& event) {
    return event.status == NormalizedStatus::Pending || event.status == NormalizedStatus::Completed;
}

/// News that no money moves is worth an attempt only when it tells the fate of an unclear call.
bool is_worth_an_attempt(OrderChange& change, const GatewayEvent& event) {
    return money_may_move(event) || unclear_attempt(change, event) != nullptr;
}

/// How long to wait with the next question about a payment that may be of a call whose reply is
/// outstanding: the longer it is, the longer. A gateway that is slow is asked by everybody.
std::int64_t pause_for_reply_ms(OrderChange& change) {
    EpochMs since = change.now();
    for (const auto& attempt : change.attempts()) {
        if (attempt.pay_state == PayState::Queued) since = std::min(since, attempt.created_at);
    }
    return std::clamp(
        (change.now() - since) / 2, kWaitMs, std::max(kWaitMs, change.policy().first_ms)
    );
}

/// An attempt for news of a payment that no call of ours is known to have started.
Attempt* found_attempt(OrderChange& change, const GatewayEvent& event) {
    if (faults::planted(faults::Bug::UnknownIsDropped)) return nullptr;
    if (!is_worth_an_attempt(change, event)) return nullptr;
    Attempt* const unclear = unclear_attempt(change, event);
    Attempt found;
    found.channel = event.channel.value_or(unclear ? unclear->channel : Channel::Intent);
    found.pay_state = PayState::Found;
    // The gateway has it, as after its reply: the customer can act on it.
    found.status = AttemptStatus::Pending;
    found.payment_id = event.payment_id;
    if (unclear) {
        found.vpa = unclear->vpa;
        found.vpa_masked = unclear->vpa_masked;
        found.app = unclear->app;
        found.expires_at = unclear->expires_at;
        found.device = unclear->device;
        // The found attempt stands for it from now on: not a failure.
        if (is_open(unclear->status)) {
            change.fail(*unclear, FailureReason::Superseded);
        } else {
            found.status = AttemptStatus::Failed;
            found.failure = FailureReason::Superseded;
        }
        unclear->unclear_at.reset();
        change.stop_watching(*unclear);
    } else {
        change.review(ReviewReason::UnknownAttempt);
    }
    auto& added = change.add(std::move(found));
    change.watch(added);
    return &added;
}

void advance(
    OrderChange& change,
    Attempt& attempt,
    AttemptStatus status,
    const GatewayEvent& event,
    NewsSource source
) {
    if (!event.bank_reference.empty()) attempt.bank_reference = event.bank_reference;
    switch (status) {
        case AttemptStatus::Completed:
            attempt.paid = event.payment_amount;
            change.complete(attempt, event.completed_at.value_or(change.now()));
            return;
        case AttemptStatus::Failed:
            if (source == NewsSource::Fetch) {
                // The gateway itself says that no money is held any more.
                attempt.sum_state = SumState::Plain;
                attempt.completed_at.reset();
            }
            attempt.detail = event.detail;
            attempt.no_money_taken = event.no_money_taken;
            change.fail(
                attempt,
                event.failure == FailureReason::None ? FailureReason::Unknown : event.failure
            );
            return;
        case AttemptStatus::Pending:
            change.give_index(attempt);
            attempt.status = AttemptStatus::Pending;
            attempt.failure = FailureReason::None;
            attempt.detail = wire::FailureDetail::None;
            attempt.no_money_taken = false;
            change.watch_again(attempt);
            change.touch(attempt);
            return;
        case AttemptStatus::Created:
        case AttemptStatus::Prepared:
            return;
    }
}

/// Which of two payments is the surplus is the gateway's time of completion (product.md §2), and a
/// webhook may have told only its own. Once one is on its way back nothing changes any more.
void correct_time(OrderChange& change, Attempt& attempt, const GatewayEvent& event) {
    const bool differs = attempt.status == AttemptStatus::Completed && event.completed_at &&
                         event.completed_at != attempt.completed_at;
    if (!differs || surplus(change.attempts()).empty()) return;
    for (const auto& refund : change.refunds()) {
        if (refund.origin == RefundOrigin::Duplicate) return;
    }
    attempt.completed_at = event.completed_at;
    change.touch(attempt);
}

/// The gateway's own last word ends the watch, but for two last looks at a failure.
void note_final(OrderChange& change, Attempt& attempt, const GatewayEvent& event) {
    if (event.gateway_final && event.status == NormalizedStatus::Failed &&
        attempt.status == AttemptStatus::Prepared) {
        // Nobody tapped the link in time; it must not be offered any more.
        attempt.prompt = StoredPrompt{};
        change.stop_watching(attempt);
        return;
    }
    if (event.gateway_final && event.status == NormalizedStatus::Failed &&
        attempt.status == AttemptStatus::Failed && !attempt.gateway_final) {
        change.watch_for_late_success(attempt);
    }
}

/// Its time is over and the bank has it: from now on only the gateway ends it, or the end of the
/// window. Our clock would close it at every look, and the answer open it again.
void outlive_its_time(OrderChange& change, Attempt& attempt) {
    attempt.expires_at.reset();
    // Whoever scanned it now would pay a second time.
    attempt.prompt = StoredPrompt{};
    change.touch(attempt);
}

}  // namespace

std::int64_t grace_of(const WatchPolicy& watch) {
    return faults::planted(faults::Bug::GraceIsIgnored) ? 0 : watch.unclear_grace_ms;
}

EventOutcome on_event(OrderChange& change, const GatewayEvent& event, NewsSource source) {
    Attempt* attempt = change.find(event.payment_id);
    if (event.contradictory) {
        change.ask(ErrandKind::Ask, Priority::Verify, change.now());
        return {Told::Applied, word(Verdict::Ask)};
    }
    if (!attempt) {
        const bool waits = !faults::planted(faults::Bug::UnknownDoesNotWait);
        if (change.reply_outstanding() && waits) return {Told::Waits, {}};
        attempt = found_attempt(change, event);
        if (!attempt) return {Told::Applied, word(Verdict::Stale)};
    }
    const auto sum = compare_sum(change.order().amount, event);
    auto decision = step(*attempt, event, source, sum);
    // Reopened when nobody asks any more, it would be closed and opened by turns for ever.
    const bool reopens =
        attempt->status == AttemptStatus::Failed && decision.status == AttemptStatus::Pending;
    if (reopens && change.is_watch_over(*attempt)) {
        decision = {Verdict::Stale, attempt->status, ReviewReason::None};
    }
    switch (decision.verdict) {
        case Verdict::Advance: {
            const bool was_over = attempt->gateway_final;
            advance(change, *attempt, decision.status, event, source);
            // Of a last word and a success the later one counts, and news arrives in any order.
            if (was_over && attempt->status == AttemptStatus::Completed) {
                change.ask(ErrandKind::Ask, Priority::Verify, change.now() + kLaterLookMs);
            }
            break;
        }
        case Verdict::Review:
            if (decision.status != attempt->status) {
                advance(change, *attempt, decision.status, event, source);
            }
            if (decision.review == ReviewReason::AmountMismatch) {
                hold_sum(change, *attempt, SumState::Mismatch, event);
            }
            change.review(decision.review);
            if (!event.word_known && source == NewsSource::Webhook) {
                on_unknown(change, Denies::ASuccess);
            }
            break;
        case Verdict::Ask: {
            const bool succeeded = event.status == NormalizedStatus::Completed;
            const bool listed_again =
                source == NewsSource::Fetch && attempt->sum_state == SumState::Asking;
            if (succeeded) hold_sum(change, *attempt, SumState::Asking, event);
            if (succeeded && attempt->sum_state == SumState::Asking) {
                const auto pause_ms = listed_again ? pause_of_circle_ms(change, *attempt) : 0;
                change.ask(ErrandKind::GetOrder, Priority::Verify, change.now() + pause_ms);
            } else if (!succeeded || source == NewsSource::Webhook) {
                change.ask(ErrandKind::Ask, Priority::Verify, change.now());
            }
            break;
        }
        case Verdict::Duplicate:
            if (source == NewsSource::Fetch) correct_time(change, *attempt, event);
            break;
        case Verdict::Stale:
            break;
    }
    if (event.reversed && attempt->status == AttemptStatus::Completed &&
        source == NewsSource::Fetch) {
        change.review(ReviewReason::Contradicted);
    }
    note_final(change, *attempt, event);
    return {Told::Applied, word(decision.verdict)};
}

void on_unknown(OrderChange& change, Denies denies) {
    // Such as a link that is asked about once more and late, since the order is paid.
    const auto soon = change.now() + change.policy().longest_ms;
    const auto& attempts = change.attempts();
    const bool matters = std::any_of(attempts.begin(), attempts.end(), [&](const Attempt& a) {
        if (a.payment_id.empty()) return false;
        // Also of one that is watched: its success may be on the way, and end the watch.
        if (denies == Denies::ASuccess) return true;
        return a.status != AttemptStatus::Completed && a.next_ask_at.value_or(soon) >= soon;
    });
    if (matters) change.ask(ErrandKind::Ask, Priority::Verify, change.now());
}

void on_payments(
    OrderChange& change,
    const std::vector<GatewayEvent>& events,
    const Asked& asked,
    const WatchPolicy& watch
) {
    const auto grace = grace_of(watch);
    std::vector<GatewayPaymentId> moving;
    std::vector<GatewayPaymentId> captured;
    bool waits = false;
    for (const auto& event : events) {
        const bool may_be_anybodys = on_event(change, event, NewsSource::Fetch).told == Told::Waits;
        waits = waits || (may_be_anybodys && is_worth_an_attempt(change, event));
        if (money_may_move(event)) moving.push_back(event.payment_id);
        if (event.captured) captured.push_back(event.payment_id);
    }
    free_sums(change, events, asked);
    settle_sums(change, events, asked);
    // A payment is listed that may be anybody's: look again when the outstanding reply is in.
    if (waits) {
        change.ask(ErrandKind::Ask, Priority::Order, change.now() + pause_for_reply_ms(change));
    }
    for (auto& attempt : change.attempts()) {
        // The gateway was asked late enough and knows nothing of the unclear call: it never
        // arrived.
        const bool never_arrived = !waits && attempt.pay_state == PayState::Unclear &&
                                   attempt.payment_id.empty() && attempt.unclear_at &&
                                   asked.since(*attempt.unclear_at + grace);
        if (never_arrived && closed_by_customer(attempt.failure)) {
            attempt.pay_state = PayState::NeverSent;
            change.stop_watching(attempt);
        }
        if (!is_open(attempt.status) || attempt.sum_state != SumState::Plain) continue;
        const bool bank_has_it =
            std::find(moving.begin(), moving.end(), attempt.payment_id) != moving.end();
        if (bank_has_it && attempt.expires_at && *attempt.expires_at <= change.now()) {
            outlive_its_time(change, attempt);
        }
        if (attempt.expires_at && asked.since(*attempt.expires_at) && !bank_has_it) {
            change.fail(attempt, FailureReason::Expired);
            continue;
        }
        if (never_arrived) {
            change.fail(attempt, FailureReason::GatewayUnavailable);
            change.stop_watching(attempt);
        }
    }
    on_captured(change, captured, asked);
}

}  // namespace chukta::news
