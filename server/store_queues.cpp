#include <algorithm>

#include "server/store.h"
#include "server/stored_word.h"

namespace chukta {
namespace {

using db::Blob;
using db::Value;

NewsKind news_kind(const std::string& text) {
    return stored::value_of(
        text,
        {NewsKind::Webhook,
         NewsKind::OrderAnswer,
         NewsKind::PayAnswer,
         NewsKind::PaymentsAnswer,
         NewsKind::CreateRefused,
         NewsKind::PayRefused,
         NewsKind::PayUnclear,
         NewsKind::PayGivenUp,
         NewsKind::PayNotSent}
    );
}

ErrandKind errand_kind(const std::string& text) {
    return stored::value_of(
        text,
        {ErrandKind::CreateOrder,
         ErrandKind::GetOrder,
         ErrandKind::TerminateOrder,
         ErrandKind::Pay,
         ErrandKind::Ask,
         ErrandKind::Notify}
    );
}

InboxRow inbox_of(const db::Row& row) {
    InboxRow inbox;
    inbox.inbox_id = row.text("inbox_id");
    inbox.kind = news_kind(row.text("kind"));
    inbox.order_id = OrderId{row.text("order_id")};
    inbox.attempt_id = AttemptId{row.text("attempt_id")};
    inbox.http_status = static_cast<int>(row.integer("http_status"));
    inbox.body = row.blob("body");
    inbox.received_at = row.integer("received_at_ms");
    inbox.tries = row.integer("tries");
    return inbox;
}

/// Whether the errand is asked again and again and so leaves no row behind.
bool repeats(ErrandKind kind) {
    switch (kind) {
        case ErrandKind::GetOrder:
        case ErrandKind::TerminateOrder:
        case ErrandKind::Ask:
            return true;
        case ErrandKind::CreateOrder:
        case ErrandKind::Pay:
        case ErrandKind::Notify:
            return false;
    }
    return false;
}

}  // namespace

bool Store::insert_inbox(Transaction& transaction, const InboxRow& row) {
    constexpr auto kSql =
        "INSERT INTO inbox (merchant_id, inbox_id, dedupe_key, kind, order_id, attempt_id, "
        "http_status, body, "
        "received_at_ms, due_at_ms, tries, verdict) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
        "$9, 0, '') "
        "ON CONFLICT DO NOTHING RETURNING inbox_id";
    const auto inbox_id = ids_.next(row.received_at);
    return !transaction
                .run(
                    kSql,
                    {merchant_,
                     inbox_id,
                     row.dedupe_key.empty() ? inbox_id : row.dedupe_key,
                     std::string{word(row.kind)},
                     row.order_id.str(),
                     row.attempt_id.str(),
                     std::int64_t{row.http_status},
                     Blob{row.body},
                     row.received_at}
                )
                .empty();
}

std::vector<InboxRow> Store::claim_inbox(
    Transaction& transaction, EpochMs now, EpochMs lease_until, int limit
) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = $3, tries = tries + 1 WHERE merchant_id = $1 AND inbox_id IN "
        "(SELECT inbox_id FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND "
        "due_at_ms <= $2 "
        "ORDER BY due_at_ms, inbox_id LIMIT $4) "
        "RETURNING inbox_id, kind, order_id, attempt_id, http_status, body, received_at_ms, tries";
    std::vector<InboxRow> rows;
    for (const auto& row :
         transaction.run(kSql, {merchant_, now, lease_until, std::int64_t{limit}})) {
        rows.push_back(inbox_of(row));
    }
    // RETURNING promises no order.
    std::sort(rows.begin(), rows.end(), [](const InboxRow& a, const InboxRow& b) {
        return a.inbox_id < b.inbox_id;
    });
    return rows;
}

void Store::finish_inbox(
    Transaction& transaction, const InboxRow& row, std::string_view verdict, EpochMs now
) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = NULL, applied_at_ms = $3, verdict = $4, order_id = $5 "
        "WHERE merchant_id = $1 AND inbox_id = $2";
    transaction.run(kSql, {merchant_, row.inbox_id, now, std::string{verdict}, row.order_id.str()});
}

void Store::postpone_inbox(Transaction& transaction, const InboxRow& row, EpochMs due_at) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = $3, order_id = $4 WHERE merchant_id = $1 AND inbox_id = $2";
    transaction.run(kSql, {merchant_, row.inbox_id, due_at, row.order_id.str()});
}

void Store::wake_inbox(Transaction& transaction, const OrderId& order_id, EpochMs now) {
    constexpr auto kSql =
        "UPDATE inbox SET due_at_ms = $3 WHERE merchant_id = $1 AND order_id = $2 "
        "AND due_at_ms IS NOT NULL AND due_at_ms > $3";
    transaction.run(kSql, {merchant_, order_id.str(), now});
}

bool Store::insert_outbox(Transaction& transaction, OutboxRow row, EpochMs now) {
    constexpr auto kSql =
        "INSERT INTO outbox (merchant_id, outbox_id, dedupe_key, kind, order_id, attempt_id, "
        "payload, priority, "
        "due_at_ms, in_flight, tries, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
        "0, 0, $10) "
        "ON CONFLICT DO NOTHING RETURNING outbox_id";
    if (row.outbox_id.empty()) row.outbox_id = ids_.next(now);
    return !transaction
                .run(
                    kSql,
                    {merchant_,
                     row.outbox_id,
                     row.dedupe_key.empty() ? row.outbox_id : row.dedupe_key,
                     std::string{word(row.kind)},
                     row.order_id.str(),
                     row.attempt_id.str(),
                     row.payload,
                     static_cast<std::int64_t>(row.priority),
                     row.due_at,
                     now}
                )
                .empty();
}

std::optional<OutboxRow> Store::claim_outbox(
    Transaction& transaction, EpochMs now, EpochMs lease_until, std::optional<ErrandKind> left_out
) {
    // in_flight is 1 after this statement; whether it was before is in `tries`' twin,
    // was_in_flight.
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $3, tries = tries + 1, in_flight = in_flight + 1 "
        "WHERE merchant_id = $1 AND outbox_id = (SELECT outbox_id FROM outbox WHERE merchant_id = "
        "$1 "
        "AND due_at_ms IS NOT NULL AND due_at_ms <= $2 AND kind <> $4 "
        "ORDER BY priority, due_at_ms, outbox_id LIMIT 1) "
        "RETURNING outbox_id, kind, order_id, attempt_id, payload, priority, in_flight, tries, "
        "created_at_ms";
    const auto rows = transaction.run(
        kSql, {merchant_, now, lease_until, left_out ? std::string{word(*left_out)} : std::string{}}
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
    return outbox;
}

void Store::finish_outbox(Transaction& transaction, const OutboxRow& row, EpochMs now) {
    constexpr auto kDelete = "DELETE FROM outbox WHERE merchant_id = $1 AND outbox_id = $2";
    constexpr auto kClose =
        "UPDATE outbox SET due_at_ms = NULL, in_flight = 0, done_at_ms = $3 "
        "WHERE merchant_id = $1 AND outbox_id = $2";
    if (repeats(row.kind)) {
        transaction.run(kDelete, {merchant_, row.outbox_id});
    } else {
        transaction.run(kClose, {merchant_, row.outbox_id, now});
    }
}

void Store::reschedule_outbox(
    Transaction& transaction, const OutboxRow& row, EpochMs due_at, Sent sent
) {
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $3, in_flight = $4 WHERE merchant_id = $1 AND outbox_id = "
        "$2";
    transaction.run(
        kSql, {merchant_, row.outbox_id, due_at, std::int64_t{sent == Sent::Perhaps ? 1 : 0}}
    );
}

void Store::release_outbox(Transaction& transaction, const OutboxRow& row, EpochMs due_at) {
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $3, tries = tries - 1, in_flight = in_flight - 1 "
        "WHERE merchant_id = $1 AND outbox_id = $2";
    transaction.run(kSql, {merchant_, row.outbox_id, due_at});
}

void Store::wake_outbox(
    Transaction& transaction, const OrderId& order_id, ErrandKind kind, EpochMs now
) {
    // A row in flight keeps its lease: another thread has it.
    constexpr auto kSql =
        "UPDATE outbox SET due_at_ms = $4 WHERE merchant_id = $1 AND order_id = $2 AND kind = $3 "
        "AND due_at_ms IS NOT NULL AND due_at_ms > $4 AND in_flight = 0";
    transaction.run(kSql, {merchant_, order_id.str(), std::string{word(kind)}, now});
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
        kSql,
        {merchant_, order_id.str(), std::string{word(kind)}, static_cast<std::int64_t>(priority)}
    );
    wake_outbox(transaction, order_id, kind, now);
}

void Store::release_leases(Transaction& transaction, EpochMs now) {
    // in_flight stays: whether the call went out is not known.
    constexpr auto kOutbox =
        "UPDATE outbox SET due_at_ms = $2 WHERE merchant_id = $1 AND due_at_ms IS NOT NULL "
        "AND due_at_ms > $2 AND in_flight > 0";
    constexpr auto kInbox =
        "UPDATE inbox SET due_at_ms = $2 WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND "
        "due_at_ms > $2";
    transaction.run(kOutbox, {merchant_, now});
    transaction.run(kInbox, {merchant_, now});
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
