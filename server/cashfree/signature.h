/// @file
/// Did Cashfree sign these bytes? (facts/cashfree.md §5.2). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "server/gateway.h"
#include "server/secret.h"

namespace chukta::cashfree {

/// What x-webhook-signature must be: base64(HMAC-SHA256(key, timestamp text, then the raw body)).
/// Nothing stands between the two: the dot in Cashfree's samples is PHP's concatenation.
std::string signature_of(const Secret& key, std::string_view timestamp, std::string_view body);

/// Whether the body is signed with one of the two client secrets (`previous` may be empty, during a
/// rotation it is not). False for a header that is missing or of another shape. Takes the same time
/// whatever differs. Age is not judged here: a late retry is still news (product.md §5).
bool is_signed(
    const Secret& current,
    const Secret& previous,
    const WebhookHeaders& headers,
    std::string_view body
);

}  // namespace chukta::cashfree
