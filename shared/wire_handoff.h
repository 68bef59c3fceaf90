/// @file
/// The way out of an in-app browser, on the wire between the page and the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/time.h"

namespace chukta::wire {

/// The answer of POST /api/orders/{id}/handoff: a link that opens the page in another browser,
/// once.
struct Handoff {
    std::string url;
    EpochMs expires_at = 0;
};
/// Nothing for anything that is not a whole answer.
std::optional<Handoff> decode_handoff(std::string_view json);
/// The one that the server wrote into its page beside the order's view ("handoff"): a form had
/// asked for it.
std::optional<Handoff> handoff_of_page(std::string_view view_json);

/// "intent://…": asks Android to open the page's link in Chrome, from inside another app's browser
/// (facts/upi-and-devices.md §4). Empty if the link is none of the web's.
std::string chrome_link(std::string_view url);

}  // namespace chukta::wire
