#include "server/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "server/crypto.h"
#include "shared/limits.h"

namespace chukta {

namespace {

constexpr std::size_t kTokenKeyBytesMin = 32;  // RFC 7518 §3.2: as long as the hash
constexpr std::size_t kApiKeyLengthMin = 24;
constexpr std::size_t kGatewaySecretLengthMin = 16;
constexpr std::size_t kWebhookKeyBytesMin = 24;  // Standard Webhooks: 24 to 64 bytes
constexpr std::size_t kSecretFileBytesMax = 4096;
/// Cashfree's production API (facts/cashfree.md §1): real money never meets development settings.
constexpr std::string_view kProductionGatewayHost = "api.cashfree.com";

/// Texts that people leave in example files.
bool looks_like_placeholder(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    constexpr const char* kMarks[] = {
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "example",
        "your-",
        "your_",
        "replace",
        "password",
        "insecure",
        "development",
        "dummy",
        "12345678",
    };
    for (const char* mark : kMarks) {
        if (lower.find(mark) != std::string::npos) return true;
    }
    // A key of one or two different characters was typed, not drawn.
    constexpr std::size_t kDifferentCharactersMin = 6;
    return std::set<char>(lower.begin(), lower.end()).size() < kDifferentCharactersMin;
}

/// Reads variables one by one and collects what is wrong with them.
class Reader {
public:
    explicit Reader(const Config::Environment& environment) : environment_{environment} {}

    void complain(const std::string& name, const std::string& what) {
        complaints_.push_back(name + " " + what);
    }
    Config::Complaints take_complaints() { return std::move(complaints_); }
    bool development() const { return development_; }

    std::string text(const char* name, const char* fallback = "") {
        auto value = environment_(name);
        if (value && !value->empty()) return *std::move(value);
        return fallback;
    }

    std::string required(const char* name) {
        auto value = text(name);
        if (value.empty()) complain(name, "is missing");
        return value;
    }

    bool flag(const char* name) {
        const auto value = text(name, "0");
        if (value != "0" && value != "1") complain(name, "must be 0 or 1");
        return value == "1";
    }

    std::int64_t number(
        const char* name, std::int64_t fallback, std::int64_t min, std::int64_t max
    ) {
        const auto value = text(name);
        if (value.empty()) return fallback;
        std::int64_t read = 0;
        const char* end = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), end, read);
        if (parsed.ec != std::errc{} || parsed.ptr != end || read < min || read > max) {
            complain(
                name,
                "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max)
            );
            return fallback;
        }
        return read;
    }

    template <class Enum>
    Enum choice(const char* name, std::initializer_list<std::pair<const char*, Enum>> words) {
        const auto value = text(name, words.begin()->first);
        std::string known;
        for (const auto& [word, meaning] : words) {
            if (value == word) return meaning;
            known += (known.empty() ? "" : ", ") + std::string{word};
        }
        complain(name, "must be one of: " + known);
        return words.begin()->second;
    }

    std::vector<std::string> list(const char* name) {
        std::vector<std::string> items;
        const auto value = text(name);
        for (std::string_view rest = value; !rest.empty();) {
            const auto comma = rest.find(',');
            auto item = rest.substr(0, comma);
            while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
            while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
            if (!item.empty()) items.emplace_back(item);
            rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
        }
        return items;
    }

    /// An absolute URL without its last slash; plain http only in development.
    std::optional<WebUrl> url(const char* name, const std::string& value) {
        std::string_view trimmed = value;
        while (trimmed.ends_with('/')) trimmed.remove_suffix(1);
        auto parsed = parse_web_url(trimmed);
        if (!parsed) {
            complain(name, "must be an absolute http(s) URL");
            return std::nullopt;
        }
        if (!parsed->is_https() && !development_) {
            complain(name, "must be https (plain http needs DEVELOPMENT=1)");
        }
        return parsed;
    }

    /// A secret from NAME or from the file that NAME_FILE names; empty when there is neither.
    std::string raw_secret(const char* name) {
        auto value = text(name);
        const std::string file_variable = std::string{name} + "_FILE";
        const auto path = text(file_variable.c_str());
        if (path.empty()) return value;
        if (!value.empty()) {
            complain(name, "and " + file_variable + " are both set; set one");
            return value;
        }
        std::ifstream file{path, std::ios::binary};
        std::string content(kSecretFileBytesMax + 1, '\0');
        file.read(content.data(), static_cast<std::streamsize>(content.size()));
        const auto length = static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0));
        if (!file.eof() || length == 0) {
            complain(file_variable, "names a file that is missing, empty, too long or unreadable");
            return {};
        }
        content.resize(length);
        while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
        return content;
    }

    Secret secret(const char* name, std::size_t length_min) {
        Secret value{raw_secret(name)};
        if (!value.empty()) check_secret(name, value, length_min);
        return value;
    }

    Secret required_secret(const char* name, std::size_t length_min) {
        Secret value{raw_secret(name)};
        if (value.empty()) {
            complain(name, "is missing");
        } else {
            check_secret(name, value, length_min);
        }
        return value;
    }

    void check_secret(const char* name, const Secret& secret, std::size_t length_min) {
        if (development_) return;
        const auto text = secret.reveal();
        if (text.size() < length_min) {
            complain(name, "is shorter than " + std::to_string(length_min) + " characters");
        } else if (looks_like_placeholder(text)) {
            complain(name, "looks like a placeholder: draw a random one");
        }
    }

    void read_development() { development_ = flag("DEVELOPMENT"); }

private:
    const Config::Environment& environment_;
    Config::Complaints complaints_;
    bool development_ = false;
};

void read_listener(Reader& reader, Config& config) {
    config.listen_address = reader.text("LISTEN_ADDRESS", "127.0.0.1");
    config.port = static_cast<std::uint16_t>(reader.number("PORT", 8080, 0, 65535));
    config.metrics_port = static_cast<std::uint16_t>(reader.number("METRICS_PORT", 0, 0, 65535));
    for (const auto& item : reader.list("TRUSTED_PROXIES")) {
        const auto block = AddressBlock::parse(item);
        if (block) {
            config.trusted_proxies.push_back(*block);
        } else {
            reader.complain("TRUSTED_PROXIES", "must be a comma list of addresses or blocks");
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
    if (auto url = reader.url("PUBLIC_URL", reader.text("PUBLIC_URL", "http://127.0.0.1:8080"))) {
        if (!url->path.empty()) reader.complain("PUBLIC_URL", "must not have a path");
        config.public_url = *std::move(url);
    }
}

/// `frame-ancestors` of the page: nobody, or a list of origins.
void read_frame_ancestors(Reader& reader, Config& config) {
    for (const auto& item : reader.list("FRAME_ANCESTORS")) {
        const auto url = reader.url("FRAME_ANCESTORS", item);
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
    policy.qr_ttl_ms = 1000 * reader.number("QR_TTL_S", 300, 30, 3600);
    // Cashfree's upi_expiry_minutes: 5 to 15 (facts/cashfree.md §4.2).
    policy.collect_ttl_ms = 1000 * reader.number("COLLECT_TTL_S", 300, 300, 900);
}

void read_shop(Reader& reader, Config& config) {
    config.shop_api_keys.push_back(reader.required_secret("SHOP_API_KEY", kApiKeyLengthMin));
    if (auto previous = reader.secret("SHOP_API_KEY_PREVIOUS", kApiKeyLengthMin);
        !previous.empty()) {
        config.shop_api_keys.push_back(std::move(previous));
    }
    config.token_keys.push_back(reader.required_secret("CUSTOMER_TOKEN_KEY", kTokenKeyBytesMin));
    if (auto previous = reader.secret("CUSTOMER_TOKEN_KEY_PREVIOUS", kTokenKeyBytesMin);
        !previous.empty()) {
        config.token_keys.push_back(std::move(previous));
    }
    for (const auto& item : reader.list("ALLOWED_ORIGINS")) {
        const auto url = reader.url("ALLOWED_ORIGINS", item);
        if (!url) continue;
        if (!url->path.empty()) reader.complain("ALLOWED_ORIGINS", "must be origins without paths");
        config.allowed_origins.push_back(url->origin);
    }
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
    constexpr std::string_view kPrefix = "whsec_";
    const auto text = secret.reveal();
    auto bytes = text.starts_with(kPrefix) ? crypto::base64_decode(text.substr(kPrefix.size()))
                                           : std::nullopt;
    if (secret.empty()) {
        reader.complain("SHOP_WEBHOOK_SECRET", "is missing");
    } else if (!bytes) {
        reader.complain("SHOP_WEBHOOK_SECRET", "must be whsec_ and base64");
    } else {
        reader.check_secret("SHOP_WEBHOOK_SECRET", secret, kPrefix.size());
        config.shop_webhook.key = Secret{*std::move(bytes)};
        reader.check_secret("SHOP_WEBHOOK_SECRET", config.shop_webhook.key, kWebhookKeyBytesMin);
    }
}

void read_cashfree(Reader& reader, Config& config) {
    const auto address = reader.required("CASHFREE_BASE_URL");
    if (!address.empty()) {
        if (auto url = reader.url("CASHFREE_BASE_URL", address)) {
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

/// Variables whose bytes leave the environment once they were read.
constexpr const char* kSecretNames[] = {
    "DATABASE_URL",
    "SHOP_API_KEY",
    "SHOP_API_KEY_PREVIOUS",
    "CUSTOMER_TOKEN_KEY",
    "CUSTOMER_TOKEN_KEY_PREVIOUS",
    "SHOP_WEBHOOK_SECRET",
    "CASHFREE_CLIENT_ID",
    "CASHFREE_CLIENT_SECRET",
    "CASHFREE_CLIENT_SECRET_PREVIOUS",
};

}  // namespace

Result<Config, Config::Complaints> Config::read(const Environment& environment) {
    Reader reader{environment};
    Config config;
    reader.read_development();
    config.development = reader.development();
    read_listener(reader, config);
    read_frame_ancestors(reader, config);
    read_policy(reader, config.policy);
    read_shop(reader, config);
    read_shop_webhook(reader, config);
    read_cashfree(reader, config);
    auto database = reader.raw_secret("DATABASE_URL");
    config.database_url = Secret{database.empty() ? "sqlite:data/chukta.db" : std::move(database)};
    config.web_root = reader.required("WEB_ROOT");
    config.auto_refund_duplicates = reader.flag("AUTO_REFUND_DUPLICATES");
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
        unsetenv(name);
    }
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
