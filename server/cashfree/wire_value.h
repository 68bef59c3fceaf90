/// @file
/// JSON as Cashfree sends it, with every number kept as its own text: amounts become paise and
/// 19-digit ids become ids without a detour through floating point. wire_value.cpp alone knows the
/// parser. Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chukta::cashfree {

class Elements;

/// One JSON value. Reading what is not there gives null, so that an optional field may be absent,
/// null or of another type and the reader is the same.
class Value {
public:
    enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object };

    Value() = default;  ///< null
    Value(Value&&) = default;
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;

    Kind kind() const { return kind_; }
    bool is_object() const { return kind_ == Kind::Object; }
    bool is_array() const { return kind_ == Kind::Array; }

    /// The member of that name, or null: when this is no object, when there is none, and when there
    /// are two (nobody can say which one was meant).
    const Value& member(std::string_view name) const;

    /// The elements of an array; none when this is no array.
    Elements elements() const;

    /// A string's characters; nothing when this is no string.
    std::optional<std::string_view> string() const;
    /// A number's text: "170.00", "1457662411918550528"; nothing when this is no number.
    std::optional<std::string_view> number() const;
    /// Nothing when this is neither true nor false.
    std::optional<bool> boolean() const;

private:
    friend class Document;
    friend class Elements;
    friend class ValueBuilder;

    // A document's values lie one behind the other in the order of its text, each with what it
    // holds right behind it: one piece of memory for all of them. The characters are the
    // document's, too.
    const Value* first_inside() const { return this + 1; }
    const Value* next() const { return this + 1 + inside_; }

    std::string_view name_;     ///< of an object's member
    std::string_view text_;     ///< of a string or a number
    std::uint32_t inside_ = 0;  ///< how many values this holds, at any depth
    Kind kind_ = Kind::Null;
    bool truth_ = false;
};

/// The elements of an array, to be walked through.
class Elements {
public:
    class Iterator {
    public:
        explicit Iterator(const Value* value) : value_{value} {}
        const Value& operator*() const { return *value_; }
        Iterator& operator++() {
            value_ = value_->next();
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const Value* value_;
    };
    Elements(const Value* first, const Value* end) : first_{first}, end_{end} {}
    Iterator begin() const { return Iterator{first_}; }
    Iterator end() const { return Iterator{end_}; }
    bool empty() const { return first_ == end_; }

private:
    const Value* first_;
    const Value* end_;
};

inline Elements Value::elements() const {
    return {first_inside(), kind_ == Kind::Array ? next() : first_inside()};
}

/// A JSON text that was read. Its values are valid as long as it lives.
class Document {
public:
    Document(Document&&) = default;
    Document& operator=(Document&&) = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    const Value& operator*() const { return values_.front(); }
    const Value* operator->() const { return &values_.front(); }

private:
    friend class ValueBuilder;
    Document() = default;
    std::vector<Value> values_;  ///< never empty once it was read
    std::vector<char>
        characters_;  ///< the text, unescaped where it lay: the values' views are of it
};

/// Nothing when the text is not one JSON value (RFC 8259, UTF-8), or is deeper or larger than any
/// honest answer. Never throws.
std::optional<Document> parse_json(std::string_view text);

/// A JSON string with its quotes and escapes; bytes that are not UTF-8 become U+FFFD.
std::string quote_json(std::string_view text);

}  // namespace chukta::cashfree
