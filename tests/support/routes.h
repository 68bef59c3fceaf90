/// @file
/// What the shop, the page and the gateway send to the routes, and how their answers are read.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/support/edge_builders.h"

namespace chukta::testing {

inline const http::Header kAuthorization{"Authorization", std::string{"Bearer "} + kShopKey};
inline const http::Header kJson{"Content-Type", "application/json"};
inline const http::Header kOrigin{"Origin", "https://pay.chai.in"};
inline const http::Header kDevice{"X-Chukta-Device", "desktop"};
inline const http::Header kKey{"Idempotency-Key", "key-1"};
inline const std::string kQr = R"({"channel":"qrcode","device":"desktop"})";

inline std::string an_order_body(const std::string& id = "ord_0001") {
    return R"({"order_id":")" + id + R"(","amount":50000,"currency":"INR",)" +
           R"("customer":{"id":"asha","phone":"9999999999"},)" +
           R"("items":[{"name":"Masala chai","quantity":2,"amount":50000}],)" +
           R"("return_url":"https://shop.chai.in/return"})";
}

inline std::string code(const http::ClientResponse& answer) {
    EXPECT_EQ(header(answer, "Content-Type"), "application/problem+json") << answer.body;
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (!body.is_object()) return "no problem: " + answer.body;
    EXPECT_EQ(body.value("status", 0), answer.status);
    return body.value("code", "");
}

/// Everybody who talks to the server, at its front door.
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

}  // namespace chukta::testing
