/// @file
/// The only writer of payment status: reads the inbox, gives the bytes meaning through the
/// gateway's read functions, and lets `step` decide.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "server/clock.h"
#include "server/gateway.h"
#include "server/held_requests.h"
#include "server/order_change.h"
#include "server/store.h"

namespace chukta {

/// Any thread; one order is applied by one thread of one instance at a time (row lock).
class Applier {
public:
    /// News with its meaning, if it is a webhook that can be read.
    struct Arrived {
        InboxRow row;
        std::optional<WebhookNews> webhook;  ///< nothing when it cannot be read, or is no webhook
    };
    /// Who waits for what a row did.
    struct Applied {
        OrderId order_id;
        std::int64_t version = 0;  ///< 0: nothing to wake
        bool errands = false;      ///< something is due in the outbox
    };

    Applier(
        Store& store,
        const Gateway& gateway,
        HeldRequests& held,
        const Clock& clock,
        WatchPolicy watch,
        std::function<void()> outbox_changed
    );

    /// Applies a batch of due inbox rows, a few in each transaction. False when none was due.
    bool run_once();

    /// What the row says, before a transaction holds anybody up. A webhook's row gets its order.
    Arrived read(InboxRow row) const;
    /// Takes webhooks in and applies those that were not there before, both in this transaction.
    /// Throws StorageError: then none of them may be taken for stored.
    std::vector<Applied> take_in(Transaction& transaction, const std::vector<Arrived*>& webhooks);
    /// After the commit: wakes who waits.
    void tell(const std::vector<Applied>& all);

private:
    /// What became of a row: its verdict, or the time at which it is looked at again.
    struct Outcome {
        std::string_view verdict;
        std::optional<EpochMs> postponed_to;
    };

    /// Due rows, in one transaction that holds them until it ends; then wakes who waits. False when
    /// none was due. Throws StorageError: then nothing of it was done.
    bool apply(int limit, std::string* first_claimed = nullptr);
    std::vector<Arrived> in_order_of_locks(std::vector<InboxRow> rows) const;
    /// One row, and what became of it, unless that is `written` in the row already.
    Applied apply(Transaction& transaction, Arrived& arrived, std::string_view written = {});
    /// The first one alone; when the database refuses it, it is put off.
    bool apply_one();
    std::vector<InboxRow> finish_first(int limit);
    Outcome decide(Transaction& transaction, InboxRow& row, Applied& applied);
    Outcome on_webhook(Transaction& transaction, const Arrived& arrived, Applied& applied);
    Outcome on_order(OrderChange& change, const InboxRow& row);
    Outcome on_pay(OrderChange& change, const InboxRow& row);
    Outcome on_payments(OrderChange& change, const InboxRow& row);
    Outcome on_note(OrderChange& change, const InboxRow& row);
    Outcome on_event(OrderChange& change, const GatewayEvent& event, NewsSource source);
    Outcome on_refund(OrderChange& change, const InboxRow& row);
    Outcome on_refunds(OrderChange& change, const InboxRow& row);
    static Outcome unreadable(const InboxRow& row);
    Outcome within(
        Transaction& transaction,
        const OrderId& order_id,
        Applied& applied,
        const std::function<Outcome(OrderChange&)>& work
    );

    Store& store_;
    const Gateway& gateway_;
    HeldRequests& held_;
    const Clock& clock_;
    WatchPolicy watch_;
    std::function<void()> outbox_changed_;
};

}  // namespace chukta
