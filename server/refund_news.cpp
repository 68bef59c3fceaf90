#include "server/refund_news.h"

#include <algorithm>

#include "server/faults.h"
#include "server/log.h"
#include "server/refund.h"

namespace chukta::news {
namespace {

/// Ids that we make up hold a '-', which no id that the shop or we send to the gateway has.
RefundId row_id_of(const GatewayRefundNews& news) {
    if (!news.refund_id.empty()) return news.refund_id;
    const auto& theirs =
        news.gateway_refund_id.empty() ? news.payment_id.str() : news.gateway_refund_id;
    return RefundId{(news.automatic ? "auto-" : "cf-") + theirs};
}

Refund& found_refund(
    OrderChange& change, const RefundId& refund_id, const GatewayRefundNews& news
) {
    Refund found;
    found.refund_id = refund_id;
    found.origin = news.automatic ? RefundOrigin::Gateway : RefundOrigin::Dashboard;
    found.amount = news.amount.value_or(Money{});
    return change.add(std::move(found));
}

/// What the gateway says besides the status. True when the shop would see something new.
bool take_facts(Refund& refund, const GatewayRefundNews& news, NewsSource source) {
    const auto before = refund;
    if (!news.gateway_refund_id.empty()) refund.gateway_refund_id = news.gateway_refund_id;
    if (!news.payment_id.empty()) refund.payment_id = news.payment_id;
    if (!news.bank_reference.empty()) refund.bank_reference = news.bank_reference;
    if (news.amount) refund.amount = *news.amount;  // theirs is the money that moves
    // A reply that is applied late says "pending" of what a fetch has seen on hold.
    const bool newer = refund.gateway_status.empty() || source != NewsSource::Reply;
    if (newer && refund.status == RefundStatus::Pending && !news.gateway_word.empty()) {
        refund.gateway_status = news.gateway_word;
    }
    return before.gateway_status != refund.gateway_status || before.amount != refund.amount ||
           before.payment_id != refund.payment_id ||
           before.bank_reference != refund.bank_reference ||
           before.gateway_refund_id != refund.gateway_refund_id;
}

void advance(
    OrderChange& change, Refund& refund, RefundStatus status, const GatewayRefundNews& news
) {
    refund.status = status;
    refund.gateway_status = news.gateway_word;
    refund.refused_at.reset();
    refund.next_ask_at.reset();
    switch (status) {
        case RefundStatus::Completed:
            refund.failure = RefundFailure::None;
            refund.completed_at = news.completed_at.value_or(change.now());
            break;
        case RefundStatus::Failed:
            refund.failure = RefundFailure::Cancelled;
            break;
        case RefundStatus::Pending:
            refund.failure = RefundFailure::None;
            change.watch(refund);
            break;
    }
}

/// The surplus waits for the end of every other refund, and by then nobody may watch its payments
/// any more. A fetch that tells of the end settles it itself.
void ask_for_surplus(OrderChange& change, const Refund& failed) {
    const bool waits = change.policy().duplicates_go_back_after_ms &&
                       failed.origin != RefundOrigin::Duplicate &&
                       !surplus(change.attempts()).empty();
    if (waits) change.ask(ErrandKind::AskRefunds, Priority::Verify, change.now());
}

RefundFailure failure_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::RefundIdTaken:
            return RefundFailure::RefundIdTaken;
        case Refusal::RefundTooLarge:
            return RefundFailure::AmountTooLarge;
        case Refusal::InvalidVpa:
        case Refusal::ChannelNotAllowed:
        case Refusal::OrderInactive:
        case Refusal::OrderExists:
        case Refusal::NotFound:
        case Refusal::Other:
            break;
    }
    return RefundFailure::GatewayRefused;
}

void fail(OrderChange& change, Refund& refund, RefundFailure failure) {
    refund.status = RefundStatus::Failed;
    refund.failure = failure;
    refund.refused_at.reset();
    refund.next_ask_at.reset();
    change.touch(refund);
    change.tell_of(refund);
}

/// The surplus of an order paid twice goes back by itself where the setting says so.
void give_surplus_back(OrderChange& change, const Asked& asked) {
    const auto after_ms = change.policy().duplicates_go_back_after_ms;
    if (!after_ms || !surplus_is_captured(change.attempts(), *after_ms)) return;
    EpochMs captured_at = 0;
    for (const auto& attempt : change.attempts()) {
        captured_at = std::max(captured_at, attempt.captured_at.value_or(0));
    }
    // This answer is older than the question that matters, or may be.
    if (!asked.since(captured_at)) {
        const auto due_at = change.now() + asked.wait_ms(captured_at);
        return change.ask(ErrandKind::AskRefunds, Priority::Verify, due_at);
    }
    const auto& refunds = change.refunds();
    const bool may_still_fail =
        std::any_of(refunds.begin(), refunds.end(), [](const Refund& refund) {
            return refund.origin != RefundOrigin::Duplicate &&
                   refund.status == RefundStatus::Pending;
        });
    if (may_still_fail) return;  // and then the surplus has not gone back: the watch goes on
    // Whether anything has gone back already is known now: nobody need ask any more.
    for (auto& attempt : change.attempts()) {
        const bool completed = attempt.status == AttemptStatus::Completed;
        if (completed && attempt.next_ask_at) change.stop_watching(attempt);
    }
    if (!surplus_may_go_back(change.attempts(), change.refunds(), *after_ms)) return;
    for (const auto* attempt : surplus(change.attempts())) {
        const auto refund_id = refund_id_of_surplus(attempt->payment_id);
        if (change.find(refund_id) != nullptr) continue;
        Refund refund;
        refund.refund_id = refund_id;
        refund.origin = RefundOrigin::Duplicate;
        refund.amount = attempt->paid.value_or(change.order().amount);
        refund.note = "Paid twice";
        log::info("refund.of_duplicate", {{"order", change.order().order_id}});
        auto& added = change.add(std::move(refund));
        change.queue(added);
        change.tell_of(added);
    }
}

}  // namespace

std::string_view on_refund(OrderChange& change, const GatewayRefundNews& news, NewsSource source) {
    const auto refund_id = row_id_of(news);
    Refund* refund = change.find(refund_id);
    const bool found = refund == nullptr;
    if (found) refund = &found_refund(change, refund_id, news);
    // How much of the money is gone, nobody can say.
    if (found && !news.amount) change.review(ReviewReason::AmountMismatch);
    const auto decision = step(*refund, news, source);
    bool told = found || decision.status != refund->status;
    if (decision.status != refund->status) {
        advance(change, *refund, decision.status, news);
        const bool failed = refund->status == RefundStatus::Failed;
        if (failed && source != NewsSource::Fetch) ask_for_surplus(change, *refund);
    }
    told = take_facts(*refund, news, source) || told;
    if (refund->status == RefundStatus::Pending) {
        // The gateway has it, whatever it said of a call.
        const bool was_refused = refund->refused_at.has_value();
        refund->refused_at.reset();
        refund->failure = RefundFailure::None;
        if (was_refused || !refund->next_ask_at) change.watch(*refund);
    }
    if (refund->status != RefundStatus::Pending &&
        faults::planted(faults::Bug::RefundEndIsUntold)) {
        told = false;
    }
    if (decision.verdict == Verdict::Ask) {
        change.ask(ErrandKind::AskRefunds, Priority::Verify, change.now());
    }
    if (told) {
        change.touch(*refund);
        change.tell_of(*refund);
    }
    if (decision.review != ReviewReason::None) change.review(decision.review);
    change.note_contradiction();
    return word(decision.verdict);
}

void on_refund_refused(OrderChange& change, Refund& refund, const GatewayRefusal& refusal) {
    if (refund.status != RefundStatus::Pending || !refund.gateway_status.empty()) return;
    refund.failure = failure_of(refusal.refusal);
    if (faults::planted(faults::Bug::RefusalIsFinal)) return fail(change, refund, refund.failure);
    refund.refused_at = change.now();
    refund.asks = 0;
    refund.next_ask_at = change.now() + change.policy().unclear_grace_ms;
    change.touch(refund);
}

void on_refund_not_sent(OrderChange& change, Refund& refund) {
    if (refund.status != RefundStatus::Pending || !refund.gateway_status.empty()) return;
    const bool surplus_gone = refund.origin == RefundOrigin::Duplicate;
    fail(change, refund, surplus_gone ? RefundFailure::NotNeeded : RefundFailure::AmountTooLarge);
}

void on_refunds(
    OrderChange& change, const std::vector<GatewayRefundNews>& all, const Asked& asked
) {
    for (const auto& news : all) on_refund(change, news, NewsSource::Fetch);
    for (auto& refund : change.refunds()) {
        // Refused, and not there when that could be seen: there is no such refund.
        const auto grace = change.policy().unclear_grace_ms;
        const bool over = refund.refused_at && asked.since(*refund.refused_at + grace);
        if (refund.status == RefundStatus::Pending && over) fail(change, refund, refund.failure);
    }
    give_surplus_back(change, asked);
}

void on_captured(
    OrderChange& change, const std::vector<GatewayPaymentId>& captured, const Asked& asked
) {
    const auto after_ms = change.policy().duplicates_go_back_after_ms;
    if (!after_ms || surplus(change.attempts()).empty()) return;
    // The time that must pass is counted from it.
    if (!asked.is_known()) return;
    for (auto& attempt : change.attempts()) {
        if (attempt.status != AttemptStatus::Completed) continue;
        const bool shown =
            std::find(captured.begin(), captured.end(), attempt.payment_id) != captured.end();
        attempt.captured_at = shown ? std::optional{asked.at()} : std::nullopt;
        change.touch(attempt);
    }
    if (!surplus_may_go_back(change.attempts(), change.refunds(), *after_ms)) return;
    // Both are captured and time has passed: now whether anything has gone back already. Asked once
    // more after this answer, so that it is fresh when it decides; the watch goes on until then.
    change.ask(ErrandKind::AskRefunds, Priority::Verify, change.now());
}

}  // namespace chukta::news
