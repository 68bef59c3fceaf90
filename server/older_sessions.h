/// @file
/// The cookies of a customer's earlier orders: each order has one of its own, a browser keeps them
/// all, and a request whose Cookie header outgrows what a server reads is refused. Pure; any
/// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/ids.h"

namespace chukta {

/// How many a browser keeps beside the one that it just got.
constexpr std::size_t kOlderSessionsMax = 20;

/// The Set-Cookie values that make a browser, which sent this Cookie header and got a session for
/// this order, drop all but the newest others.
std::vector<std::string> forget_older_sessions(
    std::string_view cookie_header, const OrderId& order_id
);

}  // namespace chukta
