/// @file
/// Reads one request line and its header fields, strictly. Pure. What Pistache's own parser lets
/// through here (bare LF, two lengths, "3abc" as a length, names with spaces) is how one request is
/// read as two by two servers in a row (facts/pistache.md §3).
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "http/message.h"
#include "http/server.h"

namespace http {

/// A request line and its fields, understood.
struct RequestHead {
    Request request;  ///< without body and peer_address
    std::size_t body_bytes = 0;
    int minor_version = 1;
    bool keep_alive = true;
    bool continue_expected = false;
};

/// The status a refused request is answered with; its connection is closed after it.
struct Refusal {
    int status = 400;
};

/// `block` is everything before the empty line, its last line break included.
std::variant<RequestHead, Refusal> read_head(std::string_view block, const ServerLimits& limits);

}  // namespace http
