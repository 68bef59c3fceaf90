/// @file
/// How values look that read the same in every language. The server's first paint and the page
/// show alike. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "shared/time.h"

namespace chukta {

/// "04:59", rounded up to a whole second: 00:00 is shown once nothing is left. `left_ms` is not
/// negative.
std::string clock_text(EpochMs left_ms);

/// The letter that stands for a shop without a picture. A whole word of another script shapes as
/// one, so its first code points would be no letter; then, and for an empty name, there is a rupee.
std::string initial_of(std::string_view name);

}  // namespace chukta
