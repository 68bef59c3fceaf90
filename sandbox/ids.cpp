#include "sandbox/ids.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

namespace sandbox {
namespace {

constexpr std::string_view kBase32 = "0123456789abcdefghijklmnopqrstuv";

}  // namespace

IdMaker::IdMaker(std::uint64_t seed, int digits)
    : random_{seed}, digits_{std::clamp(digits, 10, 19)} {}

std::string IdMaker::pick(std::string_view alphabet, int count) {
    // Not std::uniform_int_distribution: its result differs between libraries, and a seed printed
    // by one build should repeat in another.
    std::string text;
    for (int i = 0; i < count; ++i) text += alphabet[random_() % alphabet.size()];
    return text;
}

std::string IdMaker::digits(int count) {
    std::string text = pick("0123456789", count);
    if (!text.empty() && text.front() == '0') text.front() = '1';
    return text;
}

std::string IdMaker::cf_id() {
    auto text = digits(digits_);
    // 19 digits above 9.2e18 do not fit a signed 64-bit integer, which theirs are.
    if (digits_ == 19 && text.front() == '9') text.front() = '8';
    return text;
}

std::string IdMaker::payment_session_id() {
    return "session_" +
           pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 108);
}

std::string IdMaker::hex(int count) { return pick("0123456789abcdef", count); }

std::string IdMaker::alphanumeric(int count) {
    return pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count);
}

std::string IdMaker::uuid() {
    auto text = hex(8) + "-" + hex(4) + "-4" + hex(3) + "-" + pick("89ab", 1) + hex(3) + "-";
    return text + hex(12);
}

std::string base32_of(std::string_view decimal) {
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(decimal.data(), decimal.data() + decimal.size(), number);
    if (error != std::errc{} || end != decimal.data() + decimal.size()) return {};
    std::string text;
    do {
        text.insert(text.begin(), kBase32[number % 32]);
        number /= 32;
    } while (number != 0);
    return text;
}

std::string decimal_of(std::string_view base32) {
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t number = 0;
    if (base32.empty()) return {};
    for (const char c : base32) {
        const auto digit = kBase32.find(c);
        if (digit == std::string_view::npos || number > kMax / 32) return {};
        number = number * 32 + digit;
    }
    return std::to_string(number);
}

}  // namespace sandbox
