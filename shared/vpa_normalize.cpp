#include <array>
#include <cstdint>

#include "shared/upi_uri.h"
#include "shared/vpa.h"

// facts/upi-and-devices.md §1.2, steps 1 to 6.
namespace chukta {
namespace {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 1;  ///< bytes taken; 1 for a byte that is not UTF-8
    bool valid = false;
};

/// The code point at the front of text, which is not empty. Overlong and cut forms are not valid;
/// their bytes stay and fail the check as not English.
CodePoint first_code_point(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
    std::uint32_t value = lead & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0u) != 0x80u) return {};
        value = (value << 6) | (next & 0x3Fu);
    }
    return {value, size, true};
}

/// Zero-width, bidi-control and soft-hyphen characters: seen by nobody, pasted by many.
bool is_invisible(std::uint32_t c) {
    return c == 0x00AD || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/// Spaces that do not break, tabs and line ends; the plain space is one already.
bool is_odd_space(std::uint32_t c) {
    return c == 0x00A0 || c == 0x2007 || c == 0x202F || (c >= '\t' && c <= '\r');
}

/// The digit's value when c is one of India's scripts, else -1.
int indic_digit(std::uint32_t c) {
    // Zero of: Arabic, Urdu, Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada,
    // Malayalam, Ol Chiki, Meetei.
    constexpr auto kZeros = std::to_array<std::uint32_t>({
        0x0660,
        0x06F0,
        0x0966,
        0x09E6,
        0x0A66,
        0x0AE6,
        0x0B66,
        0x0BE6,
        0x0C66,
        0x0CE6,
        0x0D66,
        0x1C50,
        0xABF0,
    });
    for (const std::uint32_t zero : kZeros) {
        if (c >= zero && c <= zero + 9) return static_cast<int>(c - zero);
    }
    return -1;
}

/// Steps 1 and 2: characters nobody sees, spaces, full-width @, Indic digits.
std::string map_characters(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        const int digit = indic_digit(c.value);
        if (!c.valid) {
            out += text.front();
        } else if (is_odd_space(c.value)) {
            out += ' ';
        } else if (c.value == 0xFF20 || c.value == 0xFE6B) {
            out += '@';
        } else if (digit >= 0) {
            out += static_cast<char>('0' + digit);
        } else if (!is_invisible(c.value)) {
            out += text.substr(0, c.size);
        }
        text.remove_prefix(c.size);
    }
    return out;
}

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// Drops what stands around an ID in a sentence, again and again: ' "<asha@ybl>", '.
std::string_view strip_surroundings(std::string_view text) {
    constexpr std::string_view kBefore = " \"'`([{<,";
    constexpr std::string_view kAfter = " \"'`)]}>,.";
    // Curly quotes, three bytes each.
    constexpr auto kQuotes = std::to_array<std::string_view>({"“", "”", "‘", "’", "„", "‚"});
    for (bool changed = true; changed;) {
        const std::size_t before = text.size();
        while (!text.empty() && is_one_of(text.front(), kBefore)) text.remove_prefix(1);
        while (!text.empty() && is_one_of(text.back(), kAfter)) text.remove_suffix(1);
        for (const std::string_view quote : kQuotes) {
            if (text.substr(0, quote.size()) == quote) text.remove_prefix(quote.size());
            if (text.size() >= quote.size() && text.substr(text.size() - quote.size()) == quote) {
                text.remove_suffix(quote.size());
            }
        }
        changed = text.size() != before;
    }
    return text;
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view skip_spaces(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

/// What follows a label's separator, or text itself when there is no separator. "upi-asha@ybl" is
/// a whole UPI ID, so a dash separates only beside a space.
std::string_view after_separator(std::string_view text, bool space_is_enough) {
    const std::string_view rest = skip_spaces(text);
    const bool spaced = rest.size() < text.size();
    for (const std::string_view mark : {":", "=", "：", "-", "–", "—"}) {
        if (rest.substr(0, mark.size()) != mark) continue;
        const std::string_view value = rest.substr(mark.size());
        const bool dash = mark == "-" || mark == "–" || mark == "—";
        if (dash && !spaced && value.substr(0, 1) != " ") return text;
        if (value.substr(0, 2) == "//") return text;  // "upi://" is a link, not a label
        return skip_spaces(value);
    }
    return spaced && space_is_enough ? rest : text;
}

/// Step 4's label: "UPI ID: asha@ybl", "VPA - asha@ybl".
std::string_view strip_label(std::string_view text) {
    struct Label {
        std::string_view name;
        bool space_is_enough;  ///< "UPI ID asha@ybl"; bare "upi" needs a mark
    };
    constexpr auto kLabels = std::to_array<Label>({
        {"upi id", true},
        {"upi-id", true},
        {"upi_id", true},
        {"upiid", true},
        {"vpa id", true},
        {"vpa", true},
        {"upi", false},
    });
    const std::string lowered = lower(text);
    for (const Label& label : kLabels) {
        if (lowered.rfind(label.name, 0) != 0) continue;
        const std::string_view rest = text.substr(label.name.size());
        const std::string_view value = after_separator(rest, label.space_is_enough);
        if (value.size() < rest.size()) return value;
    }
    return text;
}

/// Whether the local part is a number as contact books write it: "+91 98765 43210".
bool is_spaced_number(std::string_view local) {
    if (local.substr(0, 1) == "+") local.remove_prefix(1);
    return !local.empty() && local.find_first_not_of("0123456789 ") == std::string_view::npos;
}

/// Step 5. A name is never joined: "ravi kumar@oksbi" could become a stranger's ID.
std::string remove_spaces(std::string_view text) {
    const std::size_t at = text.find('@');
    const bool join_local = is_spaced_number(text.substr(0, at));
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ') {
            const std::size_t next = text.find_first_not_of(' ', i);
            const bool beside_at = (!out.empty() && out.back() == '@') ||
                                   (next != std::string_view::npos && text[next] == '@');
            if (beside_at || (join_local && i < at)) continue;
        }
        out += text[i];
    }
    return out;
}

}  // namespace

std::string normalize_vpa(std::string_view typed) {
    std::string text{strip_surroundings(map_characters(typed))};
    if (is_upi_link(text)) {
        if (auto payee = link_parameter(text, "pa")) text = map_characters(*payee);
    }
    // Twice around the label: it stands outside the quotes as often as inside.
    const std::string_view inner = strip_surroundings(strip_label(strip_surroundings(text)));
    return lower(remove_spaces(inner));
}

}  // namespace chukta
