#include <algorithm>
#include <tuple>

#include "server/store.h"
#include "server/stored_rows.h"
#include "server/stored_wire.h"
#include "server/stored_word.h"

namespace chukta {
namespace {

using db::Row;
using db::Value;

// What a page is shown of an attempt, and then the rest.
#define SHOWN_ATTEMPT_COLUMNS                                                            \
    "attempt_id, attempt_index, channel, app, vpa_masked, status, failure_reason, "      \
    "failure_detail, no_money_taken, pay_state, sum_state, gateway_payment_id, prompt, " \
    "bank_reference, expires_at_ms, completed_at_ms, created_at_ms"
#define ATTEMPT_COLUMNS                                                               \
    SHOWN_ATTEMPT_COLUMNS                                                             \
    ", vpa, device, user_agent, gateway_final, asks, next_ask_at_ms, updated_at_ms, " \
    "unclear_at_ms, paid_paise, captured_at_ms"

Attempt shown_attempt_of(const Row& row) {
    using stored::known;
    Attempt attempt;
    attempt.attempt_id = AttemptId{row.text("attempt_id")};
    if (const auto index = row.optional_integer("attempt_index")) {
        attempt.index = static_cast<int>(*index);
    }
    attempt.channel = known<Channel>(row.text("channel"));
    if (const auto app = row.text("app"); !app.empty()) attempt.app = known<UpiApp>(app);
    attempt.vpa_masked = row.text("vpa_masked");
    attempt.status = known<AttemptStatus>(row.text("status"));
    attempt.failure = known<FailureReason>(row.text("failure_reason"));
    attempt.detail =
        wire::failure_detail_from(row.text("failure_detail")).value_or(wire::FailureDetail::None);
    attempt.no_money_taken = row.integer("no_money_taken") != 0;
    attempt.pay_state = stored::value_of(
        row.text("pay_state"),
        {PayState::Queued,
         PayState::Answered,
         PayState::Unclear,
         PayState::NeverSent,
         PayState::Found}
    );
    attempt.sum_state = stored::value_of(
        row.text("sum_state"),
        {SumState::Plain, SumState::Asking, SumState::OrderPaid, SumState::Mismatch}
    );
    attempt.payment_id = GatewayPaymentId{row.text("gateway_payment_id")};
    attempt.prompt = StoredPrompt::of_table(row.text("prompt"));
    attempt.bank_reference = row.text("bank_reference");
    attempt.expires_at = row.optional_integer("expires_at_ms");
    attempt.completed_at = row.optional_integer("completed_at_ms");
    attempt.created_at = row.integer("created_at_ms");
    return attempt;
}

Attempt attempt_of(const Row& row) {
    Attempt attempt = shown_attempt_of(row);
    attempt.vpa = row.text("vpa");
    attempt.device = device_class_from(row.text("device")).value_or(DeviceClass::Desktop);
    attempt.user_agent = row.text("user_agent");
    attempt.gateway_final = row.integer("gateway_final") != 0;
    attempt.asks = row.integer("asks");
    attempt.next_ask_at = row.optional_integer("next_ask_at_ms");
    attempt.updated_at = row.integer("updated_at_ms");
    attempt.unclear_at = row.optional_integer("unclear_at_ms");
    if (const auto paise = row.optional_integer("paid_paise")) {
        attempt.paid = Money::from_paise(*paise);
    }
    attempt.captured_at = row.optional_integer("captured_at_ms");
    return attempt;
}

Value index_of(const Attempt& attempt) {
    return attempt.index ? Value{std::int64_t{*attempt.index}} : Value{};
}

constexpr std::ptrdiff_t kIndexAt = 3;  // in values_of

std::vector<Value> values_of(
    const std::string& merchant, const OrderId& order_id, const Attempt& attempt
) {
    return {
        merchant,
        order_id.str(),
        attempt.attempt_id.str(),
        index_of(attempt),
        word(attempt.channel),
        attempt.app ? word(*attempt.app) : std::string_view{},
        attempt.vpa_masked,
        word(attempt.status),
        word(attempt.failure),
        wire::word(attempt.detail),
        std::int64_t{attempt.no_money_taken},
        word(attempt.pay_state),
        word(attempt.sum_state),
        attempt.payment_id.str(),
        attempt.prompt.text(),
        attempt.bank_reference,
        db::nullable(attempt.expires_at),
        db::nullable(attempt.completed_at),
        attempt.created_at,
        attempt.vpa,
        word(attempt.device),
        attempt.user_agent,
        std::int64_t{attempt.gateway_final},
        attempt.asks,
        db::nullable(attempt.next_ask_at),
        attempt.updated_at,
        db::nullable(attempt.unclear_at),
        attempt.paid ? Value{attempt.paid->paise()} : Value{},
        db::nullable(attempt.captured_at),
    };
}

std::vector<OrderId> order_ids(const db::Rows& rows) {
    std::vector<OrderId> ids;
    for (const auto& row : rows) ids.emplace_back(row.text("order_id"));
    return ids;
}

}  // namespace

void Store::insert_attempt(
    Transaction& transaction, const OrderId& order_id, const Attempt& attempt
) {
    constexpr auto kSql = "INSERT INTO attempts (merchant_id, order_id, " ATTEMPT_COLUMNS
                          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                          "$15, $16, $17, $18, $19, $20, "
                          "$21, $22, $23, $24, $25, $26, $27, $28, $29)";
    transaction.post(kSql, values_of(merchant_, order_id, attempt));
}

void Store::update_attempt(
    Transaction& transaction, const OrderId& order_id, const Attempt& attempt
) {
    constexpr auto kSql =
        "UPDATE attempts SET channel = $4, app = $5, vpa_masked = $6, status = $7, "
        "failure_reason = $8, failure_detail = $9, no_money_taken = $10, pay_state = $11, "
        "sum_state = $12, gateway_payment_id = $13, prompt = $14, bank_reference = $15, "
        "expires_at_ms = $16, completed_at_ms = $17, created_at_ms = $18, vpa = $19, device = $20, "
        "user_agent = $21, gateway_final = $22, asks = $23, next_ask_at_ms = $24, "
        "updated_at_ms = $25, unclear_at_ms = $26, paid_paise = $27, captured_at_ms = $28 "
        "WHERE merchant_id = $1 AND order_id = $2 AND attempt_id = $3";
    auto values = values_of(merchant_, order_id, attempt);
    values.erase(values.begin() + kIndexAt);
    transaction.post(kSql, values);
}

void Store::number_attempt(
    Transaction& transaction, const OrderId& order_id, const Attempt& attempt
) {
    constexpr auto kSql =
        "UPDATE attempts SET attempt_index = $4 "
        "WHERE merchant_id = $1 AND order_id = $2 AND attempt_id = $3";
    transaction.post(
        kSql, {merchant_, order_id.str(), attempt.attempt_id.str(), index_of(attempt)}
    );
}

std::vector<Attempt> Store::attempts_of(Transaction& transaction, const OrderId& order_id) {
    constexpr auto kSql =
        "SELECT " ATTEMPT_COLUMNS " FROM attempts WHERE merchant_id = $1 AND order_id = $2";
    std::vector<Attempt> attempts;
    for (const auto& row : transaction.run(kSql, {merchant_, order_id.str()})) {
        attempts.push_back(attempt_of(row));
    }
    stored::sort(attempts);
    return attempts;
}

std::vector<OrderId> Store::orders_to_ask(Transaction& transaction, EpochMs now, int limit) {
    constexpr auto kSql =
        "SELECT DISTINCT order_id FROM attempts WHERE merchant_id = $1 AND next_ask_at_ms IS NOT "
        "NULL "
        "AND next_ask_at_ms <= $2 LIMIT $3";
    return order_ids(transaction.run(kSql, {merchant_, now, std::int64_t{limit}}));
}

std::string_view stored::shown_attempt_columns() { return SHOWN_ATTEMPT_COLUMNS; }
Attempt stored::read_shown_attempt(const db::Row& row) { return shown_attempt_of(row); }

void stored::sort(std::vector<Attempt>& attempts) {
    std::sort(attempts.begin(), attempts.end(), [](const Attempt& a, const Attempt& b) {
        return std::tie(a.created_at, a.attempt_id) < std::tie(b.created_at, b.attempt_id);
    });
}

#undef ATTEMPT_COLUMNS
#undef SHOWN_ATTEMPT_COLUMNS

}  // namespace chukta
