/// @file
/// The whole demo shop in one object: main.cpp runs one, tests run several.
#pragma once

#include <chrono>
#include <cstdint>
#include <latch>
#include <optional>
#include <string>

#include "http/router.h"
#include "http/server.h"
#include "sandbox/shop/book.h"
#include "sandbox/shop/options.h"
#include "sandbox/shop/storefront.h"
#include "sandbox/shop/workers.h"

namespace shop {

/// Listens from construction to stop. Construction throws std::runtime_error when the port is taken
/// or the state file is not ours.
class App {
public:
    explicit App(Options options);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    std::uint16_t port() const;
    /// "http://127.0.0.1:8082", without a slash at its end.
    const std::string& public_url() const { return options_.public_url; }

    /// Lets requests in flight finish; true when all did.
    bool stop(std::chrono::milliseconds drain);

private:
    using Route = http::Response (Storefront::*)(const Call&);
    void add(std::string method, std::string pattern, Workers& workers, Route route);
    void add_routes();

    Options options_;
    std::latch open_{1};  ///< pages wait until the port, and so public_url, is known
    Book book_;
    Storefront storefront_;
    http::Router router_;
    // Webhooks have a thread of their own: a slow checkout must not keep Chukta's news waiting.
    Workers webhook_worker_{1};
    Workers page_workers_{4};
    std::optional<http::Server> server_;  ///< last: opens when all else is there, ends first
};

}  // namespace shop
