/// @file
/// What is known about handles, the part of a UPI ID after the @. Data of facts/upi-and-devices.md
/// §1.3 and §1.4: it ranks suggestions and says "unknown"; it never blocks a UPI ID and never
/// promises an app.
#pragma once

#include <string_view>
#include <vector>

namespace chukta {

/// Whether some app or bank is known to issue this handle.
bool handle_is_known(std::string_view handle);

/// Whether this is the name of an e-mail provider ("gmail"), without its ending.
bool is_email_brand(std::string_view name);

/// "ybl" of "ybl.co.in"; empty when the text has no web ending.
std::string_view without_web_ending(std::string_view handle);

/// Handles that a person who typed this one may have meant, best first, at most four; empty for a
/// known handle. Alias table first, then one edit from one of the commonest handles.
std::vector<std::string_view> suggest_handles(std::string_view handle);

}  // namespace chukta
