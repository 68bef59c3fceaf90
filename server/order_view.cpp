#include "server/order_view.h"

#include <algorithm>

#include "server/attempt.h"
#include "server/channels.h"
#include "server/last_app.h"
#include "server/refund.h"
#include "shared/limits.h"
#include "shared/upi_uri.h"

namespace chukta {
namespace {

using wire::Situation;

/// The attempt the page is about: the open one, else the newest that was chosen.
const Attempt* shown_attempt(const std::vector<Attempt>& attempts) {
    if (const auto* open = open_attempt(attempts)) return open;
    const Attempt* newest = nullptr;
    for (const auto& attempt : attempts) {
        // Nobody chose what was found of a call that the customer had left.
        const bool was_left =
            attempt.pay_state == PayState::Found && attempt.failure == FailureReason::Superseded;
        if (was_left || !attempt.index) continue;
        if (!newest || *attempt.index > *newest->index) newest = &attempt;
    }
    return newest;
}

Situation waiting_for(const Attempt& attempt, const OrderPolicy& policy, EpochMs now) {
    if (attempt.pay_state == PayState::Unclear) return Situation::CheckAfterUnclear;
    if (attempt.expires_at && *attempt.expires_at <= now) {
        // Only a code is replaced by a new one; a request may be with the customer's bank.
        return attempt.channel == Channel::QrCode ? Situation::Checking : Situation::WaitingLong;
    }
    if (attempt.pay_state == PayState::Queued) return Situation::Starting;
    if (!attempt.expires_at) {
        // A code or a request without an end had one: the bank has it, and nobody can act on it
        // here.
        const bool outlived = attempt.channel != Channel::Intent;
        if (outlived || now - attempt.created_at > policy.waiting_long_ms) {
            return Situation::WaitingLong;
        }
    }
    switch (attempt.channel) {
        case Channel::Intent:
            return Situation::WaitingIntent;
        case Channel::Collect:
            return Situation::WaitingCollect;
        case Channel::QrCode:
            return Situation::WaitingQr;
    }
    return Situation::Choose;
}

/// The channel of the newest attempt, when that attempt's failure was the one that closed it.
bool just_closed(const Attempt& newest, const Order& order, const std::vector<Attempt>& attempts) {
    const bool by_count = counts_as_failure(newest.failure);
    const bool by_gateway =
        newest.channel == Channel::Collect && newest.failure == FailureReason::GatewayRefused;
    return (by_count || by_gateway) && channel_closed(newest.channel, order, attempts);
}

/// What the customer does next, on that device. iOS has no chooser: a bare upi: link opens there
/// whichever app claimed it first (facts/upi-and-devices.md §3.3).
std::optional<PaymentPrompt> prompt_on(const Attempt& attempt, DeviceClass device) {
    auto prompt = attempt.prompt.read();
    auto* intent = prompt ? std::get_if<IntentPrompt>(&*prompt) : nullptr;
    if (!intent || !is_ios(device)) return prompt;
    auto& links = intent->links;
    const auto bare = [](const auto& link) { return is_upi_link(link.href); };
    links.erase(std::remove_if(links.begin(), links.end(), bare), links.end());
    return prompt;
}

std::vector<wire::AppView> app_views(const std::vector<Attempt>& attempts, DeviceClass device) {
    const Attempt* prepared = tappable_attempt(attempts);
    const auto prompt = prepared ? prompt_on(*prepared, device) : std::nullopt;
    const auto* links = prompt ? std::get_if<IntentPrompt>(&*prompt) : nullptr;
    std::vector<wire::AppView> views;
    for (const auto app : apps_of(device)) {
        wire::AppView view{app, std::nullopt};
        if (links) {
            for (const auto& link : links->links) {
                if (link.app == app) view.href = link.href;
            }
        }
        views.push_back(std::move(view));
    }
    return views;
}

wire::Message saying(Situation situation) {
    wire::Message message;
    message.situation = situation;
    return message;
}

wire::AttemptView attempt_view(const Attempt& attempt, DeviceClass device, EpochMs now) {
    wire::AttemptView view;
    view.index = attempt.index.value_or(0);
    view.channel = attempt.channel;
    view.app = attempt.app;
    view.vpa_masked = attempt.vpa_masked;
    view.status = attempt.status;
    view.created_at = attempt.created_at;
    view.expires_at = attempt.expires_at;
    const bool over = attempt.expires_at && *attempt.expires_at <= now;
    if (is_open(attempt.status) && !over) view.prompt = prompt_on(attempt, device);
    return view;
}

}  // namespace

wire::Message message_of(
    const Order& order, const std::vector<Attempt>& attempts, const OrderPolicy& policy, EpochMs now
) {
    wire::Message message;
    const bool paid = order.payment_status == PaymentStatus::Paid;
    const bool money_under_review = holds_other_sum(attempts) ||
                                    (paid && (order.review_reason == ReviewReason::PaidTwice ||
                                              order.review_reason == ReviewReason::PaidAfterClose ||
                                              order.review_reason == ReviewReason::Contradicted));
    if (money_under_review) return saying(Situation::Review);
    if (paid) return saying(Situation::Paid);
    if (order.fulfillment_status == FulfillmentStatus::Cancelled) {
        return saying(Situation::OrderCancelled);
    }
    if (const auto* open = open_attempt(attempts)) {
        message.situation = waiting_for(*open, policy, now);
        message.channel = open->channel;
        return message;
    }
    if (order.expires_at && *order.expires_at <= now) return saying(Situation::OrderExpired);
    if (order.gateway_failures >= limits::kGatewayFailuresInARowMax ||
        order.gateway_state == GatewayState::Refused ||
        order.gateway_state == GatewayState::Closed) {
        // Closed over there may be paid over there: nobody is sent to the shop to begin anew.
        return saying(Situation::ContactYou);
    }
    const Attempt* newest = shown_attempt(attempts);
    if (!newest || newest->failure == FailureReason::Superseded) return message;
    message.failure = newest->failure;
    message.detail = newest->detail;
    message.no_money_taken = newest->no_money_taken;
    message.channel = newest->channel;
    message.situation =
        just_closed(*newest, order, attempts) ? Situation::ChannelClosed : Situation::Failed;
    if (order.last_index >= limits::kAttemptsPerOrderMax) {
        message.situation = Situation::AttemptsExhausted;
    }
    return message;
}

wire::OrderView order_view_of(
    const Order& order,
    const std::vector<Attempt>& attempts,
    const OrderPolicy& policy,
    DeviceClass device,
    EpochMs now
) {
    wire::OrderView view;
    view.order_id = order.order_id;
    view.version = order.version;
    view.merchant_name = policy.merchant_name;
    view.amount = order.amount;
    view.items = order.items.read();
    view.payment_status = order.payment_status;
    view.fulfillment_status = order.fulfillment_status;
    view.under_review = order.review_reason != ReviewReason::None;
    view.payable = !why_not_payable(order, attempts, now);
    view.channels = channel_views(order, attempts, device, policy);
    view.apps = app_views(attempts, device);
    view.attempts_left =
        std::max(0, limits::kAttemptsPerOrderMax - static_cast<int>(order.last_index));
    if (const auto* attempt = shown_attempt(attempts)) {
        view.attempt = attempt_view(*attempt, device, now);
    }
    view.message = message_of(order, attempts, policy, now);
    view.return_url = order.return_url;
    view.paid_at = order.paid_at;
    if (const auto* paid = paid_attempt(attempts)) view.bank_reference = paid->bank_reference;
    view.server_time = now;
    return view;
}

wire::OrderView view_for(
    const Shopper& shopper,
    const Order& order,
    const std::vector<Attempt>& attempts,
    const OrderPolicy& policy,
    EpochMs now
) {
    auto view = order_view_of(order, attempts, policy, shopper.device, now);
    if (shopper.last_app) put_first(view.apps, *shopper.last_app);
    return view;
}

ShopRefund shop_refund_of(const OrderId& order_id, const Refund& refund) {
    ShopRefund shop;
    shop.refund_id = refund.refund_id;
    shop.order_id = order_id;
    shop.origin = word(refund.origin);
    shop.amount = refund.amount;
    shop.note = refund.note;
    shop.status = word(refund.status);
    // What a refusal said of a pending refund is not yet its fate.
    const bool failed = refund.status == RefundStatus::Failed;
    shop.failure_reason = word(failed ? refund.failure : RefundFailure::None);
    shop.gateway_status = refund.gateway_status;
    shop.gateway_refund_id = refund.gateway_refund_id;
    shop.gateway_payment_id = refund.payment_id.str();
    shop.bank_reference = refund.bank_reference;
    shop.created_at = refund.created_at;
    shop.updated_at = refund.updated_at;
    shop.completed_at = refund.completed_at;
    return shop;
}

ShopOrder shop_order_of(
    const Order& order, const std::vector<Attempt>& attempts, const std::vector<Refund>& refunds
) {
    ShopOrder shop;
    shop.order_id = order.order_id;
    shop.version = order.version;
    shop.amount = order.amount;
    shop.customer_id = order.customer_id;
    shop.payment_status = order.payment_status;
    shop.fulfillment_status = order.fulfillment_status;
    shop.review_reason = order.review_reason;
    shop.return_url = order.return_url;
    shop.created_at = order.created_at;
    shop.updated_at = order.updated_at;
    shop.expires_at = order.expires_at;
    shop.paid_at = order.paid_at;
    for (const auto& attempt : attempts) {
        if (!attempt.index) continue;
        ShopAttempt shown;
        shown.index = *attempt.index;
        shown.channel = attempt.channel;
        shown.app = attempt.app;
        shown.vpa_masked = attempt.vpa_masked;
        shown.status = attempt.status;
        shown.failure = attempt.failure;
        shown.gateway_payment_id = attempt.payment_id.str();
        shown.bank_reference = attempt.bank_reference;
        shown.created_at = attempt.created_at;
        shown.updated_at = attempt.updated_at;
        shop.attempts.push_back(std::move(shown));
    }
    std::sort(shop.attempts.begin(), shop.attempts.end(), [](const auto& a, const auto& b) {
        return a.index < b.index;
    });
    shop.amount_refunded = given_back(attempts, refunds, GivenBack::Completed);
    shop.amount_refundable = refundable(order, attempts, refunds);
    for (const auto& refund : refunds) {
        shop.refunds.push_back(shop_refund_of(order.order_id, refund));
    }
    return shop;
}

}  // namespace chukta
