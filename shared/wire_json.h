/// @file
/// What the wire files share: writing that cannot abort and reading that checks the type before it
/// touches the value. Not for use outside shared/wire*.cpp.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/money.h"
#include "shared/status.h"
#include "shared/time.h"

namespace chukta::wire::json {

using Json = nlohmann::json;

/// JSON text. Bytes that are not UTF-8 become replacement characters: an answer with a smudge beats
/// an abort.
std::string dump(const Json& json);

/// Nothing for what is too long, nests too deep or is not JSON.
std::optional<Json> parse(std::string_view text, std::size_t bytes_max);

/// A member of an object, or null when it is absent or null.
const Json* member(const Json& object, const char* name);

/// Each reader is false for null, another type, or a value outside its limits; out is then
/// unspecified.
bool read(const Json* json, std::string& out, std::size_t length_max);
bool read(const Json* json, bool& out);
/// Whole numbers only: 100.0 and 1e2 are not amounts anyone of us writes.
bool read(const Json* json, std::int64_t& out, std::int64_t min, std::int64_t max);
bool read(const Json* json, int& out, int min, int max);
bool read(const Json* json, Money& out);
bool read_time(const Json* json, EpochMs& out);

template <class Enum>
Json word_or_null(const std::optional<Enum>& value) {
    return value ? Json(word(*value)) : Json(nullptr);
}

template <class Enum>
bool read_word(const Json* json, Enum& out) {
    std::string text;
    if (!read(json, text, 40)) return false;
    const auto value = from_word<Enum>(text);
    if (!value) return false;
    out = *value;
    return true;
}

/// An absent member is a valid nothing; a wrong one is not.
template <class Value, class Reader>
bool read_optional(const Json* json, std::optional<Value>& out, Reader reader) {
    out.reset();
    if (json == nullptr) return true;
    Value value{};
    if (!reader(json, value)) return false;
    out = std::move(value);
    return true;
}

/// Reads every element; a list that is too long or has one bad element is no list.
template <class Value, class Reader>
bool read_list(const Json* json, std::vector<Value>& out, std::size_t count_max, Reader reader) {
    if (json == nullptr || !json->is_array() || json->size() > count_max) return false;
    out.clear();
    for (const Json& element : *json) {
        Value value{};
        if (!element.is_object() || !reader(element, value)) return false;
        out.push_back(std::move(value));
    }
    return true;
}

}  // namespace chukta::wire::json
