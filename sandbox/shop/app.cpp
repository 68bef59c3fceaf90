#include "sandbox/shop/app.h"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <utility>

namespace shop {
namespace {

Options with_defaults(Options options) {
    if (options.chukta_public_url.empty()) options.chukta_public_url = options.chukta_url;
    return options;
}

http::ServerOptions server_options(const Options& options) {
    http::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.log = [](std::string_view text) {
        std::fprintf(stderr, "chukta-shop: %.*s\n", static_cast<int>(text.size()), text.data());
    };
    return server;
}

std::string url_of(const Options& options, std::uint16_t port) {
    const bool v6 = options.address.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + options.address + "]" : options.address;
    return "http://" + host + ":" + std::to_string(port);
}

}  // namespace

App::App(Options options)
    : options_{with_defaults(std::move(options))},
      book_{options_.state_file},
      storefront_{options_, book_} {
    add_routes();
    server_.emplace(server_options(options_), [this](http::Request&& request, http::Responder to) {
        router_.route(std::move(request), std::move(to));
    });
    if (options_.public_url.empty()) options_.public_url = url_of(options_, server_->port());
    open_.count_down();
}

App::~App() = default;

std::uint16_t App::port() const { return server_->port(); }

bool App::stop(std::chrono::milliseconds drain) { return server_->stop(drain); }

void App::add(std::string method, std::string pattern, Workers& workers, Route route) {
    router_.add(
        std::move(method),
        std::move(pattern),
        [this, &workers, route](
            const http::PathParameters& parameters,
            http::Request&& request,
            const http::Responder& to
        ) {
            // std::function copies its target, and a request is only moved.
            const auto taken = std::make_shared<http::Request>(std::move(request));
            const bool queued =
                workers.take([this, route, parameters, taken, to](http::Client& client) {
                    open_.wait();
                    try {
                        to.send((storefront_.*route)({parameters, *taken, client}));
                    } catch (const std::exception& broken) {
                        std::fprintf(stderr, "chukta-shop: %s\n", broken.what());
                        to.send(storefront_.message(
                            503, "Please try again", "The shop cannot write its book just now."
                        ));
                    }
                });
            if (!queued) {
                to.send(storefront_.message(503, "Busy", "Too many guests. Please try again."));
            }
        }
    );
}

void App::add_routes() {
    add("GET", "/", page_workers_, &Storefront::teas);
    add("GET", "/login", page_workers_, &Storefront::login_form);
    add("POST", "/login", page_workers_, &Storefront::log_in);
    add("POST", "/logout", page_workers_, &Storefront::log_out);
    add("GET", "/cart", page_workers_, &Storefront::cart);
    add("POST", "/cart/add", page_workers_, &Storefront::add_to_cart);
    add("POST", "/cart/update", page_workers_, &Storefront::update_cart);
    add("POST", "/checkout", page_workers_, &Storefront::checkout);
    add("GET", "/orders", page_workers_, &Storefront::orders);
    add("GET", "/orders/{order_id}", page_workers_, &Storefront::order);
    add("GET", "/orders/{order_id}/pay", page_workers_, &Storefront::pay);
    add("POST", "/orders/{order_id}/cancel", page_workers_, &Storefront::cancel);
    add("POST", "/orders/{order_id}/refund", page_workers_, &Storefront::refund);
    add("GET", "/return/{order_id}", page_workers_, &Storefront::returned);
    add("POST", "/webhooks/chukta", webhook_worker_, &Storefront::receive_webhook);
    add("GET", "/shop/state", page_workers_, &Storefront::state);
    add("GET", "/shop.css", page_workers_, &Storefront::style);
    add("GET", "/favicon.svg", page_workers_, &Storefront::icon);
    add("GET", "/healthz", page_workers_, &Storefront::healthy);
    router_.on_miss([this](const http::Request&, int status, std::string allow) {
        http::Response response =
            storefront_.message(status, "Not here", "There is no such page in this shop.");
        if (!allow.empty()) response.headers.add("Allow", std::move(allow));
        return response;
    });
}

}  // namespace shop
