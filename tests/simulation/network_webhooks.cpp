// The gateway's webhooks on their way to the server.
#include "sandbox/signature.h"
#include "sandbox/test_ids.h"
#include "sandbox/webhook_wire.h"
#include "tests/simulation/network.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

/// The sender's patience with one call.
constexpr std::int64_t kPatienceMs = 10'000;

std::string header_of(const sandbox::Parcel& parcel, std::string_view name) {
    for (const auto& [key, value] : parcel.headers) {
        if (key == name) return value;
    }
    return {};
}

void sign(sandbox::Parcel& parcel, const std::string& key, EpochMs now) {
    const auto timestamp = std::to_string(now);
    const auto signature = sandbox::webhook_signature(key, timestamp, parcel.body);
    parcel.headers = {{"x-webhook-timestamp", timestamp}, {"x-webhook-signature", signature}};
}

}  // namespace

void Network::post_webhooks() {
    for (std::size_t lane = 0; lane < sandbox::kLanes; ++lane) {
        while (auto parcel = world_.gateway().next_parcel(lane, world_.now())) {
            post(*std::move(parcel));
        }
    }
}

void Network::post(sandbox::Parcel parcel) {
    auto& dice = world_.dice();
    const auto& weather = world_.weather();
    world_.story().tell(world_.now(), "webhook", parcel.delivery_id, "leaves", parcel.fault);
    if (dice.strikes(weather.webhook_forged)) forge(parcel);
    if (dice.strikes(weather.webhook_wrong_sum)) contradict(parcel);
    if (dice.strikes(weather.webhook_twice)) {
        for (auto copies = dice.between(1, 4); copies > 0; --copies) {
            world_.after(dice.between(0, 600'000), [this, parcel] { arrive(parcel, false); });
        }
    }
    auto delay = dice.between(20, 1'500);
    if (dice.strikes(weather.webhook_late)) {
        delay =
            dice.strikes(100) ? dice.between(3'600'000, 93'600'000) : dice.between(10'000, 900'000);
    }
    if (dice.strikes(weather.webhook_lost)) {
        const auto id = parcel.delivery_id;
        world_.after(kPatienceMs, [this, id] { report(id, 0); });
        return;
    }
    if (delay > kPatienceMs) {
        // The sender gives this attempt up long before it arrives.
        const auto id = parcel.delivery_id;
        world_.after(kPatienceMs, [this, id] { report(id, 0); });
        world_.after(delay, [this, parcel] { arrive(parcel, false); });
        return;
    }
    world_.after(delay, [this, parcel] { arrive(parcel, true); });
}

void Network::report(std::uint64_t delivery_id, int http_status) {
    const auto now = world_.now();
    world_.gateway().deliveries.report(delivery_id, {now, http_status, {}}, now);
    world_.story().tell(now, "webhook", delivery_id, "answered", http_status);
}

/// What routes_service.cpp does with a webhook: the signature over the raw bytes first, then the
/// intake, and the answer after the commit.
void Network::arrive(const sandbox::Parcel& parcel, bool reports) {
    const auto process = world_.pick_process();
    const auto answered = std::make_shared<bool>(!reports);
    const auto answer = [this, answered, id = parcel.delivery_id](int status) {
        if (std::exchange(*answered, true)) return;
        report(id, status);
    };
    if (!process) return answer(0);
    const bool genuine = parcel.fault.empty() || parcel.fault == "seconds_timestamp";
    bool accepted = false;
    world_.run_in(process, [&] {
        const WebhookHeaders headers{
            header_of(parcel, "x-webhook-timestamp"), header_of(parcel, "x-webhook-signature")};
        accepted =
            !headers.signature.empty() && world_.reader().signed_by_gateway(headers, parcel.body);
        world_.story().tell(
            world_.now(), "webhook", parcel.delivery_id, accepted ? "accepted" : "refused"
        );
        if (!accepted) return answer(401);
        if (genuine) note_told(parcel.body);
        const auto heard =
            [this, answer, genuine, self = process.get(), body = parcel.body](bool stored) {
                // Called by the process itself; a dead one answers nobody.
                if (self->dead) return;
                if (!stored) return answer(503);
                if (!genuine) throw Violation{"a forged webhook was answered with 200"};
                world_.inspector().acknowledged(body);
                const bool unheard = world_.dice().strikes(world_.weather().webhook_unheard);
                answer(unheard ? 0 : 200);
            };
        auto& engine = process->engine;
        engine.intake().accept(parcel.body, world_.clock_of(*process).now(), heard);
    });
    if (!accepted) return;
    // Those that arrive together are committed together.
    world_.after(world_.dice().between(0, 15), [this, process] {
        world_.run_in(process, [&] { process->engine.intake().run_once(); });
    });
    world_.after(kPatienceMs, [answer] { answer(0); });
}

/// Somebody without the key says that the order is paid.
void Network::forge(const sandbox::Parcel& parcel) {
    auto& dice = world_.dice();
    const auto order_id = world_.some_order();
    const auto* order = world_.gateway().model.order(order_id);
    if (order == nullptr) return;
    sandbox::Event event;
    event.at_ms = world_.now();
    event.order = *order;
    const auto payments = world_.gateway().model.payments_of(order_id);
    if (payments.empty()) return;
    event.payment = *payments[dice.draw() % payments.size()];
    event.payment.status = sandbox::PaymentStatus::Success;
    event.payment.completed_at_ms = world_.now();
    sandbox::Parcel forged = parcel;
    forged.body = sandbox::wire::webhook_of(event, {}).body;
    if (forged.body == parcel.body) return;  // that would be true
    forged.fault = "forged_signature";
    if (dice.strikes(500)) {
        // A signature that was right, of another body.
        forged.headers = parcel.headers;
    } else {
        sign(forged, "somebody_elses_key", world_.now());
    }
    world_.after(dice.between(0, 120'000), [this, forged] { arrive(forged, false); });
}

/// Signed by the gateway, of a smaller sum, and the gateway's order does not say PAID for it.
void Network::contradict(const sandbox::Parcel& parcel) {
    const auto order_id = world_.some_order();
    const auto* order = world_.gateway().model.order(order_id);
    if (order == nullptr || order->status != sandbox::OrderStatus::Active) return;
    const auto payments = world_.gateway().model.payments_of(order_id);
    if (payments.empty() || !sandbox::is_open(payments.back()->status)) return;
    sandbox::Event event;
    event.at_ms = world_.now();
    event.order = *order;
    event.payment = *payments.back();
    event.payment.status = sandbox::PaymentStatus::Success;
    event.payment.completed_at_ms = world_.now();
    event.payment.amount = *Money::from_paise(order->amount.paise() / 2 + 1);
    sandbox::Parcel strange = parcel;
    strange.fault.clear();
    strange.body = sandbox::wire::webhook_of(event, {}).body;
    sign(strange, world_.gateway().client_secret, world_.now());
    world_.story().tell(world_.now(), "a smaller sum is told of", order_id);
    world_.after(world_.dice().between(0, 5'000), [this, strange] { arrive(strange, false); });
}

}  // namespace chukta::simulation
