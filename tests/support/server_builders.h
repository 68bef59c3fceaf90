/// @file
/// Valid things of the server for tests to bend: a clock that stands still, a database in memory,
/// an order with attempts, events.
#pragma once

#include <atomic>
#include <cassert>
#include <memory>
#include <string>

#include "server/asked.h"
#include "server/attempt.h"
#include "server/clock.h"
#include "server/held_requests.h"
#include "server/order_change.h"
#include "server/orders.h"
#include "server/store.h"
#include "tests/support/test_database.h"

namespace chukta::testing {

/// Stands still until it is moved.
class FakeClock final : public Clock {
public:
    EpochMs now() const override { return now_.load(); }
    void advance(std::int64_t ms) { now_ += ms; }

private:
    std::atomic<EpochMs> now_{1'780'000'000'000};
};

inline Money rupees(std::int64_t whole) { return *Money::from_paise(whole * 100); }

inline OrderPolicy a_policy() {
    OrderPolicy policy;
    policy.merchant_id = MerchantId{"chai"};
    policy.merchant_name = "Chai & Co.";
    return policy;
}

inline NewOrder a_new_order(const std::string& id = "ord_0001") {
    NewOrder order;
    order.order_id = OrderId{id};
    order.amount = rupees(500);
    order.customer_id = CustomerId{"asha"};
    order.customer_phone = "9999999999";
    order.items = {{"Masala chai", 2, rupees(500)}};
    order.return_url = "http://127.0.0.1:8082/return";
    return order;
}

inline Attempt an_attempt(AttemptStatus status = AttemptStatus::Pending) {
    Attempt attempt;
    attempt.attempt_id = AttemptId{"a1"};
    attempt.channel = Channel::Intent;
    attempt.status = status;
    attempt.payment_id = GatewayPaymentId{"1457662411918550528"};
    return attempt;
}

/// A question that left just now, or so much later by its machine's clock.
inline Asked asked_now(const OrderChange& change, std::int64_t ahead_ms = 0) {
    return {change.now() + ahead_ms, change.now()};
}

inline GatewayEvent an_event(NormalizedStatus status, const std::string& payment_id = "p1") {
    GatewayEvent event;
    event.order_id = OrderId{"ord_0001"};
    event.payment_id = GatewayPaymentId{payment_id};
    event.status = status;
    event.currency = "INR";
    event.order_amount = rupees(500);
    event.payment_amount = rupees(500);
    if (status == NormalizedStatus::Failed) event.failure = FailureReason::Declined;
    event.gateway_final =
        status == NormalizedStatus::Failed || status == NormalizedStatus::Completed;
    return event;
}

/// The real Store and Orders over the engine of this run.
struct Backend {
    Backend() : database{place.open()} { db::migrate(*database, clock.now()); }
    FakeClock clock;
    TestDatabase place;
    std::unique_ptr<db::Database> database;
    RowIds ids{7};
    WatchPolicy watch;
    OrderPolicy policy = a_policy();
    Store store{*database, MerchantId{"chai"}, ids};
    HeldRequests held{clock};
    Orders orders{store, held, clock, policy, watch, [] {}};

    /// Runs `work` on the order in one transaction and saves.
    template <class Work>
    void change(const std::string& order_id, Work&& work) {
        store.transact([&](Transaction& transaction) {
            auto change =
                OrderChange::begin(store, transaction, OrderId{order_id}, watch, clock.now());
            assert(change);
            work(*change);
            change->save();
        });
    }
    std::vector<Attempt> attempts(const std::string& order_id = "ord_0001") {
        Transaction transaction{*database, db::Mode::Read};
        return store.attempts_of(transaction, OrderId{order_id});
    }
    Order order(const std::string& order_id = "ord_0001") {
        Transaction transaction{*database, db::Mode::Read};
        return *store.find_order(transaction, OrderId{order_id});
    }
    /// How many outbox rows of this kind were ever queued and not deleted.
    std::int64_t outbox_rows(const std::string& kind, const std::string& payload_prefix = "") {
        Transaction transaction{*database, db::Mode::Read};
        return transaction
            .run(
                "SELECT COUNT(*) AS n FROM outbox WHERE kind = $1 AND payload LIKE $2",
                {kind, payload_prefix + "%"}
            )
            .front()
            .integer("n");
    }
};

}  // namespace chukta::testing
