// What Cashfree's webhooks say, read into news.
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "server/cashfree/wire.h"
#include "shared/time.h"
#include "tests/support/cashfree_texts.h"

namespace chukta::cashfree {
namespace {

using namespace testing;

/// The payment event of a webhook; a default one when it is something else.
GatewayEvent event_of(const std::string& body) {
    const auto news = decode_webhook(body);
    if (!news || !std::holds_alternative<GatewayEvent>(*news)) {
        ADD_FAILURE() << "no payment event: " << body;
        return {};
    }
    return std::get<GatewayEvent>(*news);
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
    EXPECT_EQ(event.completed_at, from_rfc3339("2026-03-01T10:00:05+05:30"));
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
        ASSERT_NE(end, body.npos) << "no such vector";  // or it would never end
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

TEST(CashfreeWebhook, OfAnotherTypeSaysWhichOrderItIsOfWhereItDoes) {
    const auto order_of = [](const std::string& body) {
        const auto news = decode_webhook(body);
        if (!news || !std::holds_alternative<GatewayOtherNews>(*news)) return std::string{"none"};
        return std::get<GatewayOtherNews>(*news).order_id.str();
    };
    EXPECT_EQ(
        order_of(R"({"type":"A_LATER_TYPE","data":{"order":{"order_id":"ord_7"}}})"), "ord_7"
    );
    EXPECT_EQ(order_of(R"({"type":"A_LATER_TYPE","data":{"order":{"order_id":7}}})"), "");
    EXPECT_EQ(order_of(R"({"type":"A_LATER_TYPE"})"), "");
}

TEST(CashfreeWebhook, OfAnotherTypeDeniesASuccessByAFailureOrAnUnknownWord) {
    const auto denies = [](const std::string& payment) {
        const auto news =
            decode_webhook(R"({"type":"A_LATER_TYPE","data":{"payment":)" + payment + "}}");
        return news && std::get<GatewayOtherNews>(*news).denies == Denies::ASuccess;
    };
    EXPECT_TRUE(denies(R"({"payment_status":"FAILED"})"));
    EXPECT_TRUE(denies(R"({"payment_status":"A_LATER_WORD"})"));
    EXPECT_TRUE(denies(R"({"payment_status":"CANCELLED"})"));
    EXPECT_FALSE(denies(R"({"payment_status":"SUCCESS"})"));
    EXPECT_FALSE(denies(R"({"payment_status":"PENDING"})"));
    EXPECT_FALSE(denies(R"({"payment_status":7})"));
    EXPECT_FALSE(denies("{}"));
}

}  // namespace
}  // namespace chukta::cashfree
