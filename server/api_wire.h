/// @file
/// The shop API's JSON (docs/api/openapi.yaml). api_wire.cpp is the only file of the edge that
/// speaks to nlohmann/json. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/orders.h"
#include "server/refunds.h"
#include "shared/result.h"
#include "shared/time.h"

namespace chukta::api_wire {

/// Why a body was refused: a stable code of the field that is wrong, and a sentence for developers.
/// Both are fixed texts.
struct FieldError {
    std::string_view code;
    std::string_view detail;
};

/// What the shop's settings and the clock say about an order to be.
struct OrderRules {
    const std::vector<std::string>& allowed_origins;  ///< of return_url
    EpochMs now = 0;                                  ///< what expires_at is measured from
};

/// Reads and checks the body of POST /v1/orders, field by field; the first wrong one is named.
/// Unknown fields are skipped.
Result<NewOrder, FieldError> decode_new_order(std::string_view json, const OrderRules& rules);

/// One order as answers and webhooks show it. pay_url is public_url + "/pay/" + order_id.
std::string encode(const ShopOrder& order, std::string_view public_url);

/// {"orders":[…],"next_cursor":…|null}
std::string encode(const ShopOrderPage& page, std::string_view public_url);

/// The part of the order that an event is about.
struct EventSubject {
    std::optional<int> attempt_index = std::nullopt;
    std::string_view refund_id = {};  ///< empty: none
};

/// A shop webhook's body:
/// {"type","timestamp","data":{order…[,"attempt_index"][,"refund_id"]}}.
std::string encode_event(
    std::string_view type,
    EpochMs at,
    const ShopOrder& order,
    std::string_view public_url,
    const EventSubject& subject = {}
);

/// Reads and checks the body of POST /v1/orders/{order_id}/refunds, field by field; the first wrong
/// one is named. Unknown fields are skipped.
Result<NewRefund, FieldError> decode_new_refund(std::string_view json);

std::string encode(const ShopRefund& refund);

/// {"url":…,"expires_at":…}, the answer of the hand-off route.
std::string encode_handoff(std::string_view url, EpochMs expires_at);

/// Whether a text can be an order's name: 3 to 45 of [A-Za-z0-9_-].
bool is_order_id(std::string_view text);

/// Whether a text can be a refund's name: 3 to 40 of [A-Za-z0-9_].
bool is_refund_id(std::string_view text);

/// Whether a text can be an Idempotency-Key: 1 to 64 of [A-Za-z0-9._:-].
bool is_idempotency_key(std::string_view text);

}  // namespace chukta::api_wire
