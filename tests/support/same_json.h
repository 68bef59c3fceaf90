/// @file
/// Our tree of a JSON text held against the one of a library that everybody trusts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "shared/json_value.h"

namespace chukta::json {

/// A member that is null counts as absent.
inline bool same(const Value& ours, const nlohmann::json& theirs) {
    switch (ours.kind) {
        case Value::Kind::Null:
            return theirs.is_null();
        case Value::Kind::Boolean:
            return theirs.is_boolean() && theirs.get<bool>() == (ours.integer != 0);
        case Value::Kind::Integer:
            return theirs.is_number_integer() && theirs.get<std::int64_t>() == ours.integer;
        case Value::Kind::Fraction:
            // Beyond 64 signed bits the library keeps what we refuse everywhere.
            return theirs.is_number_float() || theirs.is_number_unsigned();
        case Value::Kind::Text:
            return theirs.is_string() && theirs.get_ref<const std::string&>() == ours.text;
        case Value::Kind::List: {
            if (!theirs.is_array() || theirs.size() != ours.values.size()) return false;
            for (std::size_t i = 0; i < ours.values.size(); ++i) {
                if (!same(ours.values[i], theirs[i])) return false;
            }
            return true;
        }
        case Value::Kind::Object: {
            if (!theirs.is_object()) return false;
            for (const auto& [name, value] : theirs.items()) {
                const Value* member = ours.member(name);
                if (member == nullptr ? !value.is_null() : !same(*member, value)) return false;
            }
            for (const auto& name : ours.names) {
                if (!theirs.contains(name)) return false;
            }
            return true;
        }
    }
    return false;
}

}  // namespace chukta::json
