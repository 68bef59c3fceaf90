/// @file
/// What kinds of characters a text has. Eight are looked at at once: every webhook and every poll
/// asks. Any thread.
#pragma once

#include <string_view>

namespace chukta {

struct Characters {
    bool ascii = true;      ///< all of them
    bool controls = false;  ///< some are below a space
};
Characters characters_of(std::string_view text);

/// Whether the text has a control character that no JSON text has (RFC 8259 §2, §7). Line breaks
/// and tabs may stand between values.
bool forbidden_in_json(std::string_view text, const Characters& characters);

}  // namespace chukta
