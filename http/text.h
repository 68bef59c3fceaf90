/// @file
/// The small texts of HTTP: percent-encoding, query strings, forms, cookies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace http {

/// Nothing when a '%' is not followed by two hex digits. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);
/// Encodes everything but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view text);

/// The decoded value of a query parameter ("a=1&b=2"); nothing when absent, given twice or badly
/// encoded.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);
/// The same for application/x-www-form-urlencoded, where '+' is a space.
std::optional<std::string> form_field(std::string_view form, std::string_view name);

/// The value of a cookie in a Cookie header; nothing when absent or given twice.
std::optional<std::string> cookie(std::string_view header, std::string_view name);

/// Text made safe inside HTML and HTML attributes in double quotes.
std::string html_escape(std::string_view text);

}  // namespace http
