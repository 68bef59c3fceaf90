/// @file
/// What the sandbox's tests share: a clock that is held, a place for webhooks to arrive, a merchant
/// who calls the API over real HTTP.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "http/client.h"
#include "http/server.h"
#include "sandbox/app.h"
#include "tests/support/scratch_folder.h"

namespace sandbox_test {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::string_view kClientId = "merchant_1";
constexpr std::string_view kSecret = "TEST_SECRET_0001";
constexpr chukta::EpochMs kStart = 1'772'339'400'000;  // 2026-03-01T10:00:00+05:30

/// Stands still; only App::advance moves the time.
class HeldClock final : public sandbox::Clock {
public:
    chukta::EpochMs now_ms() const override { return kStart; }
};

using Folder = chukta::testing::ScratchFolder;

/// A small server that keeps the webhooks it gets and answers what it is told to.
class Receiver {
public:
    Receiver()
        : server_{{}, [this](http::Request&& request, http::Responder responder) {
                      const std::lock_guard lock{mutex_};
                      got_.push_back(std::move(request));
                      responder.send({status_, {}, {}});
                  }} {}

    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook";
    }
    void answer(int status) {
        const std::lock_guard lock{mutex_};
        status_ = status;
    }
    std::vector<http::Request> got() {
        const std::lock_guard lock{mutex_};
        return got_;
    }

private:
    std::mutex mutex_;
    std::vector<http::Request> got_;
    int status_ = 200;
    http::Server server_;
};

struct Answer {
    int status = 0;  ///< 0: the connection ended without an answer
    http::Headers headers;
    std::string body;

    Json json() const { return Json::parse(body); }
    std::string header(std::string_view name) const {
        return std::string{headers.find(name).value_or("")};
    }
    std::string code() const { return json().at("code").get<std::string>(); }
};

inline sandbox::Options options() {
    sandbox::Options options;
    options.client_id = kClientId;
    options.client_secret = kSecret;
    options.rate_limits = sandbox::RateLimits::Off;
    options.seed = 7;
    return options;
}

/// A sandbox, its receiver of webhooks, and the merchant.
class Bench {
public:
    explicit Bench(sandbox::Options with = options())
        : app_{with_receiver(std::move(with)), clock_} {}

    sandbox::App& app() { return app_; }
    Receiver& receiver() { return receiver_; }

    Answer call(
        const std::string& method,
        const std::string& path,
        const std::string& body = {},
        http::Headers headers = {}
    ) {
        http::ClientRequest request;
        request.method = method;
        request.url = app_.url() + path;
        request.headers = std::move(headers);
        request.body = body;
        request.timeout = 10s;
        const auto response = client_.send(request);
        if (!response) return {};
        return {response->status, response->headers, response->body};
    }

    /// With version and credentials, below /pg.
    Answer pg(
        const std::string& method,
        const std::string& path,
        const Json& body = nullptr,
        const std::string& key = {}
    ) {
        http::Headers headers{
            {"x-api-version", "2023-08-01"},
            {"x-client-id", std::string{kClientId}},
            {"x-client-secret", std::string{kSecret}}};
        if (!key.empty()) headers.add("x-idempotency-key", key);
        return call(method, "/pg" + path, body.is_null() ? "" : body.dump(), headers);
    }

    static Json order(const std::string& order_id, Json amount = 5) {
        return {
            {"order_id", order_id},
            {"order_amount", std::move(amount)},
            {"order_currency", "INR"},
            {"customer_details", {{"customer_id", "cust1"}, {"customer_phone", "9999999999"}}}};
    }

    /// Creates an order; its payment_session_id.
    std::string session(const std::string& order_id, Json amount = 5) {
        return pg("POST", "/orders", order(order_id, std::move(amount)))
            .json()
            .at("payment_session_id")
            .get<std::string>();
    }

    static Json upi(const std::string& session, const Json& upi) {
        return {{"payment_session_id", session}, {"payment_method", {{"upi", upi}}}};
    }
    static Json link(const std::string& session) { return upi(session, {{"channel", "link"}}); }
    static Json qrcode(const std::string& session) { return upi(session, {{"channel", "qrcode"}}); }
    static Json collect(const std::string& session, const std::string& upi_id) {
        return upi(session, {{"channel", "collect"}, {"upi_id", upi_id}});
    }

    /// Order Pay as a client sends it: without credentials.
    Answer pay(const Json& body, const std::string& key = {}) {
        http::Headers headers{{"x-api-version", "2023-08-01"}};
        if (!key.empty()) headers.add("x-idempotency-key", key);
        return call("POST", "/pg/orders/sessions", body.dump(), headers);
    }
    std::string pay_id(const Json& body, const std::string& key = {}) {
        return pay(body, key).json().at("cf_payment_id").get<std::string>();
    }

    Answer act(const std::string& cf_payment_id, const Json& action) {
        return call("POST", "/sandbox/payments/" + cf_payment_id, action.dump());
    }
    Answer approve(const std::string& cf_payment_id) {
        return act(cf_payment_id, {{"action", "approve"}});
    }
    void fault(const Json& rule) {
        ASSERT_EQ(call("POST", "/sandbox/faults", rule.dump()).status, 200);
    }
    Json state() { return call("GET", "/sandbox/state").json(); }
    Json order_of(const std::string& order_id) { return pg("GET", "/orders/" + order_id).json(); }
    Json payment_of(const std::string& order_id, const std::string& cf_payment_id) {
        return pg("GET", "/orders/" + order_id + "/payments/" + cf_payment_id).json();
    }

    /// Every webhook that is due has been tried.
    void settle() { ASSERT_TRUE(app_.wait_until_idle(10s)); }
    std::vector<http::Request> webhooks() {
        settle();
        return receiver_.got();
    }

private:
    sandbox::Options with_receiver(sandbox::Options with) {
        if (with.webhook_url.empty()) with.webhook_url = receiver_.url();
        return with;
    }

    HeldClock clock_;
    Receiver receiver_;
    sandbox::App app_;
    http::Client client_;
};

}  // namespace sandbox_test
