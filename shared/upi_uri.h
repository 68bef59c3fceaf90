/// @file
/// UPI links are opaque bytes: read, never rebuilt (facts/upi-and-devices.md §2.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/money.h"
#include "shared/status.h"

namespace chukta {

/// The percent-decoded value of one query parameter of a link ('+' stays '+'), or nothing when it
/// is absent, given twice, or badly encoded.
std::optional<std::string> link_parameter(std::string_view link, std::string_view name);

/// The sum in a link's `am`, or nothing when there is none that can be read.
std::optional<Money> link_amount(std::string_view link);

/// Whether the scheme is upi:, i.e. the text is a UPI payment link and not, e.g., a sandbox's web
/// page.
bool is_upi_link(std::string_view link);

/// Whether a link is a web page (a sandbox's, a shop's), to be opened in a browser.
bool is_web_link(std::string_view link);

/// Whether a link of the gateway's answer may be given to a customer for this app: upi:// and the
/// named app's own schemes, or https:// (http:// only for plain_http_origin, the sandbox of a
/// development set-up) under one of the gateway's origins. Control characters, spaces and other
/// schemes never.
bool link_is_allowed(UpiApp app, std::string_view link, std::string_view gateway_origin);

}  // namespace chukta
