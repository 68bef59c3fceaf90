/// @file
/// Reading back the words that this program wrote into its own tables.
#pragma once

#include <initializer_list>
#include <string_view>

#include "server/db/database.h"
#include "server/rows.h"

namespace chukta::stored {

/// The value among `all` whose word stands in the column. Another word means a newer program wrote
/// this database or it was edited: StorageError, so that nothing is decided on a guess.
template <class Enum>
Enum value_of(std::string_view text, std::initializer_list<Enum> all) {
    for (const Enum value : all) {
        if (word(value) == text) return value;
    }
    throw db::StorageError{db::StorageError::Kind::Broken, 0};
}

/// The same where a row with another word is left to the program that wrote it.
template <class Enum>
Enum value_or(std::string_view text, std::initializer_list<Enum> all, Enum another) {
    for (const Enum value : all) {
        if (word(value) == text) return value;
    }
    return another;
}

/// The same for the enums of shared/status.h.
template <class Enum>
Enum known(std::string_view text) {
    if (const auto value = from_word<Enum>(text)) return *value;
    throw db::StorageError{db::StorageError::Kind::Broken, 0};
}

}  // namespace chukta::stored
