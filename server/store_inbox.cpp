// The rows of the inbox: news.
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
    if (inserted == 0 && !rows.empty()) confirm_inbox(transaction, *rows.front());
    return inserted;
}

/// Rows that were there before are acknowledged again, maybe after a commit of which nobody knows
/// where it arrived. What this transaction leaves in the log stands behind all of them, so that one
/// of them is enough, and none where there is something new.
void Store::confirm_inbox(Transaction& transaction, const InboxRow& row) {
    const auto confirm = database_.confirm_rows();
    if (confirm.empty()) return;
    constexpr auto kSql = "SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND dedupe_key = $2";
    transaction.run(kSql + std::string{confirm}, {merchant_, row.dedupe_key});
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
    transaction.post(kSql, {merchant_, row.inbox_id, now, verdict, row.order_id.str()});
}

void Store::postpone_inbox(Transaction& transaction, const InboxRow& row, EpochMs due_at) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = $3, order_id = $4, tries = tries + 1, applied_at_ms = NULL, "
        "verdict = '' "
        "WHERE merchant_id = $1 AND inbox_id = $2";
    transaction.post(kSql, {merchant_, row.inbox_id, due_at, row.order_id.str()});
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

bool Store::inbox_is_due(Transaction& transaction, EpochMs now) {
    constexpr auto kSql =
        "SELECT 1 AS due FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND "
        "due_at_ms <= $2 LIMIT 1";
    return !transaction.run(kSql, {merchant_, now}).empty();
}

}  // namespace chukta
