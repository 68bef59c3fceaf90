#include "sandbox/shop/wire.h"

#include <gtest/gtest.h>

#include "tests/sandbox/shop_support.h"

namespace {

using shop_test::json_of;
using shop_test::Told;

const Told kTold{"CHAI-1", 29000, 7, "processing", "pending", "http://pay.test/pay/CHAI-1"};

std::string without(std::string json, std::string_view field) {
    const std::size_t at = json.find("\"" + std::string{field} + "\"");
    return json.replace(at, field.size() + 2, "\"x\"");
}

TEST(ShopWire, ReadsAnOrderAsItIsTold) {
    const auto news = shop::decode_order(json_of(kTold));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->order_id, "CHAI-1");
    EXPECT_EQ(news->version, 7);
    EXPECT_EQ(news->amount.paise(), 29000);
    EXPECT_EQ(news->payment_status, "processing");
    EXPECT_EQ(news->fulfillment_status, "pending");
    EXPECT_EQ(news->review_reason, "none");
    EXPECT_FALSE(news->paid_at);
}

TEST(ShopWire, ReadsTheRefundsThatAreAsDocumented) {
    Told told = kTold;
    told.refundable = 9'000;
    told.refunds = R"([{"refund_id":"rf_1","amount":20000,"status":"completed","origin":"shop"},)"
                   R"({"refund_id":"rf_2","amount":-1,"status":"completed","origin":"shop"},7])";
    const auto news = shop::decode_order(json_of(told));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->refundable.paise(), 9'000);
    ASSERT_EQ(news->refunds.size(), 1U);
    EXPECT_EQ(news->refunds[0].refund_id, "rf_1");
    EXPECT_EQ(news->refunds[0].amount.paise(), 20'000);
    EXPECT_EQ(news->refunds[0].status, "completed");
    EXPECT_EQ(shop::encode_refund("rf_1"), R"({"refund_id":"rf_1"})");
}

TEST(ShopWire, RefusesAnOrderWithoutOneOfItsFields) {
    for (const std::string_view field : {
             "order_id",
             "version",
             "amount",
             "currency",
             "payment_status",
             "fulfillment_status",
             "pay_url",
         }) {
        EXPECT_FALSE(shop::decode_order(without(json_of(kTold), field))) << field;
    }
}

TEST(ShopWire, RefusesWhatIsNoOrder) {
    Told markup = kTold;
    markup.payment_status = "<b>paid</b>";
    Told negative = kTold;
    negative.amount = -1;
    const std::string deep(100'000, '[');
    for (const std::string& json :
         {std::string{},
          std::string{"null"},
          std::string{"[]"},
          json_of(markup),
          json_of(negative),
          deep}) {
        EXPECT_FALSE(shop::decode_order(json)) << json.substr(0, 40);
    }
}

TEST(ShopWire, ReadsAWebhookOfATypeItDoesNotKnow) {
    const auto said = shop::decode_webhook(R"({"type":"weather.fine","data":{}})");
    ASSERT_TRUE(said);
    EXPECT_EQ(said->type, "weather.fine");
    EXPECT_FALSE(said->news);
    EXPECT_FALSE(shop::decode_webhook(R"({"type":"order.paid"})"));
    EXPECT_FALSE(shop::decode_webhook(R"({"data":{}})"));
    EXPECT_FALSE(shop::decode_webhook("paid"));
}

TEST(ShopWire, WritesAnOrderAsTheApiWantsIt) {
    shop::Order order;
    order.order_id = "CHAI-1";
    order.amount = chukta::Money::from_paise(58000).value();
    order.lines.push_back({"Masala Chai", 2, order.amount});
    const auto* asha = shop::find_customer("cust_asha");
    EXPECT_EQ(
        shop::encode_order(order, *asha, "http://shop.test/return/CHAI-1"),
        R"({"amount":58000,"currency":"INR","customer":{"email":"asha@example.com",)"
        R"("id":"cust_asha","name":"Asha Rao","phone":"9876543210"},)"
        R"("items":[{"amount":58000,"name":"Masala Chai","quantity":2}],)"
        R"("order_id":"CHAI-1","return_url":"http://shop.test/return/CHAI-1"})"
    );
}

TEST(ShopWire, ReadsAProblemsCode) {
    EXPECT_EQ(shop::decode_problem_code(R"({"code":"order_not_found"})"), "order_not_found");
    EXPECT_EQ(shop::decode_problem_code(R"({"code":"<b>"})"), "unknown");
    EXPECT_EQ(shop::decode_problem_code("<html>"), "unknown");
}

}  // namespace
