// One payment as customer, gateway, database and shop see it: the real server, the real sandbox,
// real HTTP.
#include <thread>

#include "tests/support/world.h"

namespace chukta {
namespace {

using testing::Json;
using testing::World;

const Json kQr{{"channel", "qrcode"}};
const Json kCollect{{"channel", "collect"}, {"vpa", "asha@okaxis"}};
const Json kApp{{"channel", "intent"}, {"app", "gpay"}};

class Payment : public ::testing::Test {
protected:
    /// An order and the session of its customer.
    void open(const std::string& id = "ord_0001") {
        order = id;
        world.create_order(id);
        cookie = world.open_session(id);
        ASSERT_FALSE(cookie.empty());
    }
    Json wait_for(const char* situation) { return world.until_situation(order, cookie, situation); }

    /// Starts and waits until the gateway has taken it; the payment's id.
    std::string start(const Json& what, const std::string& key, const char* situation) {
        const auto answer = world.press(order, cookie, what, key);
        EXPECT_EQ(answer.status, 202) << answer.body;
        wait_for(situation);
        const auto payments = world.gateway_state(order).at("payments");
        return payments.empty() ? "" : payments.back().at("cf_payment_id").get<std::string>();
    }

    /// Paid once, told once, captured once.
    void expect_paid_once() {
        EXPECT_TRUE(world.becomes(order, "paid"));
        EXPECT_TRUE(World::eventually([&] { return !world.shop().heard("order.paid").empty(); }));
        EXPECT_TRUE(world.gateway().wait_until_idle(std::chrono::seconds{5}));
        const auto seen = world.shop_order(order);
        EXPECT_EQ(seen["payment_status"], "paid");
        EXPECT_EQ(seen["fulfillment_status"], "confirmed");
        EXPECT_EQ(seen["review_reason"], "none");
        EXPECT_EQ(world.shop().heard("order.paid").size(), 1U);
        EXPECT_EQ(world.gateway_state()["ledger"]["captured_paise"], 50'000);
    }

    /// Another world in place of this one, with other settings, and an order in it.
    void open_with(const testing::Variables& changes) {
        world_ptr = std::make_unique<World>(changes);
        world_ptr->create_order("ord_lost");
        cookie = world_ptr->open_session("ord_lost");
    }

    World world;
    std::unique_ptr<World> world_ptr;
    std::string order;
    std::string cookie;
};

TEST_F(Payment, ByQrIsPaidWhenTheCustomerApproves) {
    open();
    const auto payment = start(kQr, "k1", "waiting_qr");
    const auto view = world.view(order, cookie);
    EXPECT_EQ(view.at("payment_status"), "processing");
    EXPECT_TRUE(view.at("attempt").at("prompt").value("text", "").starts_with("http")) << view;
    world.act(payment, "approve");
    expect_paid_once();
    EXPECT_EQ(world.view(order, cookie)["message"]["situation"], "paid");
}

TEST_F(Payment, ByUpiIdSendsTheTypedIdOnceAndIsPaid) {
    open();
    const auto payment = start(kCollect, "k1", "waiting_collect");
    const auto calls = world.gateway_state(order)["order_pay_calls"];
    ASSERT_EQ(calls.size(), 1U);
    const auto sent = Json::parse(calls[0]["body"].get<std::string>());
    EXPECT_EQ(sent["payment_method"]["upi"]["upi_id"], "asha@okaxis");
    EXPECT_EQ(sent["payment_method"]["upi"]["channel"], "collect");
    EXPECT_FALSE(calls[0]["credentials_sent"].get<bool>());
    EXPECT_EQ(world.view(order, cookie)["attempt"]["vpa_masked"], "as***@okaxis");
    world.act(payment, "approve");
    expect_paid_once();
}

TEST_F(Payment, TellsTheGatewayOnWhoseRequestItPays) {
    open();
    auto headers = world.page_headers(cookie);
    headers.add("Idempotency-Key", "k1");
    headers.add("X-Request-Id", "press-0042");
    auto press = kQr;
    press["device"] = "desktop";
    const auto path = "/api/orders/" + order + "/attempts";
    EXPECT_EQ(world.ask("POST", path, headers, press.dump()).status, 202);
    wait_for("waiting_qr");
    const auto calls = world.gateway_state(order)["order_pay_calls"];
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0]["headers"].value("x-request-id", ""), "press-0042") << calls[0];
}

TEST_F(Payment, ByAppUsesThePreparedLinkWithOneOrderPayCall) {
    open();
    // A phone that opens the page prepares the link.
    const char* phone =
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";
    EXPECT_EQ(
        world.ask("GET", "/pay/" + order, {{"Cookie", cookie}, {"User-Agent", phone}}).status, 200
    );
    ASSERT_TRUE(World::eventually([&] {
        const auto apps = world.view(order, cookie)["apps"];
        return apps.is_array() && !apps.empty() && apps[0].value("href", Json{}).is_string();
    }));
    EXPECT_EQ(world.shop_order(order)["payment_status"], "pending") << "nobody has chosen yet";
    const auto payment = start(kApp, "k1", "waiting_intent");
    EXPECT_EQ(world.gateway_state(order)["order_pay_calls_total"], 1);
    world.act(payment, "approve");
    expect_paid_once();
    EXPECT_EQ(world.shop_order(order)["attempts"][0]["app"], "gpay");
}

TEST_F(Payment, PressedTenTimesAndFromTwoTabsIsOneAttemptAndOneCall) {
    open();
    world.fault(
        {{"name", "ignore_idempotency_keys"}, {"count", "always"}, {"endpoint", "order_pay"}}
    );
    std::vector<std::thread> presses;
    for (int i = 0; i < 10; ++i) {
        const std::string key = i < 5 ? "tab-one" : "tab-two";
        presses.emplace_back([this, key] { world.press(order, cookie, kCollect, key); });
    }
    for (auto& press : presses) press.join();
    wait_for("waiting_collect");
    EXPECT_EQ(world.gateway_state(order)["order_pay_calls"].size(), 1U);
    EXPECT_EQ(world.shop_order(order)["attempts"].size(), 1U);
}

TEST_F(Payment, HeardOfTwiceLateOrAfterAFailureIsTheSamePaidOrder) {
    struct Row {
        const char* what;
        Json fault;
    };
    const Row rows[] = {
        {"twice", {{"name", "duplicate_webhook"}}},
        {"seconds", {{"name", "seconds_timestamp"}}},
        {"null_channel", {{"name", "null_upi_channel"}}},
        {"numeric_id", {{"name", "numeric_cf_payment_id"}, {"endpoint", "webhook"}}},
        {"before_reply", {{"name", "webhook_before_reply"}, {"endpoint", "order_pay"}}},
    };
    std::size_t told = 0;
    std::int64_t captured = 0;
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        open(std::string{"ord_"} + row.what);
        world.fault(row.fault);
        ASSERT_EQ(world.press(order, cookie, kQr, "k1").status, 202);
        ASSERT_TRUE(World::eventually([&] {
            return !world.gateway_state(order)["payments"].empty();
        }));
        const auto id = world.only_payment(order);
        if (world.gateway_state(order)["payments"][0]["status"] != "SUCCESS")
            world.act(id, "approve");
        EXPECT_TRUE(world.becomes(order, "paid"));
        ++told;
        EXPECT_TRUE(World::eventually([&] {
            return world.shop().heard("order.paid").size() == told;
        }));
        EXPECT_TRUE(world.gateway().wait_until_idle(std::chrono::seconds{5}));
        EXPECT_EQ(world.shop().heard("order.paid").size(), told);
        captured += 50'000;
        EXPECT_EQ(world.gateway_state()["ledger"]["captured_paise"], captured);
        EXPECT_EQ(world.shop_order(order)["review_reason"], "none");
    }
}

TEST_F(Payment, OfLostWebhooksIsFoundByAsking) {
    world.stop();
    open_with({{"RECONCILE_FIRST_MS", "200"}});
    world_ptr->fault({{"name", "lost_webhook"}, {"count", "always"}});
    ASSERT_EQ(world_ptr->press("ord_lost", cookie, kQr, "k1").status, 202);
    world_ptr->until_situation("ord_lost", cookie, "waiting_qr");
    world_ptr->act(world_ptr->only_payment("ord_lost"), "approve");
    EXPECT_TRUE(world_ptr->becomes("ord_lost", "paid"));
}

TEST_F(Payment, DeclinedKeepsThePageOpenForARetryThatIsPaid) {
    open();
    world.act(start(kCollect, "k1", "waiting_collect"), "decline");
    const auto failed = wait_for("failed");
    EXPECT_EQ(failed["message"]["failure"], "user_cancelled") << "ZA: the customer said no";
    EXPECT_TRUE(failed["payable"].get<bool>());
    EXPECT_TRUE(World::eventually([&] {
        return world.shop().heard("order.payment_failed").size() == 1;
    }));
    world.act(start(kCollect, "k2", "waiting_collect"), "approve");
    expect_paid_once();
    EXPECT_EQ(world.shop_order(order)["attempts"].size(), 2U);
}

TEST_F(Payment, DroppedSaysSo) {
    open();
    world.act(start(kQr, "k1", "waiting_qr"), "drop");
    EXPECT_EQ(wait_for("failed")["message"]["failure"], "user_dropped");
}

TEST_F(Payment, WhoseCollectCallWasPerhapsAcceptedIsNeverSentAgain) {
    open();
    world.fault({{"name", "drop_after_accept"}, {"endpoint", "order_pay"}});
    ASSERT_EQ(world.press(order, cookie, kCollect, "k1").status, 202);
    // Found by the question after the grace, not by a second call.
    ASSERT_TRUE(World::eventually([&] {
        return world.view(order, cookie)["message"]["situation"] == "waiting_collect";
    }));
    EXPECT_EQ(world.gateway_state(order)["order_pay_calls"].size(), 1U);
    world.act(world.only_payment(order), "approve");
    expect_paid_once();
}

TEST_F(Payment, WhoseQrCallWasPerhapsAcceptedIsSentAgainWithTheSameKey) {
    open();
    world.fault({{"name", "drop_after_accept"}, {"endpoint", "order_pay"}});
    const auto payment = start(kQr, "k1", "waiting_qr");
    const auto calls = world.gateway_state(order)["order_pay_calls"];
    ASSERT_EQ(calls.size(), 2U) << calls;
    EXPECT_EQ(calls[0]["idempotency_key"], calls[1]["idempotency_key"]);
    EXPECT_TRUE(calls[1]["replayed"].get<bool>());
    world.act(payment, "approve");
    expect_paid_once();
}

TEST_F(Payment, SurvivesAGatewayThatIsBusySlowOrSpeaksHtml) {
    const Json faults[] = {
        {{"name", "rate_limited"}, {"endpoint", "create_order"}},
        {{"name", "internal_error"}, {"endpoint", "create_order"}},
        {{"name", "html_body"}, {"endpoint", "create_order"}},
        {{"name", "drop_before_accept"}, {"endpoint", "create_order"}},
        {{"name", "drop_after_accept"}, {"endpoint", "create_order"}},
        {{"name", "drop_before_accept"}, {"endpoint", "order_pay"}},
    };
    int number = 0;
    for (const auto& fault : faults) {
        SCOPED_TRACE(fault.dump());
        world.fault(fault);
        open("ord_busy_" + std::to_string(++number));
        world.act(start(kQr, "k1", "waiting_qr"), "approve");
        EXPECT_TRUE(world.becomes(order, "paid"));
    }
}

TEST_F(Payment, AtAGatewayThatBlocksCollectClosesThatChannelAndLeavesTheQr) {
    open();
    world.fault({{"name", "collect_blocked"}, {"count", "always"}});
    ASSERT_EQ(world.press(order, cookie, kCollect, "k1").status, 202);
    wait_for("channel_closed");
    world.act(start(kQr, "k2", "waiting_qr"), "approve");
    expect_paid_once();
}

TEST_F(Payment, ToAnIdTheGatewayDoesNotKnowIsAnInlineErrorAndNoCountedFailure) {
    open();
    world.fault({{"name", "strict_ids"}, {"count", "always"}});
    ASSERT_EQ(world.press(order, cookie, kCollect, "k1").status, 202);
    const auto view = wait_for("failed");
    EXPECT_EQ(view["message"]["failure"], "invalid_vpa");
    for (const auto& channel : view["channels"]) EXPECT_EQ(channel["failures_left"], 3);
}

TEST_F(Payment, OfAnotherSumIsNotPaidAndStopsNewAttempts) {
    open();
    const auto payment = start(kQr, "k1", "waiting_qr");
    world.fault({{"name", "amount_different"}, {"value", -40'000}, {"count", "always"}});
    world.act(payment, "approve");
    // The gateway itself calls its order PAID with our sum, so Get Order settles it.
    EXPECT_TRUE(world.becomes(order, "paid"));
}

TEST_F(Payment, WhoseTypeAndStatusDisagreeIsVerifiedWithTheGateway) {
    open();
    const auto payment = start(kQr, "k1", "waiting_qr");
    world.fault({{"name", "type_status_disagree"}});
    world.act(payment, "approve");
    expect_paid_once();
}

TEST_F(Payment, OfAnUnknownWordIsForReviewAndTheTruthIsAskedFor) {
    open();
    const auto payment = start(kQr, "k1", "waiting_qr");
    world.fault({{"name", "unknown_status"}, {"endpoint", "webhook"}});
    world.act(payment, "approve");
    EXPECT_TRUE(World::eventually([&] {
        return world.shop_order(order)["review_reason"] == "unknown_word";
    }));
    EXPECT_TRUE(world.becomes(order, "paid"));
}

TEST_F(Payment, OfAnExpiredCodeOffersANewOneAndTheOldOneStillCounts) {
    world.stop();
    open_with({{"QR_TTL_S", "2"}});
    ASSERT_EQ(world_ptr->press("ord_lost", cookie, kQr, "k1").status, 202);
    world_ptr->until_situation("ord_lost", cookie, "waiting_qr");
    const auto view = world_ptr->until_situation("ord_lost", cookie, "failed");
    EXPECT_EQ(view["message"]["failure"], "expired");
    world_ptr->act(world_ptr->only_payment("ord_lost"), "approve");
    EXPECT_TRUE(world_ptr->becomes("ord_lost", "paid"));
}

TEST_F(Payment, IsToldToAShopThatWasDownWithTheSameId) {
    open();
    world.shop().set_down(true);
    world.act(start(kQr, "k1", "waiting_qr"), "approve");
    EXPECT_TRUE(world.becomes(order, "paid"));
    world.shop().set_down(false);
    expect_paid_once();
    EXPECT_EQ(world.shop().unsigned_count(), 0);
}

TEST_F(Payment, GoesOnWhereItWasAfterARestart) {
    open();
    const auto payment = start(kCollect, "k1", "waiting_collect");
    world.stop();
    world.act(payment, "approve");  // its webhook finds nobody
    world.start();
    world.control("POST", "/sandbox/clock", {{"advance_ms", 3 * 60'000}});
    expect_paid_once();
}

TEST_F(Payment, CancelledByTheCustomerStillCountsWhenItWasApproved) {
    open();
    const auto payment = start(kCollect, "k1", "waiting_collect");
    const auto answer = world.ask(
        "POST", "/api/orders/" + order + "/attempts/1/cancel", world.page_headers(cookie)
    );
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(world.view(order, cookie)["message"]["failure"], "user_cancelled");
    world.act(payment, "approve");
    expect_paid_once();
}

TEST_F(Payment, ForgedAlteredOrUnsignedIs401AndLeavesNoTrace) {
    open();
    const auto payment = start(kQr, "k1", "waiting_qr");
    const auto rows = [&] {
        db::Transaction transaction{world.app().engine().store().database(), db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM inbox WHERE kind = 'webhook'")
            .front()
            .integer("n");
    };
    for (const char* name : {"forged_signature", "altered_body", "unsigned_webhook"}) {
        world.fault({{"name", name}});
    }
    world.act(payment, "approve");
    ASSERT_TRUE(World::eventually([&] {
        const auto deliveries = world.gateway_state(order)["deliveries"];
        return !deliveries.empty() && !deliveries[0]["attempts"].empty();
    }));
    EXPECT_EQ(rows(), 0);
    EXPECT_EQ(world.gateway_state(order)["deliveries"][0]["attempts"][0]["http_status"], 401);
    EXPECT_EQ(world.shop_order(order)["payment_status"], "processing");
}

}  // namespace
}  // namespace chukta
