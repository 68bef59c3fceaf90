// The rows of the outbox: errands. And what is about both queues.
#include "server/store.h"
#include "server/stored_word.h"

namespace chukta {
namespace {

using db::Value;

ErrandKind errand_kind(const std::string& text) {
    // A row with another word is left to the program that wrote it.
    const auto known = stored::find(
        text,
        {ErrandKind::CreateOrder,
         ErrandKind::GetOrder,
         ErrandKind::TerminateOrder,
         ErrandKind::Pay,
         ErrandKind::Ask,
         ErrandKind::Notify,
         ErrandKind::Refund,
         ErrandKind::AskRefunds}
    );
    return known.value_or(ErrandKind::OfAnotherProgram);
}

/// Whether the errand is asked again and again and so leaves no row behind.
bool repeats(ErrandKind kind) {
    switch (kind) {
        case ErrandKind::GetOrder:
        case ErrandKind::TerminateOrder:
        case ErrandKind::Ask:
        case ErrandKind::AskRefunds:
            return true;
        case ErrandKind::CreateOrder:
        case ErrandKind::Pay:
        case ErrandKind::Notify:
        case ErrandKind::Refund:
        case ErrandKind::OfAnotherProgram:
            return false;
    }
    return false;
}

#define INSERT_OUTBOX                                                                      \
    "INSERT INTO outbox (merchant_id, outbox_id, dedupe_key, kind, order_id, attempt_id, " \
    "payload, priority, due_at_ms, in_flight, tries, created_at_ms, request_id) "          \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11)"

/// What is bound is not copied: the row and the merchant outlive the statement.
std::vector<Value> outbox_values(const std::string& merchant, const OutboxRow& row, EpochMs now) {
    return {
        merchant,
        row.outbox_id,
        row.dedupe_key.empty() ? row.outbox_id : row.dedupe_key,
        word(row.kind),
        row.order_id.str(),
        row.attempt_id.str(),
        row.payload,
        static_cast<std::int64_t>(row.priority),
        row.due_at,
        now,
        row.request_id.str(),
    };
}

}  // namespace

bool Store::insert_outbox(Transaction& transaction, OutboxRow row, EpochMs now) {
    constexpr auto kSql = INSERT_OUTBOX " ON CONFLICT DO NOTHING";
    if (row.outbox_id.empty()) row.outbox_id = ids_.next(now);
    return transaction.write(kSql, outbox_values(merchant_, row, now)) > 0;
}

void Store::ask_outbox(Transaction& transaction, OutboxRow row, EpochMs now) {
    // One statement: the row could end between a look and what the look decides.
    constexpr auto kSql = INSERT_OUTBOX
        " ON CONFLICT (merchant_id, dedupe_key) DO UPDATE SET "
        "due_at_ms = CASE WHEN outbox.in_flight > 0 OR outbox.due_at_ms < excluded.due_at_ms "
        "THEN outbox.due_at_ms ELSE excluded.due_at_ms END, "
        "again_at_ms = CASE WHEN outbox.in_flight = 0 OR outbox.again_at_ms < excluded.due_at_ms "
        "THEN outbox.again_at_ms ELSE excluded.due_at_ms END, "
        // Of one under way the claim knows how urgent it was.
        "priority = CASE WHEN excluded.priority < outbox.priority OR "
        "(outbox.in_flight > 0 AND outbox.again_at_ms IS NULL) "
        "THEN excluded.priority ELSE outbox.priority END, "
        // Refusals count from the newest who asks.
        "payload = CASE WHEN outbox.in_flight = 0 THEN '' ELSE outbox.payload END "
        "WHERE excluded.priority < outbox.priority OR "
        "(outbox.in_flight = 0 AND "
        "(outbox.due_at_ms > excluded.due_at_ms OR outbox.payload <> '')) OR "
        "(outbox.in_flight > 0 AND "
        "COALESCE(outbox.again_at_ms, excluded.due_at_ms + 1) > excluded.due_at_ms)";
    if (row.outbox_id.empty()) row.outbox_id = ids_.next(now);
    transaction.post(kSql, outbox_values(merchant_, row, now));
}

std::optional<OutboxRow> Store::claim_outbox(
    Transaction& transaction, EpochMs now, EpochMs lease_until, std::optional<ErrandKind> left_out
) {
    // in_flight counts claims that have not come back: more than this one means that an earlier
    // call may have been sent.
    constexpr auto kDue =
        "WITH due AS MATERIALIZED (SELECT outbox_id FROM outbox WHERE merchant_id = $1 AND "
        "due_at_ms IS NOT NULL AND due_at_ms <= $2 AND kind <> $4 "
        "ORDER BY priority, due_at_ms, outbox_id LIMIT 1";
    constexpr auto kClaim =
        ") UPDATE outbox SET due_at_ms = $3, tries = tries + 1, in_flight = in_flight + 1, "
        // Who wanted it asked once more before now is served by this call, the first for them.
        "payload = CASE WHEN again_at_ms <= $2 THEN '' ELSE payload END, "
        "again_at_ms = CASE WHEN again_at_ms > $2 THEN again_at_ms END "
        "WHERE merchant_id = $1 AND outbox_id = (SELECT outbox_id FROM due) "
        "RETURNING outbox_id, kind, order_id, attempt_id, payload, priority, in_flight, tries, "
        "created_at_ms, request_id";
    const auto sql = kDue + std::string{database_.claim_rows()} + kClaim;
    const auto rows = transaction.run(
        sql, {merchant_, now, lease_until, left_out ? word(*left_out) : std::string_view{}}
    );
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    OutboxRow outbox;
    outbox.outbox_id = row.text("outbox_id");
    outbox.kind = errand_kind(row.text("kind"));
    outbox.order_id = OrderId{row.text("order_id")};
    outbox.attempt_id = AttemptId{row.text("attempt_id")};
    outbox.payload = row.text("payload");
    outbox.priority = static_cast<Priority>(row.integer("priority"));
    outbox.due_at = lease_until;
    outbox.was_in_flight = row.integer("in_flight") > 1;
    outbox.tries = row.integer("tries");
    outbox.created_at = row.integer("created_at_ms");
    outbox.request_id = log::RequestId{row.text("request_id")};
    return outbox;
}

// A claim of an outbox row is known by its lease and its count of tries. Whoever claims the row
// after it ran out has a later lease; what the first one still writes must not undo that, and a
// repeat after a lost commit must not count twice.
#define THIS_CLAIM " WHERE merchant_id = $1 AND outbox_id = $2 AND due_at_ms = $3 AND tries = $4"

void Store::finish_outbox(Transaction& transaction, const OutboxRow& row, EpochMs now) {
    constexpr auto kDelete = "DELETE FROM outbox" THIS_CLAIM " AND again_at_ms IS NULL";
    // By another id, as if it had been queued now: an answer is known by its row and try.
    constexpr auto kAgain =
        "UPDATE outbox SET due_at_ms = again_at_ms, again_at_ms = NULL, outbox_id = $5, "
        "in_flight = 0, tries = 0, payload = '', created_at_ms = $6" THIS_CLAIM
        " AND again_at_ms IS NOT NULL";
    constexpr auto kClose =
        "UPDATE outbox SET due_at_ms = NULL, in_flight = 0, done_at_ms = $5" THIS_CLAIM;
    if (repeats(row.kind)) {
        const auto ended =
            transaction.write(kDelete, {merchant_, row.outbox_id, row.due_at, row.tries});
        if (ended > 0) return;
        transaction.run(
            kAgain, {merchant_, row.outbox_id, row.due_at, row.tries, ids_.next(now), now}
        );
    } else {
        transaction.run(kClose, {merchant_, row.outbox_id, row.due_at, row.tries, now});
    }
}

void Store::reschedule_outbox(
    Transaction& transaction, const OutboxRow& row, EpochMs due_at, Sent sent
) {
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $5, in_flight = $6, payload = $7, "
        "priority = CASE WHEN priority > $8 THEN $8 ELSE priority END" THIS_CLAIM;
    const std::int64_t in_flight = sent == Sent::Perhaps ? 1 : 0;
    transaction.run(
        kSql,
        {merchant_,
         row.outbox_id,
         row.due_at,
         row.tries,
         due_at,
         in_flight,
         row.payload,
         static_cast<std::int64_t>(row.priority)}
    );
}

void Store::release_outbox(Transaction& transaction, const OutboxRow& row, EpochMs due_at) {
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $5, tries = tries - 1, in_flight = in_flight - 1, "
        "priority = CASE WHEN priority > $6 THEN $6 ELSE priority END" THIS_CLAIM;
    transaction.run(
        kSql,
        {merchant_,
         row.outbox_id,
         row.due_at,
         row.tries,
         due_at,
         static_cast<std::int64_t>(row.priority)}
    );
}

#undef THIS_CLAIM

void Store::put_off_outbox(
    Transaction& transaction, const OutboxRow& row, EpochMs now, EpochMs due_at
) {
    // So many at once, for a bounded transaction.
    constexpr auto kDue =
        "WITH due AS MATERIALIZED (SELECT outbox_id FROM outbox WHERE merchant_id = $1 AND "
        "due_at_ms IS NOT NULL AND due_at_ms <= $2 AND kind = $4 AND priority = $5 LIMIT 1000";
    constexpr auto kPutOff =
        ") UPDATE outbox SET due_at_ms = $3 WHERE merchant_id = $1 AND outbox_id IN "
        "(SELECT outbox_id FROM due)";
    transaction.run(
        kDue + std::string{database_.claim_rows()} + kPutOff,
        {merchant_, now, due_at, word(row.kind), static_cast<std::int64_t>(row.priority)}
    );
}

void Store::wake_outbox(
    Transaction& transaction, const OrderId& order_id, ErrandKind kind, EpochMs now
) {
    // A row in flight keeps its lease: another thread has it.
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $4 WHERE merchant_id = $1 AND order_id = $2 AND kind = $3 "
        "AND due_at_ms IS NOT NULL AND due_at_ms > $4 AND in_flight = 0";
    transaction.run(kSql, {merchant_, order_id.str(), word(kind), now});
}

void Store::hurry_outbox(
    Transaction& transaction,
    const OrderId& order_id,
    ErrandKind kind,
    Priority priority,
    EpochMs now
) {
    constexpr auto kSql =
        "UPDATE outbox SET priority = $4 WHERE merchant_id = $1 AND order_id = $2 AND kind = $3 "
        "AND due_at_ms IS NOT NULL";
    transaction.run(
        kSql, {merchant_, order_id.str(), word(kind), static_cast<std::int64_t>(priority)}
    );
    wake_outbox(transaction, order_id, kind, now);
}

void Store::release_leases(Transaction& transaction, EpochMs now) {
    if (database_.shared()) return;
    // in_flight stays: whether the call went out is not known.
    constexpr auto kOutbox =
        "UPDATE outbox SET due_at_ms = $2 WHERE merchant_id = $1 AND due_at_ms IS NOT NULL "
        "AND due_at_ms > $2 AND in_flight > 0";
    transaction.run(kOutbox, {merchant_, now});
}

std::size_t Store::hurry_beyond(Transaction& transaction, EpochMs farthest, EpochMs now) {
    constexpr auto kCalls =
        "WITH beyond AS MATERIALIZED (SELECT outbox_id FROM outbox WHERE merchant_id = $1 AND "
        "due_at_ms IS NOT NULL AND due_at_ms > $3 AND kind <> $4";
    // in_flight stays, as above.
    constexpr auto kHurryCalls =
        ") UPDATE outbox SET due_at_ms = $2 WHERE merchant_id = $1 AND outbox_id IN "
        "(SELECT outbox_id FROM beyond)";
    constexpr auto kNews =
        "WITH beyond AS MATERIALIZED (SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND "
        "due_at_ms IS NOT NULL AND due_at_ms > $3";
    constexpr auto kHurryNews =
        ") UPDATE inbox SET due_at_ms = $2 WHERE merchant_id = $1 AND inbox_id IN "
        "(SELECT inbox_id FROM beyond)";
    const std::string lock{database_.claim_rows()};
    const auto calls = transaction.write(
        kCalls + lock + kHurryCalls, {merchant_, now, farthest, word(ErrandKind::Notify)}
    );
    const auto news = transaction.write(kNews + lock + kHurryNews, {merchant_, now, farthest});
    return calls + news;
}

void Store::close_notifications(Transaction& transaction, EpochMs made_before, EpochMs now) {
    constexpr auto kOpen =
        "WITH open AS MATERIALIZED (SELECT outbox_id FROM outbox WHERE merchant_id = $1 AND "
        "kind = $3 AND due_at_ms IS NOT NULL AND created_at_ms < $4";
    constexpr auto kClose =
        ") UPDATE outbox SET due_at_ms = NULL, in_flight = 0, done_at_ms = $2 "
        "WHERE merchant_id = $1 AND outbox_id IN (SELECT outbox_id FROM open)";
    const auto sql = kOpen + std::string{database_.claim_rows()} + kClose;
    transaction.run(sql, {merchant_, now, word(ErrandKind::Notify), made_before});
}

bool Store::outbox_is_due(
    Transaction& transaction, EpochMs now, std::optional<ErrandKind> left_out
) {
    constexpr auto kSql =
        "SELECT 1 AS due FROM outbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND "
        "due_at_ms <= $2 AND kind <> $3 LIMIT 1";
    return !transaction.run(
                           kSql, {merchant_, now, left_out ? word(*left_out) : std::string_view{}}
    ).empty();
}

std::int64_t Store::inbox_waiting(Transaction& transaction) {
    constexpr auto kSql =
        "SELECT COUNT(*) AS n FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL";
    return transaction.run(kSql, {merchant_}).front().integer("n");
}

std::int64_t Store::outbox_waiting(Transaction& transaction) {
    constexpr auto kSql =
        "SELECT COUNT(*) AS n FROM outbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL";
    return transaction.run(kSql, {merchant_}).front().integer("n");
}

}  // namespace chukta
