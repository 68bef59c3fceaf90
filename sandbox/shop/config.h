/// @file
/// The shop's settings from the environment: the one place that reads it.
#pragma once

#include <string>

#include "sandbox/shop/options.h"
#include "shared/result.h"

namespace shop {

/// Reads SHOP_PORT, SHOP_ADDRESS, SHOP_PUBLIC_URL, SHOP_STATE_FILE, CHUKTA_URL, CHUKTA_PUBLIC_URL,
/// MERCHANT_ID, SHOP_API_KEY, CUSTOMER_TOKEN_KEY and SHOP_WEBHOOK_SECRET; each of the last three
/// also from the file named by <NAME>_FILE. The failure is a sentence for the operator that names
/// the variable and never its value.
chukta::Result<Options, std::string> options_from_environment();

}  // namespace shop
