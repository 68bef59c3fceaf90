// The same thing at the same moment on two instances: whoever comes second finds what the first
// did.
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "server/news.h"
#include "shared/limits.h"
#include "tests/support/instances.h"

namespace chukta {
namespace {

using namespace testing;

constexpr int kRounds = 8;

const Shopper kShopper{DeviceClass::Desktop, "Mozilla"};

wire::StartAttempt qr(std::optional<int> replaces = std::nullopt) {
    wire::StartAttempt start;
    start.channel = Channel::QrCode;
    start.replaces = replaces;
    return start;
}

class Race : public ::testing::Test {
protected:
    static std::string order_of(int round) { return "ord_" + std::to_string(1'000 + round); }

    /// Hands the bytes to an instance's intake; whether they were acknowledged.
    static bool deliver(Engine& engine, const std::string& body, EpochMs now) {
        std::promise<bool> stored;
        engine.intake().accept(body, now, [&](bool ok) { stored.set_value(ok); });
        auto answer = stored.get_future();
        // Another thread's group may have taken it along.
        engine.intake().run_once();
        return answer.get();
    }
    void fail_open_attempts(Engine& engine, const OrderId& order_id) {
        auto& store = engine.store();
        const WatchPolicy watch;
        store.transact([&](Transaction& transaction) {
            auto change = OrderChange::begin(store, transaction, order_id, watch, two.clock.now());
            ASSERT_TRUE(change);
            for (auto& attempt : change->attempts()) {
                if (is_open(attempt.status)) change->fail(attempt, FailureReason::Declined);
            }
            change->save();
        });
    }

    Instances two;
};

TEST_F(Race, TheSameClickOnBothIsOneAttemptAndOneCall) {
    for (int round = 0; round < kRounds; ++round) {
        const OrderId order_id{order_of(round)};
        two.open(order_id.str());
        std::atomic<int> started = 0;
        two.race(
            [&](Engine& engine, int thread) {
                // One key twice on each instance, and a second tab's key.
                const IdempotencyKey key{thread < 4 ? "press" : "other-tab"};
                if (engine.orders().start(order_id, qr(), key, kShopper)) ++started;
            },
            3
        );
        EXPECT_EQ(started, 6);
        EXPECT_EQ(two.attempts(order_id.str()).size(), 1U);
        EXPECT_EQ(two.count("outbox WHERE kind = 'pay' AND order_id = $1", {order_id.str()}), 1);
    }
}

TEST_F(Race, TheSameWebhookOnBothIsStoredOnceAndPaidOnce) {
    for (int round = 0; round < kRounds; ++round) {
        const auto order_id = order_of(round);
        two.open(order_id);
        const auto body = a_webhook(order_id, "14576624" + std::to_string(round), true);
        std::atomic<int> acknowledged = 0;
        two.race(
            [&](Engine& engine, int) {
                if (deliver(engine, body, two.clock.now())) ++acknowledged;
                engine.applier().run_once();
            },
            2
        );
        two.work_off();
        EXPECT_EQ(acknowledged, 4);
        EXPECT_EQ(two.count("inbox WHERE kind = 'webhook' AND order_id = $1", {order_id}), 1);
        EXPECT_EQ(two.order(order_id).payment_status, PaymentStatus::Paid);
        // Money of no attempt of ours, and not money twice.
        EXPECT_EQ(two.order(order_id).review_reason, ReviewReason::UnknownAttempt);
        EXPECT_EQ(two.attempts(order_id).size(), 1U);
        EXPECT_EQ(two.count("outbox WHERE dedupe_key = $1", {"notify:paid:" + order_id}), 1)
            << "the shop is told once";
    }
}

TEST_F(Race, FailureAndSuccessOfOnePaymentEndPaidInWhateverOrder) {
    for (int round = 0; round < kRounds; ++round) {
        const auto order_id = order_of(round);
        two.open(order_id);
        two.race(
            [&](Engine& engine, int thread) {
                deliver(
                    engine, a_webhook(order_id, "77", thread % 2 == 0, thread), two.clock.now()
                );
                engine.applier().run_once();
            },
            2
        );
        two.work_off();
        EXPECT_EQ(two.order(order_id).payment_status, PaymentStatus::Paid);
        EXPECT_EQ(two.attempts(order_id).size(), 1U) << "one payment is one attempt";
        EXPECT_EQ(two.count("outbox WHERE dedupe_key = $1", {"notify:paid:" + order_id}), 1);
    }
}

TEST_F(Race, ThreeFailuresOfAChannelAreAllThereCanBe) {
    for (int round = 0; round < 3; ++round) {
        const OrderId order_id{order_of(round)};
        two.open(order_id.str());
        two.race(
            [&](Engine& engine, int thread) {
                for (int click = 0; click < 4; ++click) {
                    const IdempotencyKey key{
                        "k" + std::to_string(thread) + "-" + std::to_string(click)};
                    static_cast<void>(engine.orders().start(order_id, qr(), key, kShopper));
                    fail_open_attempts(engine, order_id);
                }
            },
            2
        );
        const auto attempts = two.attempts(order_id.str());
        EXPECT_EQ(attempts.size(), static_cast<std::size_t>(limits::kFailuresPerChannelMax));
        const auto more = two[0].orders().start(order_id, qr(), IdempotencyKey{"more"}, kShopper);
        ASSERT_FALSE(more);
        EXPECT_EQ(more.error(), StartError::ChannelClosed);
    }
}

TEST_F(Race, TwentyAttemptsAreAllThereCanBeAndEachHasItsIndex) {
    const OrderId order_id{"ord_0001"};
    two.open(order_id.str());
    two.race(
        [&](Engine& engine, int thread) {
            for (int click = 0; click < 12; ++click) {
                const auto view = engine.orders().view(order_id, kShopper);
                std::optional<int> open;
                if (view && view->attempt) open = view->attempt->index;
                const IdempotencyKey key{
                    "k" + std::to_string(thread) + "-" + std::to_string(click)};
                static_cast<void>(engine.orders().start(order_id, qr(open), key, kShopper));
            }
        },
        3
    );
    // The race may have used up its clicks on each other; the rest is clicked alone.
    for (int click = 0; click < 25; ++click) {
        const auto view = two[1].orders().view(order_id, kShopper);
        std::optional<int> open;
        if (view && view->attempt) open = view->attempt->index;
        const IdempotencyKey key{"rest-" + std::to_string(click)};
        static_cast<void>(two[1].orders().start(order_id, qr(open), key, kShopper));
    }
    std::set<int> indices;
    for (const auto& attempt : two.attempts(order_id.str())) indices.insert(attempt.index.value());
    EXPECT_EQ(indices.size(), two.attempts(order_id.str()).size());
    EXPECT_EQ(indices.size(), static_cast<std::size_t>(limits::kAttemptsPerOrderMax));
    EXPECT_EQ(*indices.rbegin(), limits::kAttemptsPerOrderMax);
}

TEST_F(Race, EachErrandIsRunByOneInstance) {
    constexpr int kOrders = 12;
    for (int i = 0; i < kOrders; ++i) {
        two.open(order_of(i));
        ASSERT_TRUE(two[0].orders().start(OrderId{order_of(i)}, qr(), IdempotencyKey{"k"}, kShopper)
        );
    }
    two.race(
        [&](Engine& engine, int) {
            // None due for this thread may still be one that another has only just claimed.
            while (engine.dispatcher().run_once()) {
            }
        },
        2
    );
    EXPECT_EQ(two.pay_calls(), kOrders);
    EXPECT_EQ(two.count("inbox WHERE kind = 'pay'"), kOrders);
    EXPECT_EQ(two.count("outbox WHERE kind = 'pay' AND due_at_ms IS NOT NULL"), 0);
}

TEST_F(Race, ATokenOpensOneSession) {
    for (int round = 0; round < kRounds; ++round) {
        const std::string token = "jti-" + std::to_string(round);
        const Session session{OrderId{"ord_0001"}, CustomerId{"asha"}, two.clock.now() + 1'000};
        std::atomic<int> opened = 0;
        two.race(
            [&](Engine& engine, int thread) {
                const auto hash = "hash-" + std::to_string(round) + "-" + std::to_string(thread);
                if (engine.store().use_token(token, two.clock.now(), hash, session)) ++opened;
            },
            2
        );
        EXPECT_EQ(opened, 1);
    }
    EXPECT_EQ(two.count("sessions"), kRounds);
}

TEST_F(Race, HoweverManySessionsOfAnOrderOpenTogetherEightLive) {
    two.open("ord_0001");
    const auto now = two.clock.now();
    const Session session{OrderId{"ord_0001"}, CustomerId{"asha"}, now + 1'000};
    for (int round = 0; round < kRounds; ++round) {
        two.race(
            [&](Engine& engine, int thread) {
                const auto name = std::to_string(round) + "-" + std::to_string(thread);
                EXPECT_TRUE(engine.store().use_token("jti-" + name, now, name, session));
            },
            4
        );
        EXPECT_EQ(two.count("sessions"), limits::kSessionsPerOrderMax);
    }
}

TEST_F(Race, OneKeyOfTheShopIsOneOrder) {
    for (int round = 0; round < kRounds; ++round) {
        const IdempotencyKey key{"shop-" + std::to_string(round)};
        std::mutex mutex;
        std::set<std::string> made;
        two.race(
            [&](Engine& engine, int) {
                const auto order = engine.orders().create(a_new_order(""), key);
                ASSERT_TRUE(order);
                const std::lock_guard lock{mutex};
                made.insert(order->order_id.str());
            },
            2
        );
        EXPECT_EQ(made.size(), 1U);
    }
    EXPECT_EQ(two.count("orders"), kRounds);
}

TEST_F(Race, ARefundIdThatAnotherOrderIsTakingIsRefusedOnceItIsTaken) {
    for (const auto* id : {"ord_a", "ord_b"}) {
        two.open(id);
        deliver(two[0], a_webhook(id, id, true), two.clock.now());
    }
    two.work_off();
    NewRefund wanted;
    wanted.refund_id = RefundId{"refund-1"};
    std::thread other;
    std::optional<RefundError> refused;
    {
        Transaction taking{two.database(0), db::Mode::Write};
        ASSERT_TRUE(two[0].store().claim_refund_id(
            taking, OrderId{"ord_a"}, wanted.refund_id, two.clock.now()
        ));
        // Whether it comes before or after the commit below, it must wait for its outcome.
        other = std::thread{[&] {
            const auto made = two[1].refunds().create(OrderId{"ord_b"}, wanted, std::nullopt);
            if (!made) refused = made.error();
        }};
        taking.commit();
    }
    other.join();
    EXPECT_EQ(refused, RefundError::RefundExists);
}

TEST_F(Race, OneRefundIdIsOneRefundWhicheverOrderItIsAskedOf) {
    for (int round = 0; round < kRounds; ++round) {
        const std::string name = std::to_string(round);
        for (const auto* one : {"a", "b"}) {
            two.open("ord_" + name + one);
            deliver(two[0], a_webhook("ord_" + name + one, name + one, true), two.clock.now());
        }
        two.work_off();
        NewRefund wanted;
        wanted.refund_id = RefundId{"refund-" + name};
        std::atomic<int> made = 0;
        two.race([&](Engine& engine, int thread) {
            const OrderId order_id{"ord_" + name + (thread % 2 == 0 ? "a" : "b")};
            if (engine.refunds().create(order_id, wanted, std::nullopt)) ++made;
        });
        EXPECT_EQ(made, 1);
        EXPECT_EQ(two.count("refunds WHERE refund_id = $1", {wanted.refund_id.str()}), 1);
    }
}

TEST_F(Race, ASilentAttemptIsAskedAboutOnce) {
    const OrderId order_id{"ord_0001"};
    two.open(order_id.str());
    ASSERT_TRUE(two[0].orders().start(order_id, qr(), IdempotencyKey{"k"}, kShopper));
    two.work_off();
    two.clock.advance(16'000);
    two.race([&](Engine& engine, int) { engine.reconciler().run_once(); });
    EXPECT_EQ(two.count("outbox WHERE kind = 'ask'"), 1);
    EXPECT_EQ(two.attempts(order_id.str()).at(0).asks, 1);
}

TEST_F(Race, ARequestHeldOnOneInstanceWakesForAChangeOnTheOther) {
    const OrderId order_id{"ord_0001"};
    two.open(order_id.str());
    const auto version = two.order(order_id.str()).version;
    bool woken = false;
    two[0].orders().hold({{order_id, version, two.clock.now() + 25'000, [&] { woken = true; }}});
    two[0].version_watch().run_once();
    EXPECT_FALSE(woken) << "nothing has changed";
    ASSERT_TRUE(deliver(two[1], a_webhook(order_id.str(), "77", true), two.clock.now()));
    two[1].applier().run_once();
    EXPECT_FALSE(woken) << "the other instance does not know of it";
    two.clock.advance(VersionWatch::kEveryMs);
    two[0].version_watch().run_once();
    EXPECT_TRUE(woken);
    EXPECT_EQ(two[0].held().size(), 0U);
}

}  // namespace
}  // namespace chukta
