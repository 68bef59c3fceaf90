#include "shared/upi_uri.h"

#include "shared/limits.h"

namespace chukta {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_prefix) {
    if (text.size() < lower_prefix.size()) return false;
    for (std::size_t i = 0; i < lower_prefix.size(); ++i) {
        if (lower(text[i]) != lower_prefix[i]) return false;
    }
    return true;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// Once, never twice; '+' is a plus sign, since UPI links write a space as %20.
std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

/// What stands between the first '?' and the '#'.
std::string_view query_of(std::string_view link) {
    link = link.substr(0, link.find('#'));
    const std::size_t mark = link.find('?');
    return mark == std::string_view::npos ? std::string_view{} : link.substr(mark + 1);
}

/// ASCII control characters, the space, and the C1 controls in their UTF-8 form.
bool has_control_or_space(std::string_view link) {
    for (std::size_t i = 0; i < link.size(); ++i) {
        const auto byte = static_cast<unsigned char>(link[i]);
        if (byte <= 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && i + 1 < link.size()) {
            const auto next = static_cast<unsigned char>(link[i + 1]);
            if (next >= 0x80 && next <= 0x9F) return true;
        }
    }
    return false;
}

/// The app's own schemes (facts/upi-and-devices.md §3.1), besides upi://.
bool has_scheme_of(UpiApp app, std::string_view link) {
    if (starts_with_ignoring_case(link, "upi://")) return true;
    switch (app) {
        case UpiApp::GooglePay:
            return starts_with_ignoring_case(link, "gpay://") ||
                   starts_with_ignoring_case(link, "tez://");
        case UpiApp::PhonePe:
            return starts_with_ignoring_case(link, "phonepe://");
        case UpiApp::Paytm:
            return starts_with_ignoring_case(link, "paytmmp://");
        case UpiApp::Bhim:
            return starts_with_ignoring_case(link, "bhim://");
        case UpiApp::Other:
            return false;
    }
    return false;
}

/// "https://host" followed by a path, a query or nothing. A '@' or ':' after the origin would name
/// another host, so nothing else may follow.
bool is_under_origin(std::string_view link, std::string_view origin) {
    const bool is_web = origin.rfind("https://", 0) == 0 || origin.rfind("http://", 0) == 0;
    if (!is_web || link.substr(0, origin.size()) != origin) return false;
    const std::string_view rest = link.substr(origin.size());
    return rest.empty() || rest.front() == '/' || rest.front() == '?' || rest.front() == '#';
}

}  // namespace

std::optional<std::string> link_parameter(std::string_view link, std::string_view name) {
    std::optional<std::string> found;
    std::string_view query = query_of(link);
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);

        const std::size_t equals = pair.find('=');
        // The name is decoded as well: an app that does so would see "%61m" as a second "am".
        if (percent_decode(pair.substr(0, equals)) != name) continue;
        if (found) return std::nullopt;
        found = equals == std::string_view::npos ? std::optional<std::string>{std::string{}}
                                                 : percent_decode(pair.substr(equals + 1));
        if (!found) return std::nullopt;
    }
    return found;
}

std::optional<Money> link_amount(std::string_view link) {
    const auto text = link_parameter(link, "am");
    if (!text) return std::nullopt;
    const auto amount = Money::parse_rupees(*text);
    if (!amount) return std::nullopt;
    return *amount;
}

bool is_upi_link(std::string_view link) { return starts_with_ignoring_case(link, "upi:"); }

bool is_web_link(std::string_view link) {
    return link.substr(0, 8) == "https://" || link.substr(0, 7) == "http://";
}

bool link_is_allowed(UpiApp app, std::string_view link, std::string_view gateway_origin) {
    if (link.size() > limits::kLinkLengthMax || has_control_or_space(link)) return false;
    return has_scheme_of(app, link) || is_under_origin(link, gateway_origin);
}

}  // namespace chukta
