#include "server/cashfree/wire_value.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace chukta::cashfree {

namespace {

// Their deepest sample has 5 levels; the tree is destroyed by recursion, so depth is bounded.
constexpr std::size_t kDepthMax = 32;

// Twenty attempts of an order are about a thousand values; a megabyte of "[0,0,0…" would be half a
// million nodes.
constexpr std::size_t kValuesMax = 100'000;

const Value kNull;
const std::vector<Value> kNoElements;

}  // namespace

/// Takes nlohmann's SAX events. Returning false stops the parser.
class ValueBuilder {
public:
    explicit ValueBuilder(Value& root) : root_{root} {}

    bool null() { return append(Value::Kind::Null) != nullptr; }

    bool boolean(bool truth) {
        Value* value = append(Value::Kind::Bool);
        if (value == nullptr) return false;
        value->truth_ = truth;
        return true;
    }

    bool number_integer(std::int64_t number) { return scalar(Value::Kind::Number, number); }
    bool number_unsigned(std::uint64_t number) { return scalar(Value::Kind::Number, number); }

    /// The parser's own conversion is ignored: only the text is exact.
    bool number_float(nlohmann::json::number_float_t, const std::string& text) {
        return scalar(Value::Kind::Number, text);
    }

    bool string(std::string& text) { return scalar(Value::Kind::String, text); }
    bool binary(nlohmann::json::binary_t&) { return false; }

    bool start_object(std::size_t) { return open(Value::Kind::Object); }
    bool start_array(std::size_t) { return open(Value::Kind::Array); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }

    bool key(std::string& name) {
        open_.back()->names_.push_back(std::move(name));
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
        return false;
    }

private:
    Value* append(Value::Kind kind) {
        if (++count_ > kValuesMax) return nullptr;
        // Only the innermost open value grows, so pointers to the outer ones stay valid.
        Value* value = open_.empty() ? &root_ : &open_.back()->values_.emplace_back();
        value->kind_ = kind;
        return value;
    }

    bool scalar(Value::Kind kind, std::int64_t number) {
        return scalar(kind, std::to_string(number));
    }
    bool scalar(Value::Kind kind, std::uint64_t number) {
        return scalar(kind, std::to_string(number));
    }
    bool scalar(Value::Kind kind, std::string text) {
        Value* value = append(kind);
        if (value == nullptr) return false;
        value->text_ = std::move(text);
        return true;
    }

    bool open(Value::Kind kind) {
        if (open_.size() == kDepthMax) return false;
        Value* value = append(kind);
        if (value == nullptr) return false;
        open_.push_back(value);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    Value& root_;
    std::vector<Value*> open_;
    std::size_t count_ = 0;
};

const Value& Value::member(std::string_view name) const {
    const Value* found = nullptr;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i] != name) continue;
        if (found != nullptr) return kNull;
        found = &values_[i];
    }
    return found != nullptr ? *found : kNull;
}

const std::vector<Value>& Value::elements() const {
    return kind_ == Kind::Array ? values_ : kNoElements;
}

std::optional<std::string_view> Value::string() const {
    if (kind_ != Kind::String) return std::nullopt;
    return text_;
}

std::optional<std::string_view> Value::number() const {
    if (kind_ != Kind::Number) return std::nullopt;
    return text_;
}

std::optional<bool> Value::boolean() const {
    if (kind_ != Kind::Bool) return std::nullopt;
    return truth_;
}

std::optional<Value> parse_json(std::string_view text) {
    // nlohmann takes a NUL for the end of the text, and would not see what follows.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    Value root;
    ValueBuilder builder{root};
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
    return root;
}

std::string quote_json(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace chukta::cashfree
