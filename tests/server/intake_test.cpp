// Webhooks on their way in, on the whole core: what is in their commit, and what becomes of one
// that cannot be applied.
#include "server/intake.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/edge_builders.h"
#include "tests/support/instances.h"

namespace chukta {
namespace {

using namespace testing;

class IntakeTest : public ::testing::Test {
protected:
    IntakeTest() {
        world.open("ord_0001");
        world.open("ord_0002");
    }

    /// Arrives on the first instance; how it was answered is in `acknowledged`.
    void arrive(const std::string& order_id, const std::string& payment_id, int sequence = 0) {
        core.intake().accept(
            a_webhook(order_id, payment_id, true, sequence),
            world.clock.now(),
            [this](bool ok) { acknowledged += ok; }
        );
    }
    void settle() {
        while (core.intake().run_once()) {
        }
        world.work_off();
    }
    bool is_paid(const std::string& order_id) {
        return world.order(order_id).payment_status == PaymentStatus::Paid;
    }
    void run(const std::string& sql) {
        core.store().transact([&](Transaction& transaction) { transaction.run(sql); });
    }

    Instances world;
    Engine& core = world[0];
    int acknowledged = 0;
};

TEST_F(IntakeTest, OnSqliteAWebhookIsAppliedByTheCommitThatTookItIn) {
    if (on_postgres()) GTEST_SKIP() << "there its order may be locked by another instance";
    const auto version = world.order("ord_0001").version;
    int woken = 0;
    core.held().hold(OrderId{"ord_0001"}, version, world.clock.now() + 25'000, [&] { ++woken; });
    arrive("ord_0001", "p1");
    EXPECT_TRUE(core.intake().run_once());
    EXPECT_EQ(acknowledged, 1);
    EXPECT_TRUE(is_paid("ord_0001"));
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(world.count("inbox WHERE due_at_ms IS NOT NULL"), 0);
    EXPECT_EQ(world.count("inbox WHERE kind = 'webhook' AND order_id = 'ord_0001'"), 1);
}

TEST_F(IntakeTest, OnSqliteNoAnswerWaitsForTheLog) {
    if (on_postgres()) GTEST_SKIP() << "there it is answered before it is applied";
    const CapturedLog captured;
    int logged_before = -1;
    core.intake().accept(a_webhook("ord_0001", "p1", true), world.clock.now(), [&](bool) {
        logged_before = captured.count("order.changed");
    });
    EXPECT_TRUE(core.intake().run_once());
    EXPECT_EQ(logged_before, 0);
    EXPECT_EQ(captured.count("order.changed"), 1);
}

TEST_F(IntakeTest, TheSameBytesAgainChangeNothingAndAreAcknowledged) {
    for (int i = 0; i < 3; ++i) arrive("ord_0001", "p1");
    settle();
    arrive("ord_0001", "p1");
    const auto version = world.order("ord_0001").version;
    settle();
    EXPECT_EQ(acknowledged, 4);
    EXPECT_EQ(world.count("inbox WHERE kind = 'webhook'"), 1);
    EXPECT_EQ(world.order("ord_0001").version, version);
}

TEST_F(IntakeTest, AWebhookWhoseOrderCannotBeReadIsKeptAndHoldsUpNoOther) {
    run("UPDATE orders SET review_reason = 'a newer word' WHERE order_id = 'ord_0001'");
    arrive("ord_0001", "p1");
    arrive("ord_0002", "p2");
    settle();
    EXPECT_EQ(acknowledged, 2);
    EXPECT_TRUE(is_paid("ord_0002"));
    EXPECT_EQ(world.count("inbox WHERE kind = 'webhook' AND due_at_ms IS NOT NULL"), 1);
    // Once it can be read, nothing of it was lost.
    run("UPDATE orders SET review_reason = 'none' WHERE order_id = 'ord_0001'");
    world.clock.advance(60'000);
    settle();
    EXPECT_TRUE(is_paid("ord_0001"));
}

TEST_F(IntakeTest, NewsThatWaitsForItsReplyIsDueAgainAfterTheCommit) {
    wire::StartAttempt start;
    start.channel = Channel::QrCode;
    const Shopper shopper{DeviceClass::Desktop, "Mozilla"};
    const OrderId order{"ord_0001"};
    ASSERT_TRUE(core.orders().start(order, start, IdempotencyKey{"press"}, shopper));
    // The reply to the attempt's call is outstanding: the payment may be that attempt's.
    arrive("ord_0001", "p1");
    EXPECT_TRUE(core.intake().run_once());
    core.applier().run_once();
    EXPECT_EQ(acknowledged, 1);
    EXPECT_FALSE(is_paid("ord_0001"));
    EXPECT_EQ(world.count("inbox WHERE kind = 'webhook' AND due_at_ms IS NOT NULL"), 1);
    EXPECT_EQ(world.count("inbox WHERE kind = 'webhook' AND applied_at_ms IS NOT NULL"), 0);
    settle();
    world.clock.advance(2'000);
    settle();
    EXPECT_TRUE(is_paid("ord_0001"));
}

}  // namespace
}  // namespace chukta
