/// @file
/// Every route of product.md §4: what is read from a request, who is asked, what is answered. Three
/// rooms: the shop's API, the customer's page, and the service's own doors.
#pragma once

#include <string>
#include <vector>

#include "http/router.h"
#include "server/assets.h"
#include "server/edge.h"
#include "server/first_paint.h"
#include "server/gateway.h"
#include "server/intake_port.h"
#include "server/orders.h"
#include "server/page_form.h"
#include "server/readiness_question.h"
#include "server/refunds.h"
#include "server/secret.h"
#include "server/session.h"
#include "shared/messages.h"

namespace chukta {

/// What the shop's server may ask, with its API key.
class ShopRoutes {
public:
    struct Settings {
        std::vector<Secret> api_keys;  ///< current and previous
        std::vector<std::string> allowed_origins;
        std::string public_url;
    };
    ShopRoutes(Edge& edge, Orders& orders, Refunds& refunds, Settings settings);
    void add_to(http::Router& router);

private:
    std::optional<http::Response> authorize(Exchange& exchange);
    void create(const ExchangePtr& exchange);
    void refund(const ExchangePtr& exchange);
    void list(const ExchangePtr& exchange);
    void answer(const ExchangePtr& exchange, int status, const Result<ShopOrder, ShopError>& order)
        const;

    Edge& edge_;
    Orders& orders_;
    Refunds& refunds_;
    Settings settings_;
};

/// What the customer's browser may ask, with a session.
class PageRoutes {
public:
    struct Settings {
        std::string public_url;     ///< where hand-off links point
        std::string public_origin;  ///< the only Origin whose POSTs are taken
    };
    PageRoutes(
        Edge& edge, Orders& orders, Sessions& sessions, const Assets& assets, Settings settings
    );
    void add_to(http::Router& router);

private:
    std::optional<http::Response> admit(Exchange& exchange);
    std::optional<http::Response> admit_post(Exchange& exchange);
    http::Response refuse_origin(const Exchange& exchange);
    std::optional<http::Response> admit_start(Exchange& exchange);
    std::optional<CustomerId> customer(const Exchange& exchange);

    void open(const ExchangePtr& exchange);
    http::Response use_token(const Exchange& exchange);
    http::Response page(
        const Exchange& exchange,
        const TypedVpa& vpa = {},
        std::optional<wire::Handoff> way_out = {},
        bool choose_again = false
    );
    /// A fresh token goes along; the cookie stays behind.
    wire::Handoff way_out(const OrderId& order_id, const CustomerId& customer);
    // routes_form.cpp: the same without a script
    std::optional<http::Response> admit_form(Exchange& exchange);
    void submit(const ExchangePtr& exchange);
    http::Response pay_by_form(Exchange& exchange, const PageForm& form);
    http::Response show_by_form(const Exchange& exchange, const PageForm& form);
    http::Response press_by_form(Exchange& exchange, const PageForm& form);
    http::Response start_by_form(
        const Exchange& exchange, const PageForm& form, wire::StartAttempt what
    );
    void remember_app(
        const Exchange& exchange, const wire::OrderView& view, http::Response& response
    ) const;
    http::Response told(const Exchange& exchange, const wire::OrderView& view) const;
    // routes_polls.cpp
    /// Who has no cookie is a stranger; who has a wrong one stayed too long, or guesses.
    void note_wrong_session(const Exchange& exchange);
    void show(const std::vector<ExchangePtr>& exchanges);
    std::optional<Orders::Hold> show(const ExchangePtr& exchange, const wire::OrderView& view);
    void show_now(const ExchangePtr& exchange);
    void start(const ExchangePtr& exchange);
    void cancel(const ExchangePtr& exchange);
    void hand_off(const ExchangePtr& exchange);

    Edge& edge_;
    Orders& orders_;
    Sessions& sessions_;
    const Assets& assets_;
    Settings settings_;
};

/// Webhooks, health, and the page's files.
class ServiceRoutes {
public:
    ServiceRoutes(
        Edge& edge,
        const Gateway& gateway,
        WebhookIntake& intake,
        Readiness& readiness,
        const Assets& assets
    );
    void add_to(http::Router& router);

private:
    void webhook(const ExchangePtr& exchange);
    void asset(const ExchangePtr& exchange, const std::string& name) const;

    Edge& edge_;
    const Gateway& gateway_;
    WebhookIntake& intake_;
    ReadinessQuestion readiness_;
    const Assets& assets_;
};

/// Who asks: the class that the customer chose or the page displayed; before there is a page, what
/// the user agent says.
Shopper shopper_of(const Exchange& exchange);

/// Of a route with {order_id}.
inline OrderId order_id_of(const Exchange& exchange) { return OrderId{exchange.path("order_id")}; }

/// A query parameter that is a whole number within bounds; nothing when absent, *invalid set when
/// it is there and is none.
std::optional<std::int64_t> number_parameter(
    const http::Request& request,
    std::string_view name,
    std::int64_t min,
    std::int64_t max,
    bool* invalid
);

}  // namespace chukta
