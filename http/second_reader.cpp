#include "http/second_reader.h"

#include <pistache/http.h>

#include <exception>
#include <string>

namespace http {
namespace {

std::string canonical_head(const Request& request) {
    return request.method + " " + request.target + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
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
