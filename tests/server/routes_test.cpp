// What all routes share, and those of the gateway, the operator and the page's files, over real
// sockets, a real engine and a real database.
#include "server/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tests/support/raw_client.h"
#include "tests/support/routes.h"

namespace chukta {
namespace {

using namespace testing;

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

TEST_F(RoutesTest, WhatCannotBeReadIsRefusedWithAProblemToo) {
    struct Row {
        int status;
        const char* code;
        std::string bytes;
    };
    const std::string length = "Content-Length: ";
    const Row kRows[] = {
        {400, "bad_request", "GET /healthz HTTP/1.1\r\n\r\n"},
        {411,
         "length_required",
         "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {413,
         "body_too_large",
         "POST /v1/orders HTTP/1.1\r\nHost: x\r\n" + length + "71680\r\n\r\n"},
        {414, "address_too_long", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\n\r\n"},
        {417,
         "expectation_unknown",
         "POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n" + length + "1\r\n\r\n"},
        {431,
         "headers_too_large",
         "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n"},
        {501, "method_unknown", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n"},
        {505, "version_unknown", "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
    };
    const CapturedLog captured;
    for (const auto& row : kRows) {
        support::RawClient client{door.port()};
        client.say(row.bytes);
        const auto answer = client.hear_all();
        EXPECT_EQ(answer.status(), row.status) << row.code;
        EXPECT_TRUE(answer.has_line("Content-Type: application/problem+json")) << row.code;
        EXPECT_TRUE(answer.has_line("Cache-Control: no-store")) << row.code;
        EXPECT_TRUE(answer.has_line("X-Content-Type-Options: nosniff")) << row.code;
        const auto problem = nlohmann::json::parse(answer.body(), nullptr, false);
        ASSERT_TRUE(problem.is_object()) << row.code << ": " << answer.bytes;
        EXPECT_EQ(problem.value("code", ""), row.code);
        EXPECT_EQ(problem.value("status", 0), row.status);
        EXPECT_NE(problem.value("title", "Error"), "Error") << row.code;
        const auto head = answer.head();
        const auto id = head.find("X-Request-Id: ");
        ASSERT_NE(id, std::string::npos) << row.code;
        EXPECT_NE(captured.text().find(head.substr(id + 14, 26)), std::string::npos) << row.code;
    }
}

TEST_F(RoutesTest, AMissHasItsRequestsId) {
    const http::Header id{"X-Request-Id", "proxy-request-0042"};
    EXPECT_EQ(header(door.ask("GET", "/absent", {id}), "X-Request-Id"), "proxy-request-0042");
    EXPECT_EQ(header(door.ask("PUT", "/v1/orders"), "X-Request-Id").size(), 26U);
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
    door.clock().advance(1'000);
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
