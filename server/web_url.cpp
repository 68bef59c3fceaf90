#include "server/web_url.h"

#include <algorithm>
#include <charconv>

namespace chukta {

namespace {

bool is_url_character(char c) {
    // RFC 3986 §2: unreserved, reserved and '%'. A backslash is a slash to browsers only.
    constexpr std::string_view kPunctuation = "-._~:/?#[]@!$&'()*+,;=%";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPunctuation.find(c) != std::string_view::npos;
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

std::string lower(std::string_view text) {
    std::string result{text};
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

bool host_is_valid(std::string_view host) {
    if (host.size() >= 4 && host.front() == '[' && host.back() == ']') {
        const auto inside = host.substr(1, host.size() - 2);
        return inside.find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
    }
    // One that ends with a dot is the same host by another name, which no comparison would see.
    return !host.empty() && host.front() != '.' && host.front() != '-' && host.back() != '.' &&
           std::all_of(host.begin(), host.end(), is_host_character);
}

/// The port as ":8080", empty for none or the scheme's own; nothing for a bad one.
std::optional<std::string> port_text(std::string_view text, std::string_view scheme) {
    if (text.empty()) return std::string{};
    unsigned port = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || port == 0 || port > 65535) return std::nullopt;
    if (port == (scheme == "https" ? 443U : 80U)) return std::string{};
    return ":" + std::to_string(port);
}

}  // namespace

bool WebUrl::is_loopback() const {
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::optional<WebUrl> parse_web_url(std::string_view text) {
    if (!std::all_of(text.begin(), text.end(), is_url_character)) return std::nullopt;
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    WebUrl url;
    url.text = text;
    url.scheme = lower(text.substr(0, colon));
    if (url.scheme != "http" && url.scheme != "https") return std::nullopt;

    const auto rest = text.substr(colon + 3);
    const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    const auto authority = rest.substr(0, authority_end);
    if (authority.find('@') != std::string_view::npos) return std::nullopt;
    auto port_at = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    if (bracket != std::string_view::npos && port_at != std::string_view::npos &&
        port_at < bracket) {
        port_at = std::string_view::npos;
    }
    url.host = lower(authority.substr(0, port_at));
    if (!host_is_valid(url.host)) return std::nullopt;
    const auto port = port_text(
        port_at == std::string_view::npos ? std::string_view{} : authority.substr(port_at + 1),
        url.scheme
    );
    if (!port) return std::nullopt;
    url.origin = url.scheme + "://" + url.host + *port;
    url.path = rest.substr(authority_end);
    return url;
}

}  // namespace chukta
