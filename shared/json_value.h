/// @file
/// A JSON text, read. Only what both ends need: a tree of values that never aborts and never
/// throws. It stands here instead of a library because the page carries it over the wire
/// (docs/decisions/0007); a fuzzer and a test hold it to nlohmann/json's verdicts. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chukta::json {

struct Value {
    enum class Kind {
        Null,
        Boolean,
        Integer,   ///< a whole number without fraction or exponent that fits into 64 signed bits
        Fraction,  ///< any other number; its value is not kept, since no member of ours has one
        Text,
        List,
        Object,
    };
    Kind kind = Kind::Null;
    std::int64_t integer = 0;          ///< of Integer; of Boolean 0 or 1
    std::string text;                  ///< UTF-8
    std::vector<Value> values;         ///< of a list, or of an object's members
    std::vector<std::string> names{};  ///< of an object's members, as many as values

    /// A member of an object, or null when there is none or it is null. Of two with one name the
    /// later counts.
    const Value* member(std::string_view name) const;
};

/// Nothing for what is not one whole JSON text (RFC 8259), nests deeper than depth_max, or is not
/// UTF-8 throughout.
std::optional<Value> parse(std::string_view text, int depth_max);

/// Appends the text as a JSON string, quotes included. It must be UTF-8.
void append_quoted(std::string& out, std::string_view text);

}  // namespace chukta::json
