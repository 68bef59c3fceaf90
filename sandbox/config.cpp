#include "sandbox/config.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>

namespace sandbox {
namespace {

std::optional<std::string> variable(const char* name) {
    const auto* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string{value};
}

/// NAME, or the first line of the file that NAME_FILE names.
std::optional<std::string> secret(const std::string& name) {
    if (auto value = variable(name.c_str())) return value;
    const auto path = variable((name + "_FILE").c_str());
    if (!path) return std::nullopt;
    std::ifstream file{*path};
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    return line;
}

std::optional<std::uint64_t> number(const std::string& text, std::uint64_t max) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > max) {
        return std::nullopt;
    }
    return value;
}

using Refusal = tl::unexpected<std::string>;

}  // namespace

chukta::Result<Options, std::string> options_from_environment() {
    Options options;
    const auto take = [](const char* name, std::string& into) {
        if (auto value = variable(name)) into = *value;
    };
    take("SANDBOX_ADDRESS", options.address);
    take("SANDBOX_PUBLIC_URL", options.public_url);
    take("SANDBOX_STATE_FILE", options.state_file);
    take("CASHFREE_CLIENT_ID", options.client_id);
    take("MERCHANT_NAME", options.merchant_name);
    options.client_secret = secret("CASHFREE_CLIENT_SECRET").value_or(options.client_secret);
    options.webhook_url =
        variable("WEBHOOK_URL").value_or("http://127.0.0.1:8080/webhooks/cashfree");
    const auto port = number(variable("SANDBOX_PORT").value_or("8081"), 65535);
    if (!port) return Refusal{"SANDBOX_PORT is not a port"};
    options.port = static_cast<std::uint16_t>(*port);
    const auto delay = number(variable("COLLECT_SUCCESS_DELAY_MS").value_or("30000"), 86'400'000);
    if (!delay) return Refusal{"COLLECT_SUCCESS_DELAY_MS is not a number of milliseconds"};
    options.collect_success_delay_ms = static_cast<std::int64_t>(*delay);
    const auto seed =
        number(variable("SANDBOX_SEED").value_or("0"), std::numeric_limits<std::uint64_t>::max());
    if (!seed) return Refusal{"SANDBOX_SEED is not a number"};
    options.seed = *seed;
    const auto mode = variable("LINK_MODE").value_or("sandbox");
    if (mode != "sandbox" && mode != "production") {
        return Refusal{"LINK_MODE is sandbox or production"};
    }
    options.link_mode = mode == "sandbox" ? LinkMode::Sandbox : LinkMode::Production;
    const auto limits = variable("SANDBOX_RATE_LIMITS").value_or("production");
    if (limits == "off") {
        options.rate_limits = RateLimits::Off;
    } else if (limits == "sandbox") {
        options.rate_limits = RateLimits::Sandbox;
    } else if (limits != "production") {
        return Refusal{"SANDBOX_RATE_LIMITS is off, sandbox or production"};
    }
    while (options.public_url.ends_with('/')) options.public_url.pop_back();
    return options;
}

}  // namespace sandbox
