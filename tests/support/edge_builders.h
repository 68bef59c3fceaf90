/// @file
/// The edge for tests: an environment that is right, tokens made without libjwt, and the real front
/// door over a real engine, a database in memory and a clock that stands still.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "http/client.h"
#include "server/cashfree/gateway.h"
#include "server/config.h"
#include "server/crypto.h"
#include "server/engine.h"
#include "server/front.h"
#include "server/log.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/server_builders.h"

namespace chukta::testing {

using Variables = std::map<std::string, std::string>;

constexpr const char* kTokenKey = "tk-W8d0Qx7Lr2Zp5Vn9Hc3Fy6Js1Gb4Mt";
constexpr const char* kShopKey = "sk-H5rT9wQe2ZxC7vBn4Mj8Lp3";
constexpr const char* kGatewaySecret = "cfsk_P3oI8uY2tR7eW5qA";

/// What an operator would set in production.
inline Variables good_variables() {
    return {
        {"PUBLIC_URL", "https://pay.chai.in"},
        {"WEB_ROOT", "/srv/chukta/web"},
        {"MERCHANT_ID", "chai"},
        {"MERCHANT_NAME", "Chai & Co."},
        {"SHOP_API_KEY", kShopKey},
        {"CUSTOMER_TOKEN_KEY", kTokenKey},
        {"SHOP_WEBHOOK_URL", "https://shop.chai.in/webhooks/chukta"},
        {"SHOP_WEBHOOK_SECRET", "whsec_Zr7Kp0Qm3Xs9Vt5Yw1Bd8Fh2Jn6Lc4Ga"},
        {"ALLOWED_ORIGINS", "https://shop.chai.in"},
        {"CASHFREE_BASE_URL", "https://api.cashfree.com/pg"},
        {"CASHFREE_CLIENT_ID", "cfid_Q1w2E3r4T5"},
        {"CASHFREE_CLIENT_SECRET", kGatewaySecret},
    };
}

inline Result<Config, Config::Complaints> read_config(const Variables& variables) {
    return Config::read([&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    });
}

inline std::string base64url(std::string_view bytes) {
    std::string text = crypto::base64_encode(bytes);
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (text.ends_with('=')) text.pop_back();
    return text;
}

/// A JWT of these two JSON texts, signed with HMAC-SHA256 whatever the header claims.
inline std::string a_jwt(
    std::string_view header, std::string_view claims, std::string_view key = kTokenKey
) {
    const std::string signed_part = base64url(header) + "." + base64url(claims);
    return signed_part + "." + base64url(crypto::hmac_sha256(key, signed_part));
}

constexpr const char* kHs256 = R"({"alg":"HS256","typ":"JWT"})";

/// The claims of a token; a test bends one.
struct Claims {
    std::string iss = "chai";
    std::string aud = "chukta";
    std::string sub = "asha";
    std::string order_id = "ord_0001";
    std::string jti = "jti-00000001";
    std::int64_t iat = 1'780'000'000;  ///< where FakeClock stands
    std::int64_t exp = 1'780'000'300;

    std::string json() const {
        return R"({"iss":")" + iss + R"(","aud":")" + aud + R"(","sub":")" + sub +
               R"(","order_id":")" + order_id + R"(","jti":")" + jti + R"(","iat":)" +
               std::to_string(iat) + R"(,"exp":)" + std::to_string(exp) + "}";
    }
};

inline std::string a_token(const Claims& claims = {}) { return a_jwt(kHs256, claims.json()); }

/// Everything that is logged while it lives. One at a time.
class CapturedLog {
public:
    CapturedLog() {
        log::set_sink([this](std::string_view line) {
            const std::lock_guard lock{mutex_};
            text_ += std::string{line} + "\n";
        });
    }
    ~CapturedLog() { log::set_sink({}); }
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;

    std::string text() const {
        const std::lock_guard lock{mutex_};
        return text_;
    }
    /// How often this stands in it.
    int count(std::string_view part) const {
        const auto all = text();
        int times = 0;
        for (auto at = all.find(part); at != std::string::npos; at = all.find(part, at + 1)) {
            ++times;
        }
        return times;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

inline http::ClientResponse ask(
    std::uint16_t port,
    const std::string& method,
    const std::string& target,
    http::Headers headers = {},
    std::string body = {}
) {
    http::Client client;
    http::ClientRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(port) + target;
    request.headers = std::move(headers);
    request.body = std::move(body);
    auto answer = client.send(request);
    return answer ? *std::move(answer) : http::ClientResponse{};
}

inline std::string header(const http::ClientResponse& answer, const char* name) {
    return std::string{answer.headers.find(name).value_or("")};
}

constexpr const char* kTemplate =
    "<!doctype html><html lang=\"{{lang}}\"><title>{{title}}</title>"
    "{{refresh}}<style>p{}</style>{{enter}}<main "
    "data-refresh=\"{{refresh_s}}\">{{nodes}}</main>{{forms}}"
    "<script type=\"application/json\" id=\"view\">{{view_json}}</script><b>{{order_id}}</b>";

/// The real Front over a real Engine of which only the intake runs. The gateway is never called.
class FrontDoor {
public:
    explicit FrontDoor(Variables changes = {}) : config_{make_config(folder_, std::move(changes))} {
        db::migrate(*database_, clock_.now());
        engine_.intake().start();
    }

    std::uint16_t port() const { return front_.port(); }
    FakeClock& clock() { return clock_; }
    Engine& engine() { return engine_; }
    Front& front() { return front_; }
    db::Database& database() { return *database_; }
    Metrics& metrics() { return metrics_; }

    http::ClientResponse ask(
        const std::string& method,
        const std::string& target,
        http::Headers headers = {},
        std::string body = {}
    ) const {
        return testing::ask(port(), method, target, std::move(headers), std::move(body));
    }

    /// Creates ord_0001 of customer asha.
    void create_order(const std::string& id = "ord_0001") {
        const auto made = engine_.orders().create(a_new_order(id), std::nullopt);
        assert(made);
    }

    /// Opens a session by a token and returns the Cookie header for it.
    std::string open_session(const Claims& claims = {}) {
        const auto answer = ask("GET", "/pay/" + claims.order_id + "?token=" + a_token(claims));
        const auto set_cookie = answer.headers.find("Set-Cookie").value_or("");
        return std::string{set_cookie.substr(0, set_cookie.find(';'))};
    }

private:
    static Config make_config(const ScratchFolder& folder, Variables changes) {
        folder.write("index.html", kTemplate);
        folder.write("assets/page.0123abcd.js", "the page");
        folder.write("assets/page.0123abcd.js.br", "brotli");
        auto variables = good_variables();
        variables["WEB_ROOT"] = folder.path().string();
        variables["PORT"] = "0";
        for (auto& [name, value] : changes) variables[name] = value;
        auto config = read_config(variables);
        assert(config);
        return *std::move(config);
    }
    static EngineSettings engine_settings(const Config& config) {
        EngineSettings settings;
        settings.policy = config.policy;
        return settings;
    }
    static cashfree::GatewaySettings gateway_settings() {
        cashfree::GatewaySettings settings;
        settings.client.base_url = "http://127.0.0.1:9/pg";
        settings.client_secret = Secret{kGatewaySecret};
        return settings;
    }

    ScratchFolder folder_;
    FakeClock clock_;
    Config config_;
    std::unique_ptr<db::Database> database_ = db::open_database("sqlite::memory:");
    cashfree::Gateway gateway_{gateway_settings()};
    Metrics metrics_;
    Engine engine_{*database_, gateway_, clock_, engine_settings(config_), 7};
    Front front_{config_, engine_, gateway_, clock_, metrics_};
};

}  // namespace chukta::testing
