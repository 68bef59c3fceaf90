// What the replies to Order Pay calls do, and calls whose end nobody heard.

#include <algorithm>

#include "server/news.h"
#include "shared/upi_uri.h"

namespace chukta::news {
namespace {

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

void on_pay_answer(OrderChange& change, Attempt& attempt, const GatewayPayNews& news) {
    // What ended its watch was said of a call that was never sent, or of another payment that was
    // taken for this one: it has a payment of its own after all.
    if (attempt.payment_id.empty()) attempt.gateway_final = false;
    attempt.pay_state = PayState::Answered;
    change.touch(attempt);
    const bool right_sum = is_intent_amount_right(change, news.prompt);
    // Not shown and reviewed (docs/architecture.md §7, the QR code): a customer must never approve
    // another sum.
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
    if (!attempt.payment_id.empty()) {
        // A repeat by whoever overtook the claim that was answered: the payment is there.
        change.ask(ErrandKind::Ask, Priority::Verify, change.now());
        return;
    }
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

}  // namespace chukta::news
