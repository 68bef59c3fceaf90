#include "shared/json_value.h"

#include <utility>

namespace chukta::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t point) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) return put(point);
    if (point < 0x800) {
        put(0xC0 | point >> 6);
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
    }
    put(0x80 | (point & 0x3F));
}

/// Reads from the front of a text; every function is false at the first thing that is not JSON.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    bool value(Value& out, int depth_left) {
        space();
        switch (peek()) {
            case '{':
                out.kind = Value::Kind::Object;
                return depth_left > 0 && elements(out, '}', depth_left - 1);
            case '[':
                out.kind = Value::Kind::List;
                return depth_left > 0 && elements(out, ']', depth_left - 1);
            case '"':
                out.kind = Value::Kind::Text;
                return string(out.text);
            case 't':
                out.kind = Value::Kind::Boolean;
                out.integer = 1;
                return word("true");
            case 'f':
                out.kind = Value::Kind::Boolean;
                return word("false");
            case 'n':
                return word("null");
            default:
                return number(out);
        }
    }

    bool at_end() {
        space();
        return rest_.empty();
    }

private:
    /// The next byte; a zero at the end, which no JSON text has outside a string.
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
    char take() {
        const char c = peek();
        if (!rest_.empty()) rest_.remove_prefix(1);
        return c;
    }
    bool skip(char c) {
        if (peek() != c) return false;
        take();
        return true;
    }
    bool word(std::string_view expected) {
        if (rest_.substr(0, expected.size()) != expected) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    void space() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') take();
    }

    bool elements(Value& out, char end, int depth_left) {
        take();
        space();
        if (skip(end)) return true;
        do {
            if (end == '}') {
                space();
                out.names.emplace_back();
                if (!string(out.names.back())) return false;
                space();
                if (!skip(':')) return false;
            }
            out.values.emplace_back();
            if (!value(out.values.back(), depth_left)) return false;
            space();
        } while (skip(','));
        return skip(end);
    }

    bool number(Value& out) {
        out.kind = Value::Kind::Integer;
        const bool minus = skip('-');
        if (!is_digit(peek())) return false;
        const bool zero_first = peek() == '0';
        int digits = 0;
        std::uint64_t size = 0;
        for (; is_digit(peek()); ++digits) {
            const auto digit = static_cast<std::uint64_t>(take() - '0');
            // Downwards, since the smallest number has no positive counterpart.
            constexpr std::uint64_t kMax = std::uint64_t{1} << 63;
            if (size > (kMax - digit) / 10) out.kind = Value::Kind::Fraction;
            size = size * 10 + digit;
        }
        if (zero_first && digits > 1) return false;
        if (!minus && size >> 63 != 0) out.kind = Value::Kind::Fraction;
        if (skip('.')) {
            out.kind = Value::Kind::Fraction;
            if (!some_digits()) return false;
        }
        if (peek() == 'e' || peek() == 'E') {
            out.kind = Value::Kind::Fraction;
            take();
            if (peek() == '+' || peek() == '-') take();
            if (!some_digits()) return false;
        }
        if (out.kind == Value::Kind::Integer) {
            out.integer = static_cast<std::int64_t>(minus ? 0 - size : size);
        }
        return true;
    }
    bool some_digits() {
        if (!is_digit(peek())) return false;
        while (is_digit(peek())) take();
        return true;
    }

    bool string(std::string& out) {
        if (!skip('"')) return false;
        while (!rest_.empty()) {
            const auto byte = static_cast<unsigned char>(peek());
            if (byte == '"') return skip('"');
            if (byte < 0x20) return false;
            if (byte == '\\' ? !escape(out) : !character(out)) return false;
        }
        return false;
    }

    /// One character of UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
    bool character(std::string& out) {
        const auto first = static_cast<unsigned char>(peek());
        const std::size_t size = first < 0x80   ? 1
                                 : first < 0xC2 ? 0
                                 : first < 0xE0 ? 2
                                 : first < 0xF0 ? 3
                                 : first < 0xF5 ? 4
                                                : 0;
        if (size == 0 || rest_.size() < size) return false;
        const auto second = static_cast<unsigned char>(size > 1 ? rest_[1] : 0);
        if (first == 0xE0 && second < 0xA0) return false;
        if (first == 0xED && second >= 0xA0) return false;
        if (first == 0xF0 && second < 0x90) return false;
        if (first == 0xF4 && second >= 0x90) return false;
        for (std::size_t i = 1; i < size; ++i) {
            if ((static_cast<unsigned char>(rest_[i]) & 0xC0) != 0x80) return false;
        }
        out.append(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return true;
    }

    bool escape(std::string& out) {
        take();
        constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
        const char name = take();
        if (name == 'u') return unicode(out);
        const auto at = kNames.find(name);
        if (at == std::string_view::npos) return false;
        out += kMeanings[at];
        return true;
    }

    bool unicode(std::string& out) {
        std::uint32_t point = 0;
        if (!four_hex(point)) return false;
        if (point >= 0xDC00 && point < 0xE000) return false;
        if (point >= 0xD800 && point < 0xDC00) {
            std::uint32_t low = 0;
            if (!word("\\u") || !four_hex(low) || low < 0xDC00 || low >= 0xE000) return false;
            point = 0x10000 + (point - 0xD800) * 0x400 + (low - 0xDC00);
        }
        append_utf8(out, point);
        return true;
    }

    bool four_hex(std::uint32_t& out) {
        for (int i = 0; i < 4; ++i) {
            const char c = take();
            const char lower = static_cast<char>(c | 0x20);
            if (!is_digit(c) && (lower < 'a' || lower > 'f')) return false;
            out = out * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
        }
        return true;
    }

    std::string_view rest_;
};

}  // namespace

const Value* Value::member(std::string_view name) const {
    for (std::size_t i = names.size(); i-- > 0;) {
        if (names[i] != name) continue;
        return values[i].kind == Kind::Null ? nullptr : &values[i];
    }
    return nullptr;
}

std::optional<Value> parse(std::string_view text, int depth_max) {
    Reader reader{text};
    Value value;
    if (!reader.value(value, depth_max) || !reader.at_end()) return std::nullopt;
    return value;
}

void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
            out.append("\\u00");
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

}  // namespace chukta::json
