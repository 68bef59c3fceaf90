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

#include <cstddef>

namespace chukta {

/// It stops at a NUL, and looks at as many characters at a time: room behind a text it reads.
constexpr std::size_t kRapidJsonReads = 16;

}  // namespace chukta
