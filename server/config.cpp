#include "server/config.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "server/config_reader.h"
#include "server/crypto.h"
#include "server/db/database.h"
#include "server/faults.h"
#include "shared/limits.h"

namespace chukta {

namespace {

constexpr std::size_t kTokenKeyBytesMin = 32;  // RFC 7518 §3.2: as long as the hash
constexpr std::size_t kApiKeyLengthMin = 24;
constexpr std::size_t kGatewaySecretLengthMin = 16;
constexpr std::size_t kWebhookKeyBytesMin = 24;  // Standard Webhooks: 24 to 64 bytes
/// Cashfree's production API (facts/cashfree.md §1): real money never meets development settings.
constexpr std::string_view kProductionGatewayHost = "api.cashfree.com";

void read_listener(Reader& reader, Config& config) {
    config.listen_address = reader.text("LISTEN_ADDRESS", "127.0.0.1");
    config.port = static_cast<std::uint16_t>(reader.number("PORT", 8080, 0, 65535));
    config.metrics_port = static_cast<std::uint16_t>(reader.number("METRICS_PORT", 0, 0, 65535));
    for (const auto& item : reader.list("TRUSTED_PROXIES")) {
        const auto block = AddressBlock::parse(item);
        if (!block) {
            reader.complain("TRUSTED_PROXIES", "must be a comma list of addresses or blocks");
        } else if (block->is_of_strangers()) {
            // Whoever asks would say himself which address he has.
            reader.complain(
                "TRUSTED_PROXIES", "must name your own proxies, in /8 (IPv6 /7) or less"
            );
        } else {
            config.trusted_proxies.push_back(*block);
        }
    }
    const auto loopback = {AddressBlock::parse("127.0.0.0/8"), AddressBlock::parse("::1")};
    const bool listens_on_loopback =
        std::any_of(loopback.begin(), loopback.end(), [&](auto& block) {
            return block->contains(config.listen_address);
        });
    if (!AddressBlock::parse(config.listen_address)) {
        reader.complain("LISTEN_ADDRESS", "must be a numeric address");
    } else if (!listens_on_loopback && config.trusted_proxies.empty() && !reader.development()) {
        // We speak plain http: beyond this machine a proxy must end TLS, and it must be named.
        reader.complain("LISTEN_ADDRESS", "is not loopback: name the TLS proxy in TRUSTED_PROXIES");
    }
    if (auto url =
            reader.base_url("PUBLIC_URL", reader.text("PUBLIC_URL", "http://127.0.0.1:8080"))) {
        if (!url->path.empty()) reader.complain("PUBLIC_URL", "must not have a path");
        config.public_url = *std::move(url);
    }
}

/// `frame-ancestors` of the page: nobody, or a list of origins.
void read_frame_ancestors(Reader& reader, Config& config) {
    for (const auto& item : reader.list("FRAME_ANCESTORS")) {
        const auto url = reader.base_url("FRAME_ANCESTORS", item);
        if (url)
            config.frame_ancestors += (config.frame_ancestors.empty() ? "" : " ") + url->origin;
    }
    if (config.frame_ancestors.empty()) config.frame_ancestors = "'none'";
}

void read_policy(Reader& reader, OrderPolicy& policy) {
    policy.merchant_id = MerchantId{reader.required("MERCHANT_ID")};
    policy.merchant_name = reader.required("MERCHANT_NAME");
    if (policy.merchant_name.size() > limits::kNameLengthMax) {
        reader.complain("MERCHANT_NAME", "is too long");
    }
    policy.merchant_category_code = reader.text("MERCHANT_CATEGORY_CODE");
    const auto& mcc = policy.merchant_category_code;
    const bool digits = mcc.find_first_not_of("0123456789") == std::string::npos;
    if (!mcc.empty() && (mcc.size() != 4 || !digits)) {
        reader.complain("MERCHANT_CATEGORY_CODE", "must have four digits");
    }
    policy.collect_policy = reader.choice<CollectPolicy>(
        "COLLECT_POLICY",
        {{"always", CollectPolicy::Always},
         {"npci-2026", CollectPolicy::Npci2026},
         {"never", CollectPolicy::Never}}
    );
    policy.intent_prepare = reader.choice<IntentPrepare>(
        "INTENT_PREPARE",
        {{"phones", IntentPrepare::Phones},
         {"ios", IntentPrepare::Ios},
         {"off", IntentPrepare::Off}}
    );
}

/// How long things last. Development may shorten them, so that tests need not wait.
void read_times(Reader& reader, Config& config) {
    const bool development = reader.development();
    auto& policy = config.policy;
    policy.qr_ttl_ms = 1000 * reader.number("QR_TTL_S", 300, development ? 2 : 30, 3600);
    // Cashfree's upi_expiry_minutes: 5 to 15 (facts/cashfree.md §3.3).
    policy.collect_ttl_ms = 1000 * reader.number("COLLECT_TTL_S", 300, development ? 2 : 300, 900);
    policy.waiting_long_ms = 1000 * reader.number("WAITING_LONG_S", 120, 1, 3600);
    auto& watch = config.watch;
    watch.first_ms = reader.number("RECONCILE_FIRST_MS", watch.first_ms, 100, 600'000);
    watch.unclear_grace_ms =
        reader.number("UNCLEAR_GRACE_MS", watch.unclear_grace_ms, 100, 600'000);
    // Their Get Refunds allows 30 calls a minute, so refunds are asked about less often.
    watch.refund_first_ms = 4 * watch.first_ms;
    const auto wait_s = reader.number("AUTO_REFUND_WAIT_S", 3600, development ? 0 : 600, 604'800);
    if (reader.flag("AUTO_REFUND_DUPLICATES")) watch.duplicates_go_back_after_ms = 1000 * wait_s;
}

void read_shop(Reader& reader, Config& config) {
    config.shop_api_keys.push_back(reader.required_secret("SHOP_API_KEY", kApiKeyLengthMin));
    if (auto previous = reader.secret("SHOP_API_KEY_PREVIOUS", kApiKeyLengthMin);
        !previous.empty()) {
        config.shop_api_keys.push_back(std::move(previous));
    }
    config.shop_requests_per_s = reader.number("SHOP_REQUESTS_PER_S", 500, 1, 100'000);
    config.token_keys.push_back(reader.required_secret("CUSTOMER_TOKEN_KEY", kTokenKeyBytesMin));
    if (auto previous = reader.secret("CUSTOMER_TOKEN_KEY_PREVIOUS", kTokenKeyBytesMin);
        !previous.empty()) {
        config.token_keys.push_back(std::move(previous));
    }
    for (const auto& item : reader.list("ALLOWED_ORIGINS")) {
        const auto url = reader.base_url("ALLOWED_ORIGINS", item);
        if (!url) continue;
        if (!url->path.empty()) reader.complain("ALLOWED_ORIGINS", "must be origins without paths");
        config.allowed_origins.push_back(url->origin);
    }
}

/// The bytes behind "whsec_"; none where nothing is set or it was complained about.
Secret webhook_key(Reader& reader, const char* name, const Secret& secret) {
    if (secret.empty()) return {};
    constexpr std::string_view kPrefix = "whsec_";
    const auto text = secret.reveal();
    auto bytes = text.starts_with(kPrefix) ? crypto::base64_decode(text.substr(kPrefix.size()))
                                           : std::nullopt;
    if (!bytes) {
        reader.complain(name, "must be whsec_ and base64");
        return {};
    }
    reader.check_secret(name, secret, kPrefix.size());
    Secret key{*std::move(bytes)};
    reader.check_secret(name, key, kWebhookKeyBytesMin);
    return key;
}

void read_shop_webhook(Reader& reader, Config& config) {
    const auto address = reader.text("SHOP_WEBHOOK_URL");
    const Secret secret{reader.raw_secret("SHOP_WEBHOOK_SECRET")};
    if (address.empty()) {
        if (!secret.empty()) reader.complain("SHOP_WEBHOOK_URL", "is missing");
        return;
    }
    config.shop_webhook.url = reader.url("SHOP_WEBHOOK_URL", address);
    const auto& origins = config.allowed_origins;
    if (config.shop_webhook.url &&
        std::find(origins.begin(), origins.end(), config.shop_webhook.url->origin) ==
            origins.end()) {
        reader.complain("SHOP_WEBHOOK_URL", "must be on one of ALLOWED_ORIGINS");
    }
    if (secret.empty()) reader.complain("SHOP_WEBHOOK_SECRET", "is missing");
    config.shop_webhook.key = webhook_key(reader, "SHOP_WEBHOOK_SECRET", secret);
    constexpr auto kPrevious = "SHOP_WEBHOOK_SECRET_PREVIOUS";
    const Secret previous{reader.raw_secret(kPrevious)};
    config.shop_webhook.previous_key = webhook_key(reader, kPrevious, previous);
}

void read_cashfree(Reader& reader, Config& config) {
    const auto address = reader.required("CASHFREE_BASE_URL");
    if (!address.empty()) {
        if (auto url = reader.base_url("CASHFREE_BASE_URL", address)) {
            config.cashfree.base_url = *std::move(url);
        }
    }
    if (config.development && config.cashfree.base_url.host == kProductionGatewayHost) {
        reader.complain("DEVELOPMENT", "must not be 1 with the production gateway");
    }
    auto& cashfree = config.cashfree;
    cashfree.client_id = reader.required_secret("CASHFREE_CLIENT_ID", 1);
    cashfree.client_secret =
        reader.required_secret("CASHFREE_CLIENT_SECRET", kGatewaySecretLengthMin);
    cashfree.client_secret_previous =
        reader.secret("CASHFREE_CLIENT_SECRET_PREVIOUS", kGatewaySecretLengthMin);
    cashfree.ca_file = reader.text("CASHFREE_CA_FILE");
}

Secret read_database_url(Reader& reader) {
    auto url = reader.raw_secret("DATABASE_URL");
    if (url.empty()) return Secret{"sqlite:data/chukta.db"};
    if (!db::knows_database(url)) {
        reader.complain("DATABASE_URL", "must be sqlite:FILE or postgresql://USER@HOST/NAME");
    } else if (!reader.development() && db::way_to(url) == db::Way::Unverified) {
        reader.complain(
            "DATABASE_URL",
            "is not of this machine: say sslmode=verify-full or verify-ca, or disable on a network "
            "of your own"
        );
    }
    return Secret{std::move(url)};
}

/// Variables whose bytes leave the environment once they were read.
constexpr const char* kSecretNames[] = {
    "DATABASE_URL",
    "SHOP_API_KEY",
    "SHOP_API_KEY_PREVIOUS",
    "CUSTOMER_TOKEN_KEY",
    "CUSTOMER_TOKEN_KEY_PREVIOUS",
    "SHOP_WEBHOOK_SECRET",
    "SHOP_WEBHOOK_SECRET_PREVIOUS",
    "CASHFREE_CLIENT_ID",
    "CASHFREE_CLIENT_SECRET",
    "CASHFREE_CLIENT_SECRET_PREVIOUS",
};

#ifdef CHUKTA_FAULTS
/// For tests that end the process at a point or run it with a planted bug.
void arm_faults(Result<Config, Config::Complaints>& config) {
    const auto value = [](const char* name) {
        const char* text = std::getenv(name);
        return std::string_view{text == nullptr ? "" : text};
    };
    Config::Complaints complaints;
    if (!faults::arm(value("CHUKTA_FAILPOINT"))) {
        complaints.push_back("CHUKTA_FAILPOINT must be point:n[:kill|stop], see server/faults.h");
    }
    if (!faults::plant_all(value("CHUKTA_PLANTED"))) {
        complaints.push_back("CHUKTA_PLANTED must be names of server/faults.h");
    }
    if (!complaints.empty()) config = failure(std::move(complaints));
}
#endif

}  // namespace

Result<Config, Config::Complaints> Config::read(const Environment& environment) {
    Reader reader{environment};
    Config config;
    reader.read_development();
    config.development = reader.development();
    read_listener(reader, config);
    read_frame_ancestors(reader, config);
    read_policy(reader, config.policy);
    read_times(reader, config);
    read_shop(reader, config);
    read_shop_webhook(reader, config);
    read_cashfree(reader, config);
    config.database_url = read_database_url(reader);
    config.web_root = reader.required("WEB_ROOT");
    auto complaints = reader.take_complaints();
    if (!complaints.empty()) return failure(std::move(complaints));
    return config;
}

Result<Config, Config::Complaints> Config::from_environment() {
    auto config = read([](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        if (value == nullptr) return std::nullopt;
        return std::string{value};
    });
    for (const char* name : kSecretNames) {
        // The bytes themselves, so that /proc/self/environ forgets them too.
        char* value = std::getenv(name);
        if (value != nullptr) crypto::wipe(value, std::strlen(value));
        // NOLINTNEXTLINE(concurrency-mt-unsafe): main reads its settings before any thread begins
        unsetenv(name);
    }
#ifdef CHUKTA_FAULTS
    arm_faults(config);
#endif
    return config;
}

std::string health_url_from_environment() {
    const auto variable = [](const char* name, const char* fallback) {
        const char* value = std::getenv(name);
        return std::string{value == nullptr || *value == '\0' ? fallback : value};
    };
    std::string address = variable("LISTEN_ADDRESS", "127.0.0.1");
    // A server that listens everywhere is asked on loopback.
    if (address == "0.0.0.0") address = "127.0.0.1";
    if (address == "::") address = "::1";
    if (address.find(':') != std::string::npos) address = "[" + address + "]";
    return "http://" + address + ":" + variable("PORT", "8080") + "/readyz";
}

}  // namespace chukta
