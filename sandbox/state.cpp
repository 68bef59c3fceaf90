#include "sandbox/state.h"

#include "sandbox/signature.h"
#include "sandbox/webhook_wire.h"

namespace sandbox {
namespace {

constexpr std::size_t kCallsRemembered = 5'000;
constexpr std::int64_t kHeldMs = 5'000;
constexpr std::int64_t kLateMs = 24LL * 3600 * 1000;

Place place_of(const Event& event, std::string_view type) {
    return {"webhook", event.order.order_id, type};
}

Distortion distortion_of(Faults& faults, const Event& event) {
    const auto place = place_of(event, wire::webhook_of(event, {}).type);
    const auto strikes = [&](Fault fault) { return faults.take(fault, place).has_value(); };
    Distortion distortion;
    distortion.numeric_cf_payment_id = strikes(Fault::NumericCfPaymentId);
    distortion.null_upi_channel = strikes(Fault::NullUpiChannel);
    distortion.unknown_type = strikes(Fault::UnknownType);
    distortion.unknown_status = strikes(Fault::UnknownStatus);
    distortion.type_disagrees = strikes(Fault::TypeStatusDisagree);
    if (const auto rule = faults.take(Fault::AmountDifferent, place)) {
        const auto more = rule->value == 0 ? -100 : rule->value;
        distortion.amount = Money::from_paise(event.payment.amount.paise() + more);
    }
    return distortion;
}

/// How the delivery itself is disturbed: lost, late, held.
void disturb(Faults& faults, const Place& place, Delivery& delivery) {
    if (faults.take(Fault::LostWebhook, place)) {
        delivery.status = DeliveryStatus::Lost;
        return;
    }
    if (const auto rule = faults.take(Fault::DelayedWebhook, place)) {
        delivery.due_at_ms += rule->value == 0 ? kLateMs : rule->value;
        return;
    }
    if (const auto rule = faults.take(Fault::ReorderedWebhook, place)) {
        delivery.held = true;
        delivery.due_at_ms += rule->value == 0 ? kHeldMs : rule->value;
    }
}

}  // namespace

State::State(const Options& options)
    : settings{options},
      merchant{
          options.public_url,
          options.merchant_name,
          options.merchant_vpa,
          options.merchant_category_code},
      client_id{options.client_id},
      client_secret{options.client_secret},
      model{options.seed, options.id_digits, options.client_id} {}

void State::reset(const Options& options) {
    settings = options;
    model = Model{options.seed, options.id_digits, client_id};
    faults.clear();
    replays = {};
    limiter.clear();
    deliveries.clear();
    calls.clear();
    new_replays.clear();
    new_settings = true;
}

std::vector<std::uint64_t> State::advance_to(EpochMs now_ms) {
    model.keep_second_success(faults.present(Fault::KeepSecondSuccess));
    model.advance_to(now_ms);
    return tell(now_ms);
}

std::vector<std::uint64_t> State::tell(EpochMs now_ms) {
    std::vector<std::uint64_t> made;
    for (const auto& event : model.take_events()) {
        const auto webhook = wire::webhook_of(event, distortion_of(faults, event));
        const auto place = place_of(event, webhook.type);
        std::vector<std::string> urls;
        if (!settings.webhook_url.empty()) urls.push_back(settings.webhook_url);
        // "For payment events only" (§2.1).
        if (event.kind == Event::Kind::Payment && event.order.notify_url) {
            urls.push_back(*event.order.notify_url);
        }
        for (const auto& url : urls) {
            Delivery delivery;
            delivery.url = url;
            delivery.order_id = event.order.order_id;
            delivery.type = webhook.type;
            delivery.body = webhook.body;
            delivery.created_at_ms = now_ms;
            delivery.due_at_ms = now_ms;
            const bool twice = faults.take(Fault::DuplicateWebhook, place).has_value();
            auto copy = delivery;
            disturb(faults, place, delivery);
            made.push_back(deliveries.add(std::move(delivery)));
            if (twice) made.push_back(deliveries.add(std::move(copy)));
        }
    }
    return made;
}

Call& State::add_call(Call call) {
    call.number = ++calls_total;
    calls.push_back(std::move(call));
    if (calls.size() > kCallsRemembered) calls.pop_front();
    return calls.back();
}

std::optional<Parcel> State::next_parcel(std::size_t lane, EpochMs now_ms) {
    const auto* delivery = deliveries.take_due(lane, now_ms);
    if (delivery == nullptr) return std::nullopt;
    const Place place{"webhook", delivery->order_id, delivery->type};
    Parcel parcel;
    parcel.delivery_id = delivery->id;
    parcel.url = delivery->url;
    parcel.body = delivery->body;
    const auto strikes = [&](Fault fault) {
        if (!parcel.fault.empty() || !faults.take(fault, place)) return false;
        parcel.fault = word(fault);
        return true;
    };
    const bool in_seconds = strikes(Fault::SecondsTimestamp);
    // The time of sending: each attempt has its own timestamp and signature (§5.2).
    const auto timestamp = std::to_string(in_seconds ? now_ms / 1000 : now_ms);
    auto key = client_secret;
    if (strikes(Fault::ForgedSignature)) key += "_of_somebody_else";
    const auto signature = webhook_signature(key, timestamp, parcel.body);
    if (strikes(Fault::AlteredBody)) {
        const auto at = parcel.body.find("amount\":");
        parcel.body.insert(
            at == std::string::npos ? 0 : at + 8, at == std::string::npos ? " " : "9"
        );
    }
    parcel.headers = {
        {"content-type", "application/json"},
        {"x-webhook-version", "2023-08-01"},
        {"x-webhook-timestamp", timestamp},
        {"x-webhook-attempt", std::to_string(delivery->attempts.size() + 1)},
        {"user-agent", "ReactorNetty/1.1.0"},
    };
    if (!strikes(Fault::UnsignedWebhook)) {
        parcel.headers.emplace_back("x-webhook-signature", signature);
    }
    return parcel;
}

}  // namespace sandbox
