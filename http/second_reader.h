/// @file
/// Pistache's request parser, as a second opinion on what our framing read.
#pragma once

#include "http/message.h"

namespace http {

/// Writes the request line anew, in one canonical form, and has Pistache's RequestParser read it.
/// False when it cannot, or reads another method or path than we did. The fields are not shown to
/// it: nobody reads its copies of them, its typed parsers throw on legal values (Accept, Cookie,
/// Host ...; facts/pistache.md §3), and they cost more than all the rest. Nor is the body: a fresh
/// parser per request and no body leave out its chunk loop (D3), its truncation (D8) and a copy.
bool second_reader_agrees(const Request& request);

}  // namespace http
