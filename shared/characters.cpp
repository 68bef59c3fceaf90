#include "shared/characters.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace chukta {

Characters characters_of(std::string_view text) {
    constexpr std::uint64_t kOfEach = 0x0101010101010101;
    constexpr std::uint64_t kHighBits = 0x80 * kOfEach;
    std::uint64_t seen = 0;
    std::uint64_t below_space = 0;
    const auto look_at = [&](std::uint64_t eight) {
        seen |= eight;
        below_space |= (eight - ' ' * kOfEach) & ~eight;
    };
    std::size_t i = 0;
    for (std::uint64_t eight = 0; i + sizeof eight <= text.size(); i += sizeof eight) {
        std::memcpy(&eight, text.data() + i, sizeof eight);
        look_at(eight);
    }
    if (i < text.size()) {
        std::uint64_t rest = ' ' * kOfEach;
        std::memcpy(&rest, text.data() + i, text.size() - i);
        look_at(rest);
    }
    return {(seen & kHighBits) == 0, (below_space & kHighBits) != 0};
}

bool forbidden_in_json(std::string_view text, const Characters& characters) {
    return characters.controls && std::any_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r';
           });
}

}  // namespace chukta
