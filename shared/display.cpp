#include "shared/display.h"

namespace chukta {

std::string clock_text(EpochMs left_ms) {
    const EpochMs seconds = (left_ms + 999) / 1000;
    const auto two = [](EpochMs n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(seconds / 60) + ":" + two(seconds % 60);
}

std::string initial_of(std::string_view name) {
    if (name.empty() || static_cast<unsigned char>(name[0]) >= 0x80) return "₹";
    const char c = name[0];
    return {c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c};
}

}  // namespace chukta
