#include "http/text.h"

#include "http/field.h"

namespace http {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    return std::nullopt;
}

bool unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

enum class Plus { StaysPlus, IsSpace };

std::optional<std::string> decode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '+' && plus == Plus::IsSpace) {
            decoded += ' ';
            continue;
        }
        if (c != '%') {
            decoded += c;
            continue;
        }
        if (text.size() - at < 3) return std::nullopt;
        const auto high = hex_digit(text[at + 1]);
        const auto low = hex_digit(text[at + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    return decoded;
}

/// The pairs of "a=1&b=2". A value is wanted only when exactly one pair has the name: two readers
/// that pick different ones of two would disagree about what was asked.
std::optional<std::string> only_value(std::string_view pairs, std::string_view name, Plus plus) {
    std::optional<std::string_view> found;
    while (!pairs.empty()) {
        const auto end = pairs.find('&');
        const auto pair = pairs.substr(0, end);
        pairs.remove_prefix(end == std::string_view::npos ? pairs.size() : end + 1);
        const auto equals = pair.find('=');
        const auto decoded_name = decode(pair.substr(0, equals), plus);
        if (!decoded_name || *decoded_name != name) continue;
        if (found) return std::nullopt;
        found = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    }
    if (!found) return std::nullopt;
    return decode(*found, plus);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    return decode(text, Plus::StaysPlus);
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (unreserved(c)) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += kHexDigits[byte >> 4];
        encoded += kHexDigits[byte & 15];
    }
    return encoded;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
    return only_value(query, name, Plus::StaysPlus);
}

std::optional<std::string> form_field(std::string_view form, std::string_view name) {
    return only_value(form, name, Plus::IsSpace);
}

std::optional<std::string> cookie(std::string_view header, std::string_view name) {
    std::optional<std::string> found;
    while (!header.empty()) {
        const auto end = header.find(';');
        const auto pair = trim_blanks(header.substr(0, end));
        header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        if (found) return std::nullopt;
        found = std::string{pair.substr(equals + 1)};
    }
    return found;
}

std::string html_escape(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                continue;
            case '<':
                escaped += "&lt;";
                continue;
            case '>':
                escaped += "&gt;";
                continue;
            case '"':
                escaped += "&quot;";
                continue;
            case '\'':
                escaped += "&#39;";
                continue;
        }
        escaped += c;
    }
    return escaped;
}

}  // namespace http
