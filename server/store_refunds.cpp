// The refunds of orders.
#include <algorithm>
#include <tuple>

#include "server/store.h"
#include "server/stored_word.h"

namespace chukta {
namespace {

using db::Row;
using db::Value;

#define REFUND_COLUMNS                                                                             \
    "refund_id, request_hash, origin, amount_paise, note, status, failure_reason, "                \
    "gateway_status, "                                                                             \
    "gateway_refund_id, gateway_payment_id, bank_reference, refused_at_ms, asks, next_ask_at_ms, " \
    "completed_at_ms, created_at_ms, updated_at_ms"

Refund refund_of(const Row& row) {
    Refund refund;
    refund.refund_id = RefundId{row.text("refund_id")};
    refund.request_hash = row.text("request_hash");
    refund.origin = stored::value_of(
        row.text("origin"),
        {RefundOrigin::Shop,
         RefundOrigin::Duplicate,
         RefundOrigin::Dashboard,
         RefundOrigin::Gateway}
    );
    refund.amount = Money::from_paise(row.integer("amount_paise")).value_or(Money{});
    refund.note = row.text("note");
    refund.status = stored::value_of(
        row.text("status"), {RefundStatus::Pending, RefundStatus::Completed, RefundStatus::Failed}
    );
    refund.failure = stored::value_of(
        row.text("failure_reason"),
        {RefundFailure::None,
         RefundFailure::GatewayRefused,
         RefundFailure::RefundIdTaken,
         RefundFailure::AmountTooLarge,
         RefundFailure::Cancelled,
         RefundFailure::NotNeeded}
    );
    refund.gateway_status = row.text("gateway_status");
    refund.gateway_refund_id = row.text("gateway_refund_id");
    refund.payment_id = GatewayPaymentId{row.text("gateway_payment_id")};
    refund.bank_reference = row.text("bank_reference");
    refund.refused_at = row.optional_integer("refused_at_ms");
    refund.asks = row.integer("asks");
    refund.next_ask_at = row.optional_integer("next_ask_at_ms");
    refund.completed_at = row.optional_integer("completed_at_ms");
    refund.created_at = row.integer("created_at_ms");
    refund.updated_at = row.integer("updated_at_ms");
    return refund;
}

std::vector<Value> values_of(
    const std::string& merchant, const OrderId& order_id, const Refund& refund
) {
    return {
        merchant,
        order_id.str(),
        refund.refund_id.str(),
        refund.request_hash,
        word(refund.origin),
        refund.amount.paise(),
        refund.note,
        word(refund.status),
        word(refund.failure),
        refund.gateway_status,
        refund.gateway_refund_id,
        refund.payment_id.str(),
        refund.bank_reference,
        db::nullable(refund.refused_at),
        refund.asks,
        db::nullable(refund.next_ask_at),
        db::nullable(refund.completed_at),
        refund.created_at,
        refund.updated_at,
    };
}

}  // namespace

void Store::insert_refund(Transaction& transaction, const OrderId& order_id, const Refund& refund) {
    constexpr auto kSql = "INSERT INTO refunds (merchant_id, order_id, " REFUND_COLUMNS
                          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                          "$15, $16, $17, $18, $19)";
    transaction.post(kSql, values_of(merchant_, order_id, refund));
}

void Store::update_refund(Transaction& transaction, const OrderId& order_id, const Refund& refund) {
    constexpr auto kSql =
        "UPDATE refunds SET request_hash = $4, origin = $5, amount_paise = $6, note = $7, status = "
        "$8, failure_reason = $9, gateway_status = $10, gateway_refund_id = $11, "
        "gateway_payment_id = $12, bank_reference = $13, refused_at_ms = $14, asks = $15, "
        "next_ask_at_ms = $16, completed_at_ms = $17, created_at_ms = $18, updated_at_ms = $19 "
        "WHERE merchant_id = $1 AND order_id = $2 AND refund_id = $3";
    transaction.post(kSql, values_of(merchant_, order_id, refund));
}

std::vector<Refund> Store::refunds_of(Transaction& transaction, const OrderId& order_id) {
    constexpr auto kSql =
        "SELECT " REFUND_COLUMNS " FROM refunds WHERE merchant_id = $1 AND order_id = $2";
    std::vector<Refund> refunds;
    for (const auto& row : transaction.run(kSql, {merchant_, order_id.str()})) {
        refunds.push_back(refund_of(row));
    }
    std::sort(refunds.begin(), refunds.end(), [](const Refund& a, const Refund& b) {
        return std::tie(a.created_at, a.refund_id) < std::tie(b.created_at, b.refund_id);
    });
    return refunds;
}

bool Store::refund_id_elsewhere(
    Transaction& transaction, const OrderId& order_id, const RefundId& refund_id
) {
    constexpr auto kSql =
        "SELECT order_id FROM refunds WHERE merchant_id = $1 AND refund_id = $2 AND order_id <> $3 "
        "LIMIT 1";
    return !transaction.run(kSql, {merchant_, refund_id.str(), order_id.str()}).empty();
}

bool Store::claim_refund_id(
    Transaction& transaction, const OrderId& order_id, const RefundId& refund_id, EpochMs now
) {
    // Two orders lock nothing in common, so a unique key decides between them.
    constexpr auto kClaim =
        "INSERT INTO idempotency (merchant_id, scope, idempotency_key, request_hash, made, "
        "created_at_ms) VALUES ($1, 'refund_ids', $2, '', $3, $4) ON CONFLICT DO NOTHING";
    constexpr auto kOwner =
        "SELECT made FROM idempotency WHERE merchant_id = $1 AND scope = 'refund_ids' AND "
        "idempotency_key = $2";
    transaction.run(kClaim, {merchant_, refund_id.str(), order_id.str(), now});
    const auto rows = transaction.run(kOwner, {merchant_, refund_id.str()});
    return rows.front().text("made") == order_id.str();
}

std::vector<OrderId> Store::orders_to_ask_refunds(
    Transaction& transaction, EpochMs now, int limit
) {
    constexpr auto kSql =
        "SELECT DISTINCT order_id FROM refunds WHERE merchant_id = $1 AND next_ask_at_ms IS NOT "
        "NULL AND next_ask_at_ms <= $2 LIMIT $3";
    std::vector<OrderId> ids;
    for (const auto& row : transaction.run(kSql, {merchant_, now, std::int64_t{limit}})) {
        ids.emplace_back(row.text("order_id"));
    }
    return ids;
}

#undef REFUND_COLUMNS

}  // namespace chukta
