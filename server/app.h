/// @file
/// One running server: everything built in the order in which it depends on each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "server/cashfree/gateway.h"
#include "server/clock.h"
#include "server/config.h"
#include "server/db/database.h"
#include "server/engine.h"
#include "server/front.h"
#include "server/metrics.h"

namespace chukta {

/// Runs from construction to stop. Construction throws when the database cannot be opened, the page
/// is missing or a port is taken.
class App {
public:
    App(Config config, const Clock& clock);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    std::uint16_t port() const { return front_.port(); }
    std::uint16_t metrics_port() const { return front_.metrics_port(); }
    const http::Router& router() const { return front_.router(); }
    Engine& engine() { return engine_; }

    /// Stops accepting, answers what is in flight, stops the loops. Idempotent.
    void stop(std::chrono::milliseconds drain);

private:
    Config config_;
    std::unique_ptr<db::Database> database_;
    cashfree::Gateway gateway_;
    Metrics metrics_;
    Engine engine_;
    Front front_;
};

}  // namespace chukta
