#include "server/json_request.h"

#include <string>
#include <string_view>

#include "server/api_wire.h"
#include "server/problem.h"
#include "shared/limits.h"

namespace chukta {

namespace {

/// Parameters aside, and compared without case (RFC 9110 §8.3.1).
bool has_json_type(const http::Request& request) {
    const auto type = request.headers.find("Content-Type").value_or("");
    constexpr std::string_view kJson = "application/json";
    if (type.size() < kJson.size()) return false;
    for (std::size_t i = 0; i < kJson.size(); ++i) {
        const char c = type[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != kJson[i]) return false;
    }
    return type.size() == kJson.size() || type[kJson.size()] == ';' || type[kJson.size()] == ' ';
}

}  // namespace

std::optional<http::Response> why_not_json(const http::Request& request) {
    if (!has_json_type(request)) {
        return problem(415, "unsupported_media_type", "Send Content-Type: application/json.");
    }
    if (request.body.size() > limits::kApiBodyMax) {
        static_assert(limits::kApiBodyMax == 32 * 1024);
        return problem(413, "body_too_large", "The body may have 32 KiB.");
    }
    return std::nullopt;
}

Result<std::optional<IdempotencyKey>, http::Response> idempotency_key(const http::Request& request
) {
    const auto keys = request.headers.count("Idempotency-Key");
    if (keys == 0) return std::nullopt;
    const auto text = request.headers.find("Idempotency-Key").value_or("");
    if (keys > 1 || !api_wire::is_idempotency_key(text)) {
        static_assert(limits::kIdempotencyKeyLengthMax == 64);
        return failure(problem(
            400, "idempotency_key_invalid", "Send one key of 1 to 64 of A-Z a-z 0-9 . _ : -."
        ));
    }
    return IdempotencyKey{std::string{text}};
}

}  // namespace chukta
