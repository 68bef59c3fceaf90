/// @file
/// Pistache's request parser, as a second opinion on what our framing read.
#pragma once

#include "http/message.h"

namespace http {

/// Writes the request's head anew, in one canonical form without the fields whose typed parsers
/// throw (Accept, Cookie, Host ...; facts/pistache.md §3), and has Pistache's RequestParser read
/// it. False when it cannot, or reads another method or path than we did. The body is not shown to
/// it: a fresh parser per request and no body leave out its chunk loop (D3), its truncation (D8)
/// and a copy.
bool second_reader_agrees(const Request& request);

}  // namespace http
