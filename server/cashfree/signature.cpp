#include "server/cashfree/signature.h"

#include <algorithm>
#include <cstddef>

#include "server/crypto.h"

namespace chukta::cashfree {

namespace {

// Real events send 13 digits (ms), the dashboard's test 10 (s); 19 is the most an int64 holds.
constexpr std::size_t kTimestampDigitsMax = 19;

// 32 bytes as base64.
constexpr std::size_t kSignatureLength = 44;

bool is_timestamp(std::string_view text) {
    return !text.empty() && text.size() <= kTimestampDigitsMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// An empty key signs nothing: anybody could.
bool matches(const Secret& key, const WebhookHeaders& headers, std::string_view body) {
    if (key.empty()) return false;
    return crypto::equal_constant_time(
        signature_of(key, headers.timestamp, body), headers.signature
    );
}

}  // namespace

std::string signature_of(const Secret& key, std::string_view timestamp, std::string_view body) {
    std::string message;
    message.reserve(timestamp.size() + body.size());
    message.append(timestamp).append(body);
    return crypto::base64_encode(crypto::hmac_sha256(key, message));
}

bool is_signed(
    const Secret& current,
    const Secret& previous,
    const WebhookHeaders& headers,
    std::string_view body
) {
    if (!is_timestamp(headers.timestamp) || headers.signature.size() != kSignatureLength) {
        return false;
    }
    // Both are computed whatever the first says, so that time does not tell which secret signs.
    const bool by_current = matches(current, headers, body);
    const bool by_previous = matches(previous, headers, body);
    return by_current || by_previous;
}

}  // namespace chukta::cashfree
