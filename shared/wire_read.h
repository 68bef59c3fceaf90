/// @file
/// What the decoders of shared/wire*.cpp share: reading that checks the type before it touches the
/// value. Not for use outside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/json_value.h"
#include "shared/money.h"
#include "shared/status.h"
#include "shared/time.h"

namespace chukta::wire::reading {

using chukta::json::Value;

/// Nothing for what is too long, nests too deep, is not JSON or is not an object.
std::optional<Value> parse_object(std::string_view text, std::size_t bytes_max);

inline bool is_object(const Value* json) {
    return json != nullptr && json->kind == Value::Kind::Object;
}

/// Each reader is false for null, another type, or a value outside its limits; out is then
/// unspecified.
bool read(const Value* json, std::string& out, std::size_t length_max);
bool read(const Value* json, bool& out);
/// Whole numbers only: 100.0 and 1e2 are not amounts anyone of us writes.
bool read(const Value* json, std::int64_t& out, std::int64_t min, std::int64_t max);
bool read(const Value* json, int& out, int min, int max);
bool read(const Value* json, Money& out);
bool read_time(const Value* json, EpochMs& out);

template <class Enum>
bool read_word(const Value* json, Enum& out) {
    std::string text;
    if (!read(json, text, 40)) return false;
    const auto value = from_word<Enum>(text);
    if (!value) return false;
    out = *value;
    return true;
}

/// An absent member is a valid nothing; a wrong one is not.
template <class Out, class Reader>
bool read_optional(const Value* json, std::optional<Out>& out, Reader reader) {
    out.reset();
    if (json == nullptr) return true;
    Out value{};
    if (!reader(json, value)) return false;
    out = std::move(value);
    return true;
}

/// Reads every element; a list that is too long or has one bad element is no list.
template <class Out, class Reader>
bool read_list(const Value* json, std::vector<Out>& out, std::size_t count_max, Reader reader) {
    if (json == nullptr || json->kind != Value::Kind::List || json->values.size() > count_max) {
        return false;
    }
    out.clear();
    for (const Value& element : json->values) {
        Out value{};
        if (!is_object(&element) || !reader(element, value)) return false;
        out.push_back(std::move(value));
    }
    return true;
}

}  // namespace chukta::wire::reading
