/// @file
/// What the page and the shop are shown of an order: pure functions of its rows and the clock.
#pragma once

#include <vector>

#include "server/orders.h"
#include "server/rows.h"

namespace chukta {

/// Everything the page draws for this device.
wire::OrderView order_view_of(
    const Order& order,
    const std::vector<Attempt>& attempts,
    const OrderPolicy& policy,
    DeviceClass device,
    EpochMs now
);

/// The same for that shopper, whose own app comes first.
wire::OrderView view_for(
    const Shopper& shopper,
    const Order& order,
    const std::vector<Attempt>& attempts,
    const OrderPolicy& policy,
    EpochMs now
);

/// What the page says (product.md §3). The gateway's failures win over a closed channel.
wire::Message message_of(
    const Order& order, const std::vector<Attempt>& attempts, const OrderPolicy& policy, EpochMs now
);

ShopOrder shop_order_of(
    const Order& order, const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds
);

ShopRefund shop_refund_of(const OrderId& order_id, const Refund& refund);

}  // namespace chukta
