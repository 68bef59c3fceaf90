#include <set>
#include <string>

#include "server/db/database.h"

namespace chukta::db {
namespace {

struct Migration {
    std::int64_t number;
    std::vector<std::string_view> statements;
};

// Append only; a number that was released is never edited. merchant_id leads every key, so that a
// sharded PostgreSQL stays open as a next step. Enums are stored as their words, times as epoch ms,
// sums as paise.
const std::vector<Migration>& migrations() {
    static const std::vector<Migration> kMigrations = {
        {1,
         {
             R"(CREATE TABLE orders (
    merchant_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    request_hash TEXT NOT NULL,
    amount_paise BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    customer_phone TEXT NOT NULL,
    customer_email TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    items TEXT NOT NULL,
    return_url TEXT NOT NULL,
    payment_status TEXT NOT NULL,
    fulfillment_status TEXT NOT NULL,
    review_reason TEXT NOT NULL,
    gateway_state TEXT NOT NULL,
    gateway_session TEXT NOT NULL,
    gateway_failures BIGINT NOT NULL,
    collect_refused BIGINT NOT NULL,
    last_index BIGINT NOT NULL,
    expires_at_ms BIGINT,
    paid_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, order_id)))",
             R"(CREATE INDEX orders_by_time ON orders (merchant_id, created_at_ms, order_id))",
             R"(CREATE TABLE attempts (
    merchant_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    attempt_index BIGINT,
    channel TEXT NOT NULL,
    app TEXT NOT NULL,
    vpa TEXT NOT NULL,
    vpa_masked TEXT NOT NULL,
    device TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    status TEXT NOT NULL,
    failure_reason TEXT NOT NULL,
    failure_detail TEXT NOT NULL,
    no_money_taken BIGINT NOT NULL,
    pay_state TEXT NOT NULL,
    sum_state TEXT NOT NULL,
    gateway_payment_id TEXT NOT NULL,
    gateway_final BIGINT NOT NULL,
    prompt TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    asks BIGINT NOT NULL,
    next_ask_at_ms BIGINT,
    expires_at_ms BIGINT,
    completed_at_ms BIGINT,
    unclear_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, order_id, attempt_id)))",
             R"(CREATE UNIQUE INDEX attempts_by_index ON attempts (merchant_id, order_id, attempt_index))",
             R"(CREATE INDEX attempts_to_ask ON attempts (merchant_id, next_ask_at_ms)
    WHERE next_ask_at_ms IS NOT NULL)",
             R"(CREATE TABLE refunds (
    merchant_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    refund_id TEXT NOT NULL,
    gateway_payment_id TEXT NOT NULL,
    amount_paise BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, order_id, refund_id)))",
             R"(CREATE TABLE inbox (
    merchant_id TEXT NOT NULL,
    inbox_id TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    order_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    http_status BIGINT NOT NULL,
    body {BLOB} NOT NULL,
    received_at_ms BIGINT NOT NULL,
    due_at_ms BIGINT,
    tries BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    applied_at_ms BIGINT,
    PRIMARY KEY (merchant_id, inbox_id)))",
             R"(CREATE UNIQUE INDEX inbox_once ON inbox (merchant_id, dedupe_key))",
             R"(CREATE INDEX inbox_due ON inbox (merchant_id, due_at_ms, inbox_id)
    WHERE due_at_ms IS NOT NULL)",
             R"(CREATE INDEX inbox_waiting ON inbox (merchant_id, order_id)
    WHERE due_at_ms IS NOT NULL)",
             R"(CREATE TABLE outbox (
    merchant_id TEXT NOT NULL,
    outbox_id TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    order_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority BIGINT NOT NULL,
    due_at_ms BIGINT,
    in_flight BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    done_at_ms BIGINT,
    PRIMARY KEY (merchant_id, outbox_id)))",
             R"(CREATE UNIQUE INDEX outbox_once ON outbox (merchant_id, dedupe_key))",
             R"(CREATE INDEX outbox_due ON outbox (merchant_id, priority, due_at_ms)
    WHERE due_at_ms IS NOT NULL)",
             R"(CREATE INDEX outbox_of_order ON outbox (merchant_id, order_id)
    WHERE due_at_ms IS NOT NULL)",
             R"(CREATE TABLE idempotency (
    merchant_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    made TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, scope, idempotency_key)))",
             R"(CREATE TABLE sessions (
    merchant_id TEXT NOT NULL,
    session_hash TEXT NOT NULL,
    order_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, session_hash)))",
             R"(CREATE TABLE used_tokens (
    merchant_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    session_hash TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, token_id)))",
             R"(CREATE TABLE gateway_budget (
    merchant_id TEXT NOT NULL,
    api TEXT NOT NULL,
    window_ms BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, api, window_ms)))",
         }},
        // Refunds. Nothing was ever written into the table that the first migration made for them.
        {2,
         {
             R"(ALTER TABLE refunds ADD COLUMN request_hash TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE refunds ADD COLUMN origin TEXT NOT NULL DEFAULT 'shop')",
             R"(ALTER TABLE refunds ADD COLUMN note TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE refunds ADD COLUMN failure_reason TEXT NOT NULL DEFAULT 'none')",
             R"(ALTER TABLE refunds ADD COLUMN gateway_status TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE refunds ADD COLUMN gateway_refund_id TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE refunds ADD COLUMN bank_reference TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE refunds ADD COLUMN refused_at_ms BIGINT)",
             R"(ALTER TABLE refunds ADD COLUMN asks BIGINT NOT NULL DEFAULT 0)",
             R"(ALTER TABLE refunds ADD COLUMN next_ask_at_ms BIGINT)",
             R"(ALTER TABLE refunds ADD COLUMN completed_at_ms BIGINT)",
             R"(CREATE INDEX refunds_by_id ON refunds (merchant_id, refund_id))",
             R"(CREATE INDEX refunds_to_ask ON refunds (merchant_id, next_ask_at_ms)
    WHERE next_ask_at_ms IS NOT NULL)",
             R"(ALTER TABLE inbox ADD COLUMN refund_id TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE attempts ADD COLUMN paid_paise BIGINT)",
             R"(ALTER TABLE attempts ADD COLUMN captured_at_ms BIGINT)",
         }},
        // What has ended is found by its end: a start must not read every session there ever was.
        {3,
         {
             R"(CREATE INDEX sessions_by_end ON sessions (merchant_id, expires_at_ms))",
             R"(CREATE INDEX used_tokens_by_end ON used_tokens (merchant_id, expires_at_ms))",
         }},
        // On whose behalf a row is there, so that one id leads from the shop's log to the
        // gateway's.
        {4,
         {
             R"(ALTER TABLE inbox ADD COLUMN request_id TEXT NOT NULL DEFAULT '')",
             R"(ALTER TABLE outbox ADD COLUMN request_id TEXT NOT NULL DEFAULT '')",
         }},
        // When a question that is under way is to be asked once more (Store::ask_outbox).
        {5,
         {
             R"(ALTER TABLE outbox ADD COLUMN again_at_ms BIGINT)",
         }},
        // The oldest sessions of an order end when it has too many (Store::use_token).
        {6,
         {
             R"(CREATE INDEX sessions_of_order ON sessions (merchant_id, order_id, expires_at_ms))",
         }},
    };
    return kMigrations;
}

std::string in_dialect(std::string_view statement, std::string_view blob_type) {
    constexpr std::string_view kBlob = "{BLOB}";
    std::string text{statement};
    const auto at = text.find(kBlob);
    if (at != std::string::npos) text.replace(at, kBlob.size(), blob_type);
    return text;
}

}  // namespace

void migrate(Database& database, std::int64_t now_ms) {
    // Instances that start together wait here for the first: the lock is a row (number 0), since an
    // advisory lock belongs to a session, which a pooler does not keep.
    transact(database, [&](Transaction& transaction) {
        transaction.run(
            "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, applied_at_ms "
            "BIGINT NOT NULL)"
        );
        transaction.run(
            "INSERT INTO migrations (number, applied_at_ms) VALUES (0, $1) ON CONFLICT DO NOTHING",
            {now_ms}
        );
    });
    const std::string lock =
        "SELECT number FROM migrations WHERE number = 0" + std::string{database.lock_rows()};
    const auto bring_up_to_date = [&](Transaction& transaction) {
        transaction.run(lock);
        std::set<std::int64_t> done;
        for (const auto& row : transaction.run("SELECT number FROM migrations")) {
            done.insert(row.integer("number"));
        }
        for (const auto& migration : migrations()) {
            if (done.count(migration.number) > 0) continue;
            for (const auto statement : migration.statements) {
                transaction.run(in_dialect(statement, database.blob_type()));
            }
            transaction.run(
                "INSERT INTO migrations (number, applied_at_ms) VALUES ($1, $2)",
                {migration.number, now_ms}
            );
        }
    };
    transact(database, bring_up_to_date, Mode::Schema);
}

}  // namespace chukta::db
