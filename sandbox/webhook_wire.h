/// @file
/// Webhook bodies, in the key order of facts/cashfree.md §5.4 and §5.5.
#pragma once

#include <string>

#include "sandbox/distortion.h"
#include "sandbox/model.h"

namespace sandbox::wire {

struct Webhook {
    std::string type;
    std::string body;  ///< the very bytes to sign and send
};

Webhook webhook_of(const Event& event, const Distortion& distortion);

/// The dashboard's "test" call (§5.3, vector V2).
Webhook test_webhook(EpochMs now_ms);

}  // namespace sandbox::wire
