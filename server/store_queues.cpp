#include <algorithm>

#include "server/store.h"
#include "server/stored_word.h"

namespace chukta {
namespace {

using db::Blob;
using db::Value;

NewsKind news_kind(const std::string& text) {
    // A row with another word is left to the program that wrote it.
    const auto known = stored::find(
        text,
        {NewsKind::Webhook,
         NewsKind::OrderAnswer,
         NewsKind::PayAnswer,
         NewsKind::PaymentsAnswer,
         NewsKind::CreateRefused,
         NewsKind::PayRefused,
         NewsKind::PayUnclear,
         NewsKind::PayOvertaken,
         NewsKind::PayGivenUp,
         NewsKind::PayNotSent,
         NewsKind::RefundAnswer,
         NewsKind::RefundRefused,
         NewsKind::RefundNotSent,
         NewsKind::RefundsAnswer}
    );
    return known.value_or(NewsKind::OfAnotherProgram);
}

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

InboxRow inbox_of(const db::Row& row) {
    InboxRow inbox;
    inbox.inbox_id = row.text("inbox_id");
    inbox.kind = news_kind(row.text("kind"));
    inbox.order_id = OrderId{row.text("order_id")};
    inbox.attempt_id = AttemptId{row.text("attempt_id")};
    inbox.refund_id = RefundId{row.text("refund_id")};
    inbox.request_id = log::RequestId{row.text("request_id")};
    inbox.http_status = static_cast<int>(row.integer("http_status"));
    inbox.body = row.blob("body");
    inbox.received_at = row.integer("received_at_ms");
    return inbox;
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

// News is born due, or finished; the rest of the row is the same.
#define INSERT_INBOX                                                                        \
    "INSERT INTO inbox (merchant_id, inbox_id, dedupe_key, kind, order_id, attempt_id, "    \
    "refund_id, request_id, http_status, body, received_at_ms, tries, due_at_ms, verdict, " \
    "applied_at_ms) VALUES "
#define UNLESS_THERE " ON CONFLICT DO NOTHING"

/// From inbox_id to received_at_ms. What is bound is not copied: both outlive the statement.
std::vector<Value> inbox_values(const std::string& inbox_id, const InboxRow& row) {
    return {
        inbox_id,
        row.dedupe_key.empty() ? inbox_id : row.dedupe_key,
        word(row.kind),
        row.order_id.str(),
        row.attempt_id.str(),
        row.refund_id.str(),
        row.request_id.str(),
        std::int64_t{row.http_status},
        Blob{row.body},
        row.received_at,
    };
}

}  // namespace

bool Store::insert_inbox(Transaction& transaction, const InboxRow& row) {
    return insert_inbox(transaction, std::vector{&row}) == 1;
}

std::size_t Store::insert_inbox(
    Transaction& transaction, const std::vector<const InboxRow*>& rows
) {
    std::size_t inserted = 0;
    std::vector<std::string> ids;  // what is bound is not copied
    ids.reserve(rows.size());
    for (std::size_t begin = 0; begin < rows.size();) {
        const auto end = std::min(rows.size(), begin + database_.rows_per_statement());
        std::string sql = INSERT_INBOX;
        std::vector<Value> values{merchant_};
        for (; begin < end; ++begin) {
            sql += values.size() == 1 ? "($1" : ", ($1";
            const auto& row = *rows[begin];
            const auto& inbox_id = ids.emplace_back(ids_.next(row.received_at));
            for (auto& value : inbox_values(inbox_id, row)) {
                values.push_back(value);
                sql += ", $" + std::to_string(values.size());
            }
            // Due since it was received.
            sql += ", 0, $" + std::to_string(values.size()) + ", '', NULL)";
        }
        inserted += transaction.write(sql + UNLESS_THERE, values);
    }
    return inserted;
}

bool Store::insert_finished_inbox(
    Transaction& transaction, InboxRow& row, std::string_view verdict, EpochMs now
) {
    constexpr auto kSql = INSERT_INBOX
        "($1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, NULL, $2, $3)" UNLESS_THERE;
    auto inbox_id = ids_.next(row.received_at);
    std::vector<Value> values{merchant_, verdict, now};
    for (auto& value : inbox_values(inbox_id, row)) values.push_back(value);
    if (transaction.write(kSql, values) == 0) return false;
    row.inbox_id = std::move(inbox_id);
    return true;
}

// A claim is the lock of the row: nothing is written for it, and a crash leaves nothing behind.
std::vector<InboxRow> Store::claim_inbox(Transaction& transaction, EpochMs now, int limit) {
    constexpr auto kDue =
        "SELECT inbox_id, kind, order_id, attempt_id, refund_id, http_status, body, "
        "received_at_ms, "
        "request_id FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND due_at_ms <= "
        "$2 "
        "ORDER BY due_at_ms, inbox_id LIMIT $3";
    const auto sql = kDue + std::string{database_.claim_rows()};
    std::vector<InboxRow> rows;
    for (const auto& row : transaction.run(sql, {merchant_, now, std::int64_t{limit}})) {
        rows.push_back(inbox_of(row));
    }
    return rows;
}

void Store::finish_inbox(
    Transaction& transaction, const InboxRow& row, std::string_view verdict, EpochMs now
) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = NULL, applied_at_ms = $3, verdict = $4, order_id = $5 "
        "WHERE merchant_id = $1 AND inbox_id = $2";
    transaction.run(kSql, {merchant_, row.inbox_id, now, verdict, row.order_id.str()});
}

void Store::postpone_inbox(Transaction& transaction, const InboxRow& row, EpochMs due_at) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = $3, order_id = $4, tries = tries + 1, applied_at_ms = NULL, "
        "verdict = '' "
        "WHERE merchant_id = $1 AND inbox_id = $2";
    transaction.run(kSql, {merchant_, row.inbox_id, due_at, row.order_id.str()});
}

void Store::wake_inbox(Transaction& transaction, const OrderId& order_id, EpochMs now) {
    // Not one that another applier has claimed: that one waits for this order, so waiting for its
    // row would never end, and it sees what is done here. Two statements, since there is hardly
    // ever one to wake: joined to the rest of the table, PostgreSQL may read all of it to find
    // none.
    constexpr auto kLater =
        "SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND order_id = $2 AND due_at_ms IS NOT "
        "NULL AND due_at_ms > $3";
    constexpr auto kWake =
        "UPDATE inbox SET due_at_ms = $3 WHERE merchant_id = $1 AND inbox_id = $2";
    const auto later = kLater + std::string{database_.claim_rows()};
    for (const auto& row : transaction.run(later, {merchant_, order_id.str(), now})) {
        transaction.run(kWake, {merchant_, row.text("inbox_id"), now});
    }
}

bool Store::insert_outbox(Transaction& transaction, OutboxRow row, EpochMs now) {
    constexpr auto kSql =
        "INSERT INTO outbox (merchant_id, outbox_id, dedupe_key, kind, order_id, attempt_id, "
        "payload, priority, "
        "due_at_ms, in_flight, tries, created_at_ms, request_id) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11) "
        "ON CONFLICT DO NOTHING";
    if (row.outbox_id.empty()) row.outbox_id = ids_.next(now);
    return transaction.write(
               kSql,
               {merchant_,
                row.outbox_id,
                row.dedupe_key.empty() ? row.outbox_id : row.dedupe_key,
                word(row.kind),
                row.order_id.str(),
                row.attempt_id.str(),
                row.payload,
                static_cast<std::int64_t>(row.priority),
                row.due_at,
                now,
                row.request_id.str()}
           ) > 0;
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
        ") UPDATE outbox SET due_at_ms = $3, tries = tries + 1, in_flight = in_flight + 1 "
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
    constexpr auto kDelete = "DELETE FROM outbox" THIS_CLAIM;
    constexpr auto kClose =
        "UPDATE outbox SET due_at_ms = NULL, in_flight = 0, done_at_ms = $5" THIS_CLAIM;
    if (repeats(row.kind)) {
        transaction.run(kDelete, {merchant_, row.outbox_id, row.due_at, row.tries});
    } else {
        transaction.run(kClose, {merchant_, row.outbox_id, row.due_at, row.tries, now});
    }
}

void Store::reschedule_outbox(
    Transaction& transaction, const OutboxRow& row, EpochMs due_at, Sent sent
) {
    constexpr auto kSql = "UPDATE outbox SET due_at_ms = $5, in_flight = $6" THIS_CLAIM;
    const std::int64_t in_flight = sent == Sent::Perhaps ? 1 : 0;
    transaction.run(kSql, {merchant_, row.outbox_id, row.due_at, row.tries, due_at, in_flight});
}

void Store::release_outbox(Transaction& transaction, const OutboxRow& row, EpochMs due_at) {
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $5, tries = tries - 1, in_flight = in_flight - 1" THIS_CLAIM;
    transaction.run(kSql, {merchant_, row.outbox_id, row.due_at, row.tries, due_at});
}

#undef THIS_CLAIM

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

bool Store::inbox_is_due(Transaction& transaction, EpochMs now) {
    constexpr auto kSql =
        "SELECT 1 AS due FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND "
        "due_at_ms <= $2 LIMIT 1";
    return !transaction.run(kSql, {merchant_, now}).empty();
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

std::pair<std::int64_t, std::int64_t> Store::waiting(Transaction& transaction) {
    constexpr auto kSql =
        "SELECT (SELECT COUNT(*) FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL) AS "
        "inbox_rows, "
        "(SELECT COUNT(*) FROM outbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL) AS "
        "outbox_rows";
    const auto rows = transaction.run(kSql, {merchant_});
    return {rows.front().integer("inbox_rows"), rows.front().integer("outbox_rows")};
}

}  // namespace chukta
