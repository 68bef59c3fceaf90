#include "sandbox/shop/webhook.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>

#include "sandbox/shop/crypto.h"

namespace shop {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kKeyBytesMin = 24;
constexpr std::size_t kKeyBytesMax = 64;
constexpr std::size_t kIdLengthMax = 128;

std::optional<std::string_view> only(const http::Headers& headers, std::string_view name) {
    if (headers.count(name) != 1) return std::nullopt;
    return headers.find(name);
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    // The bound keeps the multiplication below from overflowing.
    if (!whole || seconds < 0 || seconds > 100'000'000'000) return std::nullopt;
    return seconds;
}

/// The header holds a list, "v1,<base64> v1,<base64>", while a secret is being changed.
bool any_matches(std::string_view list, std::string_view expected) {
    bool matches = false;
    while (!list.empty()) {
        const std::size_t space = list.find(' ');
        const std::string_view entry = list.substr(0, space);
        list = space == list.npos ? std::string_view{} : list.substr(space + 1);
        if (!entry.starts_with("v1,")) continue;
        if (equal_in_constant_time(entry.substr(3), expected)) matches = true;
    }
    return matches;
}

}  // namespace

std::optional<WebhookKey> WebhookKey::parse(std::string_view text) {
    if (!text.starts_with(kPrefix)) return std::nullopt;
    auto bytes = base64_decode(text.substr(kPrefix.size()));
    if (!bytes || bytes->size() < kKeyBytesMin || bytes->size() > kKeyBytesMax) return std::nullopt;
    return WebhookKey{std::move(*bytes)};
}

std::string WebhookKey::sign(std::string_view id, std::string_view timestamp, std::string_view body)
    const {
    std::string text;
    text.reserve(id.size() + timestamp.size() + body.size() + 2);
    text.append(id).append(".").append(timestamp).append(".").append(body);
    return base64_encode(hmac_sha256(bytes_, text));
}

chukta::Result<std::string, WebhookError> verify_webhook(
    const WebhookKey& key, const http::Request& request, chukta::EpochMs now_ms
) {
    const auto id = only(request.headers, "webhook-id");
    const auto timestamp = only(request.headers, "webhook-timestamp");
    const auto signatures = only(request.headers, "webhook-signature");
    if (!id || !timestamp || !signatures || id->empty() || id->size() > kIdLengthMax) {
        return chukta::failure(WebhookError::HeaderMissing);
    }
    const auto seconds = seconds_of(*timestamp);
    if (!seconds || std::abs(now_ms - *seconds * 1000) > kWebhookToleranceMs) {
        return chukta::failure(WebhookError::TimestampWrong);
    }
    if (!any_matches(*signatures, key.sign(*id, *timestamp, request.body))) {
        return chukta::failure(WebhookError::NotSigned);
    }
    return std::string{*id};
}

}  // namespace shop
