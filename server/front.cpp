#include "server/front.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "server/log.h"
#include "shared/limits.h"

namespace chukta {

namespace {

// A handler's time is the database's; more threads than this only queue there instead of here.
constexpr int kWorkerThreads = 4;
// At a few milliseconds each, more would be answered after the page has given up.
constexpr std::size_t kQueuedMax = 2'048;

EdgeSettings edge_settings(const Config& config) {
    return {
        .hsts = config.public_url.is_https(),
        .frame_ancestors = config.frame_ancestors,
        .trusted_proxies = config.trusted_proxies,
        .per_key = {2 * config.shop_requests_per_s, config.shop_requests_per_s},
    };
}

SessionSettings session_settings(Config& config) {
    return {
        .issuer = config.policy.merchant_id.str(),
        .token_keys = std::move(config.token_keys),
        .secure_cookies = config.public_url.is_https(),
    };
}

http::ServerOptions server_options(const Config& config) {
    http::ServerOptions options;
    options.address = config.listen_address;
    options.port = config.port;
    options.limits.body_bytes = limits::kWebhookBodyMax;
    // The server's own words for the operator are fixed texts; which one it was is in its source.
    options.log = [](std::string_view) { log::warning("http_server.complained"); };
    return options;
}

}  // namespace

Front::Front(
    Config& config, Engine& engine, const Gateway& gateway, const Clock& clock, Metrics& metrics
)
    : held_{engine.held()},
      assets_{Assets::load(config.web_root)},
      sessions_{engine.store(), clock, session_settings(config)},
      workers_{kWorkerThreads, kQueuedMax},
      edge_{workers_, metrics, clock, edge_settings(config)},
      shop_{
          edge_,
          engine.orders(),
          engine.refunds(),
          {.api_keys = std::move(config.shop_api_keys),
           .allowed_origins = config.allowed_origins,
           .public_url = config.public_url.text}},
      page_{
          edge_,
          engine.orders(),
          sessions_,
          assets_,
          {.public_url = config.public_url.text, .public_origin = config.public_url.origin}},
      service_{edge_, gateway, engine.intake(), engine, assets_},
      metrics_{metrics} {
    shop_.add_to(router_);
    page_.add_to(router_);
    service_.add_to(router_);
    edge_.add_miss(router_);
    // First: once customers are served, nothing may fail any more.
    if (config.metrics_port != 0) listen_for_metrics(config);
    auto facing_the_world = server_options(config);
    facing_the_world.refusal = [this](int status) { return edge_.refuse(status); };
    server_ = std::make_unique<http::Server>(
        std::move(facing_the_world),
        [this](http::Request&& request, http::Responder responder) {
            router_.route(std::move(request), std::move(responder));
        }
    );
}

void Front::listen_for_metrics(const Config& config) {
    http::ServerOptions options;
    options.address = config.listen_address;
    options.port = config.metrics_port;
    metrics_server_ = std::make_unique<http::Server>(
        std::move(options),
        [this](http::Request&& request, const http::Responder& responder) {
            http::Response response;
            response.status = request.path() == "/metrics" ? 200 : 404;
            response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            if (response.status == 200) response.body = metrics_.text();
            responder.send(std::move(response));
        }
    );
}

Front::~Front() { stop(std::chrono::milliseconds{0}); }

std::uint16_t Front::metrics_port() const {
    return metrics_server_ ? metrics_server_->port() : std::uint16_t{0};
}

bool Front::stop(std::chrono::milliseconds drain) {
    edge_.stop_holding();
    held_.release_all();
    const bool all_answered = server_->stop(drain);
    workers_.stop();
    if (metrics_server_) metrics_server_->stop(std::chrono::milliseconds{0});
    return all_answered;
}

}  // namespace chukta
