#include "server/cashfree/wire_value.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "server/rapid_json.h"

namespace chukta::cashfree {

namespace {

// Their deepest sample has 5 levels.
constexpr std::size_t kDepthMax = 32;

// Twenty attempts of an order are about a thousand values; a megabyte of "[0,0,0…" would be half a
// million nodes.
constexpr std::size_t kValuesMax = 100'000;

const Value kNull;

}  // namespace

/// Takes RapidJSON's events. Returning false stops the parser.
class ValueBuilder {
public:
    using Size = rapidjson::SizeType;

    /// Where the text is to lie, whose strings the values are.
    char* room_of(std::size_t size) {
        // A webhook has a value for each 27 characters.
        document_.values_.reserve(size / 24 + 4);
        document_.characters_.resize(size);
        return document_.characters_.data();
    }
    Document take() { return std::move(document_); }

    bool Null() { return append(Value::Kind::Null) != nullptr; }
    bool Bool(bool truth) {
        Value* value = append(Value::Kind::Bool);
        if (value == nullptr) return false;
        value->truth_ = truth;
        return true;
    }
    bool RawNumber(const char* text, Size size, bool) {
        return scalar(Value::Kind::Number, {text, size});
    }
    bool String(const char* text, Size size, bool) {
        return scalar(Value::Kind::String, {text, size});
    }
    bool Key(const char* name, Size size, bool) {
        name_ = {name, size};
        return true;
    }
    bool StartObject() { return open(Value::Kind::Object); }
    bool StartArray() { return open(Value::Kind::Array); }
    bool EndObject(Size) { return close(); }
    bool EndArray(Size) { return close(); }

    // With numbers as their text these are never called.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    /// Valid until the next one.
    Value* append(Value::Kind kind) {
        auto& all = document_.values_;
        if (all.size() == kValuesMax) return nullptr;
        Value& value = all.emplace_back();
        value.kind_ = kind;
        value.name_ = std::exchange(name_, {});
        return &value;
    }

    bool scalar(Value::Kind kind, std::string_view text) {
        Value* value = append(kind);
        if (value == nullptr) return false;
        value->text_ = text;
        return true;
    }

    bool open(Value::Kind kind) {
        if (open_.size() == kDepthMax || append(kind) == nullptr) return false;
        open_.push_back(document_.values_.size() - 1);
        return true;
    }

    bool close() {
        auto& all = document_.values_;
        all[open_.back()].inside_ = static_cast<std::uint32_t>(all.size() - 1 - open_.back());
        open_.pop_back();
        return true;
    }

    Document document_;
    std::string_view name_;  ///< of the member that comes next
    std::vector<std::size_t> open_;
};

const Value& Value::member(std::string_view name) const {
    if (!is_object()) return kNull;
    const Value* found = nullptr;
    for (const Value* value = first_inside(); value != next(); value = value->next()) {
        if (value->name_ != name) continue;
        if (found != nullptr) return kNull;
        found = value;
    }
    return found != nullptr ? *found : kNull;
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

std::optional<Document> parse_json(std::string_view text) {
    ValueBuilder builder;
    bool is_json = false;
    const auto room_of = [&](std::size_t size) { return builder.room_of(size); };
    read_in_place(text, room_of, [&](char* copy, auto flags) {
        // It calls itself for what is inside, and the builder ends that at kDepthMax.
        constexpr unsigned kFlags = decltype(flags)::value | rapidjson::kParseNumbersAsStringsFlag;
        rapidjson::InsituStringStream stream{copy};
        is_json = !rapidjson::Reader{}.Parse<kFlags>(stream, builder).IsError();
    });
    if (!is_json) return std::nullopt;
    return builder.take();
}

std::string quote_json(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace chukta::cashfree
