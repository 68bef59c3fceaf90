// What must not keep the Reconciler from anybody's turn.
#include "server/reconciler.h"

#include <gtest/gtest.h>

#include "server/news.h"
#include "tests/support/edge_builders.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;

class ReconcilerTest : public ::testing::Test {
protected:
    void start(const std::string& order) {
        ASSERT_TRUE(backend.orders.create(a_new_order(order), std::nullopt));
        wire::StartAttempt what;
        what.channel = Channel::QrCode;
        ASSERT_TRUE(backend.orders.start(
            OrderId{order}, what, IdempotencyKey{"k" + order}, {DeviceClass::Desktop, ""}
        ));
        backend.change(order, [&](OrderChange& change) {
            news::on_pay_answer(
                change,
                change.attempts().front(),
                {GatewayPaymentId{"p" + order}, CollectPrompt{}, rupees(500)}
            );
        });
    }
    std::int64_t asks_of(const std::string& order) {
        Transaction transaction{*backend.database, db::Mode::Read};
        return transaction
            .run("SELECT COUNT(*) AS n FROM outbox WHERE kind = 'ask' AND order_id = $1", {order})
            .front()
            .integer("n");
    }

    Backend backend;
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
};

TEST_F(ReconcilerTest, OldRowsThatCannotBeForgottenKeepNoOrderWaiting) {
    start("ord_0001");
    backend.store.transact([](Transaction& transaction) {
        transaction.run("ALTER TABLE sessions RENAME TO elsewhere");
    });
    backend.clock.advance(backend.watch.first_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(asks_of("ord_0001"), 1);
}

TEST_F(ReconcilerTest, AsksOnceMoreAboutALinkThatNobodyTappedHereBeforeTheOrderWasPaid) {
    ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt));
    backend.orders.prepare(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    backend.change("ord_0001", [](OrderChange& change) {
        ASSERT_EQ(change.attempts().front().status, AttemptStatus::Prepared);
        news::on_pay_answer(
            change, change.attempts().front(), {GatewayPaymentId{"p1"}, IntentPrompt{}, rupees(500)}
        );
    });
    // Paid by another payment; that the link was paid, too, nobody told.
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_event(change, an_event(NormalizedStatus::Completed, "p2"), NewsSource::Webhook);
    });
    backend.clock.advance(backend.watch.longest_ms);
    EXPECT_FALSE(reconciler.run_once());
    backend.clock.advance(backend.watch.window_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(asks_of("ord_0001"), 1);
    EXPECT_FALSE(backend.attempts()[0].next_ask_at) << "that was the last question";
}

TEST_F(ReconcilerTest, AsksAgainAsSoonAsACallOfADeadProgramCanHaveArrivedNoMore) {
    ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt));
    wire::StartAttempt what;
    what.channel = Channel::Collect;
    what.vpa = *Vpa::parse("asha@okaxis");
    ASSERT_TRUE(backend.orders.start(
        OrderId{"ord_0001"}, what, IdempotencyKey{"k1"}, {DeviceClass::Desktop, ""}
    ));
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_overtaken(change, change.attempts().front(), backend.watch);
    });
    const auto known_at = *backend.attempts()[0].unclear_at + backend.watch.unclear_grace_ms;
    EpochMs asked_at = 0;
    while (backend.clock.now() < known_at) {
        asked_at = *backend.attempts()[0].next_ask_at;
        backend.clock.advance(asked_at - backend.clock.now());
        EXPECT_TRUE(reconciler.run_once());
    }
    EXPECT_EQ(asked_at, known_at);
}

TEST_F(ReconcilerTest, ThatAWatchEndedIsLoggedOnceAndAfterItsCommit) {
    const auto run = [&](const std::string& sql) {
        backend.store.transact([&](Transaction& transaction) { transaction.run(sql); });
    };
    start("ord_0001");
    start("ord_0002");
    backend.clock.advance(backend.watch.window_ms + 1);
    // One of them cannot have its last question, and so nothing of it happens.
    run("CREATE UNIQUE INDEX refuse ON outbox (kind) WHERE kind = 'ask'");
    const CapturedLog captured;
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(captured.count("order.not_looked_after"), 1);
    EXPECT_EQ(captured.count("attempt.watch_ended"), 1);
    run("DROP INDEX refuse");
    EXPECT_TRUE(reconciler.run_once());
    for (const char* order : {"ord_0001", "ord_0002"}) {
        EXPECT_EQ(captured.count(R"("attempt.watch_ended","order":")" + std::string{order}), 1);
    }
}

TEST_F(ReconcilerTest, ForgetsABusyDayAThousandSessionsAtATime) {
    backend.store.transact([&](Transaction& transaction) {
        for (int i = 0; i < 2'500; ++i) {
            transaction.run(
                "INSERT INTO sessions (merchant_id, session_hash, order_id, customer_id, "
                "expires_at_ms) VALUES ('chai', $1, 'ord_0001', 'asha', $2)",
                {std::to_string(i), backend.clock.now() - 1}
            );
        }
    });
    const auto left = [&] {
        Transaction transaction{*backend.database, db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM sessions").front().integer("n");
    };
    for (const std::int64_t expected : {1'500, 500, 0}) {
        reconciler.run_once();
        EXPECT_EQ(left(), expected);
    }
}

TEST_F(ReconcilerTest, AnOrderThatAnotherSessionHoldsKeepsNoOtherWaiting) {
    if (!backend.place.shared()) GTEST_SKIP() << "there is one writer";
    for (const char* order : {"ord_0001", "ord_0002", "ord_0003"}) start(order);
    backend.clock.advance(backend.watch.first_ms);
    const auto other = backend.place.open();
    Transaction held{*other, db::Mode::Write};
    held.run("SELECT order_id FROM orders WHERE order_id = 'ord_0001' FOR UPDATE");
    reconciler.run_once();
    EXPECT_EQ(asks_of("ord_0001"), 0);
    EXPECT_EQ(asks_of("ord_0002"), 1);
    EXPECT_EQ(asks_of("ord_0003"), 1);
}

TEST_F(ReconcilerTest, AsksForCustomersWhoWaitBeforeItAsksForThoseWhoHaveLeft) {
    const auto priority_after = [&](std::int64_t ms) {
        backend.store.transact([](Transaction& transaction) {
            transaction.run("DELETE FROM outbox");
        });
        backend.clock.advance(ms);
        EXPECT_TRUE(reconciler.run_once());
        Transaction transaction{*backend.database, db::Mode::Read};
        const auto rows = transaction.run("SELECT priority FROM outbox WHERE kind = 'ask'");
        return static_cast<Priority>(rows.front().integer("priority"));
    };
    start("ord_0001");
    backend.change("ord_0001", [](OrderChange& change) {
        change.attempts()[0].expires_at.reset();  // as of an app's link
        change.touch(change.attempts()[0]);
    });
    EXPECT_EQ(priority_after(backend.watch.first_ms), Priority::Order);
    EXPECT_EQ(priority_after(Reconciler::kCustomerWaitsMs), Priority::Verify);
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
}

}  // namespace
}  // namespace chukta
