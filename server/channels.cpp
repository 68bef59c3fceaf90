#include "server/channels.h"

#include <algorithm>

#include "server/attempt.h"
#include "server/faults.h"
#include "shared/limits.h"

namespace chukta {

bool channel_allowed(Channel channel, DeviceClass device, const OrderPolicy& policy) {
    switch (channel) {
        case Channel::Intent:
            return device != DeviceClass::Desktop && device != DeviceClass::FeaturePhone;
        case Channel::QrCode:
            return true;
        case Channel::Collect:
            break;
    }
    switch (policy.collect_policy) {
        case CollectPolicy::Always:
            return true;
        case CollectPolicy::Never:
            return false;
        case CollectPolicy::Npci2026:
            break;
    }
    // NPCI ended merchant collect on 28 Feb 2026 except on iOS and for these
    // (facts/upi-and-devices.md §5.1).
    const auto& mcc = policy.merchant_category_code;
    return is_ios(device) || mcc == "6012" || mcc == "6211";
}

bool channel_closed(Channel channel, const Order& order, const std::vector<Attempt>& attempts) {
    if (channel == Channel::Collect && order.collect_refused) return true;
    const int grace = faults::planted(faults::Bug::FourthFailure) ? 1 : 0;
    return counted_failures(attempts, channel) >= limits::kFailuresPerChannelMax + grace;
}

std::vector<wire::ChannelView> channel_views(
    const Order& order,
    const std::vector<Attempt>& attempts,
    DeviceClass device,
    const OrderPolicy& policy
) {
    const bool tablet = device == DeviceClass::IosTablet || device == DeviceClass::AndroidTablet ||
                        device == DeviceClass::AndroidDesktopMode;
    const std::vector<Channel> drawn =
        tablet ? std::vector{Channel::QrCode, Channel::Intent, Channel::Collect}
        : device == DeviceClass::Desktop || device == DeviceClass::FeaturePhone
            ? std::vector{Channel::Collect, Channel::QrCode, Channel::Intent}
            : std::vector{Channel::Intent, Channel::Collect, Channel::QrCode};
    std::vector<wire::ChannelView> views;
    for (const auto channel : drawn) {
        wire::ChannelView view;
        view.channel = channel;
        view.allowed = channel_allowed(channel, device, policy);
        view.closed = channel_closed(channel, order, attempts);
        const int left = limits::kFailuresPerChannelMax - counted_failures(attempts, channel);
        // A channel that the gateway closed keeps its count: the page says why it is closed by it.
        view.failures_left = std::max(0, left);
        views.push_back(view);
    }
    return views;
}

std::vector<UpiApp> apps_of(DeviceClass device) {
    if (is_ios(device)) {
        return {UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Bhim};
    }
    return {UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Other};
}

bool wants_prepared(DeviceClass device, const OrderPolicy& policy) {
    switch (policy.intent_prepare) {
        case IntentPrepare::Phones:
            return is_phone(device);
        case IntentPrepare::Ios:
            return device == DeviceClass::IosPhone;
        case IntentPrepare::Off:
            return false;
    }
    return false;
}

std::optional<StartError> why_not_payable(
    const Order& order, const std::vector<Attempt>& attempts, EpochMs now
) {
    const bool over = order.payment_status == PaymentStatus::Paid ||
                      order.fulfillment_status == FulfillmentStatus::Cancelled ||
                      (order.expires_at && *order.expires_at <= now) ||
                      order.gateway_state == GatewayState::Closed || holds_other_sum(attempts);
    if (over) return StartError::NotPayable;
    if (order.gateway_failures >= limits::kGatewayFailuresInARowMax ||
        order.gateway_state == GatewayState::Refused) {
        return StartError::ContactShop;
    }
    const bool endless = faults::planted(faults::Bug::NoLastAttempt);
    if (order.last_index >= limits::kAttemptsPerOrderMax && !endless)
        return StartError::AttemptsExhausted;
    return std::nullopt;
}

}  // namespace chukta
