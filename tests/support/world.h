/// @file
/// The real server, the real sandbox and a shop that listens, in one process over real HTTP: for
/// tests that ask what a customer, a database, a gateway and a shop see of one payment.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/server.h"
#include "sandbox/app.h"
#include "server/app.h"
#include "tests/support/edge_builders.h"
#include "tests/support/test_database.h"

namespace chukta::testing {

using Json = nlohmann::json;

/// One webhook as the shop heard it.
struct ShopWebhook {
    std::string id;
    std::string type;
    Json data;
};

/// A shop that verifies and remembers what it is told, and can be down.
class ListeningShop {
public:
    ListeningShop()
        : server_{http::ServerOptions{}, [this](auto&& request, auto responder) {
                      responder.send(receive(request));
                  }} {}

    std::string origin() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
    void set_down(bool down) {
        const std::lock_guard lock{mutex_};
        down_ = down;
    }
    std::vector<ShopWebhook> heard(const std::string& type = {}) const {
        const std::lock_guard lock{mutex_};
        std::vector<ShopWebhook> of_type;
        for (const auto& webhook : heard_) {
            if (type.empty() || webhook.type == type) of_type.push_back(webhook);
        }
        return of_type;
    }
    int unsigned_count() const {
        const std::lock_guard lock{mutex_};
        return unsigned_;
    }

    static constexpr const char* kSecret = "whsec_Zr7Kp0Qm3Xs9Vt5Yw1Bd8Fh2Jn6Lc4Ga";

private:
    http::Response receive(const http::Request& request) {
        const std::lock_guard lock{mutex_};
        if (down_) return {503, {}, {}};
        const auto key = crypto::base64_decode(std::string_view{kSecret}.substr(6));
        const std::string id{request.headers.find("webhook-id").value_or("")};
        const std::string at{request.headers.find("webhook-timestamp").value_or("")};
        const auto expected =
            "v1," +
            crypto::base64_encode(crypto::hmac_sha256(*key, id + "." + at + "." + request.body));
        if (request.headers.find("webhook-signature") !=
            std::optional<std::string_view>{expected}) {
            ++unsigned_;
            return {401, {}, {}};
        }
        const auto json = Json::parse(request.body);
        heard_.push_back({id, json.at("type"), json.at("data")});
        return {200, {}, {}};
    }

    mutable std::mutex mutex_;
    bool down_ = false;
    int unsigned_ = 0;
    std::vector<ShopWebhook> heard_;
    http::Server server_;
};

/// The whole set-up. Times are short by configuration; the sandbox's clock is pushed, never waited
/// for.
class World {
public:
    explicit World(Variables changes = {}) : sandbox_{sandbox_options()} {
        folder_.write("web/index.html", kTemplate);
        variables_ = good_variables();
        variables_["DEVELOPMENT"] = "1";
        variables_["WEB_ROOT"] = (folder_.path() / "web").string();
        variables_["PORT"] = "0";
        variables_["PUBLIC_URL"] = "http://127.0.0.1:1";
        variables_["DATABASE_URL"] = database_.url();
        variables_["CASHFREE_BASE_URL"] = sandbox_.url() + "/pg";
        variables_["CASHFREE_CLIENT_ID"] = "sandbox_client";
        variables_["ALLOWED_ORIGINS"] = shop_.origin() + ",http://127.0.0.1:8082";
        variables_["SHOP_WEBHOOK_URL"] = shop_.origin() + "/webhooks/chukta";
        variables_["SHOP_WEBHOOK_SECRET"] = ListeningShop::kSecret;
        variables_["RECONCILE_FIRST_MS"] = "60000";
        variables_["UNCLEAR_GRACE_MS"] = "300";
        for (auto& [name, value] : changes) variables_[name] = value;
        start();
    }

    void start() {
        auto config = read_config(variables_);
        assert(config);
        app_ = std::make_unique<App>(*std::move(config), clock_);
        // The same address after a restart: repeats of webhooks must find it.
        variables_["PORT"] = std::to_string(app_->port());
        settings(Json{
            {"webhook_url",
             "http://127.0.0.1:" + std::to_string(app_->port()) + "/webhooks/cashfree"}});
    }
    void stop() {
        app_->stop(std::chrono::milliseconds{2'000});
        app_.reset();
    }

    /// One more on the same database, with an address of its own.
    std::unique_ptr<App> another_instance() {
        auto variables = variables_;
        variables["PORT"] = "0";
        auto config = read_config(variables);
        assert(config);
        return std::make_unique<App>(*std::move(config), clock_);
    }

    /// A setting of the next start.
    void set(const std::string& name, std::string value) { variables_[name] = std::move(value); }

    App& app() { return *app_; }
    sandbox::App& gateway() { return sandbox_; }
    ListeningShop& shop() { return shop_; }
    const ScratchFolder& folder() const { return folder_; }

    http::ClientResponse ask(
        const std::string& method,
        const std::string& target,
        http::Headers headers = {},
        std::string body = {}
    ) const {
        return testing::ask(app_->port(), method, target, std::move(headers), std::move(body));
    }

    // The shop's side
    // ---------------------------------------------------------------------------------
    static http::Headers shop_headers() {
        return {
            {"Authorization", std::string{"Bearer "} + kShopKey},
            {"Content-Type", "application/json"}};
    }
    static std::string order_body(const std::string& id, std::int64_t paise = 50'000) {
        const Json body{
            {"order_id", id},
            {"amount", paise},
            {"currency", "INR"},
            {"customer", {{"id", "asha"}, {"phone", "9999999999"}}},
            {"items", Json::array({{{"name", "Chai"}, {"quantity", 1}, {"amount", paise}}})},
            {"return_url", "http://127.0.0.1:8082/return"}};
        return body.dump();
    }
    Json create_order(const std::string& id, std::int64_t paise = 50'000) {
        const auto answer = ask("POST", "/v1/orders", shop_headers(), order_body(id, paise));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return Json::parse(answer.body, nullptr, false);
    }
    Json shop_order(const std::string& id) const {
        return Json::parse(ask("GET", "/v1/orders/" + id, shop_headers()).body, nullptr, false);
    }

    // The customer's side
    // -----------------------------------------------------------------------------
    /// The Cookie header of a session for this order.
    std::string open_session(const std::string& order_id, const std::string& customer = "asha") {
        Claims claims;
        claims.order_id = order_id;
        claims.sub = customer;
        claims.iat = clock_.now() / 1'000;
        claims.exp = claims.iat + 300;
        claims.jti = "jti-" + std::to_string(++tokens_) + "-" + order_id;
        const auto answer = ask("GET", "/pay/" + order_id + "?token=" + a_token(claims));
        const std::string cookie{answer.headers.find("Set-Cookie").value_or("")};
        return cookie.substr(0, cookie.find(';'));
    }
    http::Headers page_headers(const std::string& cookie, const char* device = "android_phone")
        const {
        return {
            {"Cookie", cookie},
            {"Origin", "http://127.0.0.1:1"},
            {"X-Chukta-Device", device},
            {"Content-Type", "application/json"}};
    }
    http::ClientResponse press(
        const std::string& order_id,
        const std::string& cookie,
        const Json& start,
        const std::string& key
    ) const {
        auto headers = page_headers(cookie);
        headers.add("Idempotency-Key", key);
        auto body = start;
        if (!body.contains("device")) body["device"] = "android_phone";
        return ask("POST", "/api/orders/" + order_id + "/attempts", headers, body.dump());
    }
    Json view(const std::string& order_id, const std::string& cookie) const {
        const auto answer = ask("GET", "/api/orders/" + order_id, page_headers(cookie));
        return Json::parse(answer.body, nullptr, false);
    }

    // The gateway's side
    // ------------------------------------------------------------------------------
    Json control(
        const std::string& method, const std::string& path, const Json& body = Json::object()
    ) const {
        http::Client client;
        http::ClientRequest request;
        request.method = method;
        request.url = sandbox_.url() + path;
        request.headers = {{"Content-Type", "application/json"}};
        if (method != "GET") request.body = body.dump();
        const auto answer = client.send(request);
        EXPECT_TRUE(answer && answer->status == 200)
            << method << " " << path << ": " << (answer ? answer->body : "no answer");
        return answer ? Json::parse(answer->body, nullptr, false) : Json{};
    }
    void settings(const Json& changes) const { control("POST", "/sandbox/settings", changes); }
    void fault(const Json& rule) const {
        control("POST", "/sandbox/faults", Json{{"faults", Json::array({rule})}});
    }
    Json gateway_state(const std::string& order_id = {}) const {
        return control("GET", "/sandbox/state" + (order_id.empty() ? "" : "?order_id=" + order_id));
    }
    std::string only_payment(const std::string& order_id) const {
        const auto payments = gateway_state(order_id).at("payments");
        EXPECT_EQ(payments.size(), 1U) << payments;
        return payments.empty() ? std::string{}
                                : payments[0].at("cf_payment_id").get<std::string>();
    }
    void act(const std::string& cf_payment_id, const std::string& action) const {
        control("POST", "/sandbox/payments/" + cf_payment_id, Json{{"action", action}});
    }

    /// Asks again and again until it is so; a wait on a condition, bounded for the day it never is.
    static ::testing::AssertionResult eventually(const std::function<bool()>& so) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        std::mutex mutex;
        std::condition_variable nobody_notifies;
        while (std::chrono::steady_clock::now() < end) {
            if (so()) return ::testing::AssertionSuccess();
            std::unique_lock lock{mutex};
            // Slower than the edge's limit for one session allows for long.
            nobody_notifies.wait_for(lock, std::chrono::milliseconds{50});
        }
        return ::testing::AssertionFailure() << "it did not come to that within 20 s";
    }
    ::testing::AssertionResult becomes(
        const std::string& order_id, const std::string& payment_status
    ) {
        return eventually([&] { return shop_order(order_id)["payment_status"] == payment_status; });
    }
    /// Waits until the page would show this situation, and returns the view.
    Json until_situation(
        const std::string& order_id, const std::string& cookie, const std::string& situation
    ) {
        Json last;
        EXPECT_TRUE(eventually([&] {
            last = view(order_id, cookie);
            return last["message"]["situation"] == situation;
        })) << last.dump();
        return last;
    }

private:
    static sandbox::Options sandbox_options() {
        sandbox::Options options;
        options.client_secret = kGatewaySecret;
        options.rate_limits = sandbox::RateLimits::Off;
        options.seed = 7;
        return options;
    }

    ScratchFolder folder_;
    TestDatabase database_{"sqlite:" + (folder_.path() / "chukta.db").string()};
    SystemClock clock_;
    sandbox::App sandbox_;
    ListeningShop shop_;
    Variables variables_;
    std::unique_ptr<App> app_;
    int tokens_ = 0;
};

}  // namespace chukta::testing
