// What must be true when the faults are over and nothing is due any more.
#include <algorithm>

#include "tests/simulation/inspector.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

const std::string kMerchant = "chai";

[[noreturn]] void broken(const Order& order, const std::string& what) {
    throw Violation{"at quiet: " + what + ": " + order.order_id.str()};
}

/// A choice that was replaced is not a failure (product.md §1.10).
bool is_told_of(const Attempt& attempt) {
    return attempt.status == AttemptStatus::Failed && attempt.failure != FailureReason::Superseded;
}

}  // namespace

void Inspector::at_quiet() {
    after_step();
    check_quiet_queues();
    for (const auto& [order_id, facts] : world_.ledger().orders) {
        const auto seen = seen_.find(order_id);
        if (seen == seen_.end()) {
            if (facts.created) throw Violation{"at quiet: an order is gone: " + order_id};
            continue;
        }
        check_quiet_money(seen->second);
        check_quiet_attempts(seen->second);
        check_quiet_shop(seen->second);
        check_quiet_refunds(seen->second);
        check_quiet_surplus(seen->second);
    }
}

void Inspector::check_quiet_queues() {
    Transaction transaction{store_.database(), db::Mode::Read};
    if (store_.inbox_waiting(transaction) != 0) {
        throw Violation{"at quiet: news is not applied"};
    }
    if (store_.outbox_waiting(transaction) != 0) {
        throw Violation{"at quiet: errands are not done"};
    }
    for (const auto& body : world_.ledger().acknowledged) {
        const auto rows = transaction.run(
            "SELECT verdict FROM inbox WHERE merchant_id = $1 AND body = $2",
            {kMerchant, db::Blob{body}}
        );
        if (rows.empty() || rows.front().text("verdict").empty()) {
            throw Violation{"at quiet: an acknowledged webhook was lost"};
        }
    }
}

/// Where the money is, by the gateway's own books.
void Inspector::check_quiet_money(const Seen& now) {
    const auto& facts = world_.ledger().orders[now.order.order_id.str()];
    if (facts.foreign) return;
    const auto payments = world_.gateway().model.payments_of(now.order.order_id.str());
    const auto successes = std::count_if(payments.begin(), payments.end(), [](const auto* payment) {
        return payment->status == sandbox::PaymentStatus::Success;
    });
    for (const auto& id : facts.taking_back_told) {
        const auto* payment = world_.gateway().model.payment(id);
        const bool gone = payment && payment->status != sandbox::PaymentStatus::Success;
        const bool counts =
            std::any_of(now.attempts.begin(), now.attempts.end(), [&](const Attempt& attempt) {
                return attempt.payment_id.str() == id && attempt.status == AttemptStatus::Completed;
            });
        if (gone && counts && now.order.review_reason == ReviewReason::None) {
            broken(now.order, "a payment was taken back and nobody is to look");
        }
    }
    const bool paid = now.order.payment_status == PaymentStatus::Paid;
    if (successes > 0 && !paid) broken(now.order, "money came and the order is not paid");
    // A success of another sum beside a payment is money for a person to look at, by its own word.
    const auto of_other_sums =
        std::count_if(now.attempts.begin(), now.attempts.end(), [&](const Attempt& attempt) {
            const auto* payment = world_.gateway().model.payment(attempt.payment_id.str());
            return attempt.sum_state == SumState::Mismatch && payment &&
                   payment->status == sandbox::PaymentStatus::Success;
        });
    if (of_other_sums > 0 && now.order.review_reason == ReviewReason::None) {
        broken(now.order, "another sum came and nobody is to look");
    }
    if (successes - of_other_sums > 1 && now.order.review_reason != ReviewReason::PaidTwice &&
        now.order.review_reason != ReviewReason::Contradicted) {
        broken(now.order, "paid twice and nobody is to look");
    }
    if (paid && now.order.fulfillment_status == FulfillmentStatus::Cancelled &&
        now.order.review_reason == ReviewReason::None) {
        broken(now.order, "paid after the shop's cancel and nobody is to look");
    }
}

/// Money of a smaller sum beside a payment of the whole one: which of the two made the order PAID
/// only the gateway's clock could tell, so that a person does (docs/simulation.md).
bool Inspector::is_for_a_person(const Seen& now, const Attempt& attempt) {
    const bool is_whole_sum_paid =
        std::any_of(now.attempts.begin(), now.attempts.end(), [&](const Attempt& other) {
            return other.status == AttemptStatus::Completed &&
                   other.paid.value_or(now.order.amount) >= now.order.amount;
        });
    return attempt.sum_state == SumState::Mismatch && is_whole_sum_paid &&
           now.order.review_reason != ReviewReason::None;
}

void Inspector::check_quiet_attempts(const Seen& now) {
    const bool foreign = world_.ledger().orders[now.order.order_id.str()].foreign;
    for (const auto& attempt : now.attempts) {
        if (is_open(attempt.status) && attempt.sum_state == SumState::Plain) {
            broken(now.order, "an attempt never ended");
        }
        if (attempt.next_ask_at) broken(now.order, "an attempt is still watched");
        const auto* payment = attempt.payment_id.empty()
                                  ? nullptr
                                  : world_.gateway().model.payment(attempt.payment_id.str());
        if (payment && !foreign && payment->status == sandbox::PaymentStatus::Success &&
            attempt.status != AttemptStatus::Completed && !is_for_a_person(now, attempt)) {
            broken(now.order, "a success at the gateway is no completed attempt");
        }
    }
    const bool waits = std::any_of(now.attempts.begin(), now.attempts.end(), [](const auto& a) {
        return a.sum_state != SumState::Plain;
    });
    if (waits && now.order.review_reason == ReviewReason::None &&
        now.order.payment_status != PaymentStatus::Paid) {
        broken(now.order, "money of another sum is held and nobody is to look");
    }
}

/// What an order was may be told of when it is something else.
void Inspector::remember(const Seen* before, const Seen& now) {
    const auto order_id = now.order.order_id.str();
    auto& ever = ever_[order_id];
    ever.reviews.insert(std::string{word(now.order.review_reason)});
    // News that was applied in one commit: what stood between them was never seen.
    const bool is_skipped = now.order.version - (before ? before->order.version : 0) > 1;
    const auto& ended_unpaid = world_.ledger().orders[order_id].ended_unpaid;
    for (const auto& attempt : now.attempts) {
        const bool went_on = is_skipped && attempt.status != AttemptStatus::Failed &&
                             ended_unpaid.contains(attempt.payment_id.str());
        if (attempt.index && (is_told_of(attempt) || went_on)) ever.failed.insert(*attempt.index);
    }
}

/// The shop was told exactly the final truth: each thing once (one webhook-id), nothing else.
void Inspector::check_quiet_shop(const Seen& now) {
    const auto& order = now.order;
    Told told;
    const Heard* last = nullptr;
    for (const auto& heard : world_.ledger().heard) {
        if (heard.order_id != order.order_id.str()) continue;
        if (heard.type == "order.paid") told.paid.insert(heard.webhook_id);
        if (heard.type == "order.payment_failed") {
            told.failures[heard.attempt_index].insert(heard.webhook_id);
        }
        if (heard.type == "order.review") {
            told.reviews[heard.review_reason].insert(heard.webhook_id);
        }
        if (!last || heard.version >= last->version) last = &heard;
    }
    const bool paid = order.payment_status == PaymentStatus::Paid;
    if (told.paid.size() != (paid ? 1U : 0U)) {
        broken(order, "order.paid was told " + std::to_string(told.paid.size()) + " times");
    }
    if (last && paid && last->payment_status != "paid") {
        broken(order, "the newest word to the shop is not the truth");
    }
    check_told_failures(now, told);
    check_told_reviews(now, told);
}

/// Each failure that was one, and no other (product.md §4: one per failed attempt).
void Inspector::check_told_failures(const Seen& now, const Told& told) {
    const auto& ever = ever_[now.order.order_id.str()];
    for (const auto& [index, ids] : told.failures) {
        const auto what = "the shop was told that attempt " + std::to_string(index) + " failed";
        if (!ever.failed.contains(index)) broken(now.order, what + ", which it never did");
        if (ids.size() > 1) broken(now.order, what + ", " + std::to_string(ids.size()) + " times");
    }
    for (const auto& attempt : now.attempts) {
        if (attempt.index && is_told_of(attempt) && !told.failures.contains(*attempt.index)) {
            broken(now.order, "the shop does not know that an attempt failed");
        }
    }
}

/// Why somebody must look, or had to before something more serious came, and nothing else.
void Inspector::check_told_reviews(const Seen& now, const Told& told) {
    const auto& ever = ever_[now.order.order_id.str()];
    const std::string none{word(ReviewReason::None)};
    for (const auto& [reason, ids] : told.reviews) {
        const auto what = "the shop was told of the review " + reason;
        if (reason == none || !ever.reviews.contains(reason)) {
            broken(now.order, what + ", which never was");
        }
        if (ids.size() > 1) broken(now.order, what + " " + std::to_string(ids.size()) + " times");
    }
    const std::string last{word(now.order.review_reason)};
    if (last != none && !told.reviews.contains(last)) {
        broken(now.order, "the shop does not know that somebody must look");
    }
}

}  // namespace chukta::simulation
