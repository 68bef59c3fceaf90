/// @file
/// A success of a smaller sum than due (product.md §2, The sum): its money is held until the
/// gateway has said whether it pays the order. Two answers are needed, one after the other: Get
/// Order says that the order is PAID, and Get Payments that no other payment paid it.
#pragma once

#include <vector>

#include "server/asked.h"
#include "server/gateway.h"
#include "server/order_change.h"

namespace chukta::news {

/// Keeps the facts of a success whose sum is not the order's.
void hold_sum(OrderChange& change, Attempt& attempt, SumState state, const GatewayEvent& event);

/// How long to wait with the question about an order whose answer asks for the list that asks it.
std::int64_t pause_of_circle_ms(const OrderChange& change, const Attempt& attempt);

/// The gateway was asked often enough: the money is no payment of the order, and a person must
/// look.
void refuse_sum(OrderChange& change, Attempt& attempt);

/// Get Order has said whether the order is PAID, with our sum.
void judge_sums(OrderChange& change, bool is_paid, const Asked& asked);

/// Get Payments has listed `events`, which were heard: of a payment that is listed as failed no
/// money is held any more, whichever of its failure and its success was heard first.
void free_sums(OrderChange& change, const std::vector<GatewayEvent>& events, const Asked& asked);

/// Get Payments has listed `events`, which were heard: whose success made the order PAID.
void settle_sums(OrderChange& change, const std::vector<GatewayEvent>& events, const Asked& asked);

}  // namespace chukta::news
