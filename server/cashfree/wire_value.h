/// @file
/// JSON as Cashfree sends it, with every number kept as its own text: amounts become paise and
/// 19-digit ids become ids without a detour through floating point. wire_value.cpp is the only file
/// of server/ that speaks to nlohmann/json for the gateway. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chukta::cashfree {

/// One JSON value. Reading what is not there gives null, so that an optional field may be absent,
/// null or of another type and the reader is the same.
class Value {
public:
    enum class Kind { Null, Bool, Number, String, Array, Object };

    Kind kind() const { return kind_; }
    bool is_object() const { return kind_ == Kind::Object; }
    bool is_array() const { return kind_ == Kind::Array; }

    /// The member of that name, or null: when this is no object, when there is none, and when there
    /// are two (nobody can say which one was meant).
    const Value& member(std::string_view name) const;

    /// The elements of an array; none when this is no array.
    const std::vector<Value>& elements() const;

    /// A string's characters; nothing when this is no string.
    std::optional<std::string_view> string() const;
    /// A number's text: "170.00", "1457662411918550528"; nothing when this is no number.
    std::optional<std::string_view> number() const;
    /// Nothing when this is neither true nor false.
    std::optional<bool> boolean() const;

private:
    friend class ValueBuilder;
    Kind kind_ = Kind::Null;
    bool truth_ = false;
    std::string text_;                ///< of a string or a number
    std::vector<std::string> names_;  ///< of an object's members, beside values_
    std::vector<Value> values_;       ///< an array's elements or an object's members
};

/// Nothing when the text is not one JSON value (RFC 8259, UTF-8), or is deeper or larger than any
/// honest answer. Never throws.
std::optional<Value> parse_json(std::string_view text);

/// A JSON string with its quotes and escapes; bytes that are not UTF-8 become U+FFFD.
std::string quote_json(std::string_view text);

}  // namespace chukta::cashfree
