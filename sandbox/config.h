/// @file
/// The settings of the `chukta-sandbox` program: the only place of this folder that reads the
/// environment.
#pragma once

#include <string>

#include "sandbox/options.h"
#include "shared/result.h"

namespace sandbox {

/// SANDBOX_PORT, SANDBOX_ADDRESS, SANDBOX_PUBLIC_URL, SANDBOX_STATE_FILE, SANDBOX_SEED,
/// SANDBOX_RATE_LIMITS, CASHFREE_CLIENT_ID, CASHFREE_CLIENT_SECRET (or …_FILE), WEBHOOK_URL,
/// LINK_MODE, COLLECT_SUCCESS_DELAY_MS, MERCHANT_NAME. Fails with a sentence that names the
/// variable.
chukta::Result<Options, std::string> options_from_environment();

}  // namespace sandbox
