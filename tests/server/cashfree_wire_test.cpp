#include "server/cashfree/wire.h"

#include <gtest/gtest.h>

#include <string>

#include "shared/time.h"
#include "tests/support/vectors.h"

namespace chukta::cashfree {
namespace {

std::string vector_of(const char* name) {
    return vector_bytes(std::string{"cashfree/"} + name + ".json");
}

/// The text with one piece of it replaced; a piece that is not there fails the test.
std::string bend(std::string text, const std::string& piece, const std::string& by) {
    const auto at = text.find(piece);
    if (at == std::string::npos) {
        ADD_FAILURE() << "not in the text: " << piece;
        return text;
    }
    return text.replace(at, piece.size(), by);
}

Money rupees(const char* text) { return *Money::parse_rupees(text); }

/// The payment event of a webhook; a default one when it is something else.
GatewayEvent event_of(const std::string& body) {
    const auto news = decode_webhook(body);
    if (!news || !std::holds_alternative<GatewayEvent>(*news)) {
        ADD_FAILURE() << "no payment event: " << body;
        return {};
    }
    return std::get<GatewayEvent>(*news);
}

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

TEST(CashfreeWebhook, OfASuccessIsReadWhole) {
    const auto event = event_of(vector_of("signature_v1"));
    EXPECT_EQ(event.order_id.str(), "ord_0001");
    EXPECT_EQ(event.payment_id.str(), "1457662411918550528");
    EXPECT_EQ(event.status, NormalizedStatus::Completed);
    EXPECT_TRUE(event.word_known);
    EXPECT_FALSE(event.contradictory);
    EXPECT_TRUE(event.gateway_final);
    EXPECT_TRUE(event.captured);
    EXPECT_FALSE(event.reversed);
    EXPECT_EQ(event.currency, "INR");
    EXPECT_EQ(event.order_amount, rupees("5.00"));
    EXPECT_EQ(event.payment_amount, rupees("5.00"));
    EXPECT_EQ(event.discount_amount, Money{});
    EXPECT_EQ(event.channel, Channel::Intent);
    EXPECT_EQ(event.failure, FailureReason::None);
    EXPECT_EQ(event.bank_reference, "606012345678");
    EXPECT_EQ(event.started_at, from_rfc3339("2026-03-01T10:00:00+05:30"));
    EXPECT_FALSE(event.completed_at);
}

TEST(CashfreeWebhook, OfAFailureSaysWhy) {
    const auto event = event_of(vector_of("webhook_failed"));
    EXPECT_EQ(event.status, NormalizedStatus::Failed);
    EXPECT_TRUE(event.gateway_final);
    EXPECT_FALSE(event.captured);
    EXPECT_EQ(event.failure, FailureReason::UserCancelled);
    EXPECT_EQ(event.detail, wire::FailureDetail::None);
    EXPECT_FALSE(event.no_money_taken);

    const auto expired = event_of(bend(vector_of("webhook_failed"), "ZA::U19", "U69::U69"));
    EXPECT_EQ(expired.failure, FailureReason::Expired);
    EXPECT_EQ(expired.detail, wire::FailureDetail::RequestExpired);
    EXPECT_TRUE(expired.no_money_taken);
}

TEST(CashfreeWebhook, OfADropHasNoBankReference) {
    const auto event = event_of(vector_of("webhook_user_dropped"));
    EXPECT_EQ(event.status, NormalizedStatus::Failed);
    EXPECT_EQ(event.failure, FailureReason::UserDropped);
    EXPECT_EQ(event.channel, Channel::QrCode);
    EXPECT_EQ(event.bank_reference, "");
    EXPECT_FALSE(event.contradictory);
}

TEST(CashfreeWebhook, WhoseTypeAndStatusDisagreeIsContradictory) {
    struct Row {
        const char* file;
        const char* word;
        const char* by;
    };
    constexpr Row kRows[] = {
        {"signature_v1", "\"SUCCESS\"", "\"FAILED\""},
        {"signature_v1", "\"SUCCESS\"", "\"PENDING\""},
        {"signature_v1", "\"SUCCESS\"", "\"CANCELLED\""},
        {"webhook_failed", "\"FAILED\"", "\"SUCCESS\""},
        {"webhook_failed", "\"FAILED\"", "\"USER_DROPPED\""},
        {"webhook_user_dropped", "\"USER_DROPPED\"", "\"SUCCESS\""},
    };
    for (const auto& row : kRows) {
        const auto event = event_of(bend(vector_of(row.file), row.word, row.by));
        EXPECT_TRUE(event.contradictory) << row.file << row.by;
        EXPECT_FALSE(event.captured) << row.file << row.by;
        EXPECT_FALSE(event.gateway_final) << row.file << row.by;
    }
}

TEST(CashfreeWebhook, WithAnUnknownWordIsPendingAndMarked) {
    for (const char* by : {"\"PARTIAL\"", "null", "7", "{}"}) {
        const auto event = event_of(bend(vector_of("signature_v1"), "\"SUCCESS\"", by));
        EXPECT_EQ(event.status, NormalizedStatus::Pending) << by;
        EXPECT_FALSE(event.word_known) << by;
        EXPECT_FALSE(event.contradictory) << by;
        EXPECT_FALSE(event.captured) << by;
        EXPECT_FALSE(event.gateway_final) << by;
    }
}

TEST(CashfreeWebhook, CountsTheDiscountOfRedeemedOffersOnly) {
    const auto with_offers = [](const std::string& offers) {
        return event_of(bend(
            vector_of("signature_v1"), "\"payment_offers\":null", "\"payment_offers\":" + offers
        ));
    };
    const std::string first =
        R"({"offer_id":"a","offer_redemption":{"redemption_status":"SUCCESS",)"
        R"("discount_amount":0.29,"cashback_amount":3.00}})";
    const std::string second =
        R"({"offer_redemption":{"redemption_status":"SUCCESS","discount_amount":"1.00"}})";
    const std::string refused =
        R"({"offer_redemption":{"redemption_status":"FAILED","discount_amount":9.00}})";
    EXPECT_EQ(with_offers("[" + first + "]").discount_amount, rupees("0.29"));
    EXPECT_EQ(with_offers("[" + first + "," + second + "]").discount_amount, rupees("1.29"));
    EXPECT_EQ(with_offers("[" + refused + "," + second + "]").discount_amount, rupees("1.00"));
    for (const char* odd :
         {"[]",
          "{}",
          "[null]",
          "[7]",
          "\"x\"",
          R"([{"offer_redemption":null}])",
          R"([{"offer_redemption":{"redemption_status":"SUCCESS","discount_amount":null}}])",
          R"([{"offer_redemption":{"redemption_status":"SUCCESS","discount_amount":-1}}])",
          R"([{"offer_redemption":{"redemption_status":"SUCCESS","discount_amount":0.001}}])"}) {
        EXPECT_EQ(with_offers(odd).discount_amount, Money{}) << odd;
    }
}

TEST(CashfreeWebhook, InAnotherCurrencyNeverReadsAsRupees) {
    const std::string body = vector_of("signature_v1");
    const auto paid_in =
        event_of(bend(body, "\"payment_currency\":\"INR\"", "\"payment_currency\":\"USD\""));
    EXPECT_EQ(paid_in.currency, "INR/USD");
    const auto ordered_in =
        event_of(bend(body, "\"order_currency\":\"INR\"", "\"order_currency\":\"USD\""));
    EXPECT_EQ(ordered_in.currency, "USD/INR");
    const auto unsaid =
        event_of(bend(body, "\"payment_currency\":\"INR\"", "\"payment_currency\":null"));
    EXPECT_EQ(unsaid.currency, "INR");
}

TEST(CashfreeWebhook, SurvivesEveryOptionalFieldBent) {
    const std::string body = vector_of("signature_v1");
    for (const char* field :
         {"\"order_amount\":5.00",
          "\"order_currency\":\"INR\"",
          "\"order_tags\":null",
          "\"payment_amount\":5.00",
          "\"payment_currency\":\"INR\"",
          "\"payment_message\":\"00::Transaction success\"",
          "\"payment_time\":\"2026-03-01T10:00:00+05:30\"",
          "\"bank_reference\":\"606012345678\"",
          "\"upi\":{\"channel\":\"link\",\"upi_id\":\"payer@upi\"}",
          "\"channel\":\"link\"",
          "\"payment_group\":\"upi\"",
          "\"payment_offers\":null"}) {
        const std::string name{field, std::string_view{field}.find(':')};
        for (const char* by : {"null", "true", "-1.5e3", "\"\"", "[]", "{}", "[[{}]]"}) {
            const auto event = event_of(bend(body, field, name + ":" + by));
            EXPECT_EQ(event.status, NormalizedStatus::Completed) << field << by;
        }
        const auto absent = event_of(bend(body, field, "\"other\":0"));
        EXPECT_EQ(absent.status, NormalizedStatus::Completed) << field;
    }
    const auto amounts = event_of(bend(body, "\"order_amount\":5.00", "\"order_amount\":5.001"));
    EXPECT_FALSE(amounts.order_amount);
    EXPECT_EQ(amounts.payment_amount, rupees("5"));
}

TEST(CashfreeWebhook, WithoutWhoseNewsItIsHasTheWrongShape) {
    const std::string body = vector_of("signature_v1");
    for (const auto& bent :
         {bend(body, "\"order_id\":\"ord_0001\"", "\"order_id\":null"),
          bend(body, "\"order_id\":\"ord_0001\"", "\"order_id\":\"\""),
          bend(body, "\"cf_payment_id\":\"1457662411918550528\"", "\"cf_payment_id\":\"\""),
          bend(body, "\"cf_payment_id\":\"1457662411918550528\"", "\"cf_payment_id\":1.4e18"),
          bend(body, "\"payment\":{", "\"paiment\":{"),
          bend(body, "\"data\":", "\"dada\":"),
          bend(body, "\"type\":\"PAYMENT_SUCCESS_WEBHOOK\"", "\"type\":7"),
          bend(body, "\"type\":", "\"kind\":"),
          std::string{R"({"data":[],"type":"PAYMENT_SUCCESS_WEBHOOK"})"},
          std::string{"[]"},
          vector_of("signature_v3")}) {
        const auto news = decode_webhook(bent);
        ASSERT_FALSE(news) << bent;
        EXPECT_EQ(news.error(), WireError::WrongShape) << bent;
    }
    EXPECT_EQ(decode_webhook("").error(), WireError::NotJson);
    EXPECT_EQ(decode_webhook(body + "}").error(), WireError::NotJson);
    EXPECT_EQ(decode_webhook(body.substr(0, 400)).error(), WireError::NotJson);
}

TEST(CashfreeWebhook, ReadsItsPrefixesWithoutHarm) {
    for (const char* file : {"signature_v1", "webhook_failed", "webhook_refund"}) {
        const std::string body = vector_of(file);
        const auto end = body.find_last_of('}');
        for (std::size_t length = 0; length <= end; ++length) {
            EXPECT_FALSE(decode_webhook(body.substr(0, length))) << length;
        }
    }
}

TEST(CashfreeWebhook, OfAnotherTypeIsKeptAndNeverMarksPaid) {
    const auto type_of = [](const std::string& body) {
        const auto news = decode_webhook(body);
        if (!news || !std::holds_alternative<GatewayOtherNews>(*news)) return std::string{"none"};
        return std::get<GatewayOtherNews>(*news).type;
    };
    EXPECT_EQ(type_of(vector_of("signature_v2")), "WEBHOOK");
    EXPECT_EQ(
        type_of(
            bend(vector_of("signature_v1"), "PAYMENT_SUCCESS_WEBHOOK", "PAYMENT_CHARGES_WEBHOOK")
        ),
        "PAYMENT_CHARGES_WEBHOOK"
    );
    EXPECT_EQ(type_of(R"({"type":"SETTLEMENT_SUCCESS","data":{}})"), "SETTLEMENT_SUCCESS");
    EXPECT_EQ(type_of(R"({"type":"SETTLEMENT SUCCESS\n"})"), "");
    EXPECT_EQ(type_of(R"({"type":")" + std::string(65, 'A') + R"("})"), "");
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
