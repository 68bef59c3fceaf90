#include "server/problem.h"

#include <string>
#include <utility>

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
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
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

}  // namespace chukta
