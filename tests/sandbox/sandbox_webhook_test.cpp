// Webhooks as a merchant's server receives them.
#include "sandbox/signature.h"
#include "tests/sandbox/sandbox_support.h"

namespace {

using namespace sandbox_test;

std::string header(const http::Request& webhook, std::string_view name) {
    return std::string{webhook.headers.find(name).value_or("")};
}

bool well_signed(const http::Request& webhook) {
    const auto expected =
        sandbox::webhook_signature(kSecret, header(webhook, "x-webhook-timestamp"), webhook.body);
    return header(webhook, "x-webhook-signature") == expected;
}

Json body_of(const http::Request& webhook) { return Json::parse(webhook.body); }

TEST(Webhook, OfASuccessHasTheDocumentedBytesAndHeaders) {
    Bench bench;
    auto order = Bench::order("ord_0001");
    order["order_tags"] = {{"table", "4"}};
    const auto session =
        bench.pg("POST", "/orders", order).json()["payment_session_id"].get<std::string>();
    const auto id = bench.pay_id(Bench::link(session));
    bench.app().advance(5s);
    bench.act(id, {{"action", "approve"}, {"upi_id", "payer@upi"}});
    const auto webhooks = bench.webhooks();
    ASSERT_EQ(webhooks.size(), 1U);
    const auto& webhook = webhooks.front();
    EXPECT_EQ(
        webhook.body,
        R"({"data":{"order":{"order_id":"ord_0001","order_amount":5.00,"order_currency":"INR",)"
        R"("order_tags":{"table":"4"}},"payment":{"cf_payment_id":")" +
            id +
            R"(","payment_status":"SUCCESS","payment_amount":5.00,"payment_currency":"INR",)"
            R"("payment_message":"Simulated response message",)"
            R"("payment_time":"2026-03-01T10:00:00+05:30","bank_reference":"1234567890",)"
            R"("auth_id":null,"payment_method":{"upi":{"channel":"link","upi_id":"payer@upi"}},)"
            R"("payment_group":"upi"},"customer_details":{"customer_name":null,)"
            R"("customer_id":"cust1","customer_email":null,"customer_phone":"9999999999"},)"
            R"("payment_gateway_details":null,"payment_offers":null},)"
            R"("event_time":"2026-03-01T10:00:05+05:30","type":"PAYMENT_SUCCESS_WEBHOOK"})"
    );
    EXPECT_TRUE(well_signed(webhook));
    EXPECT_EQ(webhook.method, "POST");
    EXPECT_EQ(header(webhook, "content-type"), "application/json");
    EXPECT_EQ(header(webhook, "x-webhook-version"), "2023-08-01");
    EXPECT_EQ(header(webhook, "x-webhook-attempt"), "1");
    EXPECT_EQ(header(webhook, "x-webhook-timestamp"), std::to_string(kStart + 5'000));
    // 2023-08-01 has none (facts/cashfree.md §5.1).
    EXPECT_EQ(webhook.headers.count("x-idempotency-key"), 0U);
}

TEST(Webhook, OfAFailureCarriesErrorDetailsAfterTheCustomer) {
    Bench bench;
    const auto id = bench.pay_id(Bench::qrcode(bench.session("ord_0001")));
    bench.act(id, {{"action", "decline"}});
    const auto webhook = bench.webhooks().at(0);
    EXPECT_NE(
        webhook.body.find(
            R"("customer_phone":"9999999999"},"error_details":{"error_code":"TRANSACTION_DECLINED",)"
        ),
        std::string::npos
    );
    const auto body = body_of(webhook);
    EXPECT_EQ(body["type"], "PAYMENT_FAILED_WEBHOOK");
    EXPECT_EQ(body["data"]["payment"]["payment_status"], "FAILED");
    EXPECT_EQ(body["data"]["payment"]["payment_message"], "ZA::U19::Transaction fail");
    EXPECT_EQ(body["data"]["payment"]["payment_method"]["upi"]["channel"], "qrcode");
    EXPECT_TRUE(body["data"]["payment"]["payment_method"]["upi"]["upi_id"].is_null());
}

TEST(Webhook, OfADropComesAtTheCloseOutWithoutErrorDetails) {
    Bench bench;
    bench.pay_id(Bench::link(bench.session("ord_0001")));
    EXPECT_TRUE(bench.webhooks().empty());
    bench.app().advance(30min);
    const auto body = body_of(bench.webhooks().at(0));
    EXPECT_EQ(body["type"], "PAYMENT_USER_DROPPED_WEBHOOK");
    EXPECT_EQ(body["data"]["payment"]["payment_status"], "USER_DROPPED");
    EXPECT_FALSE(body["data"].contains("error_details"));
    EXPECT_TRUE(body["data"]["payment"]["bank_reference"].is_null());
}

TEST(Webhook, IsNotSentForPendingOrExpiredOrTerminated) {
    Bench bench;
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    bench.act(id, {{"action", "pending"}});
    bench.act(id, {{"action", "flag"}});
    bench.act(id, {{"action", "cancel"}});
    bench.session("ord_0002");
    bench.pg("PATCH", "/orders/ord_0002", {{"order_status", "TERMINATED"}});
    bench.session("ord_0003");
    bench.app().advance(std::chrono::hours{24 * 31});
    EXPECT_EQ(bench.order_of("ord_0003")["order_status"], "EXPIRED");
    EXPECT_TRUE(bench.webhooks().empty());
}

TEST(Webhook, OfARefundCarriesNumbersAsIds) {
    Bench bench;
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    bench.approve(id);
    const Json refund = {{"refund_amount", 2}, {"refund_id", "rf_0001"}, {"refund_note", "part"}};
    const auto made = bench.pg("POST", "/orders/ord_0001/refunds", refund).json();
    EXPECT_EQ(bench.webhooks().size(), 1U);
    bench.app().advance(1500ms);
    const auto webhooks = bench.webhooks();
    ASSERT_EQ(webhooks.size(), 2U);
    EXPECT_TRUE(well_signed(webhooks[1]));
    const auto start = R"({"data":{"refund":{"cf_refund_id":)" +
                       made["cf_refund_id"].get<std::string>() + R"(,"cf_payment_id":)" + id +
                       R"(,"refund_id":"rf_0001","order_id":"ord_0001","refund_amount":2.00,)"
                       R"("refund_currency":"INR","entity":"Refund",)";
    EXPECT_EQ(webhooks[1].body.substr(0, start.size()), start);
    EXPECT_EQ(body_of(webhooks[1])["type"], "REFUND_STATUS_WEBHOOK");
    EXPECT_EQ(body_of(webhooks[1])["data"]["refund"]["refund_status"], "SUCCESS");
}

TEST(Webhook, OfASecondSuccessIsAnAutomaticRefund) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    const auto first = bench.pay_id(Bench::link(session));
    const auto second = bench.pay_id(Bench::qrcode(session));
    bench.approve(first);
    bench.approve(second);
    const auto webhooks = bench.webhooks();
    ASSERT_EQ(webhooks.size(), 2U);
    const auto body = body_of(webhooks[1]);
    EXPECT_EQ(body["type"], "AUTO_REFUND_STATUS_WEBHOOK");
    EXPECT_EQ(body["data"]["auto_refund"]["event"], "AUTO-REFUND");
    EXPECT_EQ(std::to_string(body["data"]["auto_refund"]["cf_payment_id"].get<long>()), second);
    EXPECT_FALSE(body["data"]["auto_refund"].contains("refund_id"));
    EXPECT_EQ(bench.payment_of("ord_0001", second)["payment_status"], "CANCELLED");
    EXPECT_EQ(bench.state()["ledger"]["captured_paise"], 1000);
    EXPECT_EQ(bench.state()["ledger"]["refunded_paise"], 500);
}

TEST(Webhook, OfASecondSuccessIsASuccessWhenItIsKept) {
    Bench bench;
    bench.fault({{"name", "keep_second_success"}, {"count", "always"}});
    const auto session = bench.session("ord_0001");
    const auto first = bench.pay_id(Bench::link(session));
    const auto second = bench.pay_id(Bench::qrcode(session));
    bench.approve(first);
    bench.approve(second);
    EXPECT_EQ(body_of(bench.webhooks().at(1))["type"], "PAYMENT_SUCCESS_WEBHOOK");
    EXPECT_EQ(bench.payment_of("ord_0001", second)["payment_status"], "SUCCESS");
    EXPECT_EQ(bench.state()["ledger"]["refunded_paise"], 0);
}

TEST(Webhook, GoesToTheOrdersNotifyUrlToo) {
    Bench bench;
    Receiver other;
    auto order = Bench::order("ord_0001");
    order["order_meta"] = {{"notify_url", other.url()}};
    const auto session =
        bench.pg("POST", "/orders", order).json()["payment_session_id"].get<std::string>();
    bench.approve(bench.pay_id(Bench::link(session)));
    bench.settle();
    ASSERT_EQ(other.got().size(), 1U);
    EXPECT_EQ(other.got()[0].body, bench.receiver().got().at(0).body);
    // "For payment events only" (§2.1).
    bench.pg("POST", "/orders/ord_0001/refunds", {{"refund_amount", 5}, {"refund_id", "rf_1"}});
    bench.app().advance(2s);
    EXPECT_EQ(bench.webhooks().size(), 2U);
    EXPECT_EQ(other.got().size(), 1U);
}

TEST(Webhook, IsRetriedAfterTwoTenAndThirtyMinutesWithAFreshSignature) {
    Bench bench;
    bench.receiver().answer(302);
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    bench.approve(id);
    EXPECT_EQ(bench.webhooks().size(), 1U);
    chukta::EpochMs sent_at = kStart;
    std::size_t sent = 1;
    for (const auto wait : {2min, 10min, 30min}) {
        bench.app().advance(wait - 1ms);
        ASSERT_EQ(bench.webhooks().size(), sent);
        bench.app().advance(1ms);
        sent_at += std::chrono::milliseconds{wait}.count();
        const auto webhooks = bench.webhooks();
        ASSERT_EQ(webhooks.size(), ++sent);
        EXPECT_EQ(header(webhooks.back(), "x-webhook-attempt"), std::to_string(sent));
        EXPECT_EQ(header(webhooks.back(), "x-webhook-timestamp"), std::to_string(sent_at));
        EXPECT_TRUE(well_signed(webhooks.back()));
        EXPECT_EQ(webhooks.back().body, webhooks.front().body);
    }
    bench.app().advance(24h);
    EXPECT_EQ(bench.webhooks().size(), 4U);
    EXPECT_EQ(bench.state()["deliveries"][0]["status"], "failed");
}

TEST(Webhook, IsNotRetriedOnceDelivered) {
    Bench bench;
    bench.receiver().answer(500);
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    bench.settle();
    bench.receiver().answer(204);
    bench.app().advance(2min);
    EXPECT_EQ(bench.webhooks().size(), 2U);
    bench.app().advance(24h);
    EXPECT_EQ(bench.webhooks().size(), 2U);
    const auto delivery = bench.state()["deliveries"][0];
    EXPECT_EQ(delivery["status"], "delivered");
    EXPECT_EQ(delivery["attempts"][0]["http_status"], 500);
    EXPECT_EQ(delivery["attempts"][1]["http_status"], 204);
}

TEST(Webhook, IsSentAgainWhenAsked) {
    Bench bench;
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    ASSERT_EQ(bench.webhooks().size(), 1U);
    const auto resend = [&](const Json& what) {
        return bench.call("POST", "/sandbox/webhooks/resend", what.dump());
    };
    EXPECT_EQ(resend({{"order_id", "ord_0001"}}).json()["sent"], 1);
    EXPECT_EQ(bench.webhooks().size(), 2U);
    EXPECT_EQ(resend({{"delivery_id", 1}}).status, 200);
    EXPECT_EQ(bench.webhooks().at(2).body, bench.webhooks().at(0).body);
    EXPECT_EQ(resend({{"order_id", "ord_0009"}}).status, 404);
    EXPECT_EQ(resend(Json::object()).status, 400);
    EXPECT_EQ(resend({{"test", true}}).status, 200);
    const auto test = bench.webhooks().at(3);
    EXPECT_EQ(body_of(test)["type"], "WEBHOOK");
    EXPECT_TRUE(well_signed(test));
}

TEST(WebhookFault, ChangesTheBodyBeforeItIsSigned) {
    struct Row {
        Json rule;
        std::string pointer;
        Json expected;
    };
    const Row rows[] = {
        {{{"name", "null_upi_channel"}}, "/data/payment/payment_method/upi/channel", nullptr},
        {{{"name", "unknown_type"}}, "/type", "PAYMENT_REVIEWED_WEBHOOK"},
        {{{"name", "unknown_status"}}, "/data/payment/payment_status", "PARKED"},
        {{{"name", "type_status_disagree"}}, "/type", "PAYMENT_FAILED_WEBHOOK"},
        {{{"name", "amount_different"}}, "/data/payment/payment_amount", 4.0},
        {{{"name", "amount_different"}, {"value", 250}}, "/data/payment/payment_amount", 7.5},
    };
    for (const auto& row : rows) {
        Bench bench;
        bench.fault(row.rule);
        bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
        const auto webhook = bench.webhooks().at(0);
        EXPECT_EQ(body_of(webhook)[Json::json_pointer(row.pointer)], row.expected) << row.rule;
        EXPECT_TRUE(well_signed(webhook)) << row.rule;
    }
}

TEST(WebhookFault, MakesTheIdANumberWithoutLosingADigit) {
    Bench bench;
    bench.fault({{"name", "numeric_cf_payment_id"}, {"endpoint", "webhook"}});
    const auto id = bench.pay_id(Bench::link(bench.session("ord_0001")));
    bench.approve(id);
    EXPECT_NE(bench.webhooks().at(0).body.find("\"cf_payment_id\":" + id + ","), std::string::npos);
}

TEST(WebhookFault, SpoilsOneAttemptAndTheRetryIsGood) {
    struct Row {
        const char* name;
        std::size_t signatures;
    };
    for (const auto& row :
         {Row{"forged_signature", 1}, Row{"altered_body", 1}, Row{"unsigned_webhook", 0}}) {
        Bench bench;
        bench.fault({{"name", row.name}});
        bench.receiver().answer(401);
        bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
        const auto spoiled = bench.webhooks().at(0);
        EXPECT_FALSE(well_signed(spoiled)) << row.name;
        EXPECT_EQ(spoiled.headers.count("x-webhook-signature"), row.signatures) << row.name;
        EXPECT_EQ(bench.state()["deliveries"][0]["attempts"][0]["fault"], row.name);
        bench.receiver().answer(200);
        bench.app().advance(2min);
        EXPECT_TRUE(well_signed(bench.webhooks().at(1))) << row.name;
        EXPECT_EQ(bench.webhooks().size(), 2U) << row.name;
    }
}

TEST(WebhookFault, SendsSecondsThatAreWellSigned) {
    Bench bench;
    bench.fault({{"name", "seconds_timestamp"}});
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    const auto webhook = bench.webhooks().at(0);
    EXPECT_EQ(header(webhook, "x-webhook-timestamp"), std::to_string(kStart / 1000));
    EXPECT_TRUE(well_signed(webhook));
}

TEST(WebhookFault, DuplicatesLosesAndDelays) {
    Bench bench;
    bench.fault({{"name", "duplicate_webhook"}, {"order_id", "ord_0001"}});
    bench.fault({{"name", "lost_webhook"}, {"order_id", "ord_0002"}});
    bench.fault({{"name", "delayed_webhook"}, {"order_id", "ord_0003"}});
    const auto pay = [&](const std::string& order_id) {
        bench.approve(bench.pay_id(Bench::link(bench.session(order_id))));
        return bench.webhooks().size();
    };
    EXPECT_EQ(pay("ord_0001"), 2U);
    EXPECT_EQ(bench.webhooks()[0].body, bench.webhooks()[1].body);
    EXPECT_EQ(pay("ord_0002"), 2U);
    EXPECT_EQ(bench.state()["deliveries"][2]["status"], "lost");
    EXPECT_EQ(pay("ord_0003"), 2U);
    bench.app().advance(24h - 1ms);
    EXPECT_EQ(bench.webhooks().size(), 2U);
    bench.app().advance(1ms);
    EXPECT_EQ(bench.webhooks().size(), 3U);
    EXPECT_EQ(bench.order_of("ord_0002")["order_status"], "PAID");
}

TEST(WebhookFault, HoldsOneUntilTheNextOfItsOrderWent) {
    Bench bench;
    bench.fault({{"name", "reordered_webhook"}});
    const auto session = bench.session("ord_0001");
    const auto first = bench.pay_id(Bench::link(session));
    const auto second = bench.pay_id(Bench::link(session));
    bench.act(first, {{"action", "decline"}});
    EXPECT_TRUE(bench.webhooks().empty());
    bench.approve(second);
    const auto webhooks = bench.webhooks();
    ASSERT_EQ(webhooks.size(), 2U);
    EXPECT_EQ(body_of(webhooks[0])["type"], "PAYMENT_SUCCESS_WEBHOOK");
    EXPECT_EQ(body_of(webhooks[1])["type"], "PAYMENT_FAILED_WEBHOOK");
}

TEST(WebhookFault, SendsAHeldOneAloneInTheEnd) {
    Bench bench;
    bench.fault({{"name", "reordered_webhook"}});
    bench.approve(bench.pay_id(Bench::link(bench.session("ord_0001"))));
    EXPECT_TRUE(bench.webhooks().empty());
    bench.app().advance(5s);
    EXPECT_EQ(bench.webhooks().size(), 1U);
}

TEST(WebhookFault, ComesBeforeTheReplyOfOrderPay) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    bench.fault({{"name", "webhook_before_reply"}});
    const auto id = bench.pay_id(Bench::link(session));
    // No waiting here: when the reply was there, so was the webhook.
    const auto webhooks = bench.receiver().got();
    ASSERT_EQ(webhooks.size(), 1U);
    EXPECT_EQ(body_of(webhooks[0])["data"]["payment"]["cf_payment_id"], id);
    EXPECT_EQ(bench.order_of("ord_0001")["order_status"], "PAID");
}

}  // namespace
