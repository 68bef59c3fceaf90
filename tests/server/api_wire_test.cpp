// The shop's order, field by field, and the order as the shop sees it.
#include "server/api_wire.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support/server_builders.h"

namespace chukta::api_wire {
namespace {

using nlohmann::json;

const std::vector<std::string> kOrigins{"https://shop.chai.in", "http://127.0.0.1:8082"};
constexpr EpochMs kNow = 1'780'000'000'000;

json a_body() {
    return json::parse(R"({
        "order_id": "ord_0001", "amount": 50000, "currency": "INR",
        "customer": {"id": "asha", "phone": "9999999999", "email": "a@b.in", "name": "Asha"},
        "items": [{"name": "Masala chai", "quantity": 2, "amount": 50000}],
        "return_url": "https://shop.chai.in/return?o=1"
    })");
}

Result<NewOrder, FieldError> decode(const json& body) {
    return decode_new_order(body.dump(), {.allowed_origins = kOrigins, .now = kNow});
}

TEST(DecodeNewOrder, ReadsAWholeOrder) {
    auto body = a_body();
    body["expires_at"] = to_rfc3339(kNow + 3'600'000);
    const auto order = decode(body);
    ASSERT_TRUE(order) << order.error().code;
    EXPECT_EQ(order->order_id, OrderId{"ord_0001"});
    EXPECT_EQ(order->amount.paise(), 50'000);
    EXPECT_EQ(order->customer_id, CustomerId{"asha"});
    EXPECT_EQ(order->customer_phone, "9999999999");
    EXPECT_EQ(order->customer_email, "a@b.in");
    EXPECT_EQ(order->customer_name, "Asha");
    ASSERT_EQ(order->items.size(), 1U);
    EXPECT_EQ(order->items[0].quantity, 2);
    EXPECT_EQ(order->return_url, "https://shop.chai.in/return?o=1");
    EXPECT_EQ(order->expires_at, kNow + 3'600'000);
}

TEST(DecodeNewOrder, TakesAnOrderWithTheOptionalFieldsLeftOut) {
    auto body = a_body();
    body.erase("order_id");
    body["customer"].erase("email");
    body["customer"]["name"] = nullptr;
    const auto order = decode(body);
    ASSERT_TRUE(order) << order.error().code;
    EXPECT_TRUE(order->order_id.empty());
    EXPECT_FALSE(order->expires_at);
}

TEST(DecodeNewOrder, NamesTheFieldThatIsWrong) {
    struct Row {
        const char* pointer;
        json value;
        const char* code;
    };
    const json too_many(51, json{{"name", "a"}, {"quantity", 1}, {"amount", 1}});
    const Row kRows[] = {
        {"/order_id", "ab", "order_id_invalid"},
        {"/order_id", std::string(46, 'a'), "order_id_invalid"},
        {"/order_id", "ord/1", "order_id_invalid"},
        {"/order_id", 7, "order_id_invalid"},
        {"/amount", nullptr, "amount_invalid"},
        {"/amount", 99, "amount_invalid"},
        {"/amount", -50'000, "amount_invalid"},
        {"/amount", 1'000'000'001, "amount_invalid"},
        {"/amount", 500.0, "amount_invalid"},
        {"/amount", "50000", "amount_invalid"},
        {"/amount", 18'446'744'073'709'551'615U, "amount_invalid"},
        {"/currency", "USD", "currency_invalid"},
        {"/currency", nullptr, "currency_invalid"},
        {"/customer", "asha", "customer_invalid"},
        {"/customer/id", "as", "customer_id_invalid"},
        {"/customer/id", "asha@chai", "customer_id_invalid"},
        {"/customer/id", std::string(51, 'a'), "customer_id_invalid"},
        {"/customer/phone", "99999999999", "customer_phone_invalid"},
        {"/customer/phone", "999999999a", "customer_phone_invalid"},
        {"/customer/phone", "+", "customer_phone_invalid"},
        {"/customer/phone", "+0123456789", "customer_phone_invalid"},
        {"/customer/phone", nullptr, "customer_phone_invalid"},
        {"/customer/email", "a b@c.in", "customer_email_invalid"},
        {"/customer/email", "a@b@c", "customer_email_invalid"},
        {"/customer/email", 1, "customer_email_invalid"},
        {"/customer/name", "a\nb", "customer_name_invalid"},
        {"/customer/name", "", "customer_name_invalid"},
        {"/items", json::array(), "items_invalid"},
        {"/items", too_many, "items_invalid"},
        {"/items/0", "chai", "items_invalid"},
        {"/items/0/name", "", "items_invalid"},
        {"/items/0/name", std::string(101, 'a'), "items_invalid"},
        {"/items/0/quantity", 0, "items_invalid"},
        {"/items/0/amount", -1, "items_invalid"},
        {"/items/0/amount", 0.5, "items_invalid"},
        {"/return_url", nullptr, "return_url_invalid"},
        {"/return_url", "/return", "return_url_invalid"},
        {"/return_url", "javascript:alert(1)", "return_url_invalid"},
        {"/return_url", "https://shop.chai.in/" + std::string(250, 'a'), "return_url_invalid"},
        {"/return_url", "https://shop.chai.in\\@evil.in/", "return_url_invalid"},
        {"/return_url", "https://user@shop.chai.in/", "return_url_invalid"},
        {"/return_url", "https://shop.chai.in.evil.in/", "return_url_not_allowed"},
        {"/return_url", "http://shop.chai.in/", "return_url_not_allowed"},
        {"/return_url", "https://shop.chai.in:8443/", "return_url_not_allowed"},
        {"/expires_at", "tomorrow", "expires_at_invalid"},
        {"/expires_at", to_rfc3339(kNow + 30LL * 86'400'000), "expires_at_invalid"},
    };
    for (const auto& row : kRows) {
        auto body = a_body();
        body[json::json_pointer{row.pointer}] = row.value;
        const auto order = decode(body);
        ASSERT_FALSE(order) << row.pointer << " " << row.value;
        EXPECT_EQ(order.error().code, row.code) << row.pointer << " " << row.value;
    }
}

TEST(DecodeNewOrder, TakesTheEdgesOfEveryLimit) {
    const std::pair<const char*, json> kRows[] = {
        {"/amount", 100},
        {"/amount", 1'000'000'000},
        {"/order_id", "abc"},
        {"/order_id", std::string(45, 'a')},
        {"/customer/phone", "+919999999999"},
        {"/items/0/amount", 0},
        {"/items/0/name", "चाय"},
        {"/return_url", "https://SHOP.chai.in:443/x"},
        {"/return_url", "http://127.0.0.1:8082/"},
        {"/expires_at", to_rfc3339(kNow + 900'001)},
    };
    for (const auto& [pointer, value] : kRows) {
        auto body = a_body();
        body[json::json_pointer{pointer}] = value;
        EXPECT_TRUE(decode(body)) << pointer << " " << value;
    }
}

TEST(DecodeNewOrder, RefusesWhatIsNoObject) {
    const auto code = [](std::string_view text) {
        const auto order = decode_new_order(text, {.allowed_origins = kOrigins, .now = kNow});
        return order ? std::string_view{} : order.error().code;
    };
    EXPECT_EQ(code(""), "invalid_json");
    EXPECT_EQ(code("{"), "invalid_json");
    EXPECT_EQ(code("{\"order_id\":\"\xff\"}"), "invalid_json");
    EXPECT_EQ(code("[]"), "invalid_body");
    EXPECT_EQ(code(std::string(30'000, '[')), "invalid_json");
}

TEST(EncodeShopOrder, ShowsEveryField) {
    ShopOrder order;
    order.order_id = OrderId{"ord_0001"};
    order.version = 4;
    order.amount = testing::rupees(500);
    order.customer_id = CustomerId{"asha"};
    order.payment_status = PaymentStatus::Paid;
    order.fulfillment_status = FulfillmentStatus::Confirmed;
    order.created_at = order.updated_at = kNow;
    order.paid_at = kNow;
    ShopAttempt attempt;
    attempt.index = 1;
    attempt.channel = Channel::Collect;
    attempt.vpa_masked = "as***@okaxis";
    attempt.status = AttemptStatus::Completed;
    attempt.gateway_payment_id = "1457662411918550528";
    order.attempts.push_back(attempt);

    const auto seen = json::parse(encode(order, "https://pay.chai.in"));
    EXPECT_EQ(seen["order_id"], "ord_0001");
    EXPECT_EQ(seen["version"], 4);
    EXPECT_EQ(seen["amount"], 50'000);
    EXPECT_EQ(seen["currency"], "INR");
    EXPECT_EQ(seen["customer_id"], "asha");
    EXPECT_EQ(seen["payment_status"], "paid");
    EXPECT_EQ(seen["fulfillment_status"], "confirmed");
    EXPECT_EQ(seen["review_reason"], "none");
    EXPECT_EQ(seen["pay_url"], "https://pay.chai.in/pay/ord_0001");
    EXPECT_EQ(seen["created_at"], to_rfc3339(kNow));
    EXPECT_TRUE(seen["expires_at"].is_null());
    EXPECT_EQ(seen["paid_at"], to_rfc3339(kNow));
    const auto& row = seen["attempts"][0];
    EXPECT_EQ(row["channel"], "collect");
    EXPECT_TRUE(row["app"].is_null());
    EXPECT_EQ(row["vpa"], "as***@okaxis");
    EXPECT_EQ(row["status"], "completed");
    EXPECT_EQ(row["gateway_payment_id"], "1457662411918550528");
    EXPECT_TRUE(row["bank_reference"].is_null());
}

TEST(EncodeShopOrder, SurvivesBytesThatAreNoText) {
    ShopOrder order;
    order.attempts.emplace_back();
    order.attempts[0].bank_reference = "\xff\xfe";
    EXPECT_NO_THROW(encode(order, ""));
}

TEST(EncodeEvent, CarriesTheOrderAndTheAttempt) {
    ShopOrder order;
    order.order_id = OrderId{"ord_0001"};
    const auto seen =
        json::parse(encode_event("order.payment_failed", kNow, order, "", {.attempt_index = 2}));
    EXPECT_EQ(seen["type"], "order.payment_failed");
    EXPECT_EQ(seen["timestamp"], to_rfc3339(kNow));
    EXPECT_EQ(seen["data"]["order_id"], "ord_0001");
    EXPECT_EQ(seen["data"]["attempt_index"], 2);
    EXPECT_FALSE(
        json::parse(encode_event("order.paid", kNow, order, ""))["data"].contains("attempt_index")
    );
}

TEST(IsIdempotencyKey, IsAPlainTextOfAtMost64) {
    EXPECT_TRUE(is_idempotency_key("7b0c2f7e-4f43-4b5e-9b43-0f6f2b3a1c11"));
    EXPECT_TRUE(is_idempotency_key(std::string(64, 'a')));
    for (const std::string& text :
         {std::string{}, std::string(65, 'a'), std::string{"a b"}, std::string{"a\"b"}}) {
        EXPECT_FALSE(is_idempotency_key(text)) << text;
    }
}

}  // namespace
}  // namespace chukta::api_wire
