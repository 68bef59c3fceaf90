#include "shared/ways.h"

namespace chukta {

const wire::ChannelView* channel_of(const wire::OrderView& view, Channel channel) {
    for (const auto& one : view.channels) {
        if (one.channel == channel) return &one;
    }
    return nullptr;
}

bool can_choose(const wire::OrderView& view, Channel channel) {
    const auto* one = channel_of(view, channel);
    return one != nullptr && one->allowed && !one->closed && view.payable && view.attempts_left > 0;
}

bool is_drawn(const wire::OrderView& view, DeviceClass device, Channel channel) {
    const auto* one = channel_of(view, channel);
    if (one == nullptr || !one->allowed) return false;
    return channel != Channel::Intent || shows_apps(device);
}

std::vector<UpiApp> apps_to_draw(const wire::OrderView& view, DeviceClass device, bool more_open) {
    std::vector<UpiApp> named;
    bool other = is_ios(device);
    for (const auto& one : view.apps) {
        if (one.app == UpiApp::Other) {
            other = true;
        } else {
            named.push_back(one.app);
        }
    }
    // iOS has no chooser: …More opens the rest of the named ones instead.
    constexpr std::size_t kFirst = 3;
    if (is_ios(device) && !more_open && named.size() > kFirst) named.resize(kFirst);
    if (other) named.push_back(UpiApp::Other);
    return named;
}

bool has_other_layout(const wire::OrderView& view, DeviceClass device) {
    return !shows_apps(device) || can_choose(view, Channel::QrCode);
}

Text closed_text(const wire::OrderView& view, Channel channel, DeviceClass device) {
    const auto* way = channel_of(view, channel);
    // Closed with failures left: by the gateway's word.
    const bool by_failures = way != nullptr && way->failures_left <= 0;
    switch (channel) {
        case Channel::Intent:
            return by_failures ? Text::ChannelClosedIntent : Text::ChannelClosed;
        case Channel::QrCode:
            return by_failures ? Text::ChannelClosedQrCode : Text::ChannelClosed;
        case Channel::Collect:
            break;
    }
    if (by_failures) return Text::ChannelClosedCollect;
    if (way == nullptr || !can_choose(view, Channel::QrCode)) return Text::ChannelClosed;
    const bool apps = shows_apps(device) && can_choose(view, Channel::Intent);
    return apps ? Text::CollectNotAllowed : Text::CollectNotAllowedUseQr;
}

std::optional<UnclearMoney> unclear_money(const wire::OrderView& view) {
    const auto& message = view.message;
    // That no try is left says nothing of where the last one's money is.
    if (message.situation != wire::Situation::Failed &&
        message.situation != wire::Situation::ChannelClosed &&
        message.situation != wire::Situation::AttemptsExhausted) {
        return std::nullopt;
    }
    const Text what = text_of(message.failure, message.detail);
    switch (message.detail) {
        case wire::FailureDetail::BankPending:
        case wire::FailureDetail::BankChecking:
        case wire::FailureDetail::MoneyUnclear:
            return UnclearMoney{what, Text::MoneyReturns};
        case wire::FailureDetail::MoneyReturning:
        case wire::FailureDetail::MoneyReturnedIfTaken:
            return UnclearMoney{what, Text::MoneyReturnsWhen};
        default:
            return std::nullopt;
    }
}

bool is_expired_code(const wire::Message& message) {
    return message.channel == Channel::QrCode && message.failure == FailureReason::Expired;
}

std::optional<FailureBanner> failure_banner(const wire::OrderView& view, DeviceClass device) {
    const auto& message = view.message;
    const bool failed = message.situation == wire::Situation::Failed;
    const bool closed = message.situation == wire::Situation::ChannelClosed;
    if (!failed && !closed) return std::nullopt;
    if (failed && message.failure == FailureReason::Superseded) return std::nullopt;

    const auto* way = message.channel ? channel_of(view, *message.channel) : nullptr;
    const Text closed_why =
        way != nullptr ? closed_text(view, way->channel, device) : Text::ChannelClosed;
    // That a way is closed is said in its place, if it has one.
    const bool said_below = way != nullptr && is_drawn(view, device, way->channel);
    if (closed && message.failure == FailureReason::None) {
        if (said_below) return std::nullopt;
        return FailureBanner{closed_why, std::nullopt};
    }
    FailureBanner banner{Text::QrExpired, std::nullopt};
    if (!is_expired_code(message)) banner.what = text_of(message.failure, message.detail);
    if (closed && way != nullptr && !said_below) banner.closed = closed_why;
    return banner;
}

}  // namespace chukta
