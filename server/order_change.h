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
    /// The policy is kept by its address.
    static std::optional<OrderChange> begin(
        Store&, Transaction&, const OrderId&, WatchPolicy&&, EpochMs
    ) = delete;

    Order& order() { return order_; }
    const Order& order() const { return order_; }
    std::vector<Attempt>& attempts() { return attempts_; }
    /// Read when first asked for: most changes are not about refunds.
    std::vector<Refund>& refunds();
    const WatchPolicy& policy() const { return *watch_; }
    EpochMs now() const { return now_; }

    Attempt* find(const AttemptId& attempt_id);
    Attempt* find(const GatewayPaymentId& payment_id);
    Refund* find(const RefundId& refund_id);
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
    /// The gateway's own last word was a failure. A success may follow all the same, and its
    /// webhook may be lost for good (product.md §2): asked twice more, after the longest interval
    /// and when the window ends.
    void watch_for_late_success(Attempt& attempt);
    /// The order is paid, and this link was not tapped here. A tap whose press was lost can still
    /// pay it, and its webhook be lost for good: asked once more, when the window ends.
    void watch_for_unseen_tap(Attempt& attempt);
    /// Whether it began so long ago that nobody at the gateway is asked about it any more.
    bool is_watch_over(const Attempt& attempt) const;
    /// What was thought over is not, or begins only now: watched from the first interval on.
    void watch_again(Attempt& attempt);

    void fail(Attempt& attempt, FailureReason reason);
    void complete(Attempt& attempt, EpochMs completed_at);
    void review(ReviewReason reason);

    /// Adds a refund; its id must be new to the order. The reference lives until the next add.
    Refund& add(Refund refund);
    void touch(const Refund& refund);
    /// Queues the refund's one Create Refund call.
    void queue(const Refund& refund);
    /// From now on the Reconciler asks about the refund until it ends.
    void watch(Refund& refund);
    /// The shop hears of this refund as this change leaves it: one `refund.updated` a change.
    void tell_of(const Refund& refund);
    /// The payment that counts went back by itself: for a person.
    void note_contradiction();

    /// Queues a question to the gateway: one open row of a kind and order, made due by `due_at`.
    /// One that is under way is asked once more after its answer, which may be older than this
    /// change.
    void ask(ErrandKind kind, Priority priority, EpochMs due_at);
    /// `about`: an attempt's index, why an order is under review, or a refund's id and status; may
    /// be empty.
    void notify_shop(
        std::string_view event, std::string_view once_key, std::string_view about = {}
    );

    /// Whether something became due in the outbox.
    bool has_errands() const { return errands_; }
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
    /// Unless a row of its key is already there.
    void queue(const OutboxRow& row);
    void fold();
    void save_attempts();
    void save_refunds();

    Store* store_;
    Transaction* transaction_;
    Order order_;
    std::vector<Attempt> attempts_;
    std::vector<AttemptId> dirty_;
    std::vector<AttemptId> added_;
    std::vector<AttemptId> numbered_;  ///< got their index in this change
    std::optional<std::vector<Refund>> refunds_;
    std::vector<RefundId> dirty_refunds_;
    std::vector<RefundId> added_refunds_;
    const WatchPolicy* watch_;
    EpochMs now_;
    bool changed_ = false;
    bool errands_ = false;
};

}  // namespace chukta
