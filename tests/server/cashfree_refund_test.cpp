// Refunds in Cashfree's JSON: their entity, its webhooks, and what an ending of the call means.
#include <gtest/gtest.h>

#include <string>

#include "server/cashfree/client.h"
#include "server/cashfree/wire.h"
#include "server/cashfree/words.h"
#include "shared/time.h"
#include "tests/support/cashfree_texts.h"

namespace chukta::cashfree {
namespace {

using namespace testing;

TEST(CashfreeRefund, IsAskedForByIdAndSumWithoutAPayment) {
    EXPECT_EQ(
        encode_refund({OrderId{"ord_0001"}, RefundId{"rf_0001"}, rupees("70.29"), "one \"cup\""}),
        R"({"refund_amount":70.29,"refund_id":"rf_0001","refund_note":"one \"cup\"",)"
        R"("refund_speed":"STANDARD"})"
    );
    EXPECT_EQ(
        encode_refund({OrderId{"ord_0001"}, RefundId{"rf_0001"}, rupees("2"), "ab"}),
        R"({"refund_amount":2.00,"refund_id":"rf_0001","refund_speed":"STANDARD"})"
    ) << "a note shorter than theirs is left out";
}

TEST(CashfreeRefund, ReadsTheAnswerOfTheDocument) {
    const auto news = decode_refund(vector_of("refund"));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->order_id.str(), "ord_0001");
    EXPECT_EQ(news->refund_id.str(), "rf_0001");
    EXPECT_EQ(news->payment_id.str(), "1457662411918550528");
    EXPECT_EQ(news->gateway_refund_id, "1553338");
    EXPECT_EQ(news->status, NormalizedStatus::Pending);
    EXPECT_TRUE(news->word_known);
    EXPECT_EQ(news->gateway_word, "PENDING");
    EXPECT_EQ(news->amount, rupees("2"));
    EXPECT_EQ(news->bank_reference, "");
    EXPECT_FALSE(news->completed_at);
    EXPECT_FALSE(news->automatic);
}

TEST(CashfreeRefund, OfAWebhookHasNumbersAsIdsAndAnArn) {
    const auto webhook = decode_webhook(vector_of("webhook_refund"));
    ASSERT_TRUE(webhook);
    ASSERT_TRUE(std::holds_alternative<GatewayRefundNews>(*webhook));
    const auto& news = std::get<GatewayRefundNews>(*webhook);
    EXPECT_EQ(news.order_id.str(), "ord_0001");
    EXPECT_EQ(news.payment_id.str(), "1457662411918550528");
    EXPECT_EQ(news.refund_id.str(), "rf_0001");
    EXPECT_EQ(news.gateway_refund_id, "1553338");
    EXPECT_FALSE(news.automatic);
    EXPECT_EQ(news.status, NormalizedStatus::Completed);
    EXPECT_EQ(news.amount, rupees("2"));
    EXPECT_EQ(news.bank_reference, "205900000000");
    EXPECT_EQ(news.completed_at, from_rfc3339("2026-03-01T05:30:02Z"));
}

TEST(CashfreeRefund, OfTheGatewaysOwnSaysSoByItsPlaceOrByItsType) {
    const auto webhook = decode_webhook(vector_of("webhook_auto_refund"));
    ASSERT_TRUE(webhook);
    const auto& news = std::get<GatewayRefundNews>(*webhook);
    EXPECT_TRUE(news.automatic);
    EXPECT_TRUE(news.refund_id.empty());
    EXPECT_EQ(news.payment_id.str(), "1457662411918550528");
    EXPECT_EQ(news.amount, rupees("5"));

    for (const char* type : {"PAYMENT_AUTO_REFUND", "UNRECONCILED_AUTO_REFUND"}) {
        const auto by_type = decode_refund(bend(vector_of("refund"), "MERCHANT_INITIATED", type));
        ASSERT_TRUE(by_type);
        EXPECT_TRUE(by_type->automatic);
        EXPECT_TRUE(by_type->refund_id.empty());
    }
    EXPECT_EQ(
        decode_webhook(R"({"type":"AUTO_REFUND_STATUS_WEBHOOK","data":{}})").error(),
        WireError::WrongShape
    );
}

TEST(CashfreeRefund, WordsAreFourAndAnUnknownOneIsPending) {
    const std::pair<const char*, NormalizedStatus> rows[] = {
        {"SUCCESS", NormalizedStatus::Completed},
        {"PENDING", NormalizedStatus::Pending},
        {"ONHOLD", NormalizedStatus::Pending},
        {"PENDING_APPROVAL", NormalizedStatus::Pending},
        {"CANCELLED", NormalizedStatus::Failed},
        {"FAILED", NormalizedStatus::Failed},
        {"REJECTED", NormalizedStatus::Failed},
    };
    for (const auto& [theirs, ours] : rows) {
        EXPECT_EQ(refund_word(theirs).status, ours) << theirs;
        EXPECT_TRUE(refund_word(theirs).known) << theirs;
    }
    for (const char* theirs : {"", "success", "REVERSED"}) {
        EXPECT_EQ(refund_word(theirs).status, NormalizedStatus::Pending) << theirs;
        EXPECT_FALSE(refund_word(theirs).known) << theirs;
    }
}

TEST(CashfreeRefund, WithoutAnOwnerIsUnreadableAndMakesItsListUnreadable) {
    const auto good = vector_of("refund");
    const std::pair<const char*, const char*> bends[] = {
        {"\"order_id\":\"ord_0001\"", "\"order_id\":null"},
        {"\"order_id\":\"ord_0001\"", "\"order_id\":\"ord 0001\""},
    };
    for (const auto& [piece, by] : bends) {
        const auto bent = bend(good, piece, by);
        EXPECT_EQ(decode_refund(bent).error(), WireError::WrongShape) << bent;
        EXPECT_EQ(decode_refunds("[" + good + "," + bent + "]").error(), WireError::WrongShape)
            << bent;
    }
    EXPECT_EQ(decode_refund("<html>").error(), WireError::NotJson);
    EXPECT_EQ(decode_refunds(good).error(), WireError::WrongShape);
    EXPECT_EQ(decode_refunds("[]")->size(), 0U);
    EXPECT_EQ(decode_refunds("[" + good + "," + good + "]")->size(), 2U);
    // One without our name is the dashboard's: theirs names it.
    EXPECT_TRUE(decode_refund(bend(good, "\"refund_id\":\"rf_0001\"", "\"refund_id\":null")));
}

TEST(CashfreeRefund, OfAnotherCurrencyHasNoSumOfOurs) {
    const auto news = decode_refund(bend(vector_of("refund"), "\"INR\"", "\"USD\""));
    ASSERT_TRUE(news);
    EXPECT_FALSE(news->amount);
}

TEST(CashfreeRefund, CallsThatMayHaveBeenTakenAreUnclear) {
    const auto ending = [](int status, const char* body) {
        http::ClientResponse response;
        response.status = status;
        response.body = body;
        return classify(response, Repeat::NamesItsResult);
    };
    EXPECT_TRUE(ending(200, "{}"));
    EXPECT_EQ(ending(200, "<html>").error().error, GatewayError::Unclear);
    EXPECT_EQ(
        ending(500, R"({"code":"internal_error","type":"api_error","message":""})").error().error,
        GatewayError::Unclear
    );
    EXPECT_EQ(ending(502, "<html>").error().error, GatewayError::Unclear);
    EXPECT_EQ(ending(429, "").error().error, GatewayError::Retry);
    EXPECT_EQ(ending(401, "").error().error, GatewayError::Retry);
    EXPECT_TRUE(ending(400, R"({"code":"refund_post_failed","message":"x"})"));
    EXPECT_EQ(
        classify(http::ClientError::NotSent, Repeat::NamesItsResult).error, GatewayError::Retry
    );
    EXPECT_EQ(
        classify(http::ClientError::MaybeSent, Repeat::NamesItsResult).error, GatewayError::Unclear
    );
}

}  // namespace
}  // namespace chukta::cashfree
