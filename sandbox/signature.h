/// @file
/// The webhook signature (facts/cashfree.md §5.2).
#pragma once

#include <string>
#include <string_view>

namespace sandbox {

/// base64(HMAC-SHA256(secret, timestamp followed by the raw body)): no separator between them.
std::string webhook_signature(
    std::string_view secret, std::string_view timestamp, std::string_view body
);

}  // namespace sandbox
