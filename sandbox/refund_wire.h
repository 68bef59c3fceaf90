/// @file
/// Refund requests and entities (facts/cashfree.md §6.2, Appendix B).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/entities.h"
#include "sandbox/errors.h"
#include "sandbox/model.h"
#include "shared/result.h"

namespace sandbox::wire {

/// Everything but order_id and delay, which are not in the body.
chukta::Result<NewRefund, ApiError> read_refund(std::string_view body);

std::string refund_text(const Refund& refund);
std::string refunds_text(const std::vector<const Refund*>& refunds);

}  // namespace sandbox::wire
