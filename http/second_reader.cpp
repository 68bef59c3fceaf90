#include "http/second_reader.h"

#include <pistache/http.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <string_view>

#include "http/field.h"

namespace http {
namespace {

/// Fields Pistache gives a typed parser, which throws or answers 415 on legal values.
constexpr std::array<std::string_view, 17> kTypedFields = {
    "Accept",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Date",
    "ETag",
    "Expect",
    "Host",
    "Last-Modified",
    "Location",
    "Server",
    "Set-Cookie",
    "Transfer-Encoding"};

bool typed(std::string_view name) {
    return std::any_of(kTypedFields.begin(), kTypedFields.end(), [&](std::string_view field) {
        return same_text(field, name);
    });
}

std::string canonical_head(const Request& request) {
    std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
    for (const auto& field : request.headers.fields()) {
        if (typed(field.name)) continue;
        head.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    head += "Content-Length: 0\r\n\r\n";
    return head;
}

}  // namespace

bool second_reader_agrees(const Request& request) {
    const std::string head = canonical_head(request);
    try {
        Pistache::Http::RequestParser parser{head.size() + 1};
        if (!parser.feed(head.data(), head.size())) return false;
        if (parser.parse() != Pistache::Http::Private::State::Done) return false;
        return Pistache::Http::methodString(parser.request.method()) == request.method &&
               parser.request.resource() == request.path();
    } catch (const std::exception&) {
        // It throws on what it cannot read; that is its answer.
        return false;
    }
}

}  // namespace http
