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
        {"TRUSTED_PROXIES", "0.0.0.0/0", "TRUSTED_PROXIES must name your own"},
        {"TRUSTED_PROXIES", "10.0.0.0/7", "TRUSTED_PROXIES must name your own"},
        {"TRUSTED_PROXIES", "::/0", "TRUSTED_PROXIES must name your own"},
        {"TRUSTED_PROXIES", "::/80", "TRUSTED_PROXIES must name your own"},
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
        {"DATABASE_URL", "mysql://db/chukta", "DATABASE_URL must be sqlite:FILE or"},
        {"DATABASE_URL", "postgresql://db/chukta", "DATABASE_URL is not of this machine"},
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

/// What libpq reads of the environment, for as long as a test says so, and nothing before it.
class OfLibpq {
public:
    explicit OfLibpq(const Variables& variables = {}) {
        for (const char* name : kNames) unsetenv(name);
        for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
    }
    ~OfLibpq() {
        for (const char* name : kNames) unsetenv(name);
    }
    OfLibpq(const OfLibpq&) = delete;
    OfLibpq& operator=(const OfLibpq&) = delete;

private:
    static constexpr const char* kNames[] = {
        "PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGREQUIRESSL", "PGSERVICE", "PGSERVICEFILE"};
};

TEST(Config, ADatabaseOfAnotherMachineIsTakenByVerifiedTlsOrAsTheOperatorSays) {
    constexpr auto kRefusal =
        "DATABASE_URL is not of this machine: say sslmode=verify-full or verify-ca, or disable on "
        "a network of your own\n";
    struct Row {
        const char* address;  ///< behind postgresql://
        bool taken;
        Variables environment = {};
    };
    const Row rows[] = {
        {"chukta@db/chukta", false},
        {"chukta@db/chukta?sslmode=prefer", false},
        {"chukta@db/chukta?sslmode=require", false},
        {"chukta@db/chukta?sslmode=", false},
        {"chukta@db/chukta?sslmode=verify", false},
        {"chukta@db/chukta?sslmode=VERIFY-FULL", false},
        {"chukta@db/chukta?sslmode=verify-full", true},
        {"chukta@db/chukta?sslmode=verify-ca", true},
        {"chukta@db/chukta?sslmode=disable", true},
        {"chukta@db/chukta?sslmode=verify-full&sslmode=prefer", false},
        {"chukta@10.0.0.1/chukta", false},
        {"chukta@[2001:db8::1]/chukta", false},
        {"chukta@0.0.0.0/chukta", false},
        {"chukta@localhost.chai.in/chukta", false},
        // This machine
        {"chukta@/chukta", true},
        {"/chukta", true},
        {"chukta@/chukta?host=/run/postgresql", true},
        {"chukta@%2Frun%2Fpostgresql/chukta", true},
        {"chukta@/chukta?host=@chukta", true},
        {"chukta@localhost/chukta", true},
        {"chukta@127.0.0.1:5433/chukta", true},
        {"chukta@[::1]/chukta", true},
        {"chukta@127.0.0.1/chukta?sslmode=prefer", true},
        // Several hosts
        {"chukta@localhost,db/chukta", false},
        {"chukta@,db:5433/chukta", false},
        {"chukta@db,/chukta", false},
        {"chukta@/chukta?host=/one,db", false},
        {"chukta@/chukta?host=/one,/two", true},
        {"chukta@one,two/chukta?sslmode=verify-full", true},
        // An address in place of a name
        {"chukta@db/chukta?hostaddr=127.0.0.1", true},
        {"chukta@/chukta?hostaddr=10.0.0.1", false},
        {"chukta@localhost/chukta?hostaddr=10.0.0.1", false},
        {"chukta@localhost,db/chukta?hostaddr=127.0.0.1,", false},
        {"chukta@localhost,db/chukta?hostaddr=,127.0.0.1", true},
        {"chukta@localhost/chukta?hostaddr=127.0.0.1,10.0.0.1", false},
        // The query has the last word
        {"chukta@localhost/chukta?host=db", false},
        {"chukta@db/chukta?host=localhost", true},
        // What is left unsaid is said by the environment
        {"chukta@/chukta", false, {{"PGHOST", "db"}}},
        {"chukta@/chukta?host=", true, {{"PGHOST", "db"}}},
        {"chukta@localhost/chukta", true, {{"PGHOST", "db"}}},
        {"chukta@localhost/chukta", false, {{"PGHOSTADDR", "10.0.0.1"}}},
        {"chukta@db/chukta", true, {{"PGSSLMODE", "verify-full"}}},
        {"chukta@db/chukta", true, {{"PGSSLMODE", "disable"}}},
        {"chukta@db/chukta", false, {{"PGSSLMODE", "require"}}},
        {"chukta@db/chukta?sslmode=prefer", false, {{"PGSSLMODE", "verify-full"}}},
        // A service's file may say anything, except against the address
        {"chukta@localhost/chukta?service=db", false},
        {"chukta@db/chukta?service=db", false, {{"PGSSLMODE", "verify-full"}}},
        {"/?service=db&sslmode=verify-full", true},
    };
    for (const auto& row : rows) {
        const OfLibpq environment{row.environment};
        auto variables = good_variables();
        variables["DATABASE_URL"] = std::string{"postgresql://"} + row.address;
        EXPECT_EQ(complaints_of(variables), row.taken ? "" : kRefusal) << row.address;
        variables["CASHFREE_BASE_URL"] = "https://sandbox.cashfree.com/pg";
        variables["DEVELOPMENT"] = "1";
        EXPECT_EQ(complaints_of(variables), "") << row.address;
    }
}

TEST(Config, TheFileOfAServiceThatTheEnvironmentNamesCountsAsSaid) {
    const ScratchFolder folder;
    auto variables = good_variables();
    variables["DATABASE_URL"] = "postgresql://chukta@/chukta";
    const OfLibpq environment{
        {{"PGSERVICE", "db"}, {"PGSERVICEFILE", (folder.path() / "services").string()}}};
    folder.write("services", "[db]\nhost=db\n");
    EXPECT_NE(complaints_of(variables), "");
    folder.write("services", "[db]\nhost=db\nsslmode=verify-full\n");
    EXPECT_EQ(complaints_of(variables), "");
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
