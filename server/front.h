/// @file
/// The edge as one piece: page files, sessions, routes, workers and the listeners, over a engine
/// that is given. What a test starts when it wants the real front door.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "http/router.h"
#include "http/server.h"
#include "server/assets.h"
#include "server/config.h"
#include "server/edge.h"
#include "server/engine.h"
#include "server/metrics.h"
#include "server/routes.h"
#include "server/session.h"
#include "server/workers.h"

namespace chukta {

/// Listens from construction to stop. Construction throws when the page is missing or a port is
/// taken.
class Front {
public:
    /// Moves the front door's secrets out of the config; the others outlive the Front.
    Front(
        Config& config, Engine& engine, const Gateway& gateway, const Clock& clock, Metrics& metrics
    );
    ~Front();

    std::uint16_t port() const { return server_->port(); }
    /// 0 when there is no metrics listener.
    std::uint16_t metrics_port() const;

    /// Stops accepting, releases held requests, answers what is in flight, ends the workers. True
    /// when all were answered in time. Idempotent.
    bool stop(std::chrono::milliseconds drain);

    /// For metrics.
    http::ServerCounts counts() const { return server_->counts(); }
    std::size_t queued() const { return workers_.queued() + edge_.waiting(); }

    const http::Router& router() const { return router_; }

private:
    void listen_for_metrics(const Config& config);

    HeldRequests& held_;
    Assets assets_;
    Sessions sessions_;
    Workers workers_;
    Edge edge_;
    ShopRoutes shop_;
    PageRoutes page_;
    ServiceRoutes service_;
    http::Router router_;
    Metrics& metrics_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<http::Server> metrics_server_;
};

}  // namespace chukta
