#include "tests/simulation/inspector.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

using PaymentAtGateway = sandbox::PaymentStatus;

const std::string kMerchant = "chai";

[[noreturn]] void broken(const Order& order, const std::string& what) {
    throw Violation{what + ": " + order.order_id.str()};
}

/// The fold of product.md §2, written a second time.
PaymentStatus fold(const std::vector<Attempt>& attempts) {
    bool completed = false;
    bool open = false;
    bool failed = false;
    for (const auto& attempt : attempts) {
        completed = completed || attempt.status == AttemptStatus::Completed;
        open = open || is_open(attempt.status);
        failed = failed || attempt.status == AttemptStatus::Failed;
    }
    return completed ? PaymentStatus::Paid
           : open    ? PaymentStatus::Processing
           : failed  ? PaymentStatus::Failed
                     : PaymentStatus::Pending;
}

}  // namespace

Inspector::Inspector(World& world, db::Database& database)
    : world_{world}, store_{database, MerchantId{kMerchant}, ids_} {}

void Inspector::after_step() {
    if (!dirty_) return;
    dirty_ = false;
    // One transaction for all of it: beginning one costs as much as most of what is read in it.
    Transaction transaction{store_.database(), db::Mode::Read};
    for (auto& now : read_changed(transaction)) {
        const auto known = seen_.find(now.order.order_id.str());
        tell(now);
        check(known == seen_.end() ? nullptr : &known->second, now);
        check_clicks(transaction, now);
        seen_.insert_or_assign(now.order.order_id.str(), std::move(now));
    }
    check_calls_in_hand(transaction);
    check_successes_took_effect(transaction);
}

/// The orders whose version is not the one that was seen, with all that belongs to them.
std::vector<Inspector::Seen> Inspector::read_changed(Transaction& transaction) {
    std::vector<Seen> changed;
    for (const auto& row : transaction.run(
             "SELECT order_id, version FROM orders WHERE merchant_id = $1", {kMerchant}
         )) {
        const OrderId order_id{row.text("order_id")};
        const auto known = seen_.find(order_id.str());
        if (known != seen_.end() && known->second.order.version == row.integer("version")) {
            continue;
        }
        changed.push_back(
            {*store_.find_order(transaction, order_id),
             store_.attempts_of(transaction, order_id),
             store_.refunds_of(transaction, order_id)}
        );
    }
    return changed;
}

void Inspector::tell(const Seen& now) {
    std::string attempts;
    for (const auto& attempt : now.attempts) {
        attempts += attempts.empty() ? "" : ", ";
        attempts += std::string{word(attempt.channel)} + " " + std::string{word(attempt.status)};
        if (attempt.failure != FailureReason::None) {
            attempts += ":" + std::string{word(attempt.failure)};
        }
        if (attempt.pay_state != PayState::Answered) {
            attempts += " (" + std::string{word(attempt.pay_state)} + ")";
        }
        if (attempt.sum_state != SumState::Plain) {
            attempts += " [" + std::string{word(attempt.sum_state)} + "]";
        }
    }
    world_.story().tell(
        world_.now(),
        "  =>",
        now.order.order_id.str(),
        now.order.version,
        word(now.order.payment_status),
        word(now.order.review_reason),
        attempts
    );
    for (const auto& refund : now.refunds) {
        world_.story().tell(
            world_.now(),
            "    refund",
            refund.refund_id.str(),
            word(refund.origin),
            refund.amount.paise(),
            word(refund.status),
            word(refund.failure),
            refund.gateway_status
        );
    }
}

void Inspector::check(const Seen* before, const Seen& now) {
    if (before && before->order.version >= now.order.version) {
        broken(now.order, "a version went back");
    }
    const auto order_id = now.order.order_id.str();
    const auto* theirs = world_.gateway().model.order(order_id);
    if (theirs && !world_.ledger().orders[order_id].foreign && theirs->amount != now.order.amount) {
        broken(now.order, "the gateway was asked for another sum");
    }
    note_first_seen(now);
    check_paid(before, now);
    check_attempts(before, now);
    check_superseded(before, now);
    check_limits(before, now);
    check_failures(before, now);
    check_expired_once(before, now);
    check_watched(now);
    check_refunds(before, now);
    remember(before, now);
}

void Inspector::note_first_seen(const Seen& now) {
    for (const auto& one : now.attempts) first_seen_.emplace(one.attempt_id.str(), world_.now());
    for (const auto& one : now.refunds) {
        first_seen_.emplace(now.order.order_id.str() + one.refund_id.str(), world_.now());
    }
}

bool Inspector::is_by_right_clocks(const std::string& id) const {
    return world_.clocks_right_since(first_seen_.at(id));
}

void Inspector::check_paid(const Seen* before, const Seen& now) {
    const auto& order = now.order;
    const bool paid = order.payment_status == PaymentStatus::Paid;
    const bool was_paid = before && before->order.payment_status == PaymentStatus::Paid;
    if (was_paid && !paid) broken(order, "paid is final");
    if (was_paid && before->order.paid_at != order.paid_at) broken(order, "paid_at changed");
    if (before && before->order.fulfillment_status == FulfillmentStatus::Confirmed &&
        order.fulfillment_status != FulfillmentStatus::Confirmed) {
        broken(order, "a confirmed order went back");
    }
    if (!was_paid && order.payment_status != fold(now.attempts)) {
        broken(order, "the status is not the fold of the attempts");
    }
    if (!paid) {
        if (order.fulfillment_status == FulfillmentStatus::Confirmed) {
            broken(order, "confirmed without being paid");
        }
        return;
    }
    if (order.fulfillment_status == FulfillmentStatus::Pending)
        broken(order, "paid, not confirmed");
    if (was_paid) return;
    const auto& facts = world_.ledger().orders[order.order_id.str()];
    const auto* theirs = world_.gateway().model.order(order.order_id.str());
    if (!theirs || theirs->amount != order.amount) broken(order, "paid for another sum");
    const bool told = std::any_of(now.attempts.begin(), now.attempts.end(), [&](const auto& a) {
        const auto success = facts.successes_told.find(a.payment_id.str());
        return a.status == AttemptStatus::Completed && success != facts.successes_told.end() &&
               (success->second >= order.amount || facts.paid_told);
    });
    if (!told) broken(order, "paid although nobody told of a success of its sum");
    const auto payments = world_.gateway().model.payments_of(order.order_id.str());
    const bool money = std::any_of(payments.begin(), payments.end(), [&](const auto* payment) {
        return payment->status == PaymentAtGateway::Success ||
               facts.taken_back.contains(payment->cf_payment_id);
    });
    if (!money) broken(order, "paid without a success at the gateway");
}

/// What waits for a call or its answer is in a queue, at every moment: a crash now loses nothing.
void Inspector::check_calls_in_hand(Transaction& transaction) {
    constexpr auto kSql =
        "SELECT order_id, attempt_id AS waiting FROM attempts WHERE merchant_id = $1 AND pay_state "
        "= 'queued' AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.merchant_id = $1 AND "
        "outbox.dedupe_key = 'pay:' || attempts.attempt_id AND outbox.due_at_ms IS NOT NULL) AND "
        "NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.merchant_id = $1 AND inbox.order_id = "
        "attempts.order_id AND inbox.attempt_id = attempts.attempt_id AND inbox.due_at_ms IS NOT "
        "NULL) UNION ALL "
        "SELECT order_id, refund_id AS waiting FROM refunds WHERE merchant_id = $1 AND status = "
        "'pending' AND gateway_status = '' AND refused_at_ms IS NULL AND NOT EXISTS (SELECT 1 FROM "
        "outbox WHERE outbox.merchant_id = $1 AND outbox.dedupe_key = 'refund:' || "
        "refunds.order_id || ':' || refunds.refund_id AND outbox.due_at_ms IS NOT NULL) AND NOT "
        "EXISTS (SELECT 1 FROM inbox WHERE inbox.merchant_id = $1 AND inbox.order_id = "
        "refunds.order_id AND inbox.refund_id = refunds.refund_id AND inbox.due_at_ms IS NOT NULL)";
    for (const auto& row : transaction.run(kSql, {kMerchant})) {
        throw Violation{
            "a call is in no queue, so nobody makes it: " + row.text("order_id") + " " +
            row.text("waiting")};
    }
}

/// A trusted success of the right sum takes effect in the commit that applies it: what heals later
/// would hide a bug now.
void Inspector::check_successes_took_effect(Transaction& transaction) {
    // Both counts read an index and no body.
    constexpr auto kCount =
        "SELECT (SELECT COUNT(*) FROM inbox WHERE merchant_id = $1) - (SELECT COUNT(*) FROM "
        "inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL) AS applied";
    constexpr auto kIds =
        "SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND applied_at_ms IS NOT NULL ORDER BY "
        "inbox_id";
    constexpr auto kRow =
        "SELECT order_id, kind, verdict, body FROM inbox WHERE merchant_id = $1 AND inbox_id = $2";
    const auto applied = transaction.run(kCount, {kMerchant}).front().integer("applied");
    if (applied == applied_rows_) return;
    applied_rows_ = applied;
    std::vector<std::pair<std::string, std::string>> fresh;
    for (const auto& id : transaction.run(kIds, {kMerchant})) {
        const auto [known, is_new] = applied_.insert(id.text("inbox_id"));
        if (!is_new) continue;
        const auto row = transaction.run(kRow, {kMerchant, *known}).front();
        world_.story().tell(
            world_.now(), "  news", row.text("order_id"), row.text("kind"), row.text("verdict")
        );
        if (row.text("kind") != "webhook") continue;
        auto body = row.blob("body");
        if (body.find("PAYMENT_SUCCESS_WEBHOOK") == std::string::npos) continue;
        fresh.emplace_back(row.text("order_id"), std::move(body));
    }
    for (const auto& [order_id, body] : fresh) {
        const auto json = nlohmann::json::parse(body, nullptr, false);
        if (json.is_discarded()) continue;
        const auto& data = json.at("data");
        const auto sum = [](const nlohmann::json& rupees) {
            return static_cast<std::int64_t>(rupees.get<double>() * 100 + 0.5);
        };
        const auto seen = seen_.find(order_id);
        if (seen == seen_.end() || data.at("payment").at("payment_status") != "SUCCESS") continue;
        const auto due = seen->second.order.amount.paise();
        if (sum(data.at("order").at("order_amount")) != due) continue;
        if (sum(data.at("payment").at("payment_amount")) < due) continue;
        if (seen->second.order.payment_status != PaymentStatus::Paid) {
            broken(seen->second.order, "a success was applied and the order is not paid");
        }
    }
}

void Inspector::after_power_cut() {
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        for (const auto& body : world_.ledger().acknowledged) {
            const auto rows = transaction.run(
                "SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND body = $2",
                {kMerchant, db::Blob{body}}
            );
            if (rows.empty()) throw Violation{"an acknowledged webhook was lost with the power"};
        }
        for (const auto& [order_id, seen] : seen_) {
            const auto order = store_.find_order(transaction, OrderId{order_id});
            if (!order || order->version < seen.order.version) {
                throw Violation{"a commit was lost with the power: " + order_id};
            }
        }
    }
    dirty_ = true;
}

void Inspector::taking_back_told(const std::string& order_id, const std::string& payment_id) {
    auto& facts = world_.ledger().orders[order_id];
    const auto seen = seen_.find(order_id);
    if (seen == seen_.end() || !facts.taken_back.contains(payment_id)) return;
    // Of a payment that nobody here knows it may be the first news, and not what denies another.
    for (const auto& attempt : seen->second.attempts) {
        if (attempt.payment_id.str() == payment_id) facts.taking_back_told.insert(payment_id);
    }
}

/// A webhook that says so, whatever its type is called.
void Inspector::note_taking_back(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object()) return;
    const auto& data = json.at("data");
    const auto text = [](const nlohmann::json& id) {
        return id.is_string() ? id.get<std::string>() : id.dump();
    };
    if (json.value("type", "") == "AUTO_REFUND_STATUS_WEBHOOK") {
        const auto& refund = data.at("auto_refund");
        taking_back_told(text(refund.at("order_id")), text(refund.at("cf_payment_id")));
    } else if (data.contains("payment")) {
        const auto& payment = data.at("payment");
        // No repeat of an earlier failure, nor of the success under another type.
        const auto message = payment.value("payment_message", nlohmann::json{});
        if (message != sandbox::Model::kTakenBack) return;
        taking_back_told(text(data.at("order").at("order_id")), text(payment.at("cf_payment_id")));
    }
}

void Inspector::acknowledged(const std::string& body) {
    note_taking_back(body);
    world_.ledger().acknowledged.insert(body);
    Transaction transaction{store_.database(), db::Mode::Read};
    const auto rows = transaction.run(
        "SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND body = $2",
        {kMerchant, db::Blob{body}}
    );
    if (rows.empty()) throw Violation{"a webhook was acknowledged and is not in the inbox"};
}

}  // namespace chukta::simulation
