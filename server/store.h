/// @file
/// Rows in and out of the database. SQL stands above the one function that runs it; every write
/// happens in a transaction that the caller can see. Any thread; knows no rule of payments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/db/database.h"
#include "server/row_ids.h"
#include "server/rows.h"
#include "server/session.h"

namespace chukta {

using db::Transaction;

class Store final : public SessionStore {
public:
    Store(db::Database& database, const MerchantId& merchant_id, RowIds& ids)
        : database_{database}, merchant_{merchant_id.str()}, ids_{ids} {}

    db::Database& database() { return database_; }
    RowIds& ids() { return ids_; }
    template <class Work>
    auto transact(Work&& work) {
        return db::transact(database_, std::forward<Work>(work));
    }

    // Orders
    // ------------------------------------------------------------------------------------------
    /// False when the order is already there.
    bool insert_order(Transaction& transaction, const Order& order);
    std::optional<Order> find_order(Transaction& transaction, const OrderId& order_id);
    /// The same, and no other transaction changes this order until this one ends.
    std::optional<Order> lock_order(Transaction& transaction, const OrderId& order_id);
    /// What a page is shown (stored_rows.h), if this session is of this order and has not ended:
    /// the order with its attempts in the order they were made.
    struct Shown {
        Order order;
        std::vector<Attempt> attempts;
    };
    struct PageQuestion {
        std::string session_hash;
        OrderId order_id;
    };
    /// So many are one statement.
    static constexpr std::size_t kShownTogether = 16;
    /// One answer to each.
    std::vector<std::optional<Shown>> find_shown(
        Transaction& transaction, const std::vector<PageQuestion>& questions, EpochMs now
    );
    /// Writes what may change; version and updated_at are the caller's.
    void update_order(Transaction& transaction, const Order& order);
    struct Version {
        OrderId order_id;
        std::int64_t version = 0;
    };
    /// Of those of the orders that exist, in no order.
    std::vector<Version> versions_of(Transaction& transaction, const std::vector<OrderId>& orders);
    /// Newest first, strictly before (created_at, order_id).
    std::vector<Order> list_orders(
        Transaction& transaction, int limit, EpochMs before_ms, const std::string& before_id
    );

    // Attempts
    // ----------------------------------------------------------------------------------------
    void insert_attempt(Transaction& transaction, const OrderId& order_id, const Attempt& attempt);
    /// Writes what may change but its index, which is given once: rewriting an indexed column costs
    /// two pages even where it stays as it is.
    void update_attempt(Transaction& transaction, const OrderId& order_id, const Attempt& attempt);
    void number_attempt(Transaction& transaction, const OrderId& order_id, const Attempt& attempt);
    /// In the order they were made.
    std::vector<Attempt> attempts_of(Transaction& transaction, const OrderId& order_id);
    /// Orders with an attempt whose next_ask_at has come.
    std::vector<OrderId> orders_to_ask(Transaction& transaction, EpochMs now, int limit);

    // Refunds
    // -----------------------------------------------------------------------------------------
    void insert_refund(Transaction& transaction, const OrderId& order_id, const Refund& refund);
    void update_refund(Transaction& transaction, const OrderId& order_id, const Refund& refund);
    /// In the order they were asked for.
    std::vector<Refund> refunds_of(Transaction& transaction, const OrderId& order_id);
    /// Whether another order has a refund of this id, claimed or first told of by the gateway.
    bool refund_id_elsewhere(
        Transaction& transaction, const OrderId& order_id, const RefundId& refund_id
    );
    /// The id is this order's from now on, for a refund that is about to be inserted. False when
    /// another order claimed it first, also where that one's row cannot be seen yet.
    bool claim_refund_id(
        Transaction& transaction, const OrderId& order_id, const RefundId& refund_id, EpochMs now
    );
    /// Orders with a refund whose next_ask_at has come.
    std::vector<OrderId> orders_to_ask_refunds(Transaction& transaction, EpochMs now, int limit);

    // Inbox
    // -------------------------------------------------------------------------------------------
    /// False when a row of this dedupe key is already there.
    bool insert_inbox(Transaction& transaction, const InboxRow& row);
    /// Several, in as few statements as the engine likes; how many were not there before. The
    /// commit is as good for those that were.
    std::size_t insert_inbox(Transaction& transaction, const std::vector<const InboxRow*>& rows);
    /// One that is applied in the transaction that takes it in. False, and the row unchanged, when
    /// its dedupe key is already there; otherwise it has its id.
    bool insert_finished_inbox(
        Transaction& transaction, InboxRow& row, std::string_view verdict, EpochMs now
    );
    /// Due rows, oldest first, that no other transaction has. They are this one's until it ends,
    /// and due as before if it is undone.
    std::vector<InboxRow> claim_inbox(Transaction& transaction, EpochMs now, int limit);
    /// Of a row that this transaction claimed.
    void finish_inbox(
        Transaction& transaction, const InboxRow& row, std::string_view verdict, EpochMs now
    );
    /// The same: it is not applied, and due again. `tries` counts it, for the operator to read.
    void postpone_inbox(Transaction& transaction, const InboxRow& row, EpochMs due_at);
    /// Rows of the order that were postponed become due.
    void wake_inbox(Transaction& transaction, const OrderId& order_id, EpochMs now);

    // Outbox
    // ------------------------------------------------------------------------------------------
    /// False when a row of this dedupe key is already there. Fills outbox_id when empty.
    bool insert_outbox(Transaction& transaction, OutboxRow row, EpochMs now);
    /// The same for a question that must leave no sooner than now: a row of its key that waits
    /// becomes due by then, and one in flight becomes a new row when it is finished; either as
    /// urgent as the most urgent who asks.
    void ask_outbox(Transaction& transaction, OutboxRow row, EpochMs now);
    /// The most urgent due row, marked in flight and not due again before lease_until; never one of
    /// the kind that is left out.
    std::optional<OutboxRow> claim_outbox(
        Transaction& transaction,
        EpochMs now,
        EpochMs lease_until,
        std::optional<ErrandKind> left_out = std::nullopt
    );
    // The three that follow change nothing when the claim was overtaken, i.e. its lease ran out.
    /// Done. Errands that may be asked again (Ask, AskRefunds, GetOrder, TerminateOrder) leave no
    /// row, or the new one that ask_outbox wants.
    void finish_outbox(Transaction& transaction, const OutboxRow& row, EpochMs now);
    enum class Sent { No, Perhaps };
    /// Due again at due_at with the row's payload, known not to be in flight unless `sent` says
    /// that the call went out.
    void reschedule_outbox(
        Transaction& transaction, const OutboxRow& row, EpochMs due_at, Sent sent
    );
    /// Not due now for want of budget: as if it had not been claimed.
    void release_outbox(Transaction& transaction, const OutboxRow& row, EpochMs due_at);
    /// The rows of this row's kind and priority that are due wait until `due_at`, too.
    void put_off_outbox(
        Transaction& transaction, const OutboxRow& row, EpochMs now, EpochMs due_at
    );
    /// Open rows of this kind and order become due now.
    void wake_outbox(
        Transaction& transaction, const OrderId& order_id, ErrandKind kind, EpochMs now
    );
    /// The same, and they are as urgent as `priority`.
    void hurry_outbox(
        Transaction& transaction,
        const OrderId& order_id,
        ErrandKind kind,
        Priority priority,
        EpochMs now
    );
    /// After a start: what a process that died had claimed is due now. Does nothing on a shared
    /// database, where it may be another's, alive: there the leases run out by themselves.
    void release_leases(Transaction& transaction, EpochMs now);
    /// Makes due what is to be done later than `farthest`, which no honest clock said: leases and
    /// waits of a call to the gateway last minutes, those of news seconds. What the shop is told
    /// may wait for hours and is left alone. Returns how many rows.
    std::size_t hurry_beyond(Transaction& transaction, EpochMs farthest, EpochMs now);
    /// Notifications that were queued before `made_before` are done, told or not.
    void close_notifications(Transaction& transaction, EpochMs made_before, EpochMs now);
    /// Whether a claim would find something: asked before one, since a reader is in nobody's way.
    bool inbox_is_due(Transaction& transaction, EpochMs now);
    bool outbox_is_due(
        Transaction& transaction, EpochMs now, std::optional<ErrandKind> left_out = std::nullopt
    );
    /// How many rows wait, for metrics: on PostgreSQL each of them is looked at.
    std::int64_t inbox_waiting(Transaction& transaction);
    std::int64_t outbox_waiting(Transaction& transaction);

    // Gateway budget
    // ----------------------------------------------------------------------------------
    /// Takes one call of this API from the window that holds `now`; false when `limit` were taken.
    bool take_budget(
        Transaction& transaction,
        std::string_view api,
        EpochMs now,
        std::int64_t window_ms,
        std::int64_t limit
    );
    /// The gateway said wait: nothing of this API is left in the windows up to `until`.
    void close_budget(
        Transaction& transaction,
        std::string_view api,
        EpochMs now,
        EpochMs until,
        std::int64_t window_ms
    );

    // Idempotency
    // -------------------------------------------------------------------------------------
    struct Made {
        std::string request_hash;
        std::string made;  ///< what the first request made: an attempt's or an order's id
    };
    std::optional<Made> find_idempotency(
        Transaction& transaction, const std::string& scope, const IdempotencyKey& key
    );
    /// Whether the scope has `count` keys or more.
    bool has_idempotency_keys(
        Transaction& transaction, const std::string& scope, std::int64_t count
    );
    void insert_idempotency(
        Transaction& transaction,
        const std::string& scope,
        const IdempotencyKey& key,
        const Made& made,
        EpochMs now
    );

    // Sessions
    // ----------------------------------------------------------------------------------------
    bool use_token(
        const std::string& token_id,
        EpochMs token_expires_at,
        const std::string& session_hash,
        const Session& session
    ) override;
    std::optional<Session> find_session(const std::string& session_hash) override;
    std::optional<std::string> session_of_token(const std::string& token_id) override;
    /// Forgets sessions, tokens and budget windows that ended before `before`, a thousand of each
    /// at a time. Returns whether there may be more.
    bool forget_old(Transaction& transaction, EpochMs before);

    /// One read that touches the schema: what /readyz asks.
    bool database_ready() noexcept;

private:
    void confirm_inbox(Transaction& transaction, const InboxRow& row);
    void end_oldest_sessions(Transaction& transaction, const OrderId& order_id);

    db::Database& database_;
    std::string merchant_;
    RowIds& ids_;
};

}  // namespace chukta
