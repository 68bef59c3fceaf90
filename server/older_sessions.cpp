#include "server/older_sessions.h"

#include "http/field.h"
#include "server/api_wire.h"
#include "server/session.h"

namespace chukta {

std::vector<std::string> forget_older_sessions(
    std::string_view cookie_header, const OrderId& order_id
) {
    const std::string prefix = Sessions::cookie_name(OrderId{""});
    const std::string newest = Sessions::cookie_name(order_id);
    std::vector<std::string> names;
    while (!cookie_header.empty()) {
        const auto end = cookie_header.find(';');
        const auto pair = http::trim_blanks(cookie_header.substr(0, end));
        cookie_header.remove_prefix(end == std::string_view::npos ? cookie_header.size() : end + 1);
        const auto name = pair.substr(0, pair.find('='));
        const bool is_session =
            name.starts_with(prefix) && api_wire::is_order_id(name.substr(prefix.size()));
        if (is_session && name != newest) names.emplace_back(name);
    }
    if (names.size() <= kOlderSessionsMax) return {};
    // Browsers send the oldest first (RFC 6265 §5.4).
    names.resize(names.size() - kOlderSessionsMax);
    for (auto& name : names) name += "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
    return names;
}

}  // namespace chukta
