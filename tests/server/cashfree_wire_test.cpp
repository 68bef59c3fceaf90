#include "server/cashfree/wire.h"

#include <gtest/gtest.h>

#include <string>

#include "shared/time.h"
#include "tests/support/cashfree_texts.h"

namespace chukta::cashfree {
namespace {

using namespace testing;

GatewayOrder an_order() {
    GatewayOrder order;
    order.order_id = OrderId{"ord_0001"};
    order.amount = rupees("170");
    order.customer_id = CustomerId{"cust1"};
    order.customer_phone = "9999999999";
    return order;
}

TEST(CashfreeEncode, CreateOrderCarriesWhatWasAskedAndNoMore) {
    EXPECT_EQ(
        encode_create_order(an_order(), ""),
        R"({"order_id":"ord_0001","order_amount":170.00,"order_currency":"INR",)"
        R"("customer_details":{"customer_id":"cust1","customer_phone":"9999999999"},)"
        R"("order_meta":{}})"
    );
    GatewayOrder full = an_order();
    full.customer_email = "asha@example.com";
    full.customer_name = "Asha \"A\" नायर";
    full.return_url = "https://shop.example/r?a=1&b=2";
    full.expires_at = from_rfc3339("2026-03-31T04:29:00.500Z");
    EXPECT_EQ(
        encode_create_order(full, "https://pay.example/webhooks/cashfree"),
        R"({"order_id":"ord_0001","order_amount":170.00,"order_currency":"INR",)"
        R"("customer_details":{"customer_id":"cust1","customer_phone":"9999999999",)"
        R"("customer_email":"asha@example.com","customer_name":"Asha \"A\" नायर"},)"
        R"("order_meta":{"return_url":"https://shop.example/r?a=1&b=2",)"
        R"("notify_url":"https://pay.example/webhooks/cashfree"},)"
        R"("order_expiry_time":"2026-03-31T09:59:00+05:30"})"
    );
}

TEST(CashfreeEncode, CreateOrderLeavesOutANameTheyWouldRefuse) {
    GatewayOrder order = an_order();
    order.customer_name = "Al";
    order.customer_email = std::string(101, 'a');
    EXPECT_EQ(encode_create_order(order, ""), encode_create_order(an_order(), ""));
}

TEST(CashfreeEncode, PayNamesTheChannelAndOnlyCollectHasAnAddress) {
    GatewayPay pay;
    pay.session = "session_Ab-_9";
    EXPECT_EQ(
        encode_pay(pay),
        R"({"payment_session_id":"session_Ab-_9","payment_method":{"upi":{"channel":"link"}}})"
    );
    pay.channel = Channel::QrCode;
    EXPECT_EQ(
        encode_pay(pay),
        R"({"payment_session_id":"session_Ab-_9","payment_method":{"upi":{"channel":"qrcode"}}})"
    );
    pay.channel = Channel::Collect;
    pay.vpa = *Vpa::parse("asha@okaxis");
    const char* const collect =
        R"({"payment_session_id":"session_Ab-_9","payment_method":{"upi":{"channel":"collect",)"
        R"("upi_id":"asha@okaxis","upi_expiry_minutes":)";
    EXPECT_EQ(encode_pay(pay), std::string{collect} + "5}}}");
    pay.collect_expiry_minutes = 2;
    EXPECT_EQ(encode_pay(pay), std::string{collect} + "5}}}");
    pay.collect_expiry_minutes = 60;
    EXPECT_EQ(encode_pay(pay), std::string{collect} + "15}}}");
}

TEST(CashfreeEncode, TerminateIsAPatchOfTheStatus) {
    EXPECT_EQ(encode_terminate(), R"({"order_status":"TERMINATED"})");
}

TEST(CashfreeOrder, IsReadWhole) {
    const auto news = decode_order(vector_of("order"));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->order_id.str(), "ord_0001");
    EXPECT_EQ(news->status, GatewayOrderStatus::Active);
    EXPECT_EQ(news->amount, rupees("5"));
    EXPECT_EQ(news->currency, "INR");
    EXPECT_EQ(news->session.substr(0, 8), "session_");
    EXPECT_EQ(news->session.size(), 116U);
}

TEST(CashfreeOrder, NeedsOnlyItsNameAndAStatus) {
    const auto news =
        decode_order(R"({"order_id":"ord_0001","order_status":"SOMETHING_NEW","order_amount":"x",)"
                     R"("payment_session_id":7})");
    ASSERT_TRUE(news);
    EXPECT_EQ(news->status, GatewayOrderStatus::Unknown);
    EXPECT_FALSE(news->amount);
    EXPECT_EQ(news->session, "");

    for (const char* body :
         {R"({"order_id":"ord_0001"})",
          R"({"order_id":null,"order_status":"PAID"})",
          R"({"order_id":7,"order_status":"PAID"})",
          R"({"order_id":"ord_0001","order_status":7})",
          R"({"order_id":"ord_0001","order_status":"PAID","order_status":"ACTIVE"})",
          "[]",
          "null",
          "7"}) {
        const auto shapeless = decode_order(body);
        ASSERT_FALSE(shapeless) << body;
        EXPECT_EQ(shapeless.error(), WireError::WrongShape) << body;
    }
    EXPECT_EQ(decode_order("<html>").error(), WireError::NotJson);
}

TEST(CashfreePay, ReadsTheLinksOfKnownAppsAndNeverTheWebPage) {
    const auto answer = decode_pay(vector_of("pay_link_production"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->payment_id.str(), "1457662411918550529");
    EXPECT_EQ(answer->amount, rupees("5"));
    EXPECT_EQ(answer->channel, Channel::Intent);
    ASSERT_EQ(answer->links.size(), 5U);
    const char* const keys[] = {"gpay", "phonepe", "paytm", "bhim", "default"};
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(answer->links[i].first, keys[i]);
    EXPECT_EQ(
        answer->links[4].second,
        "upi://pay?pa=shop.cf@icici&pn=Asha%20Stores&tr=ATC4021557719&am=5.00&cu=INR&mode=00"
        "&purpose=00&mc=5732&tn=Order%20ord_0001"
    );
}

TEST(CashfreePay, ReadsCollectAndQr) {
    const auto collect =
        decode_pay(R"({"action":"custom","cf_payment_id":1457662411918550528,"channel":"collect",)"
                   R"("data":{"url":null,"payload":null,"content_type":null,"method":null},)"
                   R"("payment_amount":170.00,"payment_method":"upi"})");
    ASSERT_TRUE(collect);
    EXPECT_EQ(collect->channel, Channel::Collect);
    EXPECT_EQ(collect->payment_id.str(), "1457662411918550528");
    EXPECT_EQ(collect->amount, rupees("170"));

    const auto qr = decode_pay(
        R"({"cf_payment_id":"1","channel":"qrcode","data":{"payload":{"qrcode":"data:x"}}})"
    );
    ASSERT_TRUE(qr);
    EXPECT_EQ(qr->channel, Channel::QrCode);
    EXPECT_EQ(qr->qr_data_uri, "data:x");
    EXPECT_FALSE(qr->amount);
}

TEST(CashfreePay, SurvivesLinksOfOtherTypes) {
    const auto answer =
        decode_pay(R"({"cf_payment_id":"1","channel":"link","data":{"payload":)"
                   R"({"gpay":null,"phonepe":7,"paytm":["x"],"default":"upi://pay?pa=a@b"}}})");
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->links.size(), 1U);
    EXPECT_EQ(answer->links[0].first, "default");
    for (const char* body :
         {R"({"channel":"link"})",
          R"({"cf_payment_id":"1"})",
          R"({"cf_payment_id":"1","channel":"post"})",
          R"({"cf_payment_id":{},"channel":"link"})",
          "[]"}) {
        ASSERT_FALSE(decode_pay(body)) << body;
        EXPECT_EQ(decode_pay(body).error(), WireError::WrongShape) << body;
    }
    EXPECT_EQ(decode_pay("").error(), WireError::NotJson);
}

TEST(CashfreePayments, OfAFailedThenASuccessfulAttemptAreBothRead) {
    const auto events = decode_payments(vector_of("payments"));
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 2U);
    const auto& failed = (*events)[0];
    EXPECT_EQ(failed.order_id.str(), "ord_0001");
    EXPECT_EQ(failed.payment_id.str(), "1457662411918550500");
    EXPECT_EQ(failed.status, NormalizedStatus::Failed);
    EXPECT_EQ(failed.failure, FailureReason::Declined);
    EXPECT_FALSE(failed.no_money_taken);
    EXPECT_TRUE(failed.gateway_final);
    EXPECT_FALSE(failed.captured);
    EXPECT_EQ(failed.channel, Channel::Intent);

    const auto& paid = (*events)[1];
    EXPECT_EQ(paid.payment_id.str(), "1457662411918550528");
    EXPECT_EQ(paid.status, NormalizedStatus::Completed);
    EXPECT_TRUE(paid.captured);
    EXPECT_TRUE(paid.gateway_final);
    EXPECT_TRUE(paid.word_known);
    EXPECT_FALSE(paid.contradictory);
    EXPECT_EQ(paid.failure, FailureReason::None);
    EXPECT_EQ(paid.currency, "INR");
    EXPECT_EQ(paid.order_amount, rupees("5"));
    EXPECT_EQ(paid.payment_amount, rupees("5"));
    EXPECT_EQ(paid.bank_reference, "606012345678");
    EXPECT_EQ(paid.channel, Channel::Collect);
    EXPECT_EQ(paid.started_at, from_rfc3339("2026-03-01T10:01:00+05:30"));
    EXPECT_EQ(paid.completed_at, from_rfc3339("2026-03-01T04:31:30Z"));
}

TEST(CashfreePayments, ThatAreOnlyHeldAreNotTheLastWord) {
    const auto events =
        decode_payments(R"([{"order_id":"ord_0001","cf_payment_id":7,"payment_status":"SUCCESS",)"
                        R"("is_captured":false,"order_amount":5,"payment_amount":5}])");
    ASSERT_TRUE(events);
    EXPECT_EQ(events->front().status, NormalizedStatus::Completed);
    EXPECT_FALSE(events->front().captured);
    EXPECT_FALSE(events->front().gateway_final);

    const auto unsaid =
        decode_payments(R"([{"order_id":"ord_0001","cf_payment_id":7,"payment_status":"SUCCESS"}])"
        );
    ASSERT_TRUE(unsaid);
    EXPECT_FALSE(unsaid->front().captured);
    EXPECT_TRUE(unsaid->front().gateway_final);
}

TEST(CashfreePayments, TakenBackAreReversedAndPromiseNothing) {
    for (const char* word : {"CANCELLED", "VOID"}) {
        const auto events = decode_payments(
            std::string{R"([{"order_id":"ord_0001","cf_payment_id":"7","payment_status":")"} +
            word + R"(","payment_message":"U69::x"}])"
        );
        ASSERT_TRUE(events) << word;
        EXPECT_EQ(events->front().status, NormalizedStatus::Failed) << word;
        EXPECT_TRUE(events->front().reversed) << word;
        EXPECT_EQ(events->front().detail, wire::FailureDetail::MoneyReturnedIfTaken) << word;
        EXPECT_TRUE(events->front().gateway_final) << word;
        EXPECT_FALSE(events->front().no_money_taken) << word;
    }
}

TEST(CashfreePayments, AreAListAndEmptyWhenThereWereNone) {
    ASSERT_TRUE(decode_payments("[]"));
    EXPECT_TRUE(decode_payments("[]")->empty());
    for (const char* body :
         {"{}",
          "null",
          "[null]",
          "[7]",
          R"([{"order_id":"ord_0001","payment_status":"SUCCESS"}])",
          R"([{"cf_payment_id":"1","payment_status":"SUCCESS"}])",
          R"([{"order_id":"o","cf_payment_id":1.5}])"}) {
        ASSERT_FALSE(decode_payments(body)) << body;
        EXPECT_EQ(decode_payments(body).error(), WireError::WrongShape) << body;
    }
    EXPECT_EQ(decode_payments("[").error(), WireError::NotJson);
}

TEST(CashfreeError, IsACodeOrATypeWithAMessage) {
    const auto error = decode_error(
        R"({"message":"order with same id is already present","code":"order_already_exists",)"
        R"("type":"invalid_request_error","help":"Check latest errors"})"
    );
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "order_already_exists");
    EXPECT_EQ(error->type, "invalid_request_error");
    EXPECT_EQ(error->message, "order with same id is already present");

    ASSERT_TRUE(decode_error(R"({"message":"","type":"api_error"})"));
    ASSERT_TRUE(decode_error(R"({"message":"x","code":"a b"})"));
    EXPECT_EQ(decode_error(R"({"message":"x","code":"a b"})")->code, "");
    EXPECT_EQ(decode_error(R"({"message":7,"code":"order_inactive"})")->code, "order_inactive");
    for (const char* body :
         {"",
          "<html></html>",
          "{}",
          "[]",
          R"({"message":"Forbidden"})",
          R"({"type":"api_error"})",
          R"({"message":"x","code":7})"}) {
        EXPECT_FALSE(decode_error(body)) << body;
    }
}

}  // namespace
}  // namespace chukta::cashfree
