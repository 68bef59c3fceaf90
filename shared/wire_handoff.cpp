#include "shared/wire_handoff.h"

#include "shared/limits.h"
#include "shared/wire_json.h"

namespace chukta::wire {

using namespace json;

std::optional<Handoff> decode_handoff(std::string_view text) {
    const auto json = parse(text, limits::kApiBodyMax);
    if (!json || !json->is_object()) return std::nullopt;
    Handoff handoff;
    constexpr std::size_t kUrlMax = limits::kLinkLengthMax + limits::kTokenLengthMax;
    if (!read(member(*json, "url"), handoff.url, kUrlMax) ||
        !read_time(member(*json, "expires_at"), handoff.expires_at)) {
        return std::nullopt;
    }
    return handoff;
}

}  // namespace chukta::wire
