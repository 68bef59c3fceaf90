#include "shared/characters.h"

#include <gtest/gtest.h>

#include <string>

namespace chukta {
namespace {

TEST(Characters, AreSeenWhereverTheyStand) {
    for (std::size_t size = 1; size <= 24; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int c = 0; c < 256; ++c) {
                std::string text(size, 'a');
                text[at] = static_cast<char>(c);
                const auto characters = characters_of(text);
                EXPECT_EQ(characters.ascii, c < 0x80) << c << " at " << at << " of " << size;
                // A text that is not ASCII all through is read with care anyway.
                if (c < 0x80) {
                    EXPECT_EQ(characters.controls, c < ' ') << c << " at " << at << " of " << size;
                }
                const bool forbidden = c < ' ' && c != '\t' && c != '\n' && c != '\r';
                EXPECT_EQ(forbidden_in_json(text, characters), forbidden) << c;
            }
        }
    }
}

TEST(Characters, OfNothingAreNone) {
    EXPECT_TRUE(characters_of({}).ascii);
    EXPECT_FALSE(characters_of({}).controls);
}

TEST(Characters, ThatAreForbiddenAreSeenBesideThoseThatAreNot) {
    for (const std::string_view text :
         {"\n\x1f", "\xff\x01", "\x01\xe0\xa4\x9a", "\t\t\t\t\t\t\t\t\x1a"}) {
        EXPECT_TRUE(forbidden_in_json(text, characters_of(text)));
    }
}

}  // namespace
}  // namespace chukta
