/// @file
/// What the shop can ask about money that goes back. One database transaction each; none calls the
/// network. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/clock.h"
#include "server/orders.h"
#include "shared/ids.h"
#include "shared/money.h"
#include "shared/result.h"

namespace chukta {

/// The shop's wish, already checked field by field by the routes.
struct NewRefund {
    RefundId refund_id;           ///< empty: we make one
    std::optional<Money> amount;  ///< none: the payment that counts, or what is left of it
    std::string note;             ///< may be empty
};

/// Why a refund was refused; the word is the problem's stable `code`.
enum class RefundError {
    OrderNotFound,         // 404 order_not_found
    OrderNotPaid,          // 409 order_not_paid: no money of it is here
    AmountTooLarge,        // 409 refund_amount_too_large: more than is left
    RefundExists,          // 409 refund_already_exists: same refund_id, another refund or order
    IdempotencyKeyReused,  // 409 idempotency_key_reused: same key, another body
    RefundsExhausted,      // 409 refunds_exhausted
};
std::string_view word(RefundError error);

class Refunds {
public:
    Refunds(
        Store& store,
        HeldRequests& held,
        const Clock& clock,
        WatchPolicy watch,
        std::function<void()> outbox_changed
    );

    struct Made {
        ShopRefund refund;
        bool is_new = false;
    };
    /// Records the refund and queues its call. Idempotent by refund_id or by key: the same again
    /// returns the refund there is and starts nothing.
    Result<Made, RefundError> create(
        const OrderId& order_id, const NewRefund& refund, const std::optional<IdempotencyKey>& key
    );

private:
    Store& store_;
    HeldRequests& held_;
    const Clock& clock_;
    WatchPolicy watch_;
    std::function<void()> outbox_changed_;
};

}  // namespace chukta
