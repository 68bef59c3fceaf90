// The stable codes of refused requests (product.md §4).
#include "server/orders.h"

namespace chukta {

std::string_view word(ShopError error) {
    switch (error) {
        case ShopError::OrderNotFound:
            return "order_not_found";
        case ShopError::OrderExists:
            return "order_already_exists";
        case ShopError::IdempotencyKeyReused:
            return "idempotency_key_reused";
        case ShopError::OrderPaid:
            return "order_already_paid";
        case ShopError::CursorInvalid:
            return "cursor_invalid";
        case ShopError::ExpiresTooSoon:
            return "expires_at_invalid";
    }
    return {};
}

std::string_view word(StartError error) {
    switch (error) {
        case StartError::OrderNotFound:
            return "order_not_found";
        case StartError::IdempotencyKeyReused:
            return "idempotency_key_reused";
        case StartError::NotPayable:
            return "order_not_payable";
        case StartError::ChannelNotAllowed:
            return "channel_not_allowed";
        case StartError::ChannelClosed:
            return "channel_closed";
        case StartError::AttemptsExhausted:
            return "attempts_exhausted";
        case StartError::AttemptOpen:
            return "attempt_open";
        case StartError::ContactShop:
            return "gateway_unavailable";
        case StartError::AttemptNotFound:
            return "attempt_not_found";
    }
    return {};
}

}  // namespace chukta
