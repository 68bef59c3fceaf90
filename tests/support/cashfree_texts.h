/// @file
/// The gateway's texts as its document prints them, for tests to bend.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "shared/money.h"
#include "tests/support/vectors.h"

namespace chukta::cashfree::testing {

/// The gateway's text of this name.
inline std::string vector_of(const char* name) {
    return vector_bytes(std::string{"cashfree/"} + name + ".json");
}

/// The text with one piece of it replaced; a piece that is not there fails the test.
inline std::string bend(std::string text, const std::string& piece, const std::string& by) {
    const auto at = text.find(piece);
    if (at == std::string::npos) {
        ADD_FAILURE() << "not in the text: " << piece;
        return text;
    }
    return text.replace(at, piece.size(), by);
}

inline Money rupees(const char* text) { return *Money::parse_rupees(text); }

}  // namespace chukta::cashfree::testing
