/// @file
/// The app that this browser last paid an order with goes first (facts/upi-and-devices.md §3.6). It
/// is remembered by a cookie in that browser and nowhere else: the word of one app of our list, no
/// person and no order. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/wire.h"

namespace chukta {

/// What the Cookie header remembers; nothing for no cookie and for a word that is no app.
std::optional<UpiApp> last_app(std::string_view cookie_header);

/// Moves the app to the front; the others keep their order. Does nothing when it is not offered.
void put_first(std::vector<wire::AppView>& apps, UpiApp app);

/// The Set-Cookie value that remembers the app this order was paid with; nothing while it is not
/// paid, and when it was paid in another way or by an app without a name.
std::optional<std::string> last_app_cookie(const wire::OrderView& view, bool secure);

}  // namespace chukta
