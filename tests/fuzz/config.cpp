#include "server/config.h"

#include <map>
#include <string>

#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Variables good() {
    return {
        {"PUBLIC_URL", "https://pay.chai.in"},
        {"WEB_ROOT", "/srv/chukta/web"},
        {"MERCHANT_ID", "chai"},
        {"MERCHANT_NAME", "Chai & Co."},
        {"SHOP_API_KEY", "sk-H5rT9wQe2ZxC7vBn4Mj8Lp3"},
        {"CUSTOMER_TOKEN_KEY", "tk-W8d0Qx7Lr2Zp5Vn9Hc3Fy6Js1Gb4Mt"},
        {"SHOP_WEBHOOK_URL", "https://shop.chai.in/webhooks/chukta"},
        {"SHOP_WEBHOOK_SECRET", "whsec_Zr7Kp0Qm3Xs9Vt5Yw1Bd8Fh2Jn6Lc4Ga"},
        {"ALLOWED_ORIGINS", "https://shop.chai.in"},
        {"CASHFREE_BASE_URL", "https://api.cashfree.com/pg"},
        {"CASHFREE_CLIENT_ID", "cfid_Q1w2E3r4T5"},
        {"CASHFREE_CLIENT_SECRET", "cfsk_P3oI8uY2tR7eW5qA"},
    };
}

/// A value that nobody could know but by its variable, so that seeing it in a complaint is a leak;
/// the variable's own name is none.
bool tells(std::string complaint, const std::string& name, const std::string& value) {
    for (auto at = complaint.find(name); at != std::string::npos; at = complaint.find(name)) {
        complaint.replace(at, name.size(), "\n");
    }
    return value.size() >= 12 && complaint.find(value) != std::string::npos;
}

void check(const chukta::Config& config) {
    expect(config.development || config.public_url.is_https(), "production speaks TLS");
    expect(config.development || config.cashfree.base_url.is_https(), "to the gateway, too");
    expect(!config.shop_api_keys.empty() && !config.token_keys.empty(), "keys are there");
    expect(!config.frame_ancestors.empty(), "framing is decided");
    expect(
        config.frame_ancestors.find_first_of(";,\r\n") == std::string::npos,
        "a directive holds one directive"
    );
}

}  // namespace

/// Each line NAME=value changes one variable of a good set; NAME alone takes it away.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string_view rest = chukta::fuzz::as_text(bytes, size);
    auto variables = good();
    while (!rest.empty()) {
        const std::string_view line = chukta::fuzz::take_line(rest);
        const auto equals = line.find('=');
        const std::string name{line.substr(0, equals)};
        // Files named by variables are the machine's, not the input's.
        if (name.ends_with("_FILE")) continue;
        if (equals == std::string_view::npos) {
            variables.erase(name);
        } else {
            // An environment variable ends at its first NUL.
            const auto value = line.substr(equals + 1);
            variables[name] = std::string{value.substr(0, value.find('\0'))};
        }
    }
    const auto config = chukta::Config::read([&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    });
    if (config) {
        check(*config);
        return 0;
    }
    expect(!config.error().empty(), "a refusal has a reason");
    for (const auto& complaint : config.error()) {
        for (const auto* secret :
             {"SHOP_API_KEY",
              "CUSTOMER_TOKEN_KEY",
              "CASHFREE_CLIENT_SECRET",
              "SHOP_WEBHOOK_SECRET",
              "DATABASE_URL"}) {
            const auto found = variables.find(std::string_view{secret});
            expect(
                found == variables.end() || !tells(complaint, secret, found->second),
                "a complaint tells no secret"
            );
        }
    }
    return 0;
}
