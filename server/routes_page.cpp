#include <charconv>

#include "http/text.h"
#include "server/api_wire.h"
#include "server/compressor.h"
#include "server/crypto.h"
#include "server/json_request.h"
#include "server/last_app.h"
#include "server/older_sessions.h"
#include "server/pay_page.h"
#include "server/problem.h"
#include "server/routes.h"
#include "shared/device.h"
#include "shared/limits.h"

namespace chukta {

namespace {

constexpr const char* kDeviceHeader = "X-Chukta-Device";
constexpr std::size_t kUserAgentMax = 512;
constexpr EpochMs kHandoffMs = 300'000;

/// Printable ASCII only: header bytes may be anything, a database text may not.
std::string user_agent_of(const Exchange& exchange) {
    std::string text{exchange.header("User-Agent").substr(0, kUserAgentMax)};
    for (char& c : text) {
        if (c < ' ' || c >= 0x7f) c = '?';
    }
    return text;
}

std::string_view detail_of(StartError error) {
    switch (error) {
        case StartError::OrderNotFound:
            break;  // refuse() has one answer for all of these
        case StartError::IdempotencyKeyReused:
            return "This Idempotency-Key came with another body before.";
        case StartError::NotPayable:
            return "The order is paid, closed or under review.";
        case StartError::ChannelNotAllowed:
            return "This channel is not offered for this order and device.";
        case StartError::ChannelClosed:
            return "This channel is closed for this order.";
        case StartError::AttemptsExhausted:
            return "This order has had all its attempts.";
        case StartError::AttemptOpen:
            return "Another attempt is open; name it in replaces.";
        case StartError::ContactShop:
            return "The gateway failed three times in a row.";
        case StartError::AttemptNotFound:
            return "There is no such attempt of this order.";
    }
    return "";
}

http::Response refuse(StartError error) {
    if (error == StartError::OrderNotFound) return order_not_found();
    const int status = error == StartError::AttemptNotFound ? 404 : 409;
    return problem(status, word(error), detail_of(error));
}

http::Response answer(int status, const Result<wire::OrderView, StartError>& view) {
    return view ? json_answer(status, wire::encode(*view)) : refuse(view.error());
}

std::optional<int> attempt_index(std::string_view text) {
    int index = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, index);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    if (index < 1 || index > limits::kAttemptIndexMax) return std::nullopt;
    return index;
}

}  // namespace

Shopper shopper_of(const Exchange& exchange) {
    Shopper shopper{.user_agent = user_agent_of(exchange)};
    shopper.last_app = last_app(exchange.header("Cookie"));
    const auto asked = read_page_query(exchange.request().query()).device;
    if (const auto named = device_class_from(exchange.header(kDeviceHeader))) {
        shopper.device = *named;
    } else if (asked) {
        shopper.device = *asked;
    } else {
        DeviceFacts facts;
        facts.user_agent = shopper.user_agent;
        shopper.device = classify(facts);
    }
    return shopper;
}

PageRoutes::PageRoutes(
    Edge& edge, Orders& orders, Sessions& sessions, const Assets& assets, Settings settings
)
    : edge_{edge},
      orders_{orders},
      sessions_{sessions},
      assets_{assets},
      settings_{std::move(settings)} {}

void PageRoutes::add_to(http::Router& router) {
    const auto page_gate = [this](Exchange& e) -> std::optional<http::Response> {
        if (!api_wire::is_order_id(e.path("order_id"))) {
            return not_found_page(edge_.settings().frame_ancestors);
        }
        const auto session = Sessions::session_hash(order_id_of(e), e.header("Cookie"));
        return edge_.over_limit(e, session);
    };
    edge_.add(
        router,
        "GET",
        "/pay/{order_id}",
        page_gate,
        [this](const ExchangePtr& e) { open(e); },
        Reader::Person
    );
    edge_.add(
        router,
        "POST",
        "/pay/{order_id}",
        [this](Exchange& e) { return admit_form(e); },
        [this](const ExchangePtr& e) { submit(e); },
        Reader::Person
    );
    edge_.add_together(
        router,
        "GET",
        "/api/orders/{order_id}",
        [this](Exchange& e) { return admit(e); },
        [this](const std::vector<ExchangePtr>& exchanges) { show(exchanges); }
    );
    edge_.add(
        router,
        "POST",
        "/api/orders/{order_id}/attempts",
        [this](Exchange& e) { return admit_start(e); },
        [this](const ExchangePtr& e) { start(e); }
    );
    const auto post_gate = [this](Exchange& e) { return admit_post(e); };
    edge_.add(
        router,
        "POST",
        "/api/orders/{order_id}/attempts/{index}/cancel",
        post_gate,
        [this](const ExchangePtr& e) { cancel(e); }
    );
    edge_.add(
        router,
        "POST",
        "/api/orders/{order_id}/handoff",
        post_gate,
        [this](const ExchangePtr& e) { hand_off(e); }
    );
}

/// What can be refused without the database.
std::optional<http::Response> PageRoutes::admit(Exchange& exchange) {
    if (!api_wire::is_order_id(exchange.path("order_id"))) return order_not_found();
    const auto session = Sessions::session_hash(order_id_of(exchange), exchange.header("Cookie"));
    return edge_.over_limit(exchange, session);
}

/// A POST must come from our own page: its Origin says so, and a header that no form and no
/// cross-origin request can carry without our leave.
std::optional<http::Response> PageRoutes::admit_post(Exchange& exchange) {
    const auto& headers = exchange.request().headers;
    if (headers.count("Origin") != 1 || exchange.header("Origin") != settings_.public_origin ||
        headers.count(kDeviceHeader) != 1) {
        return refuse_origin(exchange);
    }
    return admit(exchange);
}

http::Response PageRoutes::refuse_origin(const Exchange& exchange) {
    if (auto slow_down = edge_.over_limit(exchange, std::nullopt)) return *std::move(slow_down);
    edge_.metrics().count(Count::OriginRefused);
    if (edge_.is_logged(exchange.route())) {
        log::warning("origin.refused", {{"route", exchange.route()}});
    }
    return problem(403, "origin_not_allowed", "Only the payment page may ask this.");
}

std::optional<http::Response> PageRoutes::admit_start(Exchange& exchange) {
    if (auto refused = admit_post(exchange)) return refused;
    const auto& request = exchange.request();
    if (auto refused = why_not_json(request)) return refused;
    const auto key = idempotency_key(request);
    if (!key) return key.error();
    if (!*key) return problem(400, "idempotency_key_missing", "Send an Idempotency-Key.");
    return std::nullopt;
}

/// Whose session this is. It was opened only for the order's own customer, who never changes.
std::optional<CustomerId> PageRoutes::customer(const Exchange& exchange) {
    const auto order_id = order_id_of(exchange);
    auto found = sessions_.customer_of(order_id, exchange.header("Cookie"));
    if (!found && Sessions::session_hash(order_id, exchange.header("Cookie"))) {
        note_wrong_session(exchange);
    }
    return found;
}

void PageRoutes::open(const ExchangePtr& exchange) {
    // Any sign of a token counts as one: a page must not be shown while its address carries it.
    const auto query = exchange->request().query();
    const bool has_token = query.starts_with("token=") || query.find("&token=") != query.npos;
    exchange->send(has_token ? use_token(*exchange) : page(*exchange));
}

http::Response PageRoutes::use_token(const Exchange& exchange) {
    const auto order_id = order_id_of(exchange);
    const auto refused = [&] {
        edge_.metrics().count(Count::TokenRefused);
        if (edge_.is_logged(exchange.route())) {
            log::info("token.refused", {{"order", order_id}});
        }
        return not_found_page(edge_.settings().frame_ancestors);
    };
    // A link preview asks with HEAD and must not use the customer's token up.
    if (exchange.request().method != "GET") return refused();
    const auto text = http::query_parameter(exchange.request().query(), "token");
    const auto token = text ? sessions_.read_token(*text) : std::nullopt;
    if (!token || !(token->order_id == order_id)) return refused();
    if (orders_.customer_of(order_id) != token->customer_id) return refused();
    auto set_cookie = sessions_.open(*token, exchange.header("Cookie"));
    if (!set_cookie) return refused();

    if (edge_.is_logged("session:" + order_id.str())) {
        log::info("session.opened", {{"order", order_id}});
    }
    http::Response response;
    response.status = 303;
    response.headers.add("Location", "/pay/" + order_id.str());
    if (!set_cookie->empty()) response.headers.add("Set-Cookie", *std::move(set_cookie));
    for (auto& older : forget_older_sessions(exchange.header("Cookie"), order_id)) {
        response.headers.add("Set-Cookie", std::move(older));
    }
    return response;
}

http::Response PageRoutes::page(
    const Exchange& exchange,
    const TypedVpa& vpa,
    std::optional<wire::Handoff> way_out,
    bool choose_again
) {
    const auto& ancestors = edge_.settings().frame_ancestors;
    const auto order_id = order_id_of(exchange);
    const auto shopper = shopper_of(exchange);
    const auto session = Sessions::session_hash(order_id, exchange.header("Cookie"));
    if (!session) return not_found_page(ancestors);
    const auto view = orders_.open_page({*session, order_id, shopper});
    if (!view) {
        note_wrong_session(exchange);
        return not_found_page(ancestors);
    }
    FirstPaint paint{*view};
    paint.asked = read_page_query(exchange.request().query());
    if (choose_again) paint.asked.choose_again = true;
    paint.language = paint.asked.language.value_or(language_of(exchange.header("Accept-Language")));
    paint.device = shopper.device;
    paint.user_agent = shopper.user_agent;
    paint.vpa = vpa;
    paint.form_token = Sessions::form_token(order_id, exchange.header("Cookie")).value_or("");
    paint.form_key = crypto::random_id();
    paint.way_out = std::move(way_out);
    auto answer =
        page_answer(fill_page(assets_.page_template(), paint), ancestors, assets_.style_hash());
    compress(answer, exchange.header("Accept-Encoding"));
    remember_app(exchange, *view, answer);
    return answer;
}

/// The app that paid goes first the next time: in this browser, whoever the shop is.
void PageRoutes::remember_app(
    const Exchange& exchange, const wire::OrderView& view, http::Response& response
) const {
    const bool secure = settings_.public_origin.starts_with("https://");
    auto cookie = last_app_cookie(view, secure);
    if (!cookie || view.attempt->app == last_app(exchange.header("Cookie"))) return;
    response.headers.add("Set-Cookie", *std::move(cookie));
}

http::Response PageRoutes::told(const Exchange& exchange, const wire::OrderView& view) const {
    auto response = json_answer(200, wire::encode(view));
    remember_app(exchange, view, response);
    return response;
}

void PageRoutes::start(const ExchangePtr& exchange) {
    if (!customer(*exchange)) return exchange->send(order_not_found());
    const auto asked = wire::decode_start_attempt(exchange->request().body);
    if (!asked) {
        return exchange->send(
            problem(400, wire::word(asked.error()), "The body is not a start of an attempt.")
        );
    }
    const IdempotencyKey key{std::string{exchange->header("Idempotency-Key")}};
    exchange->send(
        answer(202, orders_.start(order_id_of(*exchange), *asked, key, shopper_of(*exchange)))
    );
}

void PageRoutes::cancel(const ExchangePtr& exchange) {
    if (!customer(*exchange)) return exchange->send(order_not_found());
    const auto index = attempt_index(exchange->path("index"));
    if (!index) return exchange->send(refuse(StartError::AttemptNotFound));
    exchange->send(
        answer(200, orders_.cancel_attempt(order_id_of(*exchange), *index, shopper_of(*exchange)))
    );
}

wire::Handoff PageRoutes::way_out(const OrderId& order_id, const CustomerId& customer) {
    if (edge_.is_logged("handoff:" + order_id.str())) {
        log::info("handoff.minted", {{"order", order_id}});
    }
    auto url = settings_.public_url + "/pay/" + order_id.str() +
               "?token=" + sessions_.mint_token(order_id, customer);
    return {std::move(url), edge_.clock().now() + kHandoffMs};
}

/// The way out of an in-app browser.
void PageRoutes::hand_off(const ExchangePtr& exchange) {
    const auto order_id = order_id_of(*exchange);
    const auto customer_id = customer(*exchange);
    if (!customer_id) return exchange->send(order_not_found());
    const auto [url, expires_at] = way_out(order_id, *customer_id);
    exchange->send(json_answer(200, api_wire::encode_handoff(url, expires_at)));
}

}  // namespace chukta
