#include "web/theme.h"

#include <array>

namespace chukta::page {
namespace {

struct Pair {
    std::uint32_t light;
    std::uint32_t dark;
};
constexpr auto kColours = std::to_array<Pair>({
#define CHUKTA_COLOUR(name, css, light, dark) {light, dark},
#include "web/theme.inc"
#undef CHUKTA_COLOUR
});

}  // namespace

std::uint32_t packed(Colour colour, bool dark, float alpha) {
    const Pair& pair = kColours[static_cast<std::size_t>(colour)];
    const std::uint32_t rgb = dark ? pair.dark : pair.light;
    const std::uint32_t red = rgb >> 16 & 255, green = rgb >> 8 & 255, blue = rgb & 255;
    // Not lround: the page has no such function, and alpha is no less than 0.
    // NOLINTNEXTLINE(bugprone-incorrect-roundings)
    const auto a = static_cast<std::uint32_t>(alpha * 255.0f + 0.5f);
    return a << 24 | blue << 16 | green << 8 | red;
}

}  // namespace chukta::page
