#include "server/news.h"

#include <algorithm>

#include "server/faults.h"
#include "server/held_sum.h"
#include "server/refund.h"
#include "server/refund_news.h"
#include "shared/upi_uri.h"

namespace chukta::news {
namespace {

Attempt* unclear_attempt(OrderChange& change) {
    for (auto& attempt : change.attempts()) {
        if (attempt.pay_state == PayState::Unclear && attempt.payment_id.empty() &&
            is_open(attempt.status)) {
            return &attempt;
        }
    }
    return nullptr;
}

/// An attempt for news of a payment that no call of ours is known to have started.
Attempt* found_attempt(OrderChange& change, const GatewayEvent& event) {
    if (faults::planted(faults::Bug::UnknownIsDropped)) return nullptr;
    Attempt* unclear = unclear_attempt(change);
    const bool money_may_move =
        event.status == NormalizedStatus::Pending || event.status == NormalizedStatus::Completed;
    // News that no money moves is worth an attempt only when it tells the fate of an unclear call.
    if (!unclear && !money_may_move) return nullptr;
    Attempt found;
    found.channel = event.channel.value_or(unclear ? unclear->channel : Channel::Intent);
    found.pay_state = PayState::Found;
    // The gateway has it, as after its reply: the customer can act on it.
    found.status = AttemptStatus::Pending;
    found.payment_id = event.payment_id;
    const bool is_the_unclear_one = unclear && found.channel == unclear->channel;
    if (is_the_unclear_one) {
        found.vpa = unclear->vpa;
        found.vpa_masked = unclear->vpa_masked;
        found.app = unclear->app;
        found.expires_at = unclear->expires_at;
        found.device = unclear->device;
        // The found attempt stands for it from now on: not a failure.
        change.fail(*unclear, FailureReason::Superseded);
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

bool is_intent_amount_right(const OrderChange& change, const PaymentPrompt& prompt) {
    const auto right = [&](const std::string& link) {
        // `am` of a link that a UPI app will read must be the sum we are about to ask for.
        if (!is_upi_link(link) && !link_parameter(link, "am")) return true;
        const auto amount = link_amount(link);
        return amount && *amount == change.order().amount;
    };
    if (const auto* intent = std::get_if<IntentPrompt>(&prompt)) {
        return std::all_of(intent->links.begin(), intent->links.end(), [&](const AppLink& link) {
            return right(link.href);
        });
    }
    if (const auto* qr = std::get_if<QrPrompt>(&prompt)) return right(qr->text);
    return true;
}

/// One payment is one attempt's: the one found stands for the one that started it from now on.
void yield_to(OrderChange& change, Attempt& attempt, Attempt& found, const PaymentPrompt* prompt) {
    if (prompt && is_open(found.status)) {
        found.prompt = StoredPrompt{*prompt};
        change.touch(found);
    }
    if (attempt.status != AttemptStatus::Completed && attempt.status != AttemptStatus::Failed) {
        change.fail(attempt, FailureReason::Superseded);
    }
    change.stop_watching(attempt);
}

/// Its time is over and the bank has it: from now on only the gateway ends it, or the end of the
/// window. Our clock would close it at every look, and the answer open it again.
void outlive_its_time(OrderChange& change, Attempt& attempt) {
    attempt.expires_at.reset();
    // Whoever scanned it now would pay a second time.
    attempt.prompt = StoredPrompt{};
    change.touch(attempt);
}

std::int64_t grace_of(const WatchPolicy& watch) {
    return faults::planted(faults::Bug::GraceIsIgnored) ? 0 : watch.unclear_grace_ms;
}

/// A collect call that nobody heard the end of ended then. Of two who say so the later one is
/// right: the caller's own note can come after that of whoever overtook it.
void call_ended(OrderChange& change, Attempt& attempt, EpochMs at, const WatchPolicy& watch) {
    const bool open_end = attempt.pay_state == PayState::Unclear && attempt.unclear_at;
    if (attempt.pay_state != PayState::Queued && !open_end) return;
    attempt.pay_state = PayState::Unclear;
    attempt.unclear_at = std::max(attempt.unclear_at.value_or(at), at);
    change.touch(attempt);
    change.watch(attempt);
    // It may be there already; that it is not means something only after the grace.
    attempt.next_ask_at = change.now() + grace_of(watch);
}

}  // namespace

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
        case Verdict::Advance:
            advance(change, *attempt, decision.status, event, source);
            break;
        case Verdict::Review:
            if (decision.status != attempt->status) {
                advance(change, *attempt, decision.status, event, source);
            }
            if (decision.review == ReviewReason::AmountMismatch) {
                hold_sum(change, *attempt, SumState::Mismatch, event);
            }
            change.review(decision.review);
            if (!event.word_known && source == NewsSource::Webhook) on_unknown(change);
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

void on_unknown(OrderChange& change) {
    // Such as a link that is asked about once more and late, since the order is paid.
    const auto soon = change.now() + change.policy().longest_ms;
    const auto& attempts = change.attempts();
    const bool unwatched = std::any_of(attempts.begin(), attempts.end(), [&](const Attempt& a) {
        return !a.payment_id.empty() && a.status != AttemptStatus::Completed &&
               a.next_ask_at.value_or(soon) >= soon;
    });
    if (unwatched) change.ask(ErrandKind::Ask, Priority::Verify, change.now());
}

void on_pay_answer(OrderChange& change, Attempt& attempt, const GatewayPayNews& news) {
    // What ended its watch was said of a call that was never sent, or of another payment that was
    // taken for this one: it has a payment of its own after all.
    if (attempt.payment_id.empty()) attempt.gateway_final = false;
    attempt.pay_state = PayState::Answered;
    change.touch(attempt);
    const bool right_sum = is_intent_amount_right(change, news.prompt);
    // Not shown and reviewed (architecture.md §7, the QR): a customer must never approve another
    // sum.
    if (!right_sum) change.review(ReviewReason::AmountMismatch);
    // A link that nobody may use is a failure of the gateway's like any other.
    if (right_sum) change.order().gateway_failures = 0;
    Attempt* const known = change.find(news.payment_id);
    if (known && known != &attempt) {
        // Heard of before its reply came, when nobody waited for one any more.
        return yield_to(change, attempt, *known, right_sum ? &news.prompt : nullptr);
    }
    attempt.payment_id = news.payment_id;
    change.watch(attempt);
    const bool paid = change.order().payment_status == PaymentStatus::Paid;
    if (paid && attempt.status == AttemptStatus::Prepared) change.watch_for_unseen_tap(attempt);
    if (!right_sum) {
        if (attempt.status != AttemptStatus::Completed && attempt.status != AttemptStatus::Failed) {
            change.fail(attempt, FailureReason::GatewayRefused);
        }
        return;
    }
    attempt.prompt = StoredPrompt{news.prompt};
    if (attempt.status == AttemptStatus::Created) attempt.status = AttemptStatus::Pending;
}

void on_pay_refused(OrderChange& change, Attempt& attempt, const GatewayRefusal& refusal) {
    attempt.pay_state = PayState::Answered;
    change.stop_watching(attempt);
    auto reason = FailureReason::GatewayRefused;
    // The gateway works; it only does not take collect, and that channel closes (product.md §6).
    // One that takes no links or no codes is for a person.
    const bool blameless =
        refusal.refusal == Refusal::ChannelNotAllowed && attempt.channel == Channel::Collect;
    switch (refusal.refusal) {
        case Refusal::InvalidVpa:
            reason = FailureReason::InvalidVpa;
            change.order().gateway_failures = 0;  // it works: those before were not in a row
            break;
        case Refusal::ChannelNotAllowed:
            if (blameless) change.order().collect_refused = true;
            break;
        case Refusal::OrderInactive:
            change.ask(ErrandKind::GetOrder, Priority::Order, change.now());
            change.ask(ErrandKind::Ask, Priority::Order, change.now());
            break;
        case Refusal::OrderExists:
        case Refusal::RefundIdTaken:
        case Refusal::RefundTooLarge:
        case Refusal::NotFound:
        case Refusal::Other:
            break;
    }
    if (!is_open(attempt.status)) return;
    auto& failures = change.order().gateway_failures;
    const auto before = failures;
    if (blameless) failures = -1;
    change.fail(attempt, reason);
    if (blameless) failures = before;
}

void on_pay_unclear(OrderChange& change, Attempt& attempt, const WatchPolicy& watch) {
    call_ended(change, attempt, change.now(), watch);
}

void on_pay_overtaken(OrderChange& change, Attempt& attempt, const WatchPolicy& watch) {
    call_ended(change, attempt, change.now() + kLongestCall.count(), watch);
}

void on_pay_given_up(OrderChange& change, Attempt& attempt) {
    if (attempt.pay_state == PayState::Answered) return;  // by a claim that was overtaken
    attempt.pay_state = PayState::NeverSent;
    change.touch(attempt);
    if (is_open(attempt.status)) change.fail(attempt, FailureReason::GatewayUnavailable);
    // A link call that was perhaps accepted can be heard of; nobody can pay it, so nobody asks.
    change.stop_watching(attempt);
}

void on_pay_not_sent(OrderChange& change, Attempt& attempt) {
    // An answer is proof that an earlier claim sent it.
    if (attempt.pay_state != PayState::Queued) return;
    attempt.pay_state = PayState::NeverSent;
    if (is_open(attempt.status)) {
        // The order stopped being payable while the call was queued.
        const auto& order = change.order();
        const bool over = order.gateway_state == GatewayState::Closed ||
                          (order.expires_at && *order.expires_at <= change.now());
        change.fail(
            attempt,
            order.gateway_state == GatewayState::Refused ? FailureReason::GatewayRefused
            : over                                       ? FailureReason::Expired
                                                         : FailureReason::Superseded
        );
    }
    change.stop_watching(attempt);
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
        waits = on_event(change, event, NewsSource::Fetch).told == Told::Waits || waits;
        if (event.status == NormalizedStatus::Pending ||
            event.status == NormalizedStatus::Completed) {
            moving.push_back(event.payment_id);
        }
        if (event.captured) captured.push_back(event.payment_id);
    }
    settle_sums(change, events, asked);
    // A payment is listed that may be anybody's: look again when the outstanding reply is in.
    if (waits) change.ask(ErrandKind::Ask, Priority::Order, change.now() + kWaitMs);
    for (auto& attempt : change.attempts()) {
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
        // The gateway was asked late enough and knows nothing of the unclear call: it never
        // arrived.
        if (!waits && attempt.pay_state == PayState::Unclear && attempt.payment_id.empty() &&
            attempt.unclear_at && asked.since(*attempt.unclear_at + grace)) {
            change.fail(attempt, FailureReason::GatewayUnavailable);
            change.stop_watching(attempt);
        }
    }
    on_captured(change, captured, asked);
}

}  // namespace chukta::news
