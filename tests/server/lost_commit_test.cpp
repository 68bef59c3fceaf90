// A commit that happened and whose answer was lost: the transaction is run again, and nothing is
// there twice (docs/decisions/0006).
#include <gtest/gtest.h>

#include "tests/support/instances.h"
#include "tests/support/lossy_database.h"

namespace chukta {
namespace {

using namespace testing;

const OrderId kOrder{"ord_0001"};
const Shopper kShopper{DeviceClass::Desktop, "Mozilla"};

class DatabaseLostCommit : public ::testing::TestWithParam<const char*> {
protected:
    void work_off() {
        bool worked = true;
        while (worked) {
            worked = engine.dispatcher().run_once();
            worked = engine.intake().run_once() || worked;
            worked = engine.applier().run_once() || worked;
        }
    }
    bool start(Channel channel, const char* key) {
        wire::StartAttempt start;
        start.channel = channel;
        return engine.orders().start(kOrder, start, IdempotencyKey{key}, kShopper).has_value();
    }
    std::int64_t count(const std::string& rows) {
        Transaction transaction{database, db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM " + rows).front().integer("n");
    }
    Order order() {
        Transaction transaction{database, db::Mode::Read};
        return *engine.store().find_order(transaction, kOrder);
    }
    static EngineSettings settings() {
        EngineSettings settings;
        settings.policy = a_policy();
        return settings;
    }

    Gateway& gateway() { return world.cashfree(); }

    ScratchFolder folder;
    TestDatabase place{"sqlite:" + (folder.path() / "lossy.db").string()};
    LossyDatabase database{place.open()};
    Instances world;  ///< for its sandbox and its clock
    bool migrated = (db::migrate(database, 1), true);
    Engine engine{database, gateway(), world.clock, settings(), 7};
};

TEST_P(DatabaseLostCommit, IsRepeatedAndNothingIsThereTwice) {
    database.lose(GetParam());
    // One order, even when nobody but us names it.
    const auto made = engine.orders().create(a_new_order(""), std::nullopt);
    ASSERT_TRUE(made);
    EXPECT_EQ(count("orders"), 1);
    ASSERT_TRUE(engine.orders().create(a_new_order(), std::nullopt));
    work_off();
    EXPECT_EQ(count("orders"), 2);
    EXPECT_EQ(order().gateway_state, GatewayState::Active);
    // One attempt, one call.
    ASSERT_TRUE(start(Channel::QrCode, "press"));
    work_off();
    EXPECT_EQ(count("attempts"), 1);
    EXPECT_EQ(world.pay_calls(), 1);
    EXPECT_EQ(count("inbox WHERE kind = 'pay'"), 1);
    // One webhook, one paid order, one message to the shop.
    int acknowledged = 0;
    engine.intake().accept(a_webhook("ord_0001", "77", true), world.clock.now(), [&](bool ok) {
        acknowledged += ok;
    });
    work_off();
    EXPECT_EQ(acknowledged, 1);
    EXPECT_EQ(count("inbox WHERE kind = 'webhook'"), 1);
    EXPECT_EQ(order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(count("outbox WHERE dedupe_key = 'notify:paid:ord_0001'"), 1);
    // One session for one token.
    const Session session{kOrder, CustomerId{"asha"}, world.clock.now() + 1'000};
    EXPECT_TRUE(engine.store().use_token("jti", world.clock.now(), "hash", session));
    EXPECT_EQ(count("sessions"), 1);
    // Nothing is in flight that came back, and nothing less than that.
    EXPECT_EQ(count("outbox WHERE in_flight <> 0 OR tries < 0"), 0);
    EXPECT_GT(database.lost(), 0) << "the statement is one that runs";
}

INSTANTIATE_TEST_SUITE_P(
    Statements,
    DatabaseLostCommit,
    ::testing::Values(
        "INSERT INTO orders",
        "INSERT INTO attempts",
        "INSERT INTO inbox",
        "INSERT INTO idempotency",
        "INSERT INTO used_tokens",
        "INSERT INTO gateway_budget",
        "UPDATE orders",
        "verdict = $4",                    // the applier's last word on its news
        "SET due_at_ms = NULL, in_flight"  // the dispatcher's on its errand
    )
);

TEST_F(DatabaseLostCommit, OrOneThatTookMostOfTheLeaseSendsNoCall) {
    ASSERT_TRUE(engine.orders().create(a_new_order(), std::nullopt));
    work_off();
    ASSERT_TRUE(start(Channel::QrCode, "press"));
    // Before the call's own deadline the errand would be another's.
    database.meanwhile("INSERT INTO gateway_budget", [&] { world.clock.advance(40'000); });
    ASSERT_TRUE(engine.dispatcher().run_once());
    EXPECT_EQ(world.pay_calls(), 0);
    database.lose({});
    work_off();
    EXPECT_EQ(world.pay_calls(), 1);
}

TEST_F(DatabaseLostCommit, OfARefundThatNobodyNamedMakesOneRefund) {
    ASSERT_TRUE(engine.orders().create(a_new_order(), std::nullopt));
    work_off();
    engine.intake().accept(a_webhook("ord_0001", "77", true), world.clock.now(), [](bool) {});
    work_off();
    ASSERT_EQ(order().payment_status, PaymentStatus::Paid);
    database.lose("INSERT INTO refunds");
    ASSERT_TRUE(engine.refunds().create(kOrder, {{}, Money::from_paise(100), {}}, std::nullopt));
    EXPECT_EQ(database.lost(), 1);
    EXPECT_EQ(count("refunds"), 1);
}

TEST_F(DatabaseLostCommit, OfARefusalIsCountedOnce) {
    ASSERT_TRUE(engine.orders().create(a_new_order(), std::nullopt));
    work_off();
    ASSERT_TRUE(start(Channel::QrCode, "press"));
    database.lose("verdict = $4");
    const auto attempt = [&] {
        Transaction transaction{database, db::Mode::Read};
        return engine.store().attempts_of(transaction, kOrder).at(0);
    }();
    InboxRow news;
    news.kind = NewsKind::PayGivenUp;
    news.order_id = kOrder;
    news.attempt_id = attempt.attempt_id;
    news.received_at = world.clock.now();
    engine.store().transact([&](Transaction& transaction) {
        engine.store().insert_inbox(transaction, news);
    });
    engine.applier().run_once();
    EXPECT_EQ(database.lost(), 1);
    EXPECT_EQ(order().gateway_failures, 1);
}

}  // namespace
}  // namespace chukta
