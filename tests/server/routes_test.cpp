// Every route over real sockets, a real engine and a real database: who is let in, what is
// answered.
#include "server/routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using namespace testing;
using nlohmann::json;

const http::Header kAuthorization{"Authorization", std::string{"Bearer "} + kShopKey};
const http::Header kJson{"Content-Type", "application/json"};
const http::Header kOrigin{"Origin", "https://pay.chai.in"};
const http::Header kDevice{"X-Chukta-Device", "desktop"};
const http::Header kKey{"Idempotency-Key", "key-1"};
const std::string kQr = R"({"channel":"qrcode","device":"desktop"})";

std::string an_order_body(const std::string& id = "ord_0001") {
    return R"({"order_id":")" + id + R"(","amount":50000,"currency":"INR",)" +
           R"("customer":{"id":"asha","phone":"9999999999"},)" +
           R"("items":[{"name":"Masala chai","quantity":2,"amount":50000}],)" +
           R"("return_url":"https://shop.chai.in/return"})";
}

std::string header(const http::ClientResponse& answer, const char* name) {
    return std::string{answer.headers.find(name).value_or("")};
}

std::string code(const http::ClientResponse& answer) {
    EXPECT_EQ(header(answer, "Content-Type"), "application/problem+json") << answer.body;
    const auto body = json::parse(answer.body, nullptr, false);
    if (!body.is_object()) return "no problem: " + answer.body;
    EXPECT_EQ(body.value("status", 0), answer.status);
    return body.value("code", "");
}

class RoutesTest : public ::testing::Test {
protected:
    http::ClientResponse create(const std::string& body, http::Headers headers) {
        return door.ask("POST", "/v1/orders", std::move(headers), body);
    }
    http::ClientResponse start(http::Headers headers, const std::string& body = kQr) {
        return door.ask("POST", "/api/orders/ord_0001/attempts", std::move(headers), body);
    }
    http::Headers from_page(const std::string& cookie, std::initializer_list<http::Header> more) {
        http::Headers headers{{"Cookie", cookie}, kOrigin, kDevice};
        for (const auto& field : more) headers.add(field.name, field.value);
        return headers;
    }
    http::ClientResponse webhook(const std::string& body, http::Headers headers) {
        return door.ask("POST", "/webhooks/cashfree", std::move(headers), body);
    }
    static std::string signature(const std::string& timestamp, const std::string& body) {
        return crypto::base64_encode(crypto::hmac_sha256(kGatewaySecret, timestamp + body));
    }
    std::int64_t inbox_rows() {
        db::Transaction transaction{door.database(), db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM inbox").front().integer("n");
    }
    FrontDoor door;
};

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
    const auto refund =
        door.ask("POST", "/v1/orders/ord_0001/refunds", {kAuthorization, kJson}, "{}");
    EXPECT_EQ(refund.status, 409);
    EXPECT_EQ(code(refund), "order_not_paid");
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

TEST_F(RoutesTest, ATokenOpensThePageAndLeavesTheAddress) {
    door.create_order();
    const auto opened = door.ask("GET", "/pay/ord_0001?token=" + a_token());
    EXPECT_EQ(opened.status, 303);
    EXPECT_EQ(header(opened, "Location"), "/pay/ord_0001");
    const auto set_cookie = header(opened, "Set-Cookie");
    EXPECT_NE(set_cookie.find("HttpOnly; SameSite=Lax; Secure"), std::string::npos) << set_cookie;

    const http::Header cookie{"Cookie", set_cookie.substr(0, set_cookie.find(';'))};
    const auto page = door.ask("GET", "/pay/ord_0001", {cookie, {"Accept-Language", "hi"}});
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(page.body.find("<html lang=\"hi\">"), std::string::npos);
    EXPECT_NE(page.body.find("\"order_id\":\"ord_0001\""), std::string::npos);
    const auto policy = header(page, "Content-Security-Policy");
    for (const auto* part :
         {"default-src 'none'",
          "script-src 'self' 'wasm-unsafe-eval';",
          "form-action 'self'",
          "frame-ancestors 'none'"}) {
        EXPECT_NE(policy.find(part), std::string::npos) << policy;
    }
    EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);

    const auto repeated = door.ask("GET", "/pay/ord_0001?token=" + a_token(), {cookie});
    EXPECT_EQ(repeated.status, 303) << "the browser that used the token may repeat it";
    EXPECT_EQ(header(repeated, "Set-Cookie"), "");
}

/// What a client can see of an answer, but for its own request id.
std::string seen(const http::ClientResponse& answer) {
    std::string text = std::to_string(answer.status);
    for (const auto& field : answer.headers.fields()) {
        if (field.name != "X-Request-Id" && field.name != "x-request-id") {
            text += "\n" + field.name + ": " + field.value;
        }
    }
    return text + "\n\n" + answer.body;
}

TEST_F(RoutesTest, EveryWayOfNotBeingTheCustomerLooksLikeNoOrder) {
    door.create_order();
    door.create_order("ord_0002");
    const auto cookie = door.open_session();
    const auto value = cookie.substr(cookie.find('=') + 1);
    const auto no_order = door.ask("GET", "/pay/absent");
    EXPECT_EQ(no_order.status, 404);
    EXPECT_NE(no_order.body.find("<html"), std::string::npos);
    const std::pair<const char*, http::ClientResponse> kPages[] = {
        {"no session", door.ask("GET", "/pay/ord_0001")},
        {"reused token", door.ask("GET", "/pay/ord_0001?token=" + a_token())},
        {"other order's token",
         door.ask("GET", "/pay/ord_0002?token=" + a_token({.jti = "jti-other-order"}))},
        {"other customer",
         door.ask("GET", "/pay/ord_0001?token=" + a_token({.sub = "ravi", .jti = "jti-ravi"}))},
        {"expired token",
         door.ask(
             "GET",
             "/pay/ord_0001?token=" +
                 a_token({.jti = "jti-late1", .iat = 1'779'999'000, .exp = 1'779'999'300})
         )},
        {"no token's text", door.ask("GET", "/pay/ord_0001?token=")},
        {"two tokens", door.ask("GET", "/pay/ord_0001?token=a&token=b")},
        {"a name no order has", door.ask("GET", "/pay/a%20b")},
        {"other order's cookie",
         door.ask("GET", "/pay/ord_0002", {{"Cookie", "chukta_ord_0002=" + value}})},
        {"absent order with a token",
         door.ask(
             "GET", "/pay/absent?token=" + a_token({.order_id = "absent", .jti = "jti-absent"})
         )},
    };
    for (const auto& [name, answer] : kPages) EXPECT_EQ(seen(answer), seen(no_order)) << name;

    const auto no_api_order = door.ask("GET", "/api/orders/absent");
    EXPECT_EQ(code(no_api_order), "order_not_found");
    EXPECT_EQ(seen(door.ask("GET", "/api/orders/ord_0001")), seen(no_api_order));
    EXPECT_EQ(
        seen(door.ask("GET", "/api/orders/ord_0002", {{"Cookie", cookie}})), seen(no_api_order)
    );
    EXPECT_EQ(
        seen(door.ask("GET", "/api/orders/ord_0002", {{"Cookie", "chukta_ord_0002=" + value}})),
        seen(no_api_order)
    );
    EXPECT_EQ(
        seen(start(from_page("chukta_ord_0001=" + std::string(43, 'a'), {kJson, kKey}))),
        seen(no_api_order)
    );
}

TEST_F(RoutesTest, ALinkPreviewDoesNotUseTheTokenUp) {
    door.create_order();
    EXPECT_EQ(door.ask("HEAD", "/pay/ord_0001?token=" + a_token()).status, 404);
    EXPECT_EQ(door.ask("GET", "/pay/ord_0001?token=" + a_token()).status, 303);
}

TEST_F(RoutesTest, ThePageStartsAndCancelsAnAttempt) {
    door.create_order();
    const auto cookie = door.open_session();
    const auto view = door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookie}, kDevice});
    ASSERT_EQ(view.status, 200);
    EXPECT_EQ(header(view, "Cache-Control"), "no-store");
    const auto decoded = wire::decode_order_view(view.body);
    ASSERT_TRUE(decoded);

    const auto started = start(from_page(cookie, {kJson, kKey}));
    ASSERT_EQ(started.status, 202) << started.body;
    const auto waiting = wire::decode_order_view(started.body);
    ASSERT_TRUE(waiting && waiting->attempt);
    EXPECT_EQ(waiting->attempt->index, 1);
    EXPECT_EQ(waiting->payment_status, PaymentStatus::Processing);
    const auto repeated = wire::decode_order_view(start(from_page(cookie, {kJson, kKey})).body);
    EXPECT_EQ(repeated->attempt->index, 1) << "the same key starts nothing";
    const auto reused = start(
        from_page(cookie, {kJson, kKey}),
        R"({"channel":"collect","vpa":"asha@okaxis",)"
        R"("device":"desktop"})"
    );
    EXPECT_EQ(reused.status, 409);
    EXPECT_EQ(code(reused), "idempotency_key_reused");

    const auto cancelled =
        door.ask("POST", "/api/orders/ord_0001/attempts/1/cancel", from_page(cookie, {}));
    EXPECT_EQ(cancelled.status, 200) << cancelled.body;
    for (const auto* index : {"2", "0", "x", "99999999999"}) {
        const auto absent = door.ask(
            "POST",
            std::string{"/api/orders/ord_0001/attempts/"} + index + "/cancel",
            from_page(cookie, {})
        );
        EXPECT_EQ(absent.status, 404);
        EXPECT_EQ(code(absent), "attempt_not_found") << index;
    }
}

TEST_F(RoutesTest, TheAppThatThisBrowserPaidWithLastGoesFirst) {
    door.create_order();
    const auto cookie = door.open_session();
    const http::Header phone{"X-Chukta-Device", "android_phone"};
    const auto apps = [&](const std::string& cookies) {
        const auto told = door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookies}, phone});
        const auto view = wire::decode_order_view(told.body);
        std::vector<UpiApp> out;
        if (view) {
            for (const auto& one : view->apps) out.push_back(one.app);
        }
        return out;
    };
    const auto usual = apps(cookie);
    ASSERT_GE(usual.size(), 3u);
    EXPECT_EQ(usual.front(), UpiApp::GooglePay);
    const auto remembered = apps(cookie + "; chukta-last-app=paytm");
    ASSERT_EQ(remembered.size(), usual.size());
    EXPECT_EQ(remembered[0], UpiApp::Paytm);
    EXPECT_EQ(remembered[1], UpiApp::GooglePay);
}

TEST_F(RoutesTest, AStartIsCheckedBeforeItIsRead) {
    door.create_order();
    const auto cookie = door.open_session();
    const http::Header kCookie{"Cookie", cookie};
    struct Row {
        http::Headers headers;
        std::string body;
        int status;
        const char* code;
    };
    const Row kRows[] = {
        {{kCookie, kDevice, kJson, kKey}, kQr, 403, "origin_not_allowed"},
        {{kCookie, kDevice, kJson, kKey, {"Origin", "https://evil.in"}},
         kQr,
         403,
         "origin_not_allowed"},
        {{kCookie, kDevice, kJson, kKey, {"Origin", "null"}}, kQr, 403, "origin_not_allowed"},
        {{kCookie, kOrigin, kJson, kKey}, kQr, 403, "origin_not_allowed"},
        {{kCookie, kOrigin, kDevice, kKey}, kQr, 415, "unsupported_media_type"},
        {{kCookie, kOrigin, kDevice, kJson}, kQr, 400, "idempotency_key_missing"},
        {{kCookie, kOrigin, kDevice, kJson, kKey, kKey}, kQr, 400, "idempotency_key_invalid"},
        {{kCookie, kOrigin, kDevice, kJson, kKey}, std::string(33'000, ' '), 413, "body_too_large"},
        {{kCookie, kOrigin, kDevice, kJson, kKey}, "{", 400, "invalid_json"},
        {{kCookie, kOrigin, kDevice, kJson, kKey}, R"({"channel":"card"})", 400, "channel_invalid"},
        {{kCookie, kOrigin, kDevice, kJson, kKey},
         R"({"channel":"collect","vpa":"asha","device":"desktop"})",
         400,
         "vpa_invalid"},
    };
    for (const auto& row : kRows) {
        const auto answer = start(row.headers, row.body);
        EXPECT_EQ(answer.status, row.status) << row.code << " " << answer.body;
        EXPECT_EQ(code(answer), row.code);
    }
    const auto view = door.ask("GET", "/api/orders/ord_0001", {kCookie});
    EXPECT_TRUE(json::parse(view.body)["attempt"].is_null()) << "nothing was started";
}

TEST_F(RoutesTest, AHeldRequestIsAnsweredWhenTheOrderChanges) {
    door.create_order();
    const auto cookie = door.open_session();
    const auto version = door.engine().orders().view(OrderId{"ord_0001"}, {})->version;
    std::string body;
    std::jthread waiting{[&] {
        body = door.ask(
                       "GET",
                       "/api/orders/ord_0001?wait_s=25&after=" + std::to_string(version),
                       {{"Cookie", cookie}}
        ).body;
    }};
    while (door.engine().held().size() == 0) std::this_thread::yield();
    EXPECT_EQ(start(from_page(cookie, {kJson, kKey})).status, 202);
    waiting.join();
    EXPECT_GT(json::parse(body)["version"], version);
}

TEST_F(RoutesTest, AHeldRequestIsAnsweredAtItsDeadlineAndWhenTheServerStops) {
    door.create_order();
    const auto cookie = door.open_session();
    std::atomic<int> status = 0;
    const auto hold = [&] {
        status = door.ask(
                         "GET", "/api/orders/ord_0001?after=99&wait_s=600", {{"Cookie", cookie}}
        ).status;
    };
    std::jthread first{hold};
    while (door.engine().held().size() == 0) std::this_thread::yield();
    door.engine().held().run_once(door.clock().now() + 24'999);
    EXPECT_EQ(door.engine().held().size(), 1U);
    door.engine().held().run_once(door.clock().now() + 25'000);
    first.join();
    EXPECT_EQ(status.exchange(0), 200) << "at 25 s, whatever the client asked for";

    std::jthread second{hold};
    while (door.engine().held().size() == 0) std::this_thread::yield();
    EXPECT_TRUE(door.front().stop(std::chrono::seconds{5}));
    second.join();
    EXPECT_EQ(status, 200);
}

TEST_F(RoutesTest, AHeldRequestsParametersAreNumbers) {
    door.create_order();
    const http::Header cookie{"Cookie", door.open_session()};
    for (const auto* query : {"after=x", "after=-1", "after=1&wait_s=1.5"}) {
        const auto answer = door.ask("GET", std::string{"/api/orders/ord_0001?"} + query, {cookie});
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(code(answer), "parameter_invalid") << query;
    }
}

TEST_F(RoutesTest, AHandOffGivesAFreshTokenForTheSameCustomer) {
    door.create_order();
    const auto cookie = door.open_session();
    EXPECT_EQ(door.ask("POST", "/api/orders/ord_0001/handoff", {{"Cookie", cookie}}).status, 403);
    const auto answer = door.ask("POST", "/api/orders/ord_0001/handoff", from_page(cookie, {}));
    ASSERT_EQ(answer.status, 200);
    const auto url = json::parse(answer.body)["url"].get<std::string>();
    ASSERT_TRUE(url.starts_with("https://pay.chai.in/pay/ord_0001?token=")) << url;
    const auto opened = door.ask("GET", url.substr(std::string{"https://pay.chai.in"}.size()));
    EXPECT_EQ(opened.status, 303);
    EXPECT_NE(header(opened, "Set-Cookie"), "");
}

TEST_F(RoutesTest, AWebhookIsStoredWhenItsSignatureIsRight) {
    const std::string body = R"({"type":"WHATEVER_NEW","data":{}})";
    const std::string now = "1780000000000";
    const http::Header kSigned{"x-webhook-signature", signature(now, body)};
    const http::Header kTimestamp{"x-webhook-timestamp", now};
    const std::pair<const char*, http::Headers> kForged[] = {
        {"no headers", {}},
        {"no timestamp", {kSigned}},
        {"no signature", {kTimestamp}},
        {"empty signature", {kTimestamp, {"x-webhook-signature", ""}}},
        {"two signatures", {kTimestamp, kSigned, kSigned}},
        {"two timestamps", {kTimestamp, kTimestamp, kSigned}},
        {"other time", {{"x-webhook-timestamp", "1780000000001"}, kSigned}},
        {"no time",
         {{"x-webhook-timestamp", "now"}, {"x-webhook-signature", signature("now", body)}}},
        {"other body", {kTimestamp, {"x-webhook-signature", signature(now, body + " ")}}},
        {"other key",
         {kTimestamp,
          {"x-webhook-signature",
           crypto::base64_encode(crypto::hmac_sha256("another secret", now + body))}}},
    };
    for (const auto& [name, headers] : kForged) {
        const CapturedLog captured;
        const auto answer = webhook(body, headers);
        EXPECT_EQ(answer.status, 401) << name;
        EXPECT_EQ(code(answer), "signature_invalid");
        EXPECT_NE(captured.text().find("webhook.refused"), std::string::npos) << name;
        EXPECT_EQ(captured.text().find('\n'), captured.text().size() - 1) << "one line";
    }
    EXPECT_EQ(inbox_rows(), 0) << "nothing of a forged one is stored";
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(webhook(body, {kTimestamp, kSigned}).status, 200);
        EXPECT_EQ(inbox_rows(), 1) << "a repeat is harmless";
    }
    EXPECT_EQ(webhook(std::string(65'537, 'x'), {kTimestamp, kSigned}).status, 413);
}

TEST_F(RoutesTest, ForgedWebhooksAreAllCountedAndFewOfThemFillALog) {
    const CapturedLog captured;
    constexpr int kForged = 100;
    for (int i = 0; i < kForged; ++i) EXPECT_EQ(webhook("{}", {}).status, 401);
    const auto text = captured.text();
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_GT(lines, 0);
    EXPECT_LT(lines, kForged / 2);
    EXPECT_NE(door.metrics().text().find("webhook_forged\"} 100"), std::string::npos);
}

TEST_F(RoutesTest, EveryAnswerHasTheSafeguards) {
    door.create_order();
    const auto cookie = door.open_session();
    const std::pair<const char*, http::ClientResponse> kAnswers[] = {
        {"page", door.ask("GET", "/pay/ord_0001", {{"Cookie", cookie}})},
        {"no page", door.ask("GET", "/pay/absent")},
        {"api", door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookie}})},
        {"asset", door.ask("GET", "/assets/page.0123abcd.js")},
        {"no asset", door.ask("GET", "/assets/absent.js")},
        {"no route", door.ask("GET", "/absent")},
        {"no method", door.ask("PUT", "/v1/orders")},
        {"refused", door.ask("GET", "/v1/orders")},
        {"health", door.ask("GET", "/healthz")},
    };
    for (const auto& [name, answer] : kAnswers) {
        EXPECT_EQ(header(answer, "X-Content-Type-Options"), "nosniff") << name;
        EXPECT_EQ(header(answer, "Referrer-Policy"), "same-origin") << name;
        EXPECT_EQ(header(answer, "Strict-Transport-Security"), "max-age=31536000") << name;
        EXPECT_NE(
            header(answer, "Content-Security-Policy").find("default-src 'none'"), std::string::npos
        ) << name;
        EXPECT_EQ(
            header(answer, "Cache-Control"),
            std::string{name} == "asset" ? "public, max-age=31536000, immutable" : "no-store"
        ) << name;
    }
}

TEST_F(RoutesTest, ARequestsIdIsCarriedThrough) {
    const http::Header id{"X-Request-Id", "proxy-request-0042"};
    const CapturedLog captured;
    EXPECT_EQ(header(door.ask("GET", "/v1/orders", {id}), "X-Request-Id"), "proxy-request-0042");
    EXPECT_NE(captured.text().find(R"("request":"proxy-request-0042")"), std::string::npos);
    for (const auto* hostile : {"short", "with space and more", "quote\"quote\"quote"}) {
        const auto answer = door.ask("GET", "/healthz", {{"X-Request-Id", hostile}});
        EXPECT_EQ(header(answer, "X-Request-Id").size(), 26U) << hostile;
    }
}

TEST_F(RoutesTest, TooManyRequestsOfOneSessionAreSlowedDown) {
    door.create_order();
    const http::Header cookie{"Cookie", door.open_session()};
    http::ClientResponse answer;
    int asked = 0;
    do {
        answer = door.ask("GET", "/api/orders/ord_0001", {cookie});
    } while (answer.status == 200 && ++asked < 100);
    EXPECT_EQ(asked, 60);
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(code(answer), "too_many_requests");
    EXPECT_EQ(header(answer, "Retry-After"), "1");
    door.create_order("ord_0002");
    const http::Header other{
        "Cookie", door.open_session({.order_id = "ord_0002", .jti = "jti-00000002"})};
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0002", {other}).status, 200)
        << "another customer behind the same address is not touched";
    door.clock().advance(1'000);
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001", {cookie}).status, 200);
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

TEST_F(RoutesTest, ABrokenDatabaseIsA503WithoutItsText) {
    door.create_order();
    const auto cookie = door.open_session();
    EXPECT_EQ(door.ask("GET", "/readyz").status, 200);
    door.engine().store().transact([](Transaction& transaction) {
        for (const auto* table : {"orders", "sessions", "inbox", "migrations"}) {
            transaction.run(std::string{"DROP TABLE "} + table);
        }
    });
    const CapturedLog captured;
    const auto answer = door.ask("GET", "/v1/orders/ord_0001", {kAuthorization});
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(code(answer), "unavailable");
    EXPECT_EQ(answer.body.find("orders"), std::string::npos) << answer.body;
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookie}}).status, 503);
    EXPECT_EQ(code(door.ask("GET", "/readyz")), "not_ready");
    EXPECT_EQ(door.ask("GET", "/healthz").status, 200) << "alive all the same";
    const std::string now = "1780000000000";
    EXPECT_EQ(
        webhook(
            "{}", {{"x-webhook-timestamp", now}, {"x-webhook-signature", signature(now, "{}")}}
        ).status,
        503
    ) << "the gateway must send it again";
    EXPECT_NE(captured.text().find("handler.failed"), std::string::npos);
    EXPECT_EQ(captured.text().find("SELECT"), std::string::npos);
}

TEST_F(RoutesTest, ThePagesFilesAreServedByName) {
    const auto brotli =
        door.ask("GET", "/assets/page.0123abcd.js", {{"Accept-Encoding", "gzip, br"}});
    EXPECT_EQ(brotli.body, "brotli");
    EXPECT_EQ(header(brotli, "Content-Encoding"), "br");
    for (const auto* target :
         {"/assets/../index.html",
          "/assets/..%2findex.html",
          "/assets/%2e%2e/index.html",
          "/assets//etc/passwd",
          "/assets/"}) {
        EXPECT_EQ(door.ask("GET", target).status, 404) << target;
    }
}

TEST(MetricsListener, CountsByRouteAndNotByPath) {
    // Zero means none, so a port is made up; other test programs may run beside this one.
    const auto port = static_cast<std::uint16_t>(20'000 + getpid() % 20'000);
    FrontDoor door{{{"METRICS_PORT", std::to_string(port)}}};
    door.ask("GET", "/pay/some-order-of-somebody");
    const auto answer = testing::ask(port, "GET", "/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.body.find(R"(route="/pay/{order_id}")"), std::string::npos) << answer.body;
    EXPECT_EQ(answer.body.find("somebody"), std::string::npos);
    EXPECT_EQ(door.ask("GET", "/metrics").status, 404) << "not at the public door";
}

}  // namespace
}  // namespace chukta
