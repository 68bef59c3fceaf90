#include "http/head.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "http/field.h"

namespace http {
namespace {

constexpr std::string_view kLineBreak = "\r\n";
constexpr std::array<std::string_view, 7> kMethods = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

constexpr Refusal kBadRequest{400};
constexpr Refusal kLengthRequired{411};
constexpr Refusal kContentTooLarge{413};
constexpr Refusal kUriTooLong{414};
constexpr Refusal kExpectationFailed{417};
constexpr Refusal kTooManyFields{431};
constexpr Refusal kMethodUnknown{501};
constexpr Refusal kVersionNotSupported{505};

using Refused = std::optional<Refusal>;

/// Twelve digits hold every length we would ever take and cannot overflow.
constexpr std::size_t kLengthDigitsMax = 12;

std::optional<std::size_t> read_length(std::string_view text) {
    if (text.empty() || text.size() > kLengthDigitsMax) return std::nullopt;
    std::size_t length = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        length = length * 10 + static_cast<std::size_t>(c - '0');
    }
    return length;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Refused read_version(std::string_view text, RequestHead& head) {
    const bool shaped = text.size() == 8 && text.substr(0, 5) == "HTTP/" && is_digit(text[5]) &&
                        text[6] == '.' && is_digit(text[7]);
    if (!shaped) return kBadRequest;
    if (text[5] != '1' || text[7] > '1') return kVersionNotSupported;
    head.minor_version = text[7] - '0';
    return std::nullopt;
}

bool is_target(std::string_view text) {
    return !text.empty() && text.front() == '/' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c > 32 && c < 127 && c != '#';
           });
}

Refused read_request_line(std::string_view line, RequestHead& head) {
    const auto first = line.find(' ');
    if (first == std::string_view::npos) return kBadRequest;
    const auto second = line.find(' ', first + 1);
    if (second == std::string_view::npos) return kBadRequest;
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, second - first - 1);
    if (!is_token(method) || !is_target(target)) return kBadRequest;
    if (const auto refused = read_version(line.substr(second + 1), head)) return refused;
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end())
        return kMethodUnknown;
    head.request.method = method;
    head.request.target = target;
    return std::nullopt;
}

/// Connection is a list of words, over one field or many; "close" anywhere wins.
void read_connection(RequestHead& head) {
    bool close = false;
    bool keep = false;
    for (const auto& field : head.request.headers.fields()) {
        if (!same_text(field.name, "Connection")) continue;
        std::string_view words{field.value};
        while (!words.empty()) {
            const auto comma = words.find(',');
            const auto word = trim_blanks(words.substr(0, comma));
            close = close || same_text(word, "close");
            keep = keep || same_text(word, "keep-alive");
            words.remove_prefix(comma == std::string_view::npos ? words.size() : comma + 1);
        }
    }
    head.keep_alive = !close && (keep || head.minor_version == 1);
}

bool is_host(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' ||
               c == '.' || c == '_' || c == '~' || c == ':' || c == '[' || c == ']';
    });
}

Refused read_fields(std::string_view block, const ServerLimits& limits, RequestHead& head) {
    auto& headers = head.request.headers;
    std::size_t fields = 0;
    while (!block.empty()) {
        const auto end = block.find(kLineBreak);
        const auto line = block.substr(0, end);
        block.remove_prefix(end + kLineBreak.size());
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return kBadRequest;
        const auto name = line.substr(0, colon);
        const auto value = trim_blanks(line.substr(colon + 1));
        // A folded line begins with a blank and so is no token either.
        if (!is_token(name) || !is_field_value(value)) return kBadRequest;
        if (++fields > limits.header_count) return kTooManyFields;
        headers.add(std::string{name}, std::string{value});
    }
    return std::nullopt;
}

Refused read_meaning(const ServerLimits& limits, RequestHead& head) {
    const auto& headers = head.request.headers;
    const auto hosts = headers.count("Host");
    if (hosts > 1 || (hosts == 0 && head.minor_version == 1)) return kBadRequest;
    if (hosts == 1 && !is_host(*headers.find("Host"))) return kBadRequest;

    const auto lengths = headers.count("Content-Length");
    if (lengths > 1) return kBadRequest;
    if (headers.count("Transfer-Encoding") > 0) {
        // Chunks are never read: the reverse proxy buffers requests and sends a length.
        return lengths > 0 ? kBadRequest : kLengthRequired;
    }
    if (lengths == 1) {
        const auto length = read_length(*headers.find("Content-Length"));
        if (!length) return kBadRequest;
        if (*length > limits.body_bytes) return kContentTooLarge;
        head.body_bytes = *length;
    }
    read_connection(head);
    for (const auto& field : headers.fields()) {
        if (!same_text(field.name, "Expect") || head.minor_version == 0) continue;
        if (!same_text(field.value, "100-continue")) return kExpectationFailed;
        head.continue_expected = true;
    }
    return std::nullopt;
}

}  // namespace

std::variant<RequestHead, Refusal> read_head(std::string_view block, const ServerLimits& limits) {
    RequestHead head;
    const auto line_end = block.find(kLineBreak);
    if (line_end == std::string_view::npos) return kBadRequest;
    if (line_end > limits.request_line_bytes) return kUriTooLong;
    if (const auto refused = read_request_line(block.substr(0, line_end), head)) return *refused;
    block.remove_prefix(line_end + kLineBreak.size());
    if (const auto refused = read_fields(block, limits, head)) return *refused;
    if (const auto refused = read_meaning(limits, head)) return *refused;
    return head;
}

}  // namespace http
