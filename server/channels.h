/// @file
/// Which ways to pay an order offers on a device: policy as pure functions (product.md §§1.4, 2,
/// 6).
#pragma once

#include <vector>

#include "server/orders.h"
#include "server/rows.h"

namespace chukta {

/// Whether the channel is offered at all on this device. Intent needs a device that can hold a UPI
/// app; collect follows COLLECT_POLICY; a QR code can always be scanned by another phone.
bool channel_allowed(Channel channel, DeviceClass device, const OrderPolicy& policy);

/// Whether the channel is closed for the order: three counted failures, or the gateway's word.
bool channel_closed(Channel channel, const Order& order, const std::vector<Attempt>& attempts);

/// The channels in the order the page draws them for this device.
std::vector<wire::ChannelView> channel_views(
    const Order& order,
    const std::vector<Attempt>& attempts,
    DeviceClass device,
    const OrderPolicy& policy
);

/// The app buttons in the order to draw. iOS has no chooser, so BHIM is named there instead of
/// Other.
std::vector<UpiApp> apps_of(DeviceClass device);

/// Whether opening the page on this device should prepare a link.
bool wants_prepared(DeviceClass device, const OrderPolicy& policy);

/// Why the order starts nothing new; nothing when it may.
std::optional<StartError> why_not_payable(
    const Order& order, const std::vector<Attempt>& attempts, EpochMs now
);

}  // namespace chukta
