#include <charconv>

#include "http/text.h"
#include "server/api_wire.h"
#include "server/crypto.h"
#include "server/json_request.h"
#include "server/problem.h"
#include "server/routes.h"
#include "shared/limits.h"

namespace chukta {

namespace {

constexpr int kListDefault = 20;
constexpr int kListMax = 100;

int status_of(ShopError error) {
    switch (error) {
        case ShopError::OrderNotFound:
            return 404;
        case ShopError::OrderExists:
        case ShopError::IdempotencyKeyReused:
        case ShopError::OrderPaid:
            return 409;
        case ShopError::CursorInvalid:
        case ShopError::ExpiresTooSoon:
            return 400;
    }
    return 500;
}

std::string_view detail_of(ShopError error) {
    switch (error) {
        case ShopError::OrderNotFound:
            break;  // refuse() has one answer for all of these
        case ShopError::OrderExists:
            return "This order_id is taken by an order with other fields.";
        case ShopError::IdempotencyKeyReused:
            return "This Idempotency-Key came with another body before.";
        case ShopError::OrderPaid:
            return "A paid order cannot be cancelled.";
        case ShopError::CursorInvalid:
            return "cursor must be a next_cursor of an earlier answer.";
        case ShopError::ExpiresTooSoon:
            return "expires_at must be more than 15 minutes ahead.";
    }
    return "";
}

http::Response refuse(ShopError error) {
    if (error == ShopError::OrderNotFound) return order_not_found();
    return problem(status_of(error), word(error), detail_of(error));
}

/// The credentials after "Bearer ", which is compared without case (RFC 9110 §11.1).
std::string_view bearer(std::string_view header) {
    constexpr std::string_view kScheme = "bearer ";
    if (header.size() <= kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = header[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != kScheme[i]) return {};
    }
    return header.substr(kScheme.size());
}

std::string_view detail_of(RefundError error) {
    switch (error) {
        case RefundError::OrderNotFound:
            break;  // refuse() has one answer for all of these
        case RefundError::OrderNotPaid:
            return "No money of this order is here.";
        case RefundError::AmountTooLarge:
            return "More than was paid and is neither refunded nor being refunded.";
        case RefundError::RefundExists:
            return "This refund_id is taken by another refund.";
        case RefundError::IdempotencyKeyReused:
            return "This Idempotency-Key came with another body before.";
        case RefundError::RefundsExhausted:
            static_assert(limits::kRefundsPerOrderMax == 50);
            return "An order can have 50 refunds.";
    }
    return "";
}

http::Response refuse(RefundError error) {
    if (error == RefundError::OrderNotFound) return order_not_found();
    return problem(409, word(error), detail_of(error));
}

}  // namespace

std::optional<std::int64_t> number_parameter(
    const http::Request& request,
    std::string_view name,
    std::int64_t min,
    std::int64_t max,
    bool* invalid
) {
    const auto text = http::query_parameter(request.query(), name);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const char* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number < min || number > max) {
        *invalid = true;
        return std::nullopt;
    }
    return number;
}

ShopRoutes::ShopRoutes(Edge& edge, Orders& orders, Refunds& refunds, Settings settings)
    : edge_{edge}, orders_{orders}, refunds_{refunds}, settings_{std::move(settings)} {}

void ShopRoutes::add_to(http::Router& router) {
    const auto gate = [this](Exchange& exchange) { return authorize(exchange); };
    edge_.add(router, "POST", "/v1/orders", gate, [this](const ExchangePtr& e) { create(e); });
    edge_.add(router, "GET", "/v1/orders", gate, [this](const ExchangePtr& e) { list(e); });
    edge_.add(router, "GET", "/v1/orders/{order_id}", gate, [this](const ExchangePtr& e) {
        const auto order = orders_.find(order_id_of(*e));
        answer(
            e, 200, order ? Result<ShopOrder, ShopError>{*order} : failure(ShopError::OrderNotFound)
        );
    });
    edge_.add(router, "POST", "/v1/orders/{order_id}/verify", gate, [this](const ExchangePtr& e) {
        answer(e, 202, orders_.verify(order_id_of(*e)));
    });
    edge_.add(router, "POST", "/v1/orders/{order_id}/cancel", gate, [this](const ExchangePtr& e) {
        answer(e, 200, orders_.cancel(order_id_of(*e)));
    });
    edge_.add(router, "POST", "/v1/orders/{order_id}/refunds", gate, [this](const ExchangePtr& e) {
        refund(e);
    });
}

/// The API key, then the form of what is asked. Runs before anything waits.
std::optional<http::Response> ShopRoutes::authorize(Exchange& exchange) {
    const auto& headers = exchange.request().headers;
    const auto key = bearer(exchange.header("Authorization"));
    bool known = false;
    std::string_view name = "current";
    for (std::size_t i = 0; i < settings_.api_keys.size(); ++i) {
        // Every key is compared, so that the time does not say which one it was.
        if (!crypto::equal_constant_time(settings_.api_keys[i], key)) continue;
        known = true;
        if (i > 0) name = "previous";
    }
    if (!known || headers.count("Authorization") != 1) {
        if (auto slow_down = edge_.over_limit(exchange, std::nullopt)) return slow_down;
        edge_.metrics().count(Count::ShopKeyRefused);
        if (edge_.is_logged(exchange.route())) {
            log::warning("shop_key.refused", {{"route", exchange.route()}});
        }
        auto response = problem(401, "unauthorized", "Send Authorization: Bearer and the API key.");
        response.headers.add("WWW-Authenticate", "Bearer realm=\"chukta\"");
        return response;
    }
    if (auto slow_down = edge_.over_key_limit(name)) return slow_down;
    const std::string_view route = exchange.route();
    if (route.find('{') != std::string_view::npos &&
        !api_wire::is_order_id(exchange.path("order_id"))) {
        return order_not_found();
    }
    return std::nullopt;
}

void ShopRoutes::create(const ExchangePtr& exchange) {
    const auto& request = exchange->request();
    if (auto refused = why_not_json(request)) return exchange->send(*std::move(refused));
    const auto key = idempotency_key(request);
    if (!key) return exchange->send(key.error());
    const EpochMs asked_at = edge_.clock().now();
    const auto order = api_wire::decode_new_order(
        request.body, {.allowed_origins = settings_.allowed_origins, .now = asked_at}
    );
    if (!order) return exchange->send(problem(400, order.error().code, order.error().detail));
    const auto created = orders_.create(*order, *key);
    // An order that is older than the question was there before.
    const bool was_there = created && created->created_at < asked_at;
    answer(exchange, was_there ? 200 : 201, created);
}

void ShopRoutes::refund(const ExchangePtr& exchange) {
    const auto& request = exchange->request();
    if (auto refused = why_not_json(request)) return exchange->send(*std::move(refused));
    const auto key = idempotency_key(request);
    if (!key) return exchange->send(key.error());
    const auto wanted = api_wire::decode_new_refund(request.body);
    if (!wanted) return exchange->send(problem(400, wanted.error().code, wanted.error().detail));
    if (wanted->refund_id.empty() && !*key) {
        // Sent again after a lost answer, it would be another refund.
        return exchange->send(problem(
            400, "idempotency_key_missing", "Name the refund: a refund_id or an Idempotency-Key."
        ));
    }
    const auto made = refunds_.create(order_id_of(*exchange), *wanted, *key);
    if (!made) return exchange->send(refuse(made.error()));
    exchange->send(json_answer(made->is_new ? 201 : 200, api_wire::encode(made->refund)));
}

void ShopRoutes::list(const ExchangePtr& exchange) {
    bool invalid = false;
    const auto limit = number_parameter(exchange->request(), "limit", 1, kListMax, &invalid);
    if (invalid) {
        return exchange->send(problem(400, "limit_invalid", "limit must be 1 to 100."));
    }
    const auto cursor = http::query_parameter(exchange->request().query(), "cursor").value_or("");
    const auto page = orders_.list(static_cast<int>(limit.value_or(kListDefault)), cursor);
    if (!page) return exchange->send(refuse(page.error()));
    exchange->send(json_answer(200, api_wire::encode(*page, settings_.public_url)));
}

void ShopRoutes::answer(
    const ExchangePtr& exchange, int status, const Result<ShopOrder, ShopError>& order
) const {
    if (!order) return exchange->send(refuse(order.error()));
    exchange->send(json_answer(status, api_wire::encode(*order, settings_.public_url)));
}

}  // namespace chukta
