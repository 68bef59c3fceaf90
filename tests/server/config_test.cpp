// The settings of a process: what is refused, and that a refusal never repeats a value.
#include "server/config.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using namespace testing;

std::string complaints_of(const Variables& variables) {
    const auto config = read_config(variables);
    std::string text;
    if (config) return text;
    for (const auto& line : config.error()) text += line + "\n";
    return text;
}

TEST(Config, ReadsAGoodEnvironment) {
    const auto config = read_config(good_variables());
    ASSERT_TRUE(config) << complaints_of(good_variables());
    EXPECT_EQ(config->port, 8080);
    EXPECT_EQ(config->listen_address, "127.0.0.1");
    EXPECT_EQ(config->public_url.origin, "https://pay.chai.in");
    EXPECT_EQ(config->policy.merchant_id, MerchantId{"chai"});
    EXPECT_EQ(config->policy.qr_ttl_ms, 300'000);
    EXPECT_EQ(config->policy.collect_policy, CollectPolicy::Always);
    EXPECT_EQ(config->policy.intent_prepare, IntentPrepare::Phones);
    EXPECT_EQ(config->frame_ancestors, "'none'");
    EXPECT_EQ(config->shop_api_keys.size(), 1U);
    EXPECT_EQ(config->shop_webhook.key.reveal().size(), 24U);
    EXPECT_FALSE(config->development);
}

TEST(Config, NamesTheVariableThatIsWrong) {
    struct Row {
        const char* name;
        const char* value;
        const char* complaint;
    };
    constexpr Row kRows[] = {
        {"PORT", "80x", "PORT must be a whole number"},
        {"PORT", "65536", "PORT must be a whole number"},
        {"METRICS_PORT", "-1", "METRICS_PORT must be"},
        {"LISTEN_ADDRESS", "localhost", "LISTEN_ADDRESS must be a numeric address"},
        {"LISTEN_ADDRESS", "0.0.0.0", "LISTEN_ADDRESS is not loopback"},
        {"PUBLIC_URL", "http://pay.chai.in", "PUBLIC_URL must be https"},
        {"PUBLIC_URL", "pay.chai.in", "PUBLIC_URL must be an absolute"},
        {"PUBLIC_URL", "https://pay.chai.in/base", "PUBLIC_URL must not have a path"},
        {"MERCHANT_ID", "", "MERCHANT_ID is missing"},
        {"MERCHANT_NAME", "", "MERCHANT_NAME is missing"},
        {"MERCHANT_CATEGORY_CODE", "60", "MERCHANT_CATEGORY_CODE must have four digits"},
        {"COLLECT_POLICY", "sometimes", "COLLECT_POLICY must be one of"},
        {"INTENT_PREPARE", "yes", "INTENT_PREPARE must be one of"},
        {"QR_TTL_S", "5", "QR_TTL_S must be"},
        {"COLLECT_TTL_S", "60", "COLLECT_TTL_S must be"},
        {"AUTO_REFUND_DUPLICATES", "true", "AUTO_REFUND_DUPLICATES must be 0 or 1"},
        {"TRUSTED_PROXIES", "10.0.0.0/99", "TRUSTED_PROXIES must be"},
        {"FRAME_ANCESTORS", "shop.chai.in", "FRAME_ANCESTORS must be"},
        {"ALLOWED_ORIGINS", "https://shop.chai.in/a", "ALLOWED_ORIGINS must be origins"},
        {"SHOP_API_KEY", "", "SHOP_API_KEY is missing"},
        {"SHOP_API_KEY", "short", "SHOP_API_KEY is shorter than"},
        {"SHOP_API_KEY", "please-changeme-please-changeme", "SHOP_API_KEY looks like"},
        {"SHOP_API_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "SHOP_API_KEY looks like"},
        {"CUSTOMER_TOKEN_KEY", "tk-W8d0Qx7Lr2Zp5Vn9Hc3Fy6Js1Gb", "CUSTOMER_TOKEN_KEY is shorter"},
        {"CUSTOMER_TOKEN_KEY_PREVIOUS", "x", "CUSTOMER_TOKEN_KEY_PREVIOUS is shorter"},
        {"SHOP_WEBHOOK_SECRET_PREVIOUS", "x", "SHOP_WEBHOOK_SECRET_PREVIOUS must be whsec_"},
        {"SHOP_WEBHOOK_URL", "https://evil.in/x", "SHOP_WEBHOOK_URL must be on one of"},
        {"SHOP_WEBHOOK_URL", "http://shop.chai.in/x", "SHOP_WEBHOOK_URL must be https"},
        {"SHOP_WEBHOOK_SECRET", "", "SHOP_WEBHOOK_SECRET is missing"},
        {"SHOP_WEBHOOK_SECRET", "whsec_%%%", "SHOP_WEBHOOK_SECRET must be whsec_ and base64"},
        {"SHOP_WEBHOOK_SECRET", "whsec_QUJDREVGR0g=", "SHOP_WEBHOOK_SECRET is shorter"},
        {"CASHFREE_BASE_URL", "http://api.cashfree.com/pg", "CASHFREE_BASE_URL must be https"},
        {"CASHFREE_BASE_URL", "", "CASHFREE_BASE_URL is missing"},
        {"CASHFREE_CLIENT_ID", "", "CASHFREE_CLIENT_ID is missing"},
        {"CASHFREE_CLIENT_SECRET", "cfsk_1", "CASHFREE_CLIENT_SECRET is shorter"},
        {"WEB_ROOT", "", "WEB_ROOT is missing"},
        {"DEVELOPMENT", "yes", "DEVELOPMENT must be 0 or 1"},
    };
    for (const auto& row : kRows) {
        auto variables = good_variables();
        variables[row.name] = row.value;
        EXPECT_NE(complaints_of(variables).find(row.complaint), std::string::npos)
            << row.name << "=" << row.value << " gave: " << complaints_of(variables);
    }
}

TEST(Config, NeverRepeatsAValue) {
    for (const auto& [name, value] : good_variables()) {
        auto variables = good_variables();
        variables[name] = "\x01 canary-7f3a";
        EXPECT_EQ(complaints_of(variables).find("canary"), std::string::npos) << name;
    }
}

TEST(Config, PlainHttpNeedsDevelopment) {
    auto variables = good_variables();
    variables["PUBLIC_URL"] = "http://127.0.0.1:8080";
    variables["CASHFREE_BASE_URL"] = "http://127.0.0.1:8081/pg";
    variables["SHOP_WEBHOOK_URL"] = "http://127.0.0.1:8082/webhooks/chukta";
    variables["ALLOWED_ORIGINS"] = "http://127.0.0.1:8082";
    variables["SHOP_API_KEY"] = "short";
    EXPECT_FALSE(read_config(variables));
    variables["DEVELOPMENT"] = "1";
    EXPECT_TRUE(read_config(variables)) << complaints_of(variables);
}

TEST(Config, TheShopsAddressIsCalledAsItIsGiven) {
    auto variables = good_variables();
    for (const char* address : {"https://shop.chai.in/hooks/", "https://shop.chai.in/hooks"}) {
        variables["SHOP_WEBHOOK_URL"] = address;
        const auto config = read_config(variables);
        ASSERT_TRUE(config) << complaints_of(variables);
        EXPECT_EQ(config->shop_webhook.url->text, address);
    }
}

TEST(Config, DevelopmentIsRefusedWithTheProductionGateway) {
    auto variables = good_variables();
    variables["DEVELOPMENT"] = "1";
    EXPECT_EQ(complaints_of(variables), "DEVELOPMENT must not be 1 with the production gateway\n");
}

TEST(Config, ListensBeyondLoopbackBehindANamedProxy) {
    auto variables = good_variables();
    variables["LISTEN_ADDRESS"] = "0.0.0.0";
    variables["TRUSTED_PROXIES"] = "10.0.0.0/8, ::1";
    const auto config = read_config(variables);
    ASSERT_TRUE(config) << complaints_of(variables);
    EXPECT_EQ(config->trusted_proxies.size(), 2U);
}

TEST(Config, ReadsASecretFromAFile) {
    const ScratchFolder folder;
    folder.write("key", std::string{kShopKey} + "\n");
    auto variables = good_variables();
    variables["SHOP_API_KEY_FILE"] = (folder.path() / "key").string();
    EXPECT_NE(complaints_of(variables).find("are both set"), std::string::npos);
    variables.erase("SHOP_API_KEY");
    const auto config = read_config(variables);
    ASSERT_TRUE(config) << complaints_of(variables);
    EXPECT_EQ(config->shop_api_keys.front().reveal(), kShopKey);
    variables["SHOP_API_KEY_FILE"] = (folder.path() / "absent").string();
    EXPECT_NE(complaints_of(variables).find("SHOP_API_KEY_FILE names a file"), std::string::npos);
}

TEST(Config, TakesTheSecretsOutOfTheProcess) {
    for (const auto& [name, value] : good_variables()) setenv(name.c_str(), value.c_str(), 1);
    const char* place = std::getenv("CASHFREE_CLIENT_SECRET");
    const auto config = Config::from_environment();
    ASSERT_TRUE(config);
    EXPECT_EQ(config->cashfree.client_secret.reveal(), kGatewaySecret);
    EXPECT_EQ(std::getenv("CASHFREE_CLIENT_SECRET"), nullptr);
    EXPECT_EQ(std::getenv("SHOP_API_KEY"), nullptr);
    EXPECT_EQ(place[0], '\0') << "the bytes stay readable in the process's environment block";
    EXPECT_NE(std::getenv("MERCHANT_ID"), nullptr);
    for (const auto& [name, value] : good_variables()) unsetenv(name.c_str());
}

TEST(Config, AsksItsOwnListenerForHealth) {
    setenv("LISTEN_ADDRESS", "0.0.0.0", 1);
    setenv("PORT", "9000", 1);
    EXPECT_EQ(health_url_from_environment(), "http://127.0.0.1:9000/readyz");
    setenv("LISTEN_ADDRESS", "::1", 1);
    EXPECT_EQ(health_url_from_environment(), "http://[::1]:9000/readyz");
    unsetenv("LISTEN_ADDRESS");
    unsetenv("PORT");
    EXPECT_EQ(health_url_from_environment(), "http://127.0.0.1:8080/readyz");
}

}  // namespace
}  // namespace chukta
