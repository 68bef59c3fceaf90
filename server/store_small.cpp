// The small tables: budget, idempotency, sessions.
#include "server/faults.h"
#include "server/store.h"
#include "shared/limits.h"

namespace chukta {

bool Store::take_budget(
    Transaction& transaction,
    std::string_view api,
    EpochMs now,
    std::int64_t window_ms,
    std::int64_t limit
) {
    constexpr auto kInsert =
        "INSERT INTO gateway_budget (merchant_id, api, window_ms, used) VALUES ($1, $2, $3, 0) "
        "ON CONFLICT DO NOTHING";
    constexpr auto kTake =
        "UPDATE gateway_budget SET used = used + 1 WHERE merchant_id = $1 AND api = $2 AND "
        "window_ms = $3 "
        "AND used < $4";
    const EpochMs window = now - now % window_ms;
    transaction.run(kInsert, {merchant_, api, window});
    return transaction.write(kTake, {merchant_, api, window, limit}) > 0;
}

void Store::close_budget(
    Transaction& transaction,
    std::string_view api,
    EpochMs now,
    EpochMs until,
    std::int64_t window_ms
) {
    constexpr auto kSql =
        "INSERT INTO gateway_budget (merchant_id, api, window_ms, used) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (merchant_id, api, window_ms) DO UPDATE SET used = $4";
    constexpr std::int64_t kNoneLeft = 1'000'000'000;
    for (EpochMs window = now - now % window_ms; window <= until; window += window_ms) {
        transaction.run(kSql, {merchant_, api, window, kNoneLeft});
    }
}

std::optional<Store::Made> Store::find_idempotency(
    Transaction& transaction, const std::string& scope, const IdempotencyKey& key
) {
    constexpr auto kSql =
        "SELECT request_hash, made FROM idempotency "
        "WHERE merchant_id = $1 AND scope = $2 AND idempotency_key = $3";
    const auto rows = transaction.run(kSql, {merchant_, scope, key.str()});
    if (rows.empty()) return std::nullopt;
    return Made{rows.front().text("request_hash"), rows.front().text("made")};
}

bool Store::has_idempotency_keys(
    Transaction& transaction, const std::string& scope, std::int64_t count
) {
    constexpr auto kSql =
        "SELECT 1 AS there FROM idempotency WHERE merchant_id = $1 AND scope = $2 LIMIT $3";
    return std::ssize(transaction.run(kSql, {merchant_, scope, count})) >= count;
}

void Store::insert_idempotency(
    Transaction& transaction,
    const std::string& scope,
    const IdempotencyKey& key,
    const Made& made,
    EpochMs now
) {
    constexpr auto kSql =
        "INSERT INTO idempotency (merchant_id, scope, idempotency_key, request_hash, made, "
        "created_at_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6)";
    transaction.post(kSql, {merchant_, scope, key.str(), made.request_hash, made.made, now});
}

bool Store::use_token(
    const std::string& jti,
    EpochMs token_expires_at,
    const std::string& session_hash,
    const Session& session
) {
    constexpr auto kToken =
        "INSERT INTO used_tokens (merchant_id, token_id, session_hash, expires_at_ms) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    constexpr auto kOurs =
        "SELECT token_id FROM used_tokens WHERE merchant_id = $1 AND token_id = $2 "
        "AND session_hash = $3";
    constexpr auto kSession =
        "INSERT INTO sessions (merchant_id, session_hash, order_id, customer_id, expires_at_ms) "
        "VALUES ($1, $2, $3, $4, $5)";
    const bool ours = transact([&](Transaction& transaction) {
        if (transaction.write(kToken, {merchant_, jti, session_hash, token_expires_at}) == 0) {
            // By an earlier try of ours whose commit was lost, or by somebody else.
            return transaction.run(kOurs, {merchant_, jti, session_hash}).size() == 1;
        }
        end_oldest_sessions(transaction, session.order_id);
        transaction.run(
            kSession,
            {merchant_,
             session_hash,
             session.order_id.str(),
             session.customer_id.str(),
             session.expires_at}
        );
        faults::pass(faults::Point::SessionBeforeCommit);
        return true;
    });
    faults::pass(faults::Point::SessionAfterCommit);
    return ours;
}

void Store::end_oldest_sessions(Transaction& transaction, const OrderId& order_id) {
    // Locked, or those that open at the same time would not see each other. Not one DELETE with
    // this SELECT in it: PostgreSQL plans that as a scan while the table is empty.
    constexpr auto kNewestFirst =
        "SELECT session_hash FROM sessions WHERE merchant_id = $1 AND order_id = $2 "
        "ORDER BY expires_at_ms DESC";
    constexpr auto kEnd = "DELETE FROM sessions WHERE merchant_id = $1 AND session_hash = $2";
    constexpr auto kLeave = static_cast<std::size_t>(limits::kSessionsPerOrderMax - 1);
    lock_order(transaction, order_id);
    const auto rows = transaction.run(kNewestFirst, {merchant_, order_id.str()});
    for (std::size_t i = kLeave; i < rows.size(); ++i) {
        transaction.post(kEnd, {merchant_, rows[i].text("session_hash")});
    }
}

std::optional<Session> Store::find_session(const std::string& session_hash) {
    constexpr auto kSql =
        "SELECT order_id, customer_id, expires_at_ms FROM sessions "
        "WHERE merchant_id = $1 AND session_hash = $2";
    Transaction transaction{database_, db::Mode::Look};
    const auto rows = transaction.run(kSql, {merchant_, session_hash});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return Session{
        OrderId{row.text("order_id")},
        CustomerId{row.text("customer_id")},
        row.integer("expires_at_ms")};
}

std::optional<std::string> Store::session_of_token(const std::string& jti) {
    constexpr auto kSql =
        "SELECT session_hash FROM used_tokens WHERE merchant_id = $1 AND token_id = $2";
    Transaction transaction{database_, db::Mode::Look};
    const auto rows = transaction.run(kSql, {merchant_, jti});
    if (rows.empty()) return std::nullopt;
    return rows.front().text("session_hash");
}

bool Store::forget_old(Transaction& transaction, EpochMs before) {
    // Not all of a busy day in one statement: it may take longer than a statement may.
    constexpr std::size_t kAtOnce = 1'000;
    constexpr auto kSessions =
        "DELETE FROM sessions WHERE merchant_id = $1 AND session_hash IN (SELECT session_hash FROM "
        "sessions WHERE merchant_id = $1 AND expires_at_ms < $2 LIMIT $3)";
    constexpr auto kTokens =
        "DELETE FROM used_tokens WHERE merchant_id = $1 AND token_id IN (SELECT token_id FROM "
        "used_tokens WHERE merchant_id = $1 AND expires_at_ms < $2 LIMIT $3)";
    constexpr auto kBudget = "DELETE FROM gateway_budget WHERE merchant_id = $1 AND window_ms < $2";
    bool more = false;
    const auto forget = [&](const char* sql, EpochMs ended_before) {
        const auto gone =
            transaction.write(sql, {merchant_, ended_before, static_cast<std::int64_t>(kAtOnce)});
        more = more || gone == kAtOnce;
    };
    forget(kSessions, before);
    // An instance whose clock is behind would take a token once more that is forgotten.
    constexpr std::int64_t kClocksMayDifferMs = 300'000;
    forget(kTokens, before - kClocksMayDifferMs);
    // By its beginning: the window that lasts must not be forgotten, nor one that a 429 has closed.
    constexpr std::int64_t kAnHourMs = 3'600'000;
    transaction.run(kBudget, {merchant_, before - kAnHourMs});
    return more;
}

bool Store::database_ready() noexcept {
    try {
        Transaction transaction{database_, db::Mode::Look};
        return !transaction.run("SELECT MAX(number) AS newest FROM migrations").empty();
    } catch (const db::StorageError&) {
        return false;
    }
}

}  // namespace chukta
