/// @file
/// Absolute http and https URLs, as far as settings and return_url need them. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chukta {

/// An absolute URL without user name, fragment-safe to put into a header or a link: only RFC 3986
/// characters.
struct WebUrl {
    std::string text;    ///< as given
    std::string scheme;  ///< "http" or "https"
    std::string host;    ///< lower case, brackets of IPv6 included
    std::string origin;  ///< RFC 6454: scheme, host, and the port when it is not the scheme's own
    std::string path;    ///< what follows the origin, query included; may be empty

    bool is_https() const { return scheme == "https"; }
    /// localhost, 127.0.0.0/8 or [::1].
    bool is_loopback() const;
};

/// Nothing for another scheme, a user name, no host, a bad port, spaces, backslashes or control
/// characters: what browsers and servers read differently is refused.
std::optional<WebUrl> parse_web_url(std::string_view text);

}  // namespace chukta
