/// @file
/// The small JSON texts inside our own tables: items of an order, prompt of an attempt.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/prompt.h"
#include "shared/wire.h"

namespace chukta::stored {

std::string encode_items(const std::vector<wire::Item>& items);
/// Empty for a text that this program did not write.
std::vector<wire::Item> decode_items(std::string_view text);

/// Empty for no prompt.
std::string encode_prompt(const std::optional<PaymentPrompt>& prompt);
std::optional<PaymentPrompt> decode_prompt(std::string_view text);

}  // namespace chukta::stored
