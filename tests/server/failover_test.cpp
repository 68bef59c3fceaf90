// A primary that is killed under load, and a standby that takes over: what was acknowledged is
// there. Run by scripts/failover, which starts the two and says how to kill and promote.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <set>
#include <thread>

#include "tests/support/world.h"

namespace chukta {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What the sender of webhooks saw of one of them.
struct Delivery {
    std::string payment_id;
    bool acknowledged = false;
    steady_clock::time_point answered_at;
};

class Failover : public ::testing::Test {
protected:
    void SetUp() override {
        if (environment("CHUKTA_FAILOVER").empty()) GTEST_SKIP() << "scripts/failover runs it";
    }

    static std::string webhook(const std::string& payment_id) {
        return R"({"data":{"order":{"order_id":"ord_none","order_amount":1.00,"order_currency":)"
               R"("INR"},"payment":{"cf_payment_id":")" +
               payment_id +
               R"(","payment_status":"SUCCESS","payment_amount":1.00,"payment_currency":"INR",)"
               R"("payment_time":"2026-03-01T10:00:00+05:30","payment_group":"upi"}},)"
               R"("event_time":"2026-03-01T10:00:05+05:30","type":"PAYMENT_SUCCESS_WEBHOOK"})";
    }

    static http::ClientResponse deliver(const World& world, const std::string& payment_id) {
        const auto body = webhook(payment_id);
        const std::string at = "1780000000000";
        const auto signature =
            crypto::base64_encode(crypto::hmac_sha256(kGatewaySecret, at + body));
        return world.ask(
            "POST",
            "/webhooks/cashfree",
            {{"x-webhook-timestamp", at}, {"x-webhook-signature", signature}},
            body
        );
    }

    static void command(const std::string& name) {
        ASSERT_EQ(std::system(environment(name.c_str()).c_str()), 0);
    }

    /// Sends one after the other until told to stop.
    static std::vector<Delivery> send(
        const World& world, int sender, const std::atomic<bool>& stop
    ) {
        std::vector<Delivery> deliveries;
        for (int i = 0; !stop; ++i) {
            Delivery delivery;
            delivery.payment_id = std::to_string(1'000'000 * (sender + 1) + i);
            delivery.acknowledged = deliver(world, delivery.payment_id).status == 200;
            delivery.answered_at = steady_clock::now();
            deliveries.push_back(std::move(delivery));
        }
        return deliveries;
    }
};

TEST_F(Failover, AcknowledgesNoWebhookThatTheStandbyDoesNotHaveHoweverOftenItComes) {
    World world{{{"DATABASE_URL", environment("CHUKTA_FAILOVER")}}};
    command("CHUKTA_FAILOVER_PAUSE");
    const auto give_up_waiting = [] {
        const auto database = db::open_database(environment("CHUKTA_FAILOVER"));
        db::Transaction transaction{*database, db::Mode::Look};
        transaction.run(
            "SELECT COUNT(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = "
            "'SyncRep'"
        );
    };
    // The row is in the primary's table from the first time on.
    for (int time = 0; time < 2; ++time) {
        auto answer = std::async(std::launch::async, [&] { return deliver(world, "77"); });
        while (answer.wait_for(milliseconds{50}) != std::future_status::ready) give_up_waiting();
        EXPECT_EQ(answer.get().status, 503) << time;
    }
    command("CHUKTA_FAILOVER_RESUME");
    EXPECT_TRUE(World::eventually([&] { return deliver(world, "77").status == 200; }));
}

TEST_F(Failover, LosesNoAcknowledgedWebhookAndTheServerReconnects) {
    World world{{{"DATABASE_URL", environment("CHUKTA_FAILOVER")}}};
    world.create_order("ord_before");

    constexpr int kSenders = 4;
    std::atomic<bool> stop = false;
    std::array<std::vector<Delivery>, kSenders> sent;
    std::vector<std::thread> senders;
    for (int i = 0; i < kSenders; ++i) {
        senders.emplace_back([&, i] { sent.at(static_cast<std::size_t>(i)) = send(world, i, stop); }
        );
    }
    const auto stored = [&] {
        const auto database = db::open_database(environment("CHUKTA_FAILOVER"));
        db::Transaction transaction{*database, db::Mode::Read};
        std::set<std::string> ids;
        for (const auto& row : transaction.run("SELECT body FROM inbox WHERE kind = 'webhook'")) {
            const auto body = Json::parse(row.blob("body"));
            ids.insert(body["data"]["payment"]["cf_payment_id"]);
        }
        return ids;
    };
    ASSERT_TRUE(World::eventually([&] { return stored().size() > 50; }));
    const auto killed_at = steady_clock::now();
    command("CHUKTA_FAILOVER_KILL");
    // By itself: the same server, the same address.
    ASSERT_TRUE(World::eventually([&] { return world.ask("GET", "/readyz").status == 200; }));
    const auto ready_at = steady_clock::now();
    const auto before = stored().size();
    ASSERT_TRUE(World::eventually([&] { return stored().size() > before + 50; }));
    stop = true;
    for (auto& sender : senders) sender.join();

    const auto kept = stored();
    std::size_t acknowledged = 0;
    std::size_t refused = 0;
    std::size_t lost = 0;
    auto last = killed_at;
    milliseconds gap{0};
    std::vector<steady_clock::time_point> answers;
    for (const auto& deliveries : sent) {
        for (const auto& delivery : deliveries) {
            if (!delivery.acknowledged) {
                ++refused;
                continue;
            }
            ++acknowledged;
            lost += kept.count(delivery.payment_id) == 0 ? 1 : 0;
            if (delivery.answered_at > killed_at) answers.push_back(delivery.answered_at);
        }
    }
    std::sort(answers.begin(), answers.end());
    for (const auto at : answers) {
        gap = std::max(gap, std::chrono::duration_cast<milliseconds>(at - last));
        last = at;
    }
    std::cout << "failover: acknowledged " << acknowledged << ", refused " << refused
              << ", acknowledged and lost " << lost << "; ready again after "
              << std::chrono::duration_cast<milliseconds>(ready_at - killed_at).count()
              << " ms, longest gap between acknowledgements " << gap.count() << " ms\n";
    EXPECT_EQ(lost, 0U);
    EXPECT_GT(acknowledged, 100U);
    EXPECT_EQ(world.shop_order("ord_before")["order_id"], "ord_before");
    world.create_order("ord_after");
}

}  // namespace
}  // namespace chukta
