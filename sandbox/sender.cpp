#include "sandbox/sender.h"

#include "http/client.h"

namespace sandbox {

Sender::Sender(World& world, std::function<void(std::uint64_t)> on_tried)
    : world_{world}, on_tried_{std::move(on_tried)} {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        threads_.emplace_back([this, lane] { run(lane); });
    }
}

void Sender::run(std::size_t lane) {
    http::Client client;
    while (const auto parcel = world_.wait_for_parcel(lane)) {
        http::ClientRequest request;
        request.method = "POST";
        request.url = parcel->url;
        for (const auto& [name, value] : parcel->headers) request.headers.add(name, value);
        request.body = parcel->body;
        request.timeout = std::chrono::milliseconds{
            world_.act([](State& state, EpochMs) { return state.settings.webhook_timeout_ms; })};
        const auto response = client.send(request);
        const DeliveryAttempt attempt{
            world_.now_ms(), response ? response->status : 0, parcel->fault};
        world_.act([&](State& state, EpochMs now_ms) {
            state.deliveries.report(parcel->delivery_id, attempt, now_ms);
        });
        on_tried_(parcel->delivery_id);
    }
}

}  // namespace sandbox
