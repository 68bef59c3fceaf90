#include "server/app.h"

#include <cstring>
#include <utility>

#include "server/crypto.h"
#include "server/log.h"

namespace chukta {

namespace {

std::unique_ptr<db::Database> open_migrated(const Secret& url, const Clock& clock) {
    auto database = db::open_database(url.reveal());
    db::migrate(*database, clock.now());
    return database;
}

cashfree::GatewaySettings gateway_settings(Config& config) {
    cashfree::GatewaySettings settings;
    settings.client.base_url = config.cashfree.base_url.text;
    settings.client.ca_file = config.cashfree.ca_file;
    if (config.cashfree.base_url.host == "sandbox.cashfree.com") {
        // Its links open a simulator page on another host (facts/cashfree.md §1.1).
        settings.more_link_origins = {"https://payments-test.cashfree.com"};
    }
    settings.client_id = std::move(config.cashfree.client_id);
    settings.client_secret = std::move(config.cashfree.client_secret);
    settings.client_secret_previous = std::move(config.cashfree.client_secret_previous);
    // Cashfree refuses a plain http notify_url; a local sandbox has its own setting.
    if (config.public_url.is_https()) {
        settings.notify_url = config.public_url.text + "/webhooks/cashfree";
    }
    return settings;
}

EngineSettings engine_settings(Config& config) {
    EngineSettings settings;
    settings.policy = config.policy;
    settings.watch = config.watch;
    settings.watch.tells_shop = config.shop_webhook.url.has_value();
    settings.dispatch.collect_ttl_ms = config.policy.collect_ttl_ms;
    if (config.shop_webhook.url) settings.notifier.url = config.shop_webhook.url->text;
    settings.notifier.key = std::move(config.shop_webhook.key);
    settings.notifier.previous_key = std::move(config.shop_webhook.previous_key);
    settings.notifier.public_url = config.public_url.text;
    return settings;
}

/// Row ids of two instances that start in the same millisecond must differ.
std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    const auto bytes = crypto::random_bytes(sizeof seed);
    std::memcpy(&seed, bytes.data(), sizeof seed);
    return seed;
}

}  // namespace

App::App(Config config, const Clock& clock)
    : config_{std::move(config)},
      database_{open_migrated(config_.database_url, clock)},
      gateway_{gateway_settings(config_)},
      engine_{*database_, gateway_, clock, engine_settings(config_), random_seed()},
      front_{config_, engine_, gateway_, clock, metrics_} {
    metrics_.add_gauge("chukta_held_requests", "Requests that wait for an order to change", [this] {
        return static_cast<std::int64_t>(engine_.held().size());
    });
    metrics_.add_gauge("chukta_worker_queue", "Requests that wait for a worker", [this] {
        return static_cast<std::int64_t>(front_.queued());
    });
    metrics_.add_gauge("chukta_connections", "Open connections", [this] {
        return static_cast<std::int64_t>(front_.counts().connections);
    });
    metrics_.add_gauge("chukta_inbox_rows", "News not applied yet", [this] {
        Transaction transaction{*database_, db::Mode::Look};
        return engine_.store().inbox_waiting(transaction);
    });
    metrics_.add_gauge("chukta_outbox_rows", "Errands not done yet", [this] {
        Transaction transaction{*database_, db::Mode::Look};
        return engine_.store().outbox_waiting(transaction);
    });
    engine_.start();
    log::info("server.started", {{"port", port()}, {"metrics_port", metrics_port()}});
}

App::~App() { stop(std::chrono::milliseconds{0}); }

void App::stop(std::chrono::milliseconds drain) {
    if (!front_.stop(drain)) log::warning("drain.timed_out");
    engine_.stop();
}

}  // namespace chukta
