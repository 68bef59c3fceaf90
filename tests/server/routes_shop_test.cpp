// The shop's routes over real sockets, a real engine and a real database.
#include "server/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/routes.h"

namespace chukta {
namespace {

using namespace testing;
using nlohmann::json;

TEST_F(RoutesTest, TheShopCreatesFindsListsVerifiesAndCancels) {
    const auto created = create(an_order_body(), {kAuthorization, kJson});
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(json::parse(created.body)["pay_url"], "https://pay.chai.in/pay/ord_0001");
    door.clock().advance(1);
    const auto again = create(an_order_body(), {kAuthorization, kJson});
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, created.body);

    EXPECT_EQ(door.ask("GET", "/v1/orders/ord_0001", {kAuthorization}).body, created.body);
    const auto list = door.ask("GET", "/v1/orders?limit=5", {kAuthorization});
    EXPECT_EQ(json::parse(list.body)["orders"].size(), 1U);
    EXPECT_TRUE(json::parse(list.body)["next_cursor"].is_null());
    EXPECT_EQ(door.ask("POST", "/v1/orders/ord_0001/verify", {kAuthorization}).status, 202);
    const auto cancelled = door.ask("POST", "/v1/orders/ord_0001/cancel", {kAuthorization});
    EXPECT_EQ(cancelled.status, 200);
    EXPECT_EQ(json::parse(cancelled.body)["fulfillment_status"], "cancelled");
    const auto refund = door.ask(
        "POST", "/v1/orders/ord_0001/refunds", {kAuthorization, kJson}, R"({"refund_id":"rf_1"})"
    );
    EXPECT_EQ(refund.status, 409);
    EXPECT_EQ(code(refund), "order_not_paid");
}

TEST_F(RoutesTest, RefusedKeysAndTokensAreAllCountedAndFewOfThemFillALog) {
    constexpr int kMany = 100;
    const http::Header wrong{"Authorization", "Bearer nobody"};
    const CapturedLog captured;
    for (int i = 0; i < kMany; ++i) {
        EXPECT_EQ(door.ask("GET", "/v1/orders", {wrong}).status, 401);
        EXPECT_EQ(door.ask("GET", "/pay/ord_0001?token=x").status, 404);
    }
    const auto text = captured.text();
    for (const char* event : {"shop_key.refused", "token.refused"}) {
        EXPECT_NE(text.find(event), std::string::npos) << event;
    }
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), kMany);
    const auto metrics = door.metrics().text();
    EXPECT_NE(metrics.find("shop_key_refused\"} 100"), std::string::npos) << metrics;
    EXPECT_NE(metrics.find("token_refused\"} 100"), std::string::npos) << metrics;
}

TEST_F(RoutesTest, TheShopIsToldWhatIsWrong) {
    struct Row {
        const char* method;
        const char* target;
        http::Headers headers;
        std::string body;
        int status;
        const char* code;
    };
    const http::Header kBadKey{"Idempotency-Key", "a key"};
    const http::Header kText{"Content-Type", "text/plain"};
    const Row kRows[] = {
        {"POST", "/v1/orders", {kAuthorization, kText}, "{}", 415, "unsupported_media_type"},
        {"POST", "/v1/orders", {kAuthorization, kJson}, "{", 400, "invalid_json"},
        {"POST", "/v1/orders", {kAuthorization, kJson}, "{}", 400, "amount_invalid"},
        {"POST",
         "/v1/orders",
         {kAuthorization, kJson},
         std::string(33'000, ' '),
         413,
         "body_too_large"},
        {"POST",
         "/v1/orders",
         {kAuthorization, kJson, kBadKey},
         an_order_body(),
         400,
         "idempotency_key_invalid"},
        {"POST",
         "/v1/orders",
         {kAuthorization, kJson, kKey, kKey},
         an_order_body(),
         400,
         "idempotency_key_invalid"},
        {"GET", "/v1/orders?limit=0", {kAuthorization}, "", 400, "limit_invalid"},
        {"GET", "/v1/orders?limit=x", {kAuthorization}, "", 400, "limit_invalid"},
        {"GET", "/v1/orders?cursor=nonsense", {kAuthorization}, "", 400, "cursor_invalid"},
        {"GET", "/v1/orders/absent", {kAuthorization}, "", 404, "order_not_found"},
        {"GET", "/v1/orders/a%20b", {kAuthorization}, "", 404, "order_not_found"},
        {"POST", "/v1/orders/absent/verify", {kAuthorization}, "", 404, "order_not_found"},
        {"POST", "/v1/orders/absent/cancel", {kAuthorization}, "", 404, "order_not_found"},
        {"GET", "/v2/orders", {kAuthorization}, "", 404, "not_found"},
        {"DELETE", "/v1/orders/ord_0001", {kAuthorization}, "", 405, "method_not_allowed"},
    };
    for (const auto& row : kRows) {
        const auto answer = door.ask(row.method, row.target, row.headers, row.body);
        EXPECT_EQ(answer.status, row.status) << row.method << " " << row.target;
        EXPECT_EQ(code(answer), row.code) << row.method << " " << row.target;
    }
    door.create_order();
    const auto other = create(an_order_body(), {kAuthorization, kJson});
    EXPECT_EQ(code(other), "order_already_exists");
}

TEST_F(RoutesTest, WithoutTheKeyTheShopsApiIsClosed) {
    door.create_order();
    const http::Headers kHeaders[] = {
        {},
        {{"Authorization", "Bearer"}},
        {{"Authorization", "Bearer wrong"}},
        {{"Authorization", std::string{"Basic "} + kShopKey}},
        {{"Authorization", std::string{"Bearer "} + kShopKey + "x"}},
        {kAuthorization, {"Authorization", "Bearer wrong"}},
    };
    for (const auto& headers : kHeaders) {
        for (const auto* target : {"/v1/orders", "/v1/orders/ord_0001", "/v1/orders/absent"}) {
            const auto answer = door.ask("GET", target, headers);
            EXPECT_EQ(answer.status, 401) << target;
            EXPECT_EQ(code(answer), "unauthorized");
            EXPECT_EQ(header(answer, "WWW-Authenticate"), "Bearer realm=\"chukta\"");
        }
    }
}

TEST(RoutesOfARotation, AcceptThePreviousKeyToo) {
    FrontDoor door{{{"SHOP_API_KEY_PREVIOUS", "sk-previous-L4mN6bV8cX0zA2"}}};
    for (const auto* key : {kShopKey, "sk-previous-L4mN6bV8cX0zA2"}) {
        EXPECT_EQ(
            door.ask("GET", "/v1/orders", {{"authorization", std::string{"bearer "} + key}}).status,
            200
        );
    }
}

TEST(RoutesOfAKey, TooManyRequestsOfOneKeyAreSlowedDownAndTheOthersAreNot) {
    constexpr const char* kPrevious = "sk-P8qLm3Nv6Bx1Zc4Ty7Wr2Ks";
    FrontDoor door{{{"SHOP_REQUESTS_PER_S", "1"}, {"SHOP_API_KEY_PREVIOUS", kPrevious}}};
    const auto list = [&](const char* key) {
        return door.ask("GET", "/v1/orders", {{"Authorization", std::string{"Bearer "} + key}});
    };
    for (int i = 0; i < 2; ++i) EXPECT_EQ(list(kShopKey).status, 200);
    const auto refused = list(kShopKey);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(code(refused), "too_many_requests");
    EXPECT_EQ(refused.headers.find("Retry-After").value_or(""), "1");
    EXPECT_EQ(list(kPrevious).status, 200) << "another key";
    door.clock().advance(1'000);
    EXPECT_EQ(list(kShopKey).status, 200);
}

}  // namespace
}  // namespace chukta
