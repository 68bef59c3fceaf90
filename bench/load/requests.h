/// @file
/// The bytes that are sent: what Cashfree and what the payment page would send. Order k, its
/// payment and its session are named the same here and in bench/lib/seed.mjs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace load {

std::string order_id(std::int64_t k);

enum class Signed { Well, Forged };

/// A payment's success, about 1,545 bytes of body, with a timestamp and a signature of its own.
std::string webhook(std::int64_t k, std::string_view secret, Signed how);

/// The page's question about its order. `after` < 0 does not wait.
std::string poll(std::int64_t k, std::int64_t after);

/// The page itself, as a browser asks for it.
std::string page(std::int64_t k);

}  // namespace load
