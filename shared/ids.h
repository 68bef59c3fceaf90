/// @file
/// Identifiers that cannot be mixed up: an attempt is never passed where an order is meant.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "shared/limits.h"

namespace chukta {

/// A checked name of something. Equal text of different tags does not compare.
template <class Tag>
class Id {
public:
    Id() = default;
    explicit Id(std::string text) : text_{std::move(text)} {}

    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }

    friend bool operator==(const Id& a, const Id& b) { return a.text_ == b.text_; }
    friend bool operator<(const Id& a, const Id& b) { return a.text_ < b.text_; }

private:
    std::string text_;
};

/// The merchant whose rows these are; leads every key in the database.
using MerchantId = Id<struct MerchantIdTag>;
/// The shop's order, 3 to 45 of [A-Za-z0-9_-] (facts/cashfree.md §2.1: it is also the gateway's).
using OrderId = Id<struct OrderIdTag>;
/// Whether a text may be an OrderId.
constexpr bool is_order_id(std::string_view text) {
    if (text.size() < limits::kOrderIdLengthMin || text.size() > limits::kOrderIdLengthMax) {
        return false;
    }
    for (const char c : text) {
        const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!allowed) return false;
    }
    return true;
}
/// One payment attempt of an order; also the gateway's idempotency key, so a repeat starts nothing.
using AttemptId = Id<struct AttemptIdTag>;
/// The gateway's own name of a payment, up to 19 digits as text, never through a number.
using GatewayPaymentId = Id<struct GatewayPaymentIdTag>;
/// The shop's name of its customer.
using CustomerId = Id<struct CustomerIdTag>;
/// Made by the page at the press of a button and repeated on every retry of that press.
using IdempotencyKey = Id<struct IdempotencyKeyTag>;
/// The shop's (or our) name of a refund.
using RefundId = Id<struct RefundIdTag>;

}  // namespace chukta
