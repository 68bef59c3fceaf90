/// @file
/// Reading back the words that this program wrote into its own tables.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "server/db/database.h"
#include "server/rows.h"

namespace chukta::stored {

/// The value among `all` whose word stands in the column. Nothing if it is another: a newer program
/// wrote this database or it was edited.
template <class Enum>
std::optional<Enum> find(std::string_view text, std::initializer_list<Enum> all) {
    for (const Enum value : all) {
        if (word(value) == text) return value;
    }
    return std::nullopt;
}

/// The same; StorageError where it is another, so that nothing is decided on a guess.
template <class Enum>
Enum value_of(std::string_view text, std::initializer_list<Enum> all) {
    if (const auto value = find(text, all)) return *value;
    throw db::StorageError{db::StorageError::Kind::Broken, 0};
}

/// The same for the enums of shared/status.h.
template <class Enum>
Enum known(std::string_view text) {
    if (const auto value = from_word<Enum>(text)) return *value;
    throw db::StorageError{db::StorageError::Kind::Broken, 0};
}

}  // namespace chukta::stored
