/// @file
/// What the tests of the demo shop share: a clock to hold, a folder to forget, a small Chukta and a
/// browser that only knows cookies and forms.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"
#include "http/server.h"
#include "http/text.h"
#include "sandbox/shop/app.h"
#include "sandbox/shop/webhook.h"
#include "tests/support/scratch_folder.h"

namespace shop_test {

constexpr chukta::EpochMs kNow = 1'795'300'000'000;  // 2026-11-21
constexpr std::string_view kWebhookSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
constexpr std::string_view kTokenKey = "0123456789abcdef0123456789abcdef";

using Folder = chukta::testing::ScratchFolder;

/// The body of an order as Chukta sends it, in answers and in webhooks.
struct Told {
    std::string order_id;
    std::int64_t amount = 0;
    std::int64_t version = 1;
    std::string payment_status = "pending";
    std::string fulfillment_status = "pending";
    std::string pay_url = {};
    std::int64_t refundable = 0;
    std::string refunds = "[]";
};

inline std::string json_of(const Told& told) {
    return R"({"order_id":")" + told.order_id + R"(","version":)" + std::to_string(told.version) +
           R"(,"amount":)" + std::to_string(told.amount) +
           R"(,"currency":"INR","customer_id":"cust_asha","payment_status":")" +
           told.payment_status + R"(","fulfillment_status":")" + told.fulfillment_status +
           R"(","review_reason":"none","pay_url":")" + told.pay_url +
           R"(","return_url":"http://shop.test/","paid_at":null,"attempts":[],"amount_refundable":)" +
           std::to_string(told.refundable) + R"(,"refunds":)" + told.refunds + "}";
}

inline std::string webhook_json(const std::string& type, const Told& told) {
    return R"({"type":")" + type + R"(","timestamp":"2026-11-21T22:00:00.000Z","data":)" +
           json_of(told) + "}";
}

/// Answers like Chukta's API as far as the shop calls it, and remembers what it was asked.
class SmallChukta {
public:
    SmallChukta()
        : server_{{}, [this](http::Request&& request, http::Responder to) {
                      to.send(answer(request));
                  }} {}

    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

    /// Replaces the next answers, until it is set to 0.
    std::atomic<int> broken_with{0};

    std::vector<http::Request> requests() const {
        const std::lock_guard lock{mutex_};
        return requests_;
    }

private:
    /// The value after "key": in a flat JSON text: enough for the two fields that are echoed.
    static std::string field(const std::string& json, const std::string& key) {
        const std::size_t at = json.find("\"" + key + "\":");
        if (at == std::string::npos) return {};
        const std::size_t start = json.find_first_not_of('"', at + key.size() + 3);
        return json.substr(start, json.find_first_of("\",}", start) - start);
    }

    http::Response answer(const http::Request& request) {
        const std::lock_guard lock{mutex_};
        requests_.push_back(request);
        if (broken_with != 0) return {broken_with, {}, R"({"code":"broken_on_purpose"})"};
        if (request.target == "/v1/orders") {
            Told& told = orders_[field(request.body, "order_id")];
            const bool is_new = told.order_id.empty();
            told.order_id = field(request.body, "order_id");
            // The first "amount" after the last item is the order's: keys come sorted.
            const std::string head = request.body.substr(0, request.body.find("\"currency\""));
            told.amount = std::stoll(field(head, "amount"));
            told.pay_url = url() + "/pay/" + told.order_id;
            return {is_new ? 201 : 200, {}, json_of(told)};
        }
        const std::string start = "/v1/orders/";
        const std::string id = request.target.substr(
            start.size(), request.target.find('/', start.size()) - start.size()
        );
        if (request.target.ends_with("/refunds")) {
            return {201, {}, R"({"refund_id":")" + field(request.body, "refund_id") + R"("})"};
        }
        Told& told = orders_[id];
        told.version += 1;
        told.fulfillment_status = "cancelled";
        return {200, {}, json_of(told)};
    }

    mutable std::mutex mutex_;
    std::vector<http::Request> requests_;
    std::map<std::string, Told> orders_;
    http::Server server_;
};

/// Keeps cookies and fills forms, and does not follow redirects.
class Browser {
public:
    explicit Browser(std::string origin) : origin_{std::move(origin)} {}

    http::ClientResponse get(const std::string& path) { return send("GET", path, {}); }

    /// Sends the fields with the token of the page that was seen last.
    http::ClientResponse post(const std::string& path, const std::string& fields) {
        return send("POST", path, "form_token=" + form_token + "&" + fields);
    }

    void log_in(const std::string& name) {
        const std::string password = name == "asha" ? "ginger-and-honey" : "two-sugars-please";
        get("/login");
        post("/login", "next=%2F&login=" + name + "&password=" + password);
        get("/cart");
    }

    /// The value of a hidden field in a page.
    static std::string hidden(const std::string& page, const std::string& name) {
        const std::string start = "name=\"" + name + "\" value=\"";
        const std::size_t at = page.find(start);
        if (at == std::string::npos) return {};
        const std::size_t from = at + start.size();
        return page.substr(from, page.find('"', from) - from);
    }

    std::string cookie;
    std::string form_token;

private:
    http::ClientResponse send(std::string method, const std::string& path, std::string body) {
        http::ClientRequest request;
        request.method = std::move(method);
        request.url = origin_ + path;
        if (!cookie.empty()) request.headers.add("Cookie", cookie);
        if (request.method == "POST") {
            request.headers.add("Content-Type", "application/x-www-form-urlencoded");
        }
        request.body = std::move(body);
        auto answer = client_.send(request).value();
        if (const auto set = answer.headers.find("Set-Cookie")) {
            cookie = std::string{set->substr(0, set->find(';'))};
        }
        if (auto token = hidden(answer.body, "form_token"); !token.empty()) form_token = token;
        return answer;
    }

    std::string origin_;
    http::Client client_;
};

/// The shop with a small Chukta behind it, and a clock that stands still.
struct Shop {
    Folder folder;
    SmallChukta chukta;
    std::atomic<chukta::EpochMs> now{kNow};
    shop::App app{options()};

    shop::Options options() {
        shop::Options options;
        options.state_file = folder.file("shop.json");
        options.chukta_url = chukta.url();
        options.merchant_id = "m_demo";
        options.api_key = "key_demo";
        options.customer_token_key = kTokenKey;
        options.webhook_secret = kWebhookSecret;
        options.now = [this] { return now.load(); };
        return options;
    }

    Browser browser() { return Browser{app.public_url()}; }

    /// Buys one masala chai (₹290.00) as that customer and returns the order's id.
    std::string buy(Browser& browser, const std::string& name) {
        browser.log_in(name);
        browser.post("/cart/add", "tea=masala&quantity=1");
        const auto cart = browser.get("/cart");
        const std::string key = Browser::hidden(cart.body, "checkout_key");
        const auto answer = browser.post("/checkout", "checkout_key=" + key);
        const auto place = answer.headers.find("Location");
        if (answer.status != 303 || !place) return {};
        const std::size_t from = place->find("/pay/") + 5;
        return std::string{place->substr(from, place->find('?') - from)};
    }

    /// Sends a webhook signed by that secret, and returns the status.
    int send_webhook(
        const std::string& id,
        const std::string& body,
        std::string_view secret = kWebhookSecret,
        chukta::EpochMs signed_at = kNow
    ) {
        const std::string timestamp = std::to_string(signed_at / 1000);
        const auto key = shop::WebhookKey::parse(secret).value();
        http::ClientRequest request;
        request.method = "POST";
        request.url = app.public_url() + "/webhooks/chukta";
        request.headers = {
            {"webhook-id", id},
            {"webhook-timestamp", timestamp},
            {"webhook-signature", "v1," + key.sign(id, timestamp, body)},
        };
        request.body = body;
        http::Client client;
        return client.send(request).value().status;
    }

    std::string state() {
        http::ClientRequest request;
        request.url = app.public_url() + "/shop/state";
        http::Client client;
        return client.send(request).value().body;
    }
};

}  // namespace shop_test
