/// @file
/// One order being changed inside one transaction. Whoever changes an attempt does it here, so that
/// the status is folded again, the version grows, fulfilment moves once and the shop is told, every
/// time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "server/attempt.h"
#include "server/orders.h"
#include "server/store.h"

namespace chukta {

/// Lives as long as its transaction. Not saved unless save() is called.
class OrderChange {
public:
    /// Locks the order and reads its attempts; nothing when there is no such order.
    static std::optional<OrderChange> begin(
        Store& store,
        Transaction& transaction,
        const OrderId& order_id,
        const WatchPolicy& watch,
        EpochMs now
    );

    Order& order() { return order_; }
    const Order& order() const { return order_; }
    std::vector<Attempt>& attempts() { return attempts_; }
    EpochMs now() const { return now_; }

    Attempt* find(const AttemptId& attempt_id);
    Attempt* find(const GatewayPaymentId& payment_id);
    /// The attempt whose Order Pay reply is outstanding, if any.
    bool reply_outstanding() const;

    /// Adds an attempt; `index` is given unless it is prepared. The reference lives until the next
    /// add.
    Attempt& add(Attempt attempt);
    /// The attempt counts from now on.
    void give_index(Attempt& attempt);
    /// The attempt was changed and must be written.
    void touch(const Attempt& attempt);

    /// Queues the attempt's one Order Pay call.
    void queue_pay(const Attempt& attempt, Priority priority);
    /// A prepared link's call that is still queued became a customer's.
    void hurry_pay();
    /// From now on the Reconciler asks about the attempt until it ends.
    void watch(Attempt& attempt);
    void stop_watching(Attempt& attempt);
    /// What was thought over is not, or begins only now: watched from the first interval on.
    void watch_again(Attempt& attempt);

    void fail(Attempt& attempt, FailureReason reason);
    void complete(Attempt& attempt, EpochMs completed_at);
    void review(ReviewReason reason);

    /// Queues a question to the gateway: one open row of a kind and order, made due by `due_at`.
    void ask(ErrandKind kind, Priority priority, EpochMs due_at);
    void notify_shop(std::string_view event, std::string_view once_key, int attempt_index = 0);

    /// The page or the shop would see something new although no attempt changed.
    void note_change() { changed_ = true; }

    /// Folds the status, writes everything that changed. True when the version grew.
    bool save();

private:
    OrderChange(
        Store& store, Transaction& transaction, Order order, const WatchPolicy& watch, EpochMs now
    )
        : store_{&store},
          transaction_{&transaction},
          order_{std::move(order)},
          watch_{&watch},
          now_{now} {}
    void fold();

    Store* store_;
    Transaction* transaction_;
    Order order_;
    std::vector<Attempt> attempts_;
    std::vector<AttemptId> dirty_;
    std::vector<AttemptId> added_;
    const WatchPolicy* watch_;
    EpochMs now_;
    bool changed_ = false;
};

}  // namespace chukta
