#include "shared/wire_handoff.h"

#include "shared/limits.h"
#include "shared/wire_read.h"

namespace chukta::wire {

using namespace reading;

std::optional<Handoff> decode_handoff(std::string_view text) {
    const auto json = parse_object(text, limits::kApiBodyMax);
    if (!json) return std::nullopt;
    Handoff handoff;
    constexpr std::size_t kUrlMax = limits::kLinkLengthMax + limits::kTokenLengthMax;
    if (!read(json->member("url"), handoff.url, kUrlMax) ||
        !read_time(json->member("expires_at"), handoff.expires_at)) {
        return std::nullopt;
    }
    return handoff;
}

}  // namespace chukta::wire
