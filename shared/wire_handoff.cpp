#include "shared/wire_handoff.h"

#include "shared/limits.h"
#include "shared/upi_uri.h"
#include "shared/wire_read.h"

namespace chukta::wire {

using reading::is_object;
using reading::parse_object;
using reading::read;
using reading::read_time;

namespace {

std::optional<Handoff> handoff_from(const json::Value* json) {
    if (!is_object(json)) return std::nullopt;
    Handoff handoff;
    constexpr std::size_t kUrlMax = limits::kLinkLengthMax + limits::kTokenLengthMax;
    if (!read(json->member("url"), handoff.url, kUrlMax) ||
        !read_time(json->member("expires_at"), handoff.expires_at)) {
        return std::nullopt;
    }
    return handoff;
}

}  // namespace

std::optional<Handoff> decode_handoff(std::string_view text) {
    const auto json = parse_object(text, limits::kApiBodyMax);
    return json ? handoff_from(&*json) : std::nullopt;
}

std::optional<Handoff> handoff_of_page(std::string_view view_json) {
    const auto json = parse_object(view_json, limits::kOrderViewBytesMax);
    return json ? handoff_from(json->member("handoff")) : std::nullopt;
}

std::string chrome_link(std::string_view url) {
    if (!is_web_link(url)) return {};
    const auto mark = url.find("://");
    return "intent" + std::string{url.substr(mark)} +
           "#Intent;scheme=" + std::string{url.substr(0, mark)} + ";package=com.android.chrome;end";
}

}  // namespace chukta::wire
