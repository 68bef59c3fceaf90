// When a call goes out: within the gateway's limits, not too late for who waits, and without
// keeping others from their turn.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/cashfree/gateway.h"
#include "server/dispatcher.h"
#include "server/notifier.h"
#include "tests/support/edge_builders.h"
#include "tests/support/order_news.h"

namespace chukta {
namespace {

using namespace testing;

constexpr std::int64_t kWindowMs = 10'000;

class CallBudget : public News {
protected:
    void SetUp() override {
        News::SetUp();
        backend.store.transact([](Transaction& transaction) {
            transaction.run("DELETE FROM outbox");
        });
        // At the begin of a window.
        backend.clock.advance(kWindowMs - backend.clock.now() % kWindowMs);
    }

    /// One that the gateway has, too; its name.
    std::string another_order(int number) {
        const auto name = "ord_" + std::to_string(1'000 + number);
        EXPECT_TRUE(backend.orders.create(a_new_order(name), std::nullopt));
        backend.change(name, [](OrderChange& change) {
            change.order().gateway_session = "session_x";
            change.note_change();
        });
        return name;
    }

    void ask_about_orders(int count, Priority priority) {
        for (int i = 0; i < count; ++i) {
            backend.change(another_order(i), [&](OrderChange& change) {
                change.ask(ErrandKind::Ask, priority, change.now());
            });
        }
        backend.store.transact([](Transaction& transaction) {
            transaction.run("DELETE FROM outbox WHERE kind <> 'ask'");
        });
    }

    std::int64_t due_rows() {
        Transaction transaction{*backend.database, db::Mode::Read};
        return transaction
            .run("SELECT COUNT(*) AS n FROM outbox WHERE due_at_ms <= $1", {backend.clock.now()})
            .front()
            .integer("n");
    }

    /// Dispatches all that is due, to a gateway that knows of no payments; how often it did.
    int dispatch() {
        int times = 0;
        while (dispatcher.run_once()) ++times;
        return times;
    }

    std::vector<std::string> called;  ///< the end of each address
    cashfree::Gateway gateway{[this] {
        cashfree::GatewaySettings settings;
        settings.client.base_url = "https://gateway.example/pg";
        settings.client.transport = [this](const http::ClientRequest& request) {
            called.push_back(request.url.substr(request.url.rfind('/')));
            return http::ClientResponse{200, {}, "[]"};
        };
        return settings;
    }()};
    Notifier notifier{backend.store, backend.clock, {}};
    Dispatcher dispatcher{backend.store, gateway, notifier, backend.clock, {}, [] {}};
};

TEST_F(CallBudget, ThatIsUsedUpPutsOffAllThatItCannotServeAtOnce) {
    constexpr int kOrders = 60;
    constexpr int kPerWindow = 14;
    ask_about_orders(kOrders, Priority::Verify);
    const CapturedLog captured;
    EXPECT_EQ(dispatch(), kPerWindow + 1) << "one finds the window used up";
    EXPECT_EQ(called.size(), kPerWindow);
    EXPECT_EQ(captured.count("budget.exhausted"), 1);
    backend.clock.advance(kWindowMs - 1);
    EXPECT_EQ(due_rows(), 0);
    backend.clock.advance(1);
    EXPECT_EQ(due_rows(), kOrders - kPerWindow);
    EXPECT_EQ(dispatch(), kPerWindow + 1);
    EXPECT_EQ(called.size(), 2 * kPerWindow);
}

TEST_F(CallBudget, ThatPreparedLinksUsedUpLeavesTheirHalfToCustomers) {
    for (int i = 0; i < 10; ++i) {
        const auto name = another_order(i);
        backend.orders.prepare(OrderId{name}, {DeviceClass::AndroidPhone, ""});
    }
    start(Channel::QrCode, "k1");
    backend.store.transact([](Transaction& transaction) {
        transaction.run("DELETE FROM outbox WHERE kind <> 'pay'");
        // The customer's comes last.
        transaction.run("UPDATE outbox SET due_at_ms = due_at_ms + 1 WHERE priority = 0");
    });
    EXPECT_EQ(dispatch(), 7 + 1);
    backend.clock.advance(1);
    EXPECT_EQ(dispatch(), 1);
    EXPECT_EQ(called.size(), 8U);
}

TEST_F(CallBudget, ThatCustomersUseUpKeepsNoLinkFromBeingGivenUp) {
    backend.orders.prepare(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    backend.clock.advance(DispatchPolicy{}.give_up_ms + 1);
    for (int i = 0; i < 20; ++i) {
        backend.change(another_order(i), [](OrderChange& change) {
            Attempt attempt;
            attempt.channel = Channel::QrCode;
            change.queue_pay(change.add(std::move(attempt)), Priority::Customer);
        });
    }
    backend.store.transact([](Transaction& transaction) {
        transaction.run("DELETE FROM outbox WHERE kind <> 'pay'");
    });
    dispatch();
    EXPECT_EQ(called.size(), 14U);
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto given_up = transaction.run("SELECT 1 AS n FROM inbox WHERE kind = 'pay_given_up'");
    EXPECT_EQ(given_up.size(), 1U);
}

TEST_F(CallBudget, OfALateLinkCountsFromTheTapOnIt) {
    backend.orders.prepare(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    backend.clock.advance(DispatchPolicy{}.give_up_ms + 1);
    start(Channel::Intent, "k1");
    dispatch();
    EXPECT_EQ(called, std::vector<std::string>{"/sessions"});
}

TEST_F(CallBudget, OfALinkThatNobodyTappedEndsWithItsTime) {
    backend.orders.prepare(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    backend.clock.advance(DispatchPolicy{}.give_up_ms + 1);
    dispatch();
    EXPECT_TRUE(called.empty());
}

}  // namespace
}  // namespace chukta
