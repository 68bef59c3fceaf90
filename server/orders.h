/// @file
/// What the shop and the page can ask. Every function is one or two database transactions; none
/// calls the network. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/clock.h"
#include "shared/device.h"
#include "shared/ids.h"
#include "shared/money.h"
#include "shared/result.h"
#include "shared/status.h"
#include "shared/wire.h"

namespace chukta {

class Store;
class HeldRequests;
namespace faults {
struct Commit;
}

/// How silent attempts are watched (product.md §5, Slow webhooks), and who is told of their ends.
struct WatchPolicy {
    std::int64_t first_ms = 15'000;       ///< after the gateway took the attempt; then doubling
    std::int64_t longest_ms = 1'800'000;  ///< between two questions
    std::int64_t window_ms = 86'400'000;  ///< then nobody asks any more
    std::int64_t unclear_grace_ms =
        15'000;  ///< before asking about an unclear or refused call means something
    std::int64_t refund_first_ms = 60'000;  ///< after the gateway took a refund; then doubling
    std::int64_t refund_longest_ms = 21'600'000;
    std::int64_t refund_window_ms = 2'592'000'000;  ///< a bank takes days, not a month
    /// AUTO_REFUND_DUPLICATES: how long after the second payment its refund may be made, so that
    /// the gateway's own has been seen by then. None: never.
    std::optional<std::int64_t> duplicates_go_back_after_ms = std::nullopt;
    bool tells_shop = true;  ///< the shop gave an address for its notifications
};

/// The shop's order to be, already checked field by field (limits, phone, origins) by the routes.
struct NewOrder {
    OrderId order_id;  ///< empty: we make one
    Money amount;
    CustomerId customer_id;
    std::string customer_phone;
    std::string customer_email;
    std::string customer_name;
    std::vector<wire::Item> items;
    std::string return_url;
    std::optional<EpochMs> expires_at;
};

/// One attempt as the shop sees it.
struct ShopAttempt {
    int index = 0;
    Channel channel = Channel::Intent;
    std::optional<UpiApp> app;
    std::string vpa_masked;
    AttemptStatus status = AttemptStatus::Created;
    FailureReason failure = FailureReason::None;
    std::string gateway_payment_id;
    std::string bank_reference;
    EpochMs created_at = 0;
    EpochMs updated_at = 0;
};

/// One refund as the shop sees it.
struct ShopRefund {
    RefundId refund_id;
    OrderId order_id;
    std::string_view origin;  ///< the words of server/rows.h
    Money amount;
    std::string note;
    std::string_view status;
    std::string_view failure_reason;
    std::string gateway_status;
    std::string gateway_refund_id;
    std::string gateway_payment_id;
    std::string bank_reference;
    EpochMs created_at = 0;
    EpochMs updated_at = 0;
    std::optional<EpochMs> completed_at;
};

/// One order as the shop sees it, in API answers and webhooks alike.
struct ShopOrder {
    OrderId order_id;
    std::int64_t version = 0;
    Money amount;
    CustomerId customer_id;
    PaymentStatus payment_status = PaymentStatus::Pending;
    FulfillmentStatus fulfillment_status = FulfillmentStatus::Pending;
    ReviewReason review_reason = ReviewReason::None;
    std::string return_url;
    EpochMs created_at = 0;
    EpochMs updated_at = 0;
    std::optional<EpochMs> expires_at;
    std::optional<EpochMs> paid_at;
    std::vector<ShopAttempt> attempts;  ///< those with an index, in order
    Money amount_refunded;              ///< what has gone back
    Money amount_refundable;          ///< what a new refund may be: neither gone back nor under way
    std::vector<ShopRefund> refunds;  ///< in the order they were asked for
};

struct ShopOrderPage {
    std::vector<ShopOrder> orders;  ///< newest first
    std::string next_cursor;        ///< empty: no more
};

/// Why the shop's request was refused; the word is the problem's stable `code`.
enum class ShopError {
    OrderNotFound,         // 404 order_not_found
    OrderExists,           // 409 order_already_exists: same order_id, another order
    IdempotencyKeyReused,  // 409 idempotency_key_reused: same key, another body
    OrderPaid,             // 409 order_already_paid: a paid order cannot be cancelled
    CursorInvalid,         // 400 cursor_invalid
    ExpiresTooSoon,        // 400 expires_at_invalid: only for an order that is not there yet
};
std::string_view word(ShopError error);

/// Why an attempt was not started; the word is the problem's stable `code`.
enum class StartError {
    OrderNotFound,         // 404 order_not_found
    IdempotencyKeyReused,  // 409 idempotency_key_reused
    NotPayable,  // 409 order_not_payable: paid, expired, cancelled or under amount_mismatch review
    ChannelNotAllowed,  // 409 channel_not_allowed: by policy and device
    ChannelClosed,      // 409 channel_closed: three failures or the gateway's word
    AttemptsExhausted,  // 409 attempts_exhausted
    AttemptOpen,        // 409 attempt_open: another attempt is open and `replaces` does not name it
    ContactShop,        // 409 gateway_unavailable: three gateway failures in a row
    AttemptNotFound,    // 404 attempt_not_found (cancel)
};
std::string_view word(StartError error);

/// What the request says of the shopper's device.
struct Shopper {
    DeviceClass device = DeviceClass::Desktop;
    std::string user_agent;                         ///< cut to 512 bytes
    std::optional<UpiApp> last_app = std::nullopt;  ///< that this browser paid with last
};

/// Settings of policy, from config.
enum class CollectPolicy { Always, Npci2026, Never };
enum class IntentPrepare { Phones, Ios, Off };
struct OrderPolicy {
    MerchantId merchant_id;
    std::string merchant_name;
    std::string merchant_category_code;  ///< MCC, four digits or empty
    CollectPolicy collect_policy = CollectPolicy::Always;
    IntentPrepare intent_prepare = IntentPrepare::Phones;
    std::int64_t qr_ttl_ms = 300'000;
    std::int64_t collect_ttl_ms = 300'000;   ///< Cashfree: 5 to 15 minutes
    std::int64_t waiting_long_ms = 120'000;  ///< then the page says "Still waiting for your bank"
};

class Orders {
public:
    Orders(
        Store& store,
        HeldRequests& held,
        const Clock& clock,
        OrderPolicy policy,
        WatchPolicy watch,
        std::function<void()> outbox_changed
    );

    /// Creating is idempotent by order_id or by key: the same again returns the order there is.
    Result<ShopOrder, ShopError> create(
        const NewOrder& order, const std::optional<IdempotencyKey>& key
    );
    std::optional<ShopOrder> find(const OrderId& order_id);
    Result<ShopOrderPage, ShopError> list(int limit, const std::string& cursor);
    /// Queues questions to the gateway and returns the order as it is now.
    Result<ShopOrder, ShopError> verify(const OrderId& order_id);
    /// Sets fulfilment to cancelled, refuses new attempts and asks the gateway to terminate. A
    /// second cancel returns the order.
    Result<ShopOrder, ShopError> cancel(const OrderId& order_id);

    /// The customer an order belongs to, for the session check.
    std::optional<CustomerId> customer_of(const OrderId& order_id);

    /// Everything the page draws for this device. Closes what the clock closed (QR at zero) and
    /// queues the verification that follows.
    std::optional<wire::OrderView> view(const OrderId& order_id, const Shopper& shopper);
    /// A page that asks what it shows. Its session is a Sessions::session_hash.
    struct PageQuestion {
        std::string session_hash;
        OrderId order_id;
        Shopper shopper;
    };
    /// So many cost the database what one costs.
    static constexpr std::size_t kViewsTogether = 16;
    /// The same to each, only if the session is of the order and has not ended.
    std::vector<std::optional<wire::OrderView>> views_in_sessions(
        const std::vector<PageQuestion>& questions
    );

    /// The same for a page that is opened, on a phone with its link prepared.
    std::optional<wire::OrderView> open_page(const PageQuestion& question);

    /// Queues the one prepared attempt of a phone's page opening, when policy wants it and none is
    /// there.
    void prepare(const OrderId& order_id, const Shopper& shopper);

    /// Records an attempt and queues its Order Pay call. A repeat of the key, or the same channel
    /// and target while such an attempt is open, returns the view of that attempt and starts
    /// nothing.
    Result<wire::OrderView, StartError> start(
        const OrderId& order_id,
        const wire::StartAttempt& start,
        const IdempotencyKey& key,
        const Shopper& shopper
    );

    /// "I cancelled": closes the attempt for the page; a later success still wins. Idempotent.
    Result<wire::OrderView, StartError> cancel_attempt(
        const OrderId& order_id, int index, const Shopper& shopper
    );

    /// A request that waits for its order to change.
    struct Hold {
        OrderId order_id;
        std::int64_t after_version = 0;
        EpochMs deadline = 0;
        std::function<void()> done;  ///< must not block
    };
    /// Calls the done of each once, from any thread, when its order's version is above
    /// after_version or at the deadline, whichever is first; at once when it already is.
    void hold(std::vector<Hold> requests);

private:
    template <class Work>
    auto change_order(
        const OrderId& order_id, const Shopper& shopper, const faults::Commit& commit, Work&& work
    ) -> Result<wire::OrderView, StartError>;

    Store& store_;
    HeldRequests& held_;
    const Clock& clock_;
    OrderPolicy policy_;
    WatchPolicy watch_;
    std::function<void()> outbox_changed_;
};

}  // namespace chukta
