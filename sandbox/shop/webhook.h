/// @file
/// Whether a webhook really comes from Chukta: Standard Webhooks, symmetric signatures.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "shared/result.h"
#include "shared/time.h"

namespace shop {

/// Older or younger than this by our clock is refused, so that a recorded webhook cannot be played
/// again much later. Five minutes is the Standard Webhooks libraries' own choice.
constexpr chukta::EpochMs kWebhookToleranceMs = 300'000;

/// The shared secret, decoded. Prints nothing of itself.
class WebhookKey {
public:
    /// Reads "whsec_" and base64 of 24 to 64 bytes (the specification's bounds); nothing for
    /// anything else.
    static std::optional<WebhookKey> parse(std::string_view text);

    /// base64(HMAC-SHA256(key, "id.timestamp.body")), without the "v1," before it.
    std::string sign(std::string_view id, std::string_view timestamp, std::string_view body) const;

private:
    explicit WebhookKey(std::string bytes) : bytes_{std::move(bytes)} {}
    std::string bytes_;
};

/// Why a webhook is not believed. All are answered 401.
enum class WebhookError {
    HeaderMissing,   ///< or given twice: which one was signed?
    TimestampWrong,  ///< not a number, or outside the tolerance
    NotSigned,       ///< no signature of the list is ours
};

/// The webhook-id when the request was signed with the key within the tolerance. Looks at the raw
/// body only; nobody may parse it before.
chukta::Result<std::string, WebhookError> verify_webhook(
    const WebhookKey& key, const http::Request& request, chukta::EpochMs now_ms
);

}  // namespace shop
