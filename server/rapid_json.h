/// @file
/// RapidJSON's reader, set up the same wherever it is included.
#pragma once

// Sixteen characters of a string at a time, where every processor of its kind can. Then a string
// may have 0x1a to 0x1f, which JSON forbids: forbidden_in_json() finds them.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "shared/characters.h"

namespace chukta {

/// It stops at a NUL, and looks at as many characters at a time: room behind a text it reads.
constexpr std::size_t kRapidJsonReads = 16;

/// Has `read(char* copy, flags)` read a copy of the text where it lies, so that a string without
/// its escapes needs no other memory. `room_of(size)` is where the copy goes. The flags are a type
/// whose `value` is for the parser. Nothing is read where the text cannot be JSON.
template <typename RoomOf, typename Read>
void read_in_place(std::string_view text, RoomOf room_of, Read read) {
    const auto characters = characters_of(text);
    if (forbidden_in_json(text, characters)) return;
    char* const copy = room_of(text.size() + kRapidJsonReads);
    std::fill_n(std::copy(text.begin(), text.end(), copy), kRapidJsonReads, '\0');
    // Checking each character's encoding is a fifth of the work, and nearly all texts have but one.
    if (characters.ascii) {
        read(copy, std::integral_constant<unsigned, rapidjson::kParseInsituFlag>{});
    } else {
        constexpr unsigned kBoth =
            rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag;
        read(copy, std::integral_constant<unsigned, kBoth>{});
    }
}

}  // namespace chukta
