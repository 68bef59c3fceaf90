// No secret gets out: a whole server is started with secrets that are easy to find, every route and
// every failure is driven, and then every answer, every log line and every byte of the database's
// files is searched.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "server/app.h"
#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using namespace testing;
using nlohmann::json;

/// Secret, and the other forms in which it could slip out.
std::vector<std::string> forms_of(const std::string& secret) {
    std::string hex;
    for (const char c : secret) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        hex += kDigits[static_cast<unsigned char>(c) >> 4];
        hex += kDigits[static_cast<unsigned char>(c) & 15];
    }
    // Without its last group, which depends on what follows it.
    const auto base64 = crypto::base64_encode(secret);
    return {secret, hex, base64.substr(0, base64.size() - 4)};
}

class SecretLeakTest : public ::testing::Test {
protected:
    SecretLeakTest() {
        folder.write("index.html", kTemplate);
        folder.write("assets/page.js", "the page");
        auto variables = good_variables();
        for (const auto& [name, value] : secrets()) variables[name] = value;
        variables["DATABASE_URL"] = "sqlite:" + (folder.path() / "canary-database.db").string();
        variables["DEVELOPMENT"] = "1";
        variables["PORT"] = "0";
        variables["PUBLIC_URL"] = "http://127.0.0.1:8080";
        variables["WEB_ROOT"] = folder.path().string();
        // Nobody listens there: every call to the gateway and to the shop fails.
        variables["CASHFREE_BASE_URL"] = "http://127.0.0.1:9/pg";
        variables["SHOP_WEBHOOK_URL"] = "http://127.0.0.1:9/webhooks";
        variables["ALLOWED_ORIGINS"] = "http://127.0.0.1:9";
        auto config = read_config(variables);
        assert(config);
        app.emplace(*std::move(config), clock);
    }

    static Variables secrets() {
        return {
            {"SHOP_API_KEY", "canary-shop-key-A7c9E1g3"},
            {"SHOP_API_KEY_PREVIOUS", "canary-old-shop-key-B8d0"},
            {"CUSTOMER_TOKEN_KEY", "canary-token-key-C9e1F3h5J7k9M1n3"},
            {"CUSTOMER_TOKEN_KEY_PREVIOUS", "canary-old-token-key-D0f2G4j6K8m0"},
            {"SHOP_WEBHOOK_SECRET", "whsec_" + crypto::base64_encode("canary-webhook-key-E1g3H5")},
            {"SHOP_WEBHOOK_SECRET_PREVIOUS",
             "whsec_" + crypto::base64_encode("canary-old-webhook-key-J5")},
            {"CASHFREE_CLIENT_ID", "canary-client-id-F2h4"},
            {"CASHFREE_CLIENT_SECRET", "canary-client-secret-G3j5"},
            {"CASHFREE_CLIENT_SECRET_PREVIOUS", "canary-old-client-secret-H4k6"},
        };
    }

    http::ClientResponse ask(
        const std::string& method,
        const std::string& target,
        const http::Headers& headers = {},
        const std::string& body = {}
    ) {
        auto answer = testing::ask(app->port(), method, target, headers, body);
        seen += std::to_string(answer.status) + " " + target + "\n";
        for (const auto& field : answer.headers.fields()) {
            seen += field.name + ": " + field.value + "\n";
        }
        seen += answer.body + "\n";
        ++answers[answer.status];
        return answer;
    }

    /// Every route, with these headers and with bodies that are right, wrong and no JSON.
    void drive(const http::Headers& headers) {
        const std::string order =
            R"({"order_id":"ord_0001","amount":50000,"currency":"INR",)"
            R"("customer":{"id":"asha","phone":"9876501234","email":"asha.canary@mail.in"},)"
            R"("items":[{"name":"Chai","quantity":1,"amount":50000}],)"
            R"("return_url":"http://127.0.0.1:9/return"})";
        const std::string bodies[] = {
            order,
            R"({"channel":"collect","vpa":"ashacanary@okaxis","device":"desktop"})",
            R"({"channel":"qrcode","device":"desktop"})",
            "{}",
            "{",
            std::string(33'000, 'x'),
        };
        for (const auto& [method, pattern] : app->router().routes()) {
            for (const auto* id : {"ord_0001", "absent"}) {
                auto target = pattern;
                const std::pair<std::string, std::string> kNames[] = {
                    {"{order_id}", id},
                    {"{index}", "1"},
                    {"{folder}", "js"},
                    {"{name}", "page.js"}};
                for (const auto& [name, value] : kNames) {
                    const auto at = target.find(name);
                    if (at != std::string::npos) target.replace(at, name.size(), value);
                }
                if (method == "GET") {
                    ask(method, target, headers);
                    continue;
                }
                for (const auto& body : bodies) ask(method, target, headers, body);
            }
        }
    }

    http::Headers shop(const char* key) {
        return {
            {"Authorization", "Bearer " + secrets().at(key)},
            {"Content-Type", "application/json"},
        };
    }
    http::Headers page(const std::string& cookie) {
        static int keys = 0;
        return {
            {"Cookie", cookie},
            {"Origin", "http://127.0.0.1:8080"},
            {"X-Chukta-Device", "desktop"},
            {"Content-Type", "application/json"},
            {"Idempotency-Key", "canary-press-" + std::to_string(++keys)},
        };
    }

    /// Every file of the database, its log included.
    std::string database_bytes() {
        std::ostringstream bytes;
        for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
            if (!entry.path().filename().string().starts_with("canary-database")) continue;
            bytes << std::ifstream{entry.path(), std::ios::binary}.rdbuf();
        }
        return bytes.str();
    }

    ScratchFolder folder;
    FakeClock clock;
    CapturedLog captured;
    std::optional<App> app;
    std::string seen;
    std::map<int, int> answers;
};

TEST_F(SecretLeakTest, NoSecretIsAnsweredLoggedOrStored) {
    const auto token_key = secrets().at("CUSTOMER_TOKEN_KEY");
    const auto token = a_jwt(kHs256, Claims{}.json(), token_key);
    drive({});
    drive(shop("SHOP_API_KEY"));
    drive(shop("SHOP_API_KEY_PREVIOUS"));
    drive({{"Authorization", "Bearer " + secrets().at("SHOP_API_KEY")}});
    drive({{"Authorization", "Bearer " + token_key}, {"Content-Type", "application/json"}});

    const auto opened = ask("GET", "/pay/ord_0001?token=" + token);
    ASSERT_EQ(opened.status, 303);
    const auto set_cookie = std::string{opened.headers.find("Set-Cookie").value_or("")};
    const auto cookie = set_cookie.substr(0, set_cookie.find(';'));
    const auto cookie_value = cookie.substr(cookie.find('=') + 1);
    ask("GET", "/pay/ord_0001?token=" + token);
    ask("GET", "/pay/ord_0001?token=" + token.substr(0, token.size() - 2));
    drive(page(cookie));
    const auto handed = ask("POST", "/api/orders/ord_0001/handoff", page(cookie));
    const auto handed_url = json::parse(handed.body)["url"].get<std::string>();
    const auto handed_token = handed_url.substr(handed_url.find('=') + 1);

    const std::string body = R"({"type":"PAYMENT_SUCCESS_WEBHOOK","data":{"order":null}})";
    for (const auto* key : {"CASHFREE_CLIENT_SECRET", "CASHFREE_CLIENT_SECRET_PREVIOUS"}) {
        const std::string now = "1780000000000";
        const auto signature =
            crypto::base64_encode(crypto::hmac_sha256(secrets().at(key), now + body));
        const http::Headers headers{
            {"x-webhook-timestamp", now}, {"x-webhook-signature", signature}};
        EXPECT_EQ(ask("POST", "/webhooks/cashfree", headers, body).status, 200);
        EXPECT_EQ(ask("POST", "/webhooks/cashfree", headers, body + " ").status, 401);
    }
    // The loops have met the gateway that is away; a failure of the order tells the shop, in vain.
    while (captured.text().find("call.failed") == std::string::npos) std::this_thread::yield();

    app->engine().stop();
    app->engine().store().transact([](Transaction& transaction) {
        transaction.run("ALTER TABLE orders RENAME TO orders_away");
    });
    drive(shop("SHOP_API_KEY"));
    drive(page(cookie));
    app->engine().store().transact([](Transaction& transaction) {
        transaction.run("ALTER TABLE orders_away RENAME TO orders");
    });
    const auto stored = database_bytes();
    app->stop(std::chrono::seconds{5});
    const auto logged = captured.text();

    for (const int status : {200, 201, 202, 303, 400, 401, 403, 404, 409, 413, 415, 503}) {
        EXPECT_GT(answers[status], 0) << "a way was not driven: " << status;
    }
    ASSERT_NE(stored.find("ord_0001"), std::string::npos) << "the files were looked at";
    ASSERT_NE(logged.find("session.opened"), std::string::npos);

    for (const auto& [name, secret] : secrets()) {
        auto forms = forms_of(secret);
        if (name == "SHOP_WEBHOOK_SECRET") forms = {"canary-webhook-key", secret.substr(6)};
        if (name == "SHOP_WEBHOOK_SECRET_PREVIOUS") {
            forms = {"canary-old-webhook-key", secret.substr(6)};
        }
        for (const auto& form : forms) {
            EXPECT_EQ(seen.find(form), std::string::npos) << name << " was answered";
            EXPECT_EQ(logged.find(form), std::string::npos) << name << " was logged";
            EXPECT_EQ(stored.find(form), std::string::npos) << name << " was stored";
        }
    }
    for (const auto& text : {token, handed_token, cookie_value}) {
        EXPECT_EQ(logged.find(text), std::string::npos) << "a token or cookie was logged";
        EXPECT_EQ(stored.find(text), std::string::npos) << "a token or cookie was stored";
    }
    for (const auto* personal :
         {"ashacanary", "9876501234", "asha.canary", "canary-database", "127.0.0.1:9"}) {
        EXPECT_EQ(logged.find(personal), std::string::npos) << personal << " was logged";
    }
    EXPECT_EQ(seen.find("ashacanary"), std::string::npos) << "UPI IDs are answered masked";
    EXPECT_EQ(seen.find("canary-database"), std::string::npos);
}

}  // namespace
}  // namespace chukta
