/// @file
/// Cashfree's JSON, version 2023-08-01, to and from our values (facts/cashfree.md §2 to §6.2,
/// Appendix B). Decoders never throw and never trust a type: an optional field that is null, absent
/// or of another type reads as absent. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/gateway.h"
#include "shared/money.h"
#include "shared/result.h"

namespace chukta::cashfree {

/// POST /orders. `notify_url` may be empty: then only the dashboard's endpoints hear of payments.
/// A name or e-mail outside Cashfree's 3 to 100 characters is left out: it is optional there, and
/// no reason to lose the order.
std::string encode_create_order(const GatewayOrder& order, std::string_view notify_url);

/// POST /orders/sessions. A collect's vpa must be there.
std::string encode_pay(const GatewayPay& pay);

/// PATCH /orders/{order_id}.
std::string encode_terminate();

/// POST /orders/{order_id}/refunds. A note outside their 3 to 100 characters is left out.
std::string encode_refund(const GatewayRefund& refund);

/// What Order Pay answers, before the QR's picture is read and the links are judged.
struct PayAnswer {
    GatewayPaymentId payment_id;
    std::optional<Money> amount;
    Channel channel = Channel::Intent;
    /// data.payload's strings by key, in its order; only of channel link.
    std::vector<std::pair<std::string, std::string>> links;
    /// "data:image/png;base64,…"; only of channel qrcode.
    std::string qr_data_uri;
};

/// The error object of §1.6.
struct ErrorAnswer {
    std::string code;
    std::string type;
    std::string message;
};

Result<GatewayOrderNews, WireError> decode_order(std::string_view body);
Result<PayAnswer, WireError> decode_pay(std::string_view body);

/// One unreadable element makes the whole list unreadable: what it hides may be the payment that
/// matters, so a person must look.
Result<std::vector<GatewayEvent>, WireError> decode_payments(std::string_view body);

/// A RefundEntity (§6.2), and the list of an order's; of the list the same is true.
Result<GatewayRefundNews, WireError> decode_refund(std::string_view body);
Result<std::vector<GatewayRefundNews>, WireError> decode_refunds(std::string_view body);

Result<WebhookNews, WireError> decode_webhook(std::string_view body);

/// Nothing when the body is not in the gateway's error shape: an object with a code, or with a type
/// and a message. Every field is optional in their SDK; what stands between us has neither.
std::optional<ErrorAnswer> decode_error(std::string_view body);

/// Whether the body is one JSON value at all, as every answer of the gateway itself is.
bool is_json(std::string_view body);

}  // namespace chukta::cashfree
