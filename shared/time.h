/// @file
/// Points in time as epoch milliseconds, and their RFC 3339 text. Knows no clock: see
/// server/clock.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chukta {

/// Milliseconds since 1970-01-01T00:00:00Z.
using EpochMs = std::int64_t;

/// "2026-11-21T22:31:17.000Z" (RFC 3339, UTC, always three fraction digits).
std::string to_rfc3339(EpochMs at_ms);

/// Reads RFC 3339 with any offset and 0 to 9 fraction digits (cut to ms). Nothing for anything
/// else.
std::optional<EpochMs> from_rfc3339(std::string_view text);

}  // namespace chukta
