/// @file
/// What each kind of news of refunds does to one order. Every function works on an OrderChange and
/// nothing else.
#pragma once

#include <string_view>
#include <vector>

#include "server/asked.h"
#include "server/gateway.h"
#include "server/order_change.h"

namespace chukta::news {

/// One refund as a webhook, our call's reply or our own fetch tells it. A refund that nobody here
/// asked for is recorded: its money is gone all the same. Returns what became of it, for the inbox.
std::string_view on_refund(OrderChange& change, const GatewayRefundNews& news, NewsSource source);

/// The gateway refused the call. It may be there all the same (a repeat of a call that was taken is
/// refused, too), so that only Get Refunds decides.
void on_refund_refused(OrderChange& change, Refund& refund, const GatewayRefusal& refusal);

/// The Dispatcher saw that nothing is left to refund and did not call.
void on_refund_not_sent(OrderChange& change, Refund& refund);

/// All refunds of the order as our own fetch saw them.
void on_refunds(OrderChange& change, const std::vector<GatewayRefundNews>& all, const Asked& asked);

/// Get Payments showed these payments as captured; of an order paid twice that is remembered, and
/// where the setting says so Get Refunds is asked next.
void on_captured(
    OrderChange& change, const std::vector<GatewayPaymentId>& captured, const Asked& asked
);

}  // namespace chukta::news
