/// @file
/// What the shop answers to each request: one function a route, named in app.cpp.
#pragma once

#include <string>
#include <string_view>

#include "http/client.h"
#include "http/message.h"
#include "http/router.h"
#include "sandbox/shop/book.h"
#include "sandbox/shop/chukta.h"
#include "sandbox/shop/options.h"
#include "sandbox/shop/pages.h"
#include "sandbox/shop/webhook.h"

namespace shop {

/// One request on its worker thread.
struct Call {
    const http::PathParameters& parameters;
    const http::Request& request;
    http::Client& client;  ///< the thread's own
};

/// Borrows its parts. Any thread. A function throws std::runtime_error when the book cannot be
/// written; the App answers that with a 503.
class Storefront {
public:
    /// Precondition: options.webhook_secret parses as a WebhookKey.
    Storefront(const Options& options, Book& book);

    http::Response teas(const Call& call);
    http::Response login_form(const Call& call);
    http::Response log_in(const Call& call);
    http::Response log_out(const Call& call);
    http::Response cart(const Call& call);
    http::Response add_to_cart(const Call& call);
    http::Response update_cart(const Call& call);

    http::Response checkout(const Call& call);
    http::Response orders(const Call& call);
    http::Response order(const Call& call);
    http::Response returned(const Call& call);
    http::Response pay(const Call& call);
    http::Response cancel(const Call& call);
    http::Response refund(const Call& call);

    http::Response receive_webhook(const Call& call);
    /// For tests: orders and webhooks as JSON, to callers on this machine only.
    http::Response state(const Call& call);

    http::Response style(const Call& call);
    http::Response icon(const Call& call);
    http::Response healthy(const Call& call);

    /// A page for a request that no route or no worker could take.
    http::Response message(int status, std::string_view heading, std::string_view text) const;

private:
    /// Who sent the request, by its cookie.
    struct Visit {
        Visitor visitor;
        std::string token;     ///< of the session, or a new one
        bool is_new = false;   ///< the answer must set the cookie
        std::string customer;  ///< empty: not logged in
    };
    Visit visit(const http::Request& request) const;
    http::Response html(const Visit& visit, const Page& page, int status = 200) const;
    http::Response redirect(std::string location) const;
    http::Response to_login(std::string_view next) const;
    http::Response not_found(const Visit& visit) const;
    http::Response form_refused(const Visit& visit) const;
    std::string cookie_of(std::string_view token) const;

    /// Whether the form brought the visitor's own token back (a page elsewhere cannot know it).
    bool is_our_form(const Visit& visit, const http::Request& request) const;

    http::Response show_order(const Call& call, Arrival arrival);
    /// Makes sure that Chukta has the order, then sends the customer there with a fresh token.
    http::Response go_to_pay(const Visit& visit, http::Client& client, const Order& order);
    http::Response order_trouble(const Visit& visit, const Order& order, ChuktaError error);

    const Options& options_;
    Book& book_;
    Chukta chukta_;
    WebhookKey webhook_key_;
};

}  // namespace shop
