/// @file
/// The shop's state as JSON: the file, and what GET /shop/state shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/shop/book.h"

namespace shop {

std::string encode_state(const State& state);
/// Nothing when it is not a whole state file of ours.
std::optional<State> decode_state(std::string_view json);

/// Orders, webhooks and the count of refused ones; no sessions and no keys.
std::string encode_state_view(const State& state);

}  // namespace shop
