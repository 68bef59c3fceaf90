/// @file
/// JSON as Cashfree sends it, with every number kept as its own text: amounts become paise and
/// 19-digit ids become ids without a detour through floating point. wire_value.cpp alone knows the
/// parser. Values; any thread.
#pragma once

#include <cstddef>
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
    // The characters are the Document's.
    std::string_view text_;                ///< of a string or a number
    std::vector<std::string_view> names_;  ///< of an object's members, beside values_
    std::vector<Value> values_;            ///< an array's elements or an object's members
};

/// A JSON text that was read. Its values are valid as long as it lives.
class Document {
public:
    Document(Document&&) = default;
    Document& operator=(Document&&) = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    const Value& operator*() const { return root_; }
    const Value* operator->() const { return &root_; }

private:
    friend class ValueBuilder;
    explicit Document(std::size_t text_size) { characters_.reserve(text_size); }
    Value root_;
    std::vector<char> characters_;  ///< never grows beyond what was reserved: views point into it
};

/// Nothing when the text is not one JSON value (RFC 8259, UTF-8), or is deeper or larger than any
/// honest answer. Never throws.
std::optional<Document> parse_json(std::string_view text);

/// A JSON string with its quotes and escapes; bytes that are not UTF-8 become U+FFFD.
std::string quote_json(std::string_view text);

}  // namespace chukta::cashfree
