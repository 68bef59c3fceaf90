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
        if (gone && now.order.review_reason == ReviewReason::None) {
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

/// The shop was told exactly the final truth: each thing once (one webhook-id), nothing else.
void Inspector::check_quiet_shop(const Seen& now) {
    const auto& order = now.order;
    std::map<std::string, std::set<std::string>> ids;  // by what was told
    const Heard* last = nullptr;
    for (const auto& heard : world_.ledger().heard) {
        if (heard.order_id != order.order_id.str()) continue;
        auto what = heard.type;
        if (heard.type == "order.payment_failed") what += std::to_string(heard.attempt_index);
        if (heard.type == "order.review" && heard.review_reason == word(order.review_reason)) {
            what += " now";
        }
        ids[what].insert(heard.webhook_id);
        if (!last || heard.version >= last->version) last = &heard;
    }
    const bool paid = order.payment_status == PaymentStatus::Paid;
    const auto told_paid = ids.contains("order.paid") ? ids.at("order.paid").size() : 0;
    if (told_paid != (paid ? 1U : 0U)) {
        broken(order, "order.paid was told " + std::to_string(told_paid) + " times");
    }
    if (order.review_reason != ReviewReason::None && !ids.contains("order.review now")) {
        broken(order, "the shop does not know that somebody must look");
    }
    if (last && paid && last->payment_status != "paid") {
        broken(order, "the newest word to the shop is not the truth");
    }
    for (const auto& attempt : now.attempts) {
        if (!attempt.index) continue;
        const auto what = "order.payment_failed" + std::to_string(*attempt.index);
        const auto told = ids.contains(what) ? ids.at(what).size() : 0;
        const bool failed =
            attempt.status == AttemptStatus::Failed && attempt.failure != FailureReason::Superseded;
        if (told > 1 || (failed && told == 0)) {
            broken(order, what + " was told " + std::to_string(told) + " times");
        }
    }
}

}  // namespace chukta::simulation
