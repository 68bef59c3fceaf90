/// @file
/// The JSON between the shop and Chukta: orders there, answers and webhooks back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/shop/book.h"
#include "sandbox/shop/customers.h"

namespace shop {

/// The body of POST /v1/orders.
std::string encode_order(const Order& order, const Customer& customer, std::string_view return_url);

/// The body of POST /v1/orders/{order_id}/refunds for all that can be refunded.
std::string encode_refund(std::string_view refund_id);

/// Whose refund that route's answer is about.
std::optional<std::string> decode_refund_id(std::string_view json);

/// An answer of /v1/orders. Nothing when it is not an order as documented.
std::optional<OrderNews> decode_order(std::string_view json);

/// What a webhook says. news is nothing for a type that brings no order.
struct WebhookNews {
    std::string type;
    std::optional<OrderNews> news;
};
/// Call it only after verify_webhook. Nothing when the body is not a webhook as documented.
std::optional<WebhookNews> decode_webhook(std::string_view json);

/// The stable `code` of an application/problem+json body, or "unknown".
std::string decode_problem_code(std::string_view json);

}  // namespace shop
