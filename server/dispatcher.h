/// @file
/// The only caller of the outside: claims an outbox row, calls, writes the answer to the inbox and
/// closes the row in one transaction. Never changes a payment.
#pragma once

#include <functional>

#include "server/clock.h"
#include "server/gateway.h"
#include "server/notifier.h"
#include "server/store.h"

namespace chukta {

/// The gateway's limits per minute, ours a little below (facts/cashfree.md §1.5, production).
struct GatewayLimits {
    // Seven windows of ten seconds can touch one minute, so a seventh of the limit each.
    std::int64_t pay = 84;
    std::int64_t create_order = 168;
    std::int64_t get_order = 340;
    std::int64_t get_payments = 84;
    std::int64_t refund = 84;
    std::int64_t get_refunds = 24;
};

struct DispatchPolicy {
    GatewayLimits limits;
    std::int64_t collect_ttl_ms = 300'000;
    std::int64_t give_up_ms = 45'000;  ///< a customer waits: after this an unsent attempt fails
    std::int64_t retry_first_ms = 500;
    std::int64_t retry_longest_ms = 60'000;
};

/// A few threads call run_once at the same time.
class Dispatcher {
public:
    Dispatcher(
        Store& store,
        Gateway& gateway,
        Notifier& notifier,
        const Clock& clock,
        DispatchPolicy policy,
        std::function<void()> inbox_changed
    );

    /// A shop that hangs must not keep every thread from the customers' calls: one thread leaves
    /// its notifications to the others.
    enum class Takes { Everything, AllButNotifications };

    /// Runs the most urgent due errand. False when none is due.
    bool run_once(Takes takes = Takes::Everything);

private:
    void create_order(const OutboxRow& row);
    void fetch(const OutboxRow& row);
    void pay(const OutboxRow& row);
    void pay_now(const OutboxRow& row, const Order& order, const Attempt& attempt);
    void refund(const OutboxRow& row);
    void notify(const OutboxRow& row);
    /// To the program that understands it.
    void leave(const OutboxRow& row);

    /// Writes the answer as news and closes the row.
    void answered(const OutboxRow& row, InboxRow news);
    void note(const OutboxRow& row, NewsKind kind);
    /// What came back was of no use: later once more, a few times. False when that was enough.
    bool asks_again(const OutboxRow& row);
    void later(const OutboxRow& row, const GatewayFailure& failure, Store::Sent sent);
    /// Whether the gateway's budget and the claim's lease leave room for a call; if not, the errand
    /// waits.
    bool may_call(const OutboxRow& row);
    /// No call was made: the errand waits until then as if it had not been claimed.
    void give_back(const OutboxRow& row, EpochMs due_at);
    std::int64_t backoff(std::int64_t tries) const;

    Store& store_;
    Gateway& gateway_;
    Notifier& notifier_;
    const Clock& clock_;
    DispatchPolicy policy_;
    std::function<void()> inbox_changed_;
};

}  // namespace chukta
