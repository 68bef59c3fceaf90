#include "server/cashfree/wire_fields.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace chukta::cashfree {

namespace {

// 19 digits today; room for a UUID or a prefix.
constexpr std::size_t kIdMax = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_id_character(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

/// A JSON number without its exponent: "1.5e1" and "2e-1" are 15 and 0.2, with zeros. Nothing when
/// the exponent is further than any sum of money goes.
std::optional<std::string> plain_decimal(std::string_view number) {
    const std::size_t exponent_at = number.find_first_of("eE");
    if (exponent_at == std::string_view::npos) return std::string{number};
    std::string_view exponent_text = number.substr(exponent_at + 1);
    if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
    int exponent = 0;
    const char* const end = exponent_text.data() + exponent_text.size();
    const auto [stopped, error] = std::from_chars(exponent_text.data(), end, exponent);
    constexpr int kExponentMax = 30;
    if (error != std::errc{} || stopped != end) return std::nullopt;
    if (exponent < -kExponentMax || exponent > kExponentMax) return std::nullopt;

    std::string digits{number.substr(0, exponent_at)};
    std::size_t point = digits.find('.');
    if (point == std::string::npos) {
        point = digits.size();
    } else {
        digits.erase(point, 1);
    }
    // Zeros on both sides, so that the point finds its new place between two digits.
    digits.insert(0, kExponentMax, '0');
    digits.append(kExponentMax + 1, '0');
    const auto moved = static_cast<std::ptrdiff_t>(point) + kExponentMax + exponent;
    digits.insert(static_cast<std::size_t>(moved), 1, '.');
    const std::size_t first = std::min(digits.find_first_not_of('0'), digits.find('.') - 1);
    return digits.substr(first);
}

}  // namespace

void add_member(std::string& json, std::string_view name, std::string_view value) {
    if (json.back() != '{') json += ',';
    json += quote_json(name);
    json += ':';
    json += value;
}

void add_text(std::string& json, std::string_view name, std::string_view text) {
    add_member(json, name, quote_json(text));
}

std::optional<Money> read_money(const Value& value) {
    if (const auto text = value.string()) {
        const auto money = Money::parse_rupees(*text);
        return money ? std::optional<Money>{*money} : std::nullopt;
    }
    const auto number = value.number();
    if (!number || number->front() == '-') return std::nullopt;
    const auto decimal = plain_decimal(*number);
    if (!decimal) return std::nullopt;
    const auto money = Money::parse_rupees(*decimal);
    return money ? std::optional<Money>{*money} : std::nullopt;
}

std::string read_id(const Value& value) {
    std::string_view text = value.string().value_or("");
    if (const auto number = value.number()) {
        // Only digits: an id that came as 1.4e18 has lost some.
        if (!std::all_of(number->begin(), number->end(), is_digit)) return {};
        text = *number;
    }
    if (text.size() > kIdMax || !std::all_of(text.begin(), text.end(), is_id_character)) return {};
    return std::string{text};
}

std::string read_word(const Value& value, std::size_t max) {
    const std::string_view text = value.string().value_or("");
    const auto is_printable = [](char c) { return c > ' ' && c <= '~'; };
    if (text.size() > max || !std::all_of(text.begin(), text.end(), is_printable)) return {};
    return std::string{text};
}

std::string read_bank_reference(const Value& value) {
    std::string text = value.number() ? read_id(value) : read_word(value, kIdMax);
    if (text == "NA" || text == "null") text.clear();
    return text;
}

std::optional<EpochMs> read_time(const Value& value) {
    const auto text = value.string();
    return text ? from_rfc3339(*text) : std::nullopt;
}

}  // namespace chukta::cashfree
