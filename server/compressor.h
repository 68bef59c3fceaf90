/// @file
/// Compression of what is written anew for each customer; the page's files are compressed when they
/// are built. The only file that speaks to brotli and zlib. Any thread.
///
/// BREACH asks for a secret and a text of the attacker's choice in one compressed answer, again and
/// again. The page has secrets (a form token, app links) but takes no text from an address, and
/// what a form brings back was let in by the very token.
#pragma once

#include <string_view>

#include "http/message.h"

namespace chukta {

/// Puts the body into the best coding that the client accepts, and says so. An empty body, and an
/// answer that has a coding already, stay as they are.
void compress(http::Response& response, std::string_view accept_encoding);

}  // namespace chukta
