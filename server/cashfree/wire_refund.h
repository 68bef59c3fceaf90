/// @file
/// Cashfree's RefundEntity, which its API and its webhooks share (facts/cashfree.md §5.5, §6.2).
/// Pure; any thread.
#pragma once

#include <optional>

#include "server/cashfree/wire_value.h"
#include "server/gateway.h"

namespace chukta::cashfree {

/// `automatic`: the entity stood where only refunds of the gateway's own stand; its refund_type can
/// say so, too. Nothing when it cannot be told whose refund this is.
std::optional<GatewayRefundNews> read_refund_entity(const Value& refund, bool automatic);

}  // namespace chukta::cashfree
