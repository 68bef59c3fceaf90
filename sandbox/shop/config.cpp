#include "sandbox/shop/config.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/shop/webhook.h"

namespace shop {
namespace {

constexpr std::size_t kTokenKeyBytesMin = 32;  // RFC 7518 §3.2: a key as long as the hash

std::string variable(const char* name, std::string_view fallback = {}) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? std::string{value} : std::string{fallback};
}

/// The secret itself or the first line of the file named by <NAME>_FILE.
std::string secret(const std::string& name) {
    const std::string path = variable((name + "_FILE").c_str());
    if (path.empty()) return variable(name.c_str());
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    return line;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

bool is_origin(std::string_view url) {
    const bool scheme = url.starts_with("http://") || url.starts_with("https://");
    return scheme && url.find('/', url.find("//") + 2) == std::string_view::npos &&
           url.find_first_of(" ;,'\"\r\n?#") == std::string_view::npos;
}

std::string without_last_slash(std::string url) {
    if (url.ends_with('/')) url.pop_back();
    return url;
}

/// What is wrong with the settings, or an empty text.
std::string complaint(const Options& options) {
    if (!is_origin(options.public_url)) return "SHOP_PUBLIC_URL is not http(s)://host[:port]";
    if (!is_origin(options.chukta_url)) return "CHUKTA_URL is not http(s)://host[:port]";
    if (!is_origin(options.chukta_public_url)) {
        return "CHUKTA_PUBLIC_URL is not http(s)://host[:port]";
    }
    if (options.state_file.empty()) return "SHOP_STATE_FILE is not set";
    if (options.merchant_id.empty()) return "MERCHANT_ID is not set";
    if (options.api_key.empty()) return "SHOP_API_KEY is not set";
    if (options.customer_token_key.size() < kTokenKeyBytesMin) {
        return "CUSTOMER_TOKEN_KEY needs at least 32 bytes";
    }
    if (!WebhookKey::parse(options.webhook_secret)) {
        return "SHOP_WEBHOOK_SECRET is not whsec_<base64>";
    }
    return {};
}

}  // namespace

chukta::Result<Options, std::string> options_from_environment() {
    const std::string port_text = variable("SHOP_PORT", "8082");
    const auto port = port_of(port_text);
    if (!port) return chukta::failure(std::string{"SHOP_PORT is not a port number"});

    Options options;
    options.address = variable("SHOP_ADDRESS", "127.0.0.1");
    options.port = *port;
    options.public_url =
        without_last_slash(variable("SHOP_PUBLIC_URL", "http://127.0.0.1:" + port_text));
    options.state_file = variable("SHOP_STATE_FILE", "data/shop.json");
    options.chukta_url = without_last_slash(variable("CHUKTA_URL", options.chukta_url));
    options.chukta_public_url =
        without_last_slash(variable("CHUKTA_PUBLIC_URL", options.chukta_url));
    options.merchant_id = variable("MERCHANT_ID");
    options.api_key = secret("SHOP_API_KEY");
    options.customer_token_key = secret("CUSTOMER_TOKEN_KEY");
    options.webhook_secret = secret("SHOP_WEBHOOK_SECRET");

    if (std::string wrong = complaint(options); !wrong.empty()) return chukta::failure(wrong);
    return options;
}

}  // namespace shop
