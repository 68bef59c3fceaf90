// Rows of the queues that another program wrote, or that are another instance's: they are left
// alone and keep nobody else waiting.
#include <gtest/gtest.h>

#include "server/applier.h"
#include "server/cashfree/gateway.h"
#include "server/dispatcher.h"
#include "server/notifier.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;

class OfAnotherProgram : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt));
        ASSERT_TRUE(backend.orders.create(a_new_order("ord_0002"), std::nullopt));
    }

    void run(const std::string& sql) {
        backend.store.transact([&](Transaction& transaction) { transaction.run(sql); });
    }
    std::int64_t count(const std::string& sql) {
        Transaction transaction{*backend.database, db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM " + sql).front().integer("n");
    }
    void refused_creation_of(const std::string& order) {
        backend.store.transact([&](Transaction& transaction) {
            InboxRow row;
            row.kind = NewsKind::CreateRefused;
            row.dedupe_key = order;
            row.order_id = OrderId{order};
            row.http_status = 400;
            row.body = "{}";
            row.received_at = backend.clock.now();
            backend.store.insert_inbox(transaction, row);
        });
    }
    /// Everything that is due, by a gateway that cannot be reached.
    void dispatch(const std::string& shop_url) {
        NotifierSettings settings;
        settings.url = shop_url;
        settings.key = Secret{"0123456789abcdef0123456789abcdef"};
        settings.transport = [this](const http::ClientRequest& request) {
            told.push_back(request.url);
            return http::ClientResponse{200, {}, {}};
        };
        Notifier notifier{backend.store, backend.clock, std::move(settings)};
        Dispatcher dispatcher{backend.store, gateway, notifier, backend.clock, {}, [] {}};
        for (int i = 0; i < 10 && dispatcher.run_once(); ++i) {
        }
    }

    Backend backend;
    cashfree::Gateway gateway{[] {
        cashfree::GatewaySettings settings;
        settings.client.base_url = "http://127.0.0.1:9/pg";
        return settings;
    }()};
    std::vector<std::string> told;
};

TEST_F(OfAnotherProgram, NewsWaitsAndKeepsNoOtherFromBeingApplied) {
    refused_creation_of("ord_0001");
    run("UPDATE inbox SET kind = 'of_tomorrow'");
    backend.clock.advance(1);
    refused_creation_of("ord_0002");
    Applier applier{backend.store, gateway, backend.held, backend.clock, backend.watch, [] {}};
    while (applier.run_once()) {
    }
    EXPECT_EQ(backend.order("ord_0002").gateway_state, GatewayState::Refused);
    EXPECT_EQ(count("inbox WHERE kind = 'of_tomorrow' AND due_at_ms IS NOT NULL"), 1);
    run("UPDATE inbox SET kind = 'create_refused' WHERE kind = 'of_tomorrow'");
    backend.clock.advance(60'000);
    EXPECT_TRUE(applier.run_once());
    EXPECT_EQ(backend.order("ord_0001").gateway_state, GatewayState::Refused);
}

TEST_F(OfAnotherProgram, AnErrandWaitsAndKeepsNoOtherFromItsTurn) {
    run("UPDATE outbox SET kind = 'of_tomorrow', priority = 0 WHERE order_id = 'ord_0001'");
    dispatch("");
    EXPECT_EQ(
        count("outbox WHERE kind = 'of_tomorrow' AND tries = 0 AND due_at_ms IS NOT NULL"), 1
    );
    EXPECT_EQ(count("outbox WHERE order_id = 'ord_0002' AND tries > 0"), 1) << "it was tried";
}

TEST_F(OfAnotherProgram, ANotificationIsLeftToTheInstanceThatKnowsTheShop) {
    backend.change("ord_0001", [](OrderChange& change) {
        change.review(ReviewReason::AmountMismatch);
    });
    dispatch("");
    EXPECT_TRUE(told.empty());
    dispatch("https://shop.example/webhooks");
    EXPECT_EQ(told.size(), 1U);
}

}  // namespace
}  // namespace chukta
