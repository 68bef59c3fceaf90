/// @file
/// The ways to pay as an order's view has them: which can be chosen, which has a place in the
/// layout, and what is said above them when one failed. The server's first paint and the page
/// decide alike, so that nothing changes when the page takes over. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "shared/device.h"
#include "shared/messages.h"
#include "shared/wire.h"

namespace chukta {

/// The view's word on that way; null if it has none.
const wire::ChannelView* channel_of(const wire::OrderView& view, Channel channel);
/// Whether a new attempt may take that way now.
bool can_choose(const wire::OrderView& view, Channel channel);
/// Whether the layout of that class has a place for the way, be it open or closed.
bool is_drawn(const wire::OrderView& view, DeviceClass device, Channel channel);

/// The apps that have a button, in this order. `more_open`: the customer asked for all of them.
std::vector<UpiApp> apps_to_draw(const wire::OrderView& view, DeviceClass device, bool more_open);

/// Whether the switch to the other layout leads anywhere: to a code, or to apps.
bool has_other_layout(const wire::OrderView& view, DeviceClass device);

/// Why a way to pay is closed, and what to do instead: no way is named that the customer does not
/// have.
Text closed_text(const wire::OrderView& view, Channel channel, DeviceClass device);

/// What is said of an attempt that failed by the gateway's word though money may have moved.
struct UnclearMoney {
    Text what;
    Text returns;  ///< when the money is back
};
/// Nothing if nothing failed like that. "Never auto-retry; wait for status", and "no second attempt
/// without a warning" (facts/upi-and-devices.md §6.4, §6.3): the ways to pay stand behind it.
std::optional<UnclearMoney> unclear_money(const wire::OrderView& view);

/// The last attempt failed because its QR code ran out: a new code is offered, not a retry.
bool is_expired_code(const wire::Message& message);

/// What the banner above the ways says of an attempt that failed or a way that closed.
struct FailureBanner {
    Text what;
    std::optional<Text> closed;  ///< why the way is closed, if nothing below says it
};
/// Nothing if nothing failed, if the customer chose otherwise, or if it is all said in the way's
/// place.
std::optional<FailureBanner> failure_banner(const wire::OrderView& view, DeviceClass device);

}  // namespace chukta
