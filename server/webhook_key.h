/// @file
/// What makes two deliveries of a webhook the same one.
#pragma once

#include <string>
#include <string_view>

namespace chukta {

/// The same bytes have the same key, others another. It begins with the body's own event_time, read
/// as mere text that may say anything: keys that come in the order of time are written
/// side by side in their index, while a bare hash would touch another page each. 32 characters.
std::string webhook_key(std::string_view raw_body);

}  // namespace chukta
