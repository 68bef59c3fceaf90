/// @file
/// Create order requests and order entities (facts/cashfree.md §2, Appendix B).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sandbox/entities.h"
#include "sandbox/errors.h"
#include "shared/result.h"

namespace sandbox::wire {

/// Every field rule of §2.1; the first problem in Cashfree's order.
chukta::Result<Order, ApiError> read_new_order(std::string_view body, EpochMs now_ms);

/// Fails unless the body says {"order_status":"TERMINATED"}.
chukta::Result<std::monostate, ApiError> read_terminate(std::string_view body);

/// A text field of a JSON object, read without any rule; empty when there is none.
std::string peek(std::string_view body, std::string_view name);

std::string order_text(const Order& order);
std::string error_text(const ApiError& error);

}  // namespace sandbox::wire
