// A primary that is killed under load, and a standby that takes over: what was acknowledged is
// there. Run by scripts/failover, which starts the two and says how to kill and promote.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "tests/support/world.h"

namespace chukta {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What a shop and the sender of webhooks saw of one order.
struct Sale {
    std::string order_id;
    std::string payment_id;
    std::size_t instance = 0;  ///< that was sent the webhook; the order was the other's
    bool ordered = false;
    bool acknowledged = false;
    steady_clock::time_point answered_at;
};

class Failover : public ::testing::Test {
protected:
    using Ports = std::array<std::uint16_t, 2>;

    void SetUp() override {
        if (environment("CHUKTA_FAILOVER").empty()) GTEST_SKIP() << "scripts/failover runs it";
    }

    static std::string webhook(const std::string& order_id, const std::string& payment_id) {
        return R"({"data":{"order":{"order_id":")" + order_id +
               R"(","order_amount":500.00,"order_currency":"INR"},"payment":{"cf_payment_id":")" +
               payment_id +
               R"(","payment_status":"SUCCESS","payment_amount":500.00,"payment_currency":"INR",)"
               R"("payment_time":"2026-03-01T10:00:00+05:30","payment_group":"upi"}},)"
               R"("event_time":"2026-03-01T10:00:05+05:30","type":"PAYMENT_SUCCESS_WEBHOOK"})";
    }

    static int deliver(
        std::uint16_t port, const std::string& order_id, const std::string& payment_id
    ) {
        const auto body = webhook(order_id, payment_id);
        const std::string at = "1780000000000";
        const auto signature =
            crypto::base64_encode(crypto::hmac_sha256(kGatewaySecret, at + body));
        return ask(port,
                   "POST",
                   "/webhooks/cashfree",
                   {{"x-webhook-timestamp", at}, {"x-webhook-signature", signature}},
                   body)
            .status;
    }

    static void command(const std::string& name) {
        ASSERT_EQ(std::system(environment(name.c_str()).c_str()), 0);
    }

    static db::Rows rows(const std::string& sql) {
        const auto database = db::open_database(environment("CHUKTA_FAILOVER"));
        db::Transaction transaction{*database, db::Mode::Look};
        return transaction.run(sql);
    }

    /// Orders of one instance that are paid by webhooks to the other, until told to stop.
    static std::vector<Sale> sell(
        const Ports& ports, std::size_t seller, const std::atomic<bool>& stop
    ) {
        std::vector<Sale> sales;
        for (std::size_t i = 0; !stop; ++i) {
            Sale sale;
            sale.payment_id = std::to_string(1'000'000 * (seller + 1) + i);
            sale.order_id = "ord_" + sale.payment_id;
            sale.instance = (seller + i) % ports.size();
            const auto other = ports.at((sale.instance + 1) % ports.size());
            const auto body = World::order_body(sale.order_id);
            sale.ordered =
                ask(other, "POST", "/v1/orders", World::shop_headers(), body).status == 201;
            if (sale.ordered) {
                const auto port = ports.at(sale.instance);
                sale.acknowledged = deliver(port, sale.order_id, sale.payment_id) == 200;
            }
            sale.answered_at = steady_clock::now();
            sales.push_back(std::move(sale));
        }
        return sales;
    }

    /// The payments whose webhooks are in the inbox.
    static std::set<std::string> stored() {
        std::set<std::string> ids;
        for (const auto& row : rows("SELECT body FROM inbox WHERE kind = 'webhook'")) {
            const auto body = Json::parse(row.blob("body"));
            ids.insert(body["data"]["payment"]["cf_payment_id"]);
        }
        return ids;
    }

    static std::map<std::string, std::string> payment_statuses() {
        std::map<std::string, std::string> statuses;
        for (const auto& row : rows("SELECT order_id, payment_status FROM orders")) {
            statuses.emplace(row.text("order_id"), row.text("payment_status"));
        }
        return statuses;
    }
};

TEST_F(Failover, AcknowledgesNoWebhookThatTheStandbyDoesNotHaveHoweverOftenItComes) {
    World world{{{"DATABASE_URL", environment("CHUKTA_FAILOVER")}}};
    const auto port = world.app().port();
    command("CHUKTA_FAILOVER_PAUSE");
    const auto give_up_waiting = [] {
        rows(
            "SELECT COUNT(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = "
            "'SyncRep'"
        );
    };
    // The row is in the primary's table from the first time on.
    for (int time = 0; time < 2; ++time) {
        auto answer =
            std::async(std::launch::async, [&] { return deliver(port, "ord_none", "77"); });
        while (answer.wait_for(milliseconds{50}) != std::future_status::ready) give_up_waiting();
        EXPECT_EQ(answer.get(), 503) << time;
    }
    command("CHUKTA_FAILOVER_RESUME");
    EXPECT_TRUE(World::eventually([&] { return deliver(port, "ord_none", "77") == 200; }));
}

/// What became of all sales, by the books of who takes over.
struct Tally {
    std::size_t ordered = 0;
    std::size_t orders_lost = 0;
    std::size_t acknowledged = 0;
    std::size_t webhooks_lost = 0;
    std::size_t unpaid = 0;
    std::size_t refused = 0;  ///< whose order was made
};

Tally tally_of(
    const std::vector<Sale>& sales,
    const std::set<std::string>& webhooks,
    const std::map<std::string, std::string>& statuses
) {
    Tally tally;
    for (const auto& sale : sales) {
        const auto status = statuses.find(sale.order_id);
        tally.ordered += sale.ordered ? 1 : 0;
        tally.orders_lost += sale.ordered && status == statuses.end() ? 1 : 0;
        tally.refused += sale.ordered && !sale.acknowledged ? 1 : 0;
        if (!sale.acknowledged) continue;
        ++tally.acknowledged;
        tally.webhooks_lost += webhooks.count(sale.payment_id) == 0 ? 1 : 0;
        tally.unpaid += status == statuses.end() || status->second != "paid" ? 1 : 0;
    }
    return tally;
}

/// The longest time without an acknowledgement from then on.
milliseconds longest_gap(const std::vector<Sale>& sales, steady_clock::time_point from) {
    std::vector<steady_clock::time_point> answers;
    for (const auto& sale : sales) {
        if (sale.acknowledged && sale.answered_at > from) answers.push_back(sale.answered_at);
    }
    std::sort(answers.begin(), answers.end());
    milliseconds gap{0};
    for (const auto at : answers) {
        gap = std::max(gap, std::chrono::duration_cast<milliseconds>(at - from));
        from = at;
    }
    return gap;
}

/// By a customer: a press, the call to the gateway, and the gateway's own webhook.
void pay_wholly(World& world, const std::string& order_id) {
    const auto cookie = world.open_session(order_id);
    const Json start{{"channel", "collect"}, {"vpa", "asha@okaxis"}};
    EXPECT_EQ(world.press(order_id, cookie, start, "press-after").status, 202);
    world.until_situation(order_id, cookie, "waiting_collect");
    world.act(world.only_payment(order_id), "approve");
    EXPECT_TRUE(world.becomes(order_id, "paid"));
}

TEST_F(Failover, LosesNothingAcknowledgedAndBothInstancesReconnect) {
    // Nobody asks the gateway before the test is over: what is paid is so by its webhook.
    World world{
        {{"DATABASE_URL", environment("CHUKTA_FAILOVER")}, {"RECONCILE_FIRST_MS", "600000"}}};
    const auto second = world.another_instance();
    const Ports ports{world.app().port(), second->port()};
    world.create_order("ord_before");

    constexpr std::size_t kSellers = 4;
    std::atomic<bool> stop = false;
    std::array<std::vector<Sale>, kSellers> sold;
    std::vector<std::thread> sellers;
    for (std::size_t i = 0; i < kSellers; ++i) {
        sellers.emplace_back([&, i] { sold.at(i) = sell(ports, i, stop); });
    }
    EXPECT_TRUE(World::eventually([&] { return stored().size() > 50; }));
    const auto killed_at = steady_clock::now();
    command("CHUKTA_FAILOVER_KILL");
    // By themselves: the same servers, the same addresses.
    for (const auto port : ports) {
        EXPECT_TRUE(World::eventually([&] { return ask(port, "GET", "/readyz").status == 200; }));
    }
    const auto ready_at = steady_clock::now();
    const auto before = stored().size();
    EXPECT_TRUE(World::eventually([&] { return stored().size() > before + 50; }));
    stop = true;
    std::vector<Sale> sales;
    for (std::size_t i = 0; i < kSellers; ++i) {
        sellers.at(i).join();
        sales.insert(sales.end(), sold.at(i).begin(), sold.at(i).end());
    }

    const auto webhooks = stored();
    Tally tally;
    EXPECT_TRUE(World::eventually([&] {
        tally = tally_of(sales, webhooks, payment_statuses());
        return tally.unpaid == 0;
    })) << tally.unpaid
        << " orders are not paid";
    std::cout << "failover: " << tally.ordered << " orders, lost " << tally.orders_lost
              << "; webhooks acknowledged " << tally.acknowledged << ", lost "
              << tally.webhooks_lost << ", their orders not paid " << tally.unpaid
              << "; not acknowledged " << tally.refused << "; both ready again after "
              << std::chrono::duration_cast<milliseconds>(ready_at - killed_at).count()
              << " ms, longest gap between acknowledgements "
              << longest_gap(sales, killed_at).count() << " ms\n";
    EXPECT_EQ(tally.orders_lost, 0U);
    EXPECT_EQ(tally.webhooks_lost, 0U);
    EXPECT_GT(tally.acknowledged, 80U);  // of the 100 that were waited for, less those on their way
    for (std::size_t instance = 0; instance < ports.size(); ++instance) {
        EXPECT_TRUE(std::any_of(
            sales.begin(),
            sales.end(),
            [&](const Sale& sale) {
                return sale.instance == instance && sale.acknowledged &&
                       sale.answered_at > ready_at;
            }
        )) << "instance "
           << instance << " acknowledged nothing after it came back";
    }
    world.create_order("ord_after");
    pay_wholly(world, "ord_before");
    second->stop(milliseconds{2'000});
}

}  // namespace
}  // namespace chukta
