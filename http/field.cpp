#include "http/field.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace http {
namespace {

/// By the character's number; most requests have some two hundred of them in their names.
constexpr auto kOfTokens = [] {
    constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?={}";
    std::array<bool, 256> of_tokens{};
    for (std::size_t c = 33; c < 127; ++c) {
        of_tokens[c] = kSeparators.find(static_cast<char>(c)) == std::string_view::npos;
    }
    return of_tokens;
}();

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return kOfTokens[static_cast<unsigned char>(c)];
    });
}

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 32 || c == '\t') && byte != 127;
    });
}

bool same_text(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return lower(x) == lower(y);
           });
}

std::string_view trim_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace http
