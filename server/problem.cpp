#include "server/problem.h"

#include <string>
#include <utility>

#include "shared/limits.h"
#include "shared/wire.h"

namespace chukta {

namespace {

constexpr std::string_view kProblemType = "application/problem+json";

std::string_view title_of(int status) {
    struct Row {
        int status;
        std::string_view title;
    };
    constexpr Row kRows[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (const auto& row : kRows) {
        if (row.status == status) return row.title;
    }
    return "Error";
}

}  // namespace

http::Response problem(int status, std::string_view code, std::string_view detail) {
    http::Response response;
    response.status = status;
    response.headers.add("Content-Type", std::string{kProblemType});
    response.body = wire::encode(wire::Problem{
        .status = status,
        .code = std::string{code},
        .title = std::string{title_of(status)},
        .detail = std::string{detail},
    });
    return response;
}

bool is_problem(const http::Response& response) {
    return response.headers.find("Content-Type") == kProblemType;
}

http::Response json_answer(int status, std::string json) {
    http::Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(json);
    return response;
}

http::Response order_not_found() {
    return problem(404, "order_not_found", "There is no such order here.");
}

http::Response too_many_requests(int retry_after_s) {
    auto response = problem(429, "too_many_requests", "Ask again after Retry-After seconds.");
    response.headers.add("Retry-After", std::to_string(retry_after_s));
    return response;
}

http::Response unavailable() {
    auto response = problem(503, "unavailable", "Please try again later.");
    response.headers.add("Retry-After", "2");
    return response;
}

http::Response server_refusal(int status) {
    switch (status) {
        case 408:
            return problem(408, "request_too_slow", "The request did not come in time.");
        case 411:
            return problem(411, "length_required", "Send Content-Length.");
        case 413:
            static_assert(limits::kWebhookBodyMax == 64 * 1024);
            return problem(413, "body_too_large", "The body may have 64 KiB.");
        case 414:
            return problem(414, "address_too_long", "The request line may have 8 KiB.");
        case 417:
            return problem(417, "expectation_unknown", "Only 100-continue may be expected.");
        case 431:
            return problem(431, "headers_too_large", "The headers may have 16 KiB, 100 fields.");
        case 500:
            return problem(500, "internal_error", "Please try again later.");
        case 501:
            return problem(501, "method_unknown", "There is no such method.");
        case 503:
            return unavailable();
        case 504:
            return problem(504, "answer_too_late", "Please try again later.");
        case 505:
            return problem(505, "version_unknown", "Speak HTTP/1.1.");
        default:
            return problem(status, "bad_request", "This is not a request of HTTP/1.1.");
    }
}

}  // namespace chukta
