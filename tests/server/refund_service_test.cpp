// Refunds as shop, gateway and database see them: the real server, the real sandbox, real HTTP.
#include <thread>

#include "tests/support/world.h"

namespace chukta {
namespace {

using testing::Json;
using testing::World;

class RefundService : public ::testing::Test {
protected:
    void begin(const testing::Variables& changes = {}, const std::string& id = "ord_0001") {
        world = std::make_unique<World>(changes);
        order = id;
        world->create_order(id);
        cookie = world->open_session(id);
    }
    /// Starts a code and waits until the gateway has it; its payment.
    std::string start(const std::string& key) {
        const auto before = world->gateway_state(order)["payments"].size();
        Json body{{"channel", "qrcode"}};
        const auto attempts = world->shop_order(order)["attempts"];
        if (!attempts.empty()) body["replaces"] = attempts.back()["index"];
        EXPECT_EQ(world->press(order, cookie, body, key).status, 202);
        EXPECT_TRUE(World::eventually([&] {
            return world->gateway_state(order)["payments"].size() > before;
        }));
        world->until_situation(order, cookie, "waiting_qr");
        return world->gateway_state(order)["payments"].back()["cf_payment_id"];
    }
    void pay() {
        world->act(start("k1"), "approve");
        ASSERT_TRUE(world->becomes(order, "paid"));
    }
    /// Pays twice: a code, its successor, and both are approved.
    void pay_twice() {
        world->fault({{"name", "keep_second_success"}, {"count", "always"}});
        const auto first = start("k1");
        const auto second = start("k2");
        world->act(first, "approve");
        ASSERT_TRUE(world->becomes(order, "paid"));
        world->act(second, "approve");
        ASSERT_TRUE(World::eventually([&] {
            return world->shop_order(order)["review_reason"] == "paid_twice";
        }));
    }
    http::ClientResponse refund(const Json& body, const std::string& key = {}) const {
        auto headers = world->shop_headers();
        if (!key.empty()) headers.add("Idempotency-Key", key);
        return world->ask("POST", "/v1/orders/" + order + "/refunds", headers, body.dump());
    }
    std::string code(const http::ClientResponse& answer) const {
        return Json::parse(answer.body, nullptr, false).value("code", "");
    }
    Json only_refund() const {
        const auto refunds = world->shop_order(order).value("refunds", Json::array());
        return refunds.size() == 1 ? refunds[0] : Json::object();
    }
    ::testing::AssertionResult refund_becomes(const std::string& status) {
        return World::eventually([&] { return only_refund().value("status", "") == status; });
    }
    /// The sandbox's own clock, which refunds wait for.
    void pass(std::int64_t ms) { world->control("POST", "/sandbox/clock", {{"advance_ms", ms}}); }
    std::int64_t refunded_at_gateway() const {
        return world->gateway_state()["ledger"]["refunded_paise"];
    }
    std::size_t refunds_at_gateway() const { return world->gateway_state(order)["refunds"].size(); }

    std::unique_ptr<World> world;
    std::string order;
    std::string cookie;
};

TEST_F(RefundService, InFullIsCompletedAndToldAndTheOrderStaysPaid) {
    begin();
    pay();
    EXPECT_EQ(world->shop_order(order)["amount_refundable"], 50'000);
    const auto answer = refund({{"refund_id", "rf_0001"}, {"note", "Cold chai"}});
    ASSERT_EQ(answer.status, 201) << answer.body;
    const auto made = Json::parse(answer.body);
    EXPECT_EQ(made["amount"], 50'000);
    EXPECT_EQ(made["status"], "pending");
    EXPECT_EQ(made["origin"], "shop");
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    ASSERT_TRUE(World::eventually([&] { return world->shop().heard("refund.updated").size() == 1; })
    );
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    const auto seen = world->shop_order(order);
    EXPECT_EQ(seen["payment_status"], "paid");
    EXPECT_EQ(seen["fulfillment_status"], "confirmed");
    EXPECT_EQ(seen["review_reason"], "none");
    EXPECT_EQ(seen["amount_refunded"], 50'000);
    EXPECT_EQ(seen["amount_refundable"], 0);
    const auto refund_seen = only_refund();
    EXPECT_EQ(refund_seen["gateway_status"], "SUCCESS");
    EXPECT_EQ(refund_seen["note"], "Cold chai");
    EXPECT_TRUE(refund_seen["bank_reference"].is_string());
    EXPECT_EQ(refunded_at_gateway(), 50'000);
    // Once taken, once completed; each with the refund it is about and a higher version.
    ASSERT_TRUE(World::eventually([&] { return world->shop().heard("refund.updated").size() == 2; })
    );
    const auto told = world->shop().heard("refund.updated");
    EXPECT_NE(told[0].id, told[1].id);
    for (const auto& webhook : told) EXPECT_EQ(webhook.data["refund_id"], "rf_0001");
    EXPECT_EQ(told[1].data["refunds"][0]["status"], "completed");
    EXPECT_LE(told[0].data["version"], told[1].data["version"]);
    EXPECT_EQ(world->shop().unsigned_count(), 0);
}

TEST_F(RefundService, InPartsNeverExceedsWhatWasPaid) {
    begin();
    EXPECT_EQ(code(refund({{"amount", 100}, {"refund_id", "rf_0"}})), "order_not_paid");
    pay();
    EXPECT_EQ(refund({{"amount", 20'000}, {"refund_id", "rf_a"}}).status, 201);
    EXPECT_EQ(refund({{"amount", 30'001}, {"refund_id", "rf_c"}}).status, 409);
    EXPECT_EQ(code(refund({{"amount", 30'001}, {"refund_id", "rf_c"}})), "refund_amount_too_large");
    EXPECT_EQ(refund({{"amount", 30'000}, {"refund_id", "rf_b"}}).status, 201);
    EXPECT_EQ(code(refund({{"refund_id", "rf_c"}})), "refund_amount_too_large");
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 2; }));
    pass(5'000);
    ASSERT_TRUE(World::eventually([&] {
        return world->shop_order(order)["amount_refunded"] == 50'000;
    }));
    EXPECT_EQ(refunded_at_gateway(), 50'000);
}

TEST_F(RefundService, IsToldWhatIsWrongWithIt) {
    begin();
    pay();
    struct Row {
        Json body;
        int status;
        const char* code;
    };
    const Row rows[] = {
        {{{"amount", 100}}, 400, "idempotency_key_missing"},
        {{{"amount", 0}}, 400, "refund_amount_invalid"},
        {{{"amount", -1}}, 400, "refund_amount_invalid"},
        {{{"amount", 1.5}}, 400, "refund_amount_invalid"},
        {{{"amount", "100"}}, 400, "refund_amount_invalid"},
        {{{"refund_id", "rf-1"}}, 400, "refund_id_invalid"},
        {{{"refund_id", "rf"}}, 400, "refund_id_invalid"},
        {{{"refund_id", std::string(41, 'r')}}, 400, "refund_id_invalid"},
        {{{"note", "ab"}}, 400, "note_invalid"},
        {{{"currency", "USD"}}, 400, "currency_invalid"},
        {Json::array(), 400, "invalid_body"},
    };
    for (const auto& row : rows) {
        const auto answer = refund(row.body);
        EXPECT_EQ(answer.status, row.status) << row.body;
        EXPECT_EQ(code(answer), row.code) << row.body;
    }
    const auto nowhere = world->ask(
        "POST", "/v1/orders/ord_none/refunds", world->shop_headers(), R"({"refund_id":"rf_1"})"
    );
    EXPECT_EQ(nowhere.status, 404);
    EXPECT_EQ(world->ask("POST", "/v1/orders/" + order + "/refunds").status, 401);
    EXPECT_EQ(refunds_at_gateway(), 0U);
}

TEST_F(RefundService, AskedForManyTimesAtOnceIsOneRefund) {
    begin();
    pay();
    std::atomic<int> created{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i) {
        callers.emplace_back([&, i] {
            const auto answer = i % 2 == 0 ? refund({{"amount", 30'000}}, "one-key")
                                           : refund({{"amount", 30'000}, {"refund_id", "rf_same"}});
            if (answer.status == 201) ++created;
            // Together they are more than was paid: one of the two names is refused for good.
            EXPECT_TRUE(answer.status == 200 || answer.status == 201 || answer.status == 409);
        });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(created, 1);
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    EXPECT_EQ(refunded_at_gateway(), 30'000);
}

TEST_F(RefundService, WhoseCallWasPerhapsTakenIsSentAgainAndIsStillOne) {
    const Json faults[] = {
        {{"name", "drop_after_accept"}, {"endpoint", "create_refund"}},
        {{"name", "internal_error"}, {"endpoint", "create_refund"}, {"accepted", true}},
        {{"name", "html_body"}, {"endpoint", "create_refund"}, {"accepted", true}},
        {{"name", "drop_before_accept"}, {"endpoint", "create_refund"}},
        {{"name", "rate_limited"}, {"endpoint", "create_refund"}, {"value", 1}},
    };
    begin({{"UNCLEAR_GRACE_MS", "300"}});
    pay();
    std::size_t number = 0;
    for (const auto& fault : faults) {
        SCOPED_TRACE(fault.dump());
        world->fault(fault);
        ++number;
        const std::string id = "rf_" + std::to_string(number);
        ASSERT_EQ(refund({{"amount", 1'000}, {"refund_id", id}}).status, 201);
        ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == number; }));
        pass(5'000);
        ASSERT_TRUE(World::eventually([&] {
            return world->shop_order(order)["refunds"].back()["status"] == "completed";
        }));
        EXPECT_EQ(refunded_at_gateway(), static_cast<std::int64_t>(1'000 * number));
    }
}

TEST_F(RefundService, WhoseRepeatIsRefusedAsADuplicateIsNotAFailure) {
    begin({{"UNCLEAR_GRACE_MS", "300"}, {"RECONCILE_FIRST_MS", "100"}});
    pay();
    // The first call is taken and its answer lost; the key is forgotten over there.
    world->fault({{"name", "drop_after_accept"}, {"endpoint", "create_refund"}});
    world->fault(
        {{"name", "ignore_idempotency_keys"}, {"count", "always"}, {"endpoint", "create_refund"}}
    );
    ASSERT_EQ(refund({{"refund_id", "rf_1"}}).status, 201);
    ASSERT_TRUE(World::eventually([&] {
        return only_refund().value("gateway_refund_id", Json{}).is_string();
    }));
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    EXPECT_EQ(refunded_at_gateway(), 50'000);
    for (const auto& webhook : world->shop().heard("refund.updated")) {
        EXPECT_NE(webhook.data["refunds"][0]["status"], "failed");
    }
}

TEST_F(RefundService, WhoseIdBelongsToAnotherOrderOverThereFails) {
    begin({{"UNCLEAR_GRACE_MS", "200"}, {"RECONCILE_FIRST_MS", "100"}});
    // Its webhook would bring our memory of it back.
    world->settings({{"refund_delay_ms", 3'600'000}});
    pay();
    ASSERT_EQ(refund({{"refund_id", "rf_1"}, {"amount", 100}}).status, 201);
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    // Our memory of it goes; the gateway's does not.
    {
        db::Database& database = world->app().engine().store().database();
        db::transact(database, [](db::Transaction& transaction) {
            transaction.run("DELETE FROM refunds");
            transaction.run("DELETE FROM idempotency WHERE scope = 'refund_ids'");
        });
    }
    order = "ord_0002";
    world->create_order(order);
    cookie = world->open_session(order);
    pay();
    ASSERT_EQ(refund({{"refund_id", "rf_1"}, {"amount", 100}}).status, 201);
    ASSERT_TRUE(refund_becomes("failed"));
    EXPECT_EQ(only_refund()["failure_reason"], "refund_id_taken");
    EXPECT_EQ(world->shop_order(order)["amount_refundable"], 50'000);
}

TEST_F(RefundService, OfLostWebhooksIsFoundByAsking) {
    begin({{"RECONCILE_FIRST_MS", "100"}});
    pay();
    world->fault({{"name", "lost_webhook"}, {"count", "always"}});
    ASSERT_EQ(refund({{"refund_id", "rf_1"}}).status, 201);
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    ASSERT_TRUE(World::eventually([&] {
        const auto told = world->shop().heard("refund.updated");
        return !told.empty() && told.back().data["refunds"][0]["status"] == "completed";
    }));
}

TEST_F(RefundService, HeldAndThenCancelledIsToldAndItsMoneyIsThereAgain) {
    begin({{"RECONCILE_FIRST_MS", "100"}});
    world->settings({{"refund_delay_ms", 3'600'000}});
    pay();
    ASSERT_EQ(refund({{"refund_id", "rf_1"}}).status, 201);
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    world->control("POST", "/sandbox/refunds/rf_1", {{"action", "hold"}});
    ASSERT_TRUE(World::eventually([&] { return only_refund()["gateway_status"] == "ONHOLD"; }));
    EXPECT_EQ(only_refund()["status"], "pending");
    world->control("POST", "/sandbox/refunds/rf_1", {{"action", "cancel"}});
    ASSERT_TRUE(refund_becomes("failed"));
    EXPECT_EQ(only_refund()["failure_reason"], "cancelled");
    EXPECT_EQ(world->shop_order(order)["amount_refundable"], 50'000);
    EXPECT_EQ(refund({{"refund_id", "rf_2"}}).status, 201);
}

TEST_F(RefundService, QueuedWhenTheServerStopsIsSentOnceAfterItStarts) {
    begin();
    pay();
    world->fault({{"name", "internal_error"}, {"count", "always"}, {"endpoint", "create_refund"}});
    ASSERT_EQ(refund({{"refund_id", "rf_1"}}).status, 201);
    ASSERT_TRUE(World::eventually([&] {
        db::Transaction transaction{world->app().engine().store().database(), db::Mode::Read};
        return transaction.run("SELECT tries FROM outbox WHERE kind = 'refund'")
                   .front()
                   .integer("tries") > 0;
    }));
    world->stop();
    world->control("DELETE", "/sandbox/faults");
    world->start();
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    EXPECT_EQ(refunded_at_gateway(), 50'000);
}

TEST_F(RefundService, InFlightWhenTheServerDiedIsSentAgainAndIsStillOne) {
    begin();
    pay();
    ASSERT_EQ(refund({{"refund_id", "rf_1"}}).status, 201);
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    ASSERT_TRUE(World::eventually([&] {
        return only_refund().value("gateway_refund_id", Json{}).is_string();
    }));
    // As if it had died between the call and the commit of its answer.
    db::transact(world->app().engine().store().database(), [](db::Transaction& transaction) {
        transaction.run("DELETE FROM inbox WHERE kind = 'refund'");
        transaction.run(
            "UPDATE outbox SET due_at_ms = 0, in_flight = 1, done_at_ms = NULL WHERE kind = "
            "'refund'"
        );
        transaction.run(
            "UPDATE refunds SET gateway_status = '', gateway_refund_id = '', "
            "next_ask_at_ms = NULL"
        );
    });
    world->stop();
    world->start();
    ASSERT_TRUE(World::eventually([&] {
        return only_refund().value("gateway_refund_id", Json{}).is_string();
    }));
    EXPECT_EQ(refunds_at_gateway(), 1U);
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    EXPECT_EQ(refunded_at_gateway(), 50'000);
}

TEST_F(RefundService, OfAPaymentMadeTwiceIsThePersonsMatterByDefault) {
    begin({{"AUTO_REFUND_WAIT_S", "0"}, {"RECONCILE_FIRST_MS", "100"}});
    pay_twice();
    world->ask("POST", "/v1/orders/" + order + "/verify", world->shop_headers());
    ASSERT_TRUE(World::eventually([&] {
        db::Transaction transaction{world->app().engine().store().database(), db::Mode::Read};
        return transaction
                   .run(
                       "SELECT COUNT(*) AS n FROM inbox WHERE kind = 'refunds' AND verdict "
                       "= 'applied'"
                   )
                   .front()
                   .integer("n") > 0;
    }));
    EXPECT_EQ(refunds_at_gateway(), 0U);
    EXPECT_EQ(world->shop_order(order)["amount_refundable"], 100'000);
    EXPECT_EQ(world->shop_order(order)["payment_status"], "paid");
}

TEST_F(RefundService, OfAPaymentMadeTwiceIsMadeOnceWhereTheSettingSaysSo) {
    begin(
        {{"AUTO_REFUND_DUPLICATES", "1"},
         {"AUTO_REFUND_WAIT_S", "0"},
         {"RECONCILE_FIRST_MS", "100"}}
    );
    pay_twice();
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    for (int i = 0; i < 3; ++i) {
        world->ask("POST", "/v1/orders/" + order + "/verify", world->shop_headers());
    }
    const auto seen = world->shop_order(order);
    EXPECT_EQ(only_refund()["origin"], "duplicate");
    EXPECT_TRUE(only_refund()["refund_id"].get<std::string>().starts_with("dup_"));
    EXPECT_EQ(seen["payment_status"], "paid");
    EXPECT_EQ(seen["review_reason"], "paid_twice");
    EXPECT_EQ(refunded_at_gateway(), 50'000);
    EXPECT_EQ(seen["amount_refundable"], 50'000);
}

TEST_F(RefundService, OfAPaymentMadeTwiceIsNotMadeWhenTheGatewayGaveItBack) {
    begin(
        {{"AUTO_REFUND_DUPLICATES", "1"},
         {"AUTO_REFUND_WAIT_S", "0"},
         {"RECONCILE_FIRST_MS", "100"}}
    );
    // Without the fault the sandbox gives a second success back by itself.
    const auto first = start("k1");
    const auto second = start("k2");
    world->act(first, "approve");
    ASSERT_TRUE(world->becomes(order, "paid"));
    world->act(second, "approve");
    ASSERT_TRUE(World::eventually([&] { return only_refund().value("origin", "") == "gateway"; }));
    world->ask("POST", "/v1/orders/" + order + "/verify", world->shop_headers());
    const auto seen = world->shop_order(order);
    EXPECT_EQ(seen["payment_status"], "paid");
    EXPECT_EQ(seen["amount_refundable"], 50'000) << "the money that went back never was here";
    EXPECT_EQ(refunds_at_gateway(), 1U);
    EXPECT_EQ(refunded_at_gateway(), 50'000);
}

TEST_F(RefundService, RacesWithALateSecondSuccessWithoutGivingBackTooMuch) {
    begin();
    world->fault({{"name", "keep_second_success"}, {"count", "always"}});
    const auto first = start("k1");
    const auto second = start("k2");
    world->act(first, "approve");
    ASSERT_TRUE(world->becomes(order, "paid"));
    // The shop refunds all it knows of while the bank approves the old code.
    std::thread late{[&] { world->act(second, "approve"); }};
    const auto answer = refund({{"refund_id", "rf_1"}});
    late.join();
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(Json::parse(answer.body)["amount"], 50'000);
    ASSERT_TRUE(World::eventually([&] {
        return world->shop_order(order)["review_reason"] == "paid_twice";
    }));
    ASSERT_TRUE(World::eventually([&] { return refunds_at_gateway() == 1; }));
    pass(5'000);
    ASSERT_TRUE(refund_becomes("completed"));
    EXPECT_EQ(world->shop_order(order)["amount_refundable"], 50'000) << "the second payment's";
    EXPECT_EQ(world->shop_order(order)["payment_status"], "paid");
    EXPECT_EQ(refunded_at_gateway(), 50'000);
}

}  // namespace
}  // namespace chukta
