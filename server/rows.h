/// @file
/// The rows of the Store as values. Words in the tables are the words of shared/status.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/log.h"
#include "server/stored_wire.h"
#include "shared/device.h"
#include "shared/ids.h"
#include "shared/money.h"
#include "shared/status.h"
#include "shared/time.h"
#include "shared/wire.h"

namespace chukta {

/// Where the gateway's copy of an order stands. Words in the table: "none" "active" "refused"
/// "closed".
enum class GatewayState {
    None,     ///< create order was queued and not answered yet
    Active,   ///< it exists there and has a session
    Refused,  ///< the gateway refused to create it
    Closed,   ///< paid, expired or terminated over there: starts nothing any more
};
std::string_view word(GatewayState state);

/// One order.
struct Order {
    OrderId order_id;
    std::int64_t version = 1;
    std::string request_hash;  ///< of the create request: the same order again, or another
    Money amount;
    CustomerId customer_id;
    std::string customer_phone;
    std::string customer_email;
    std::string customer_name;
    StoredItems items;
    std::string return_url;
    PaymentStatus payment_status = PaymentStatus::Pending;
    FulfillmentStatus fulfillment_status = FulfillmentStatus::Pending;
    ReviewReason review_reason = ReviewReason::None;
    GatewayState gateway_state = GatewayState::None;
    std::string gateway_session;        ///< never leaves the backend
    std::int64_t gateway_failures = 0;  ///< in a row, any channel
    bool collect_refused = false;       ///< the gateway said that collect is not allowed
    std::int64_t last_index = 0;
    std::optional<EpochMs> expires_at;
    std::optional<EpochMs> paid_at;
    EpochMs created_at = 0;
    EpochMs updated_at = 0;
};

/// Where the Order Pay call of an attempt stands. Words: "queued" "answered" "unclear"
/// "never_sent".
enum class PayState {
    Queued,     ///< the call is in the outbox: its reply is outstanding
    Answered,   ///< the reply is here, or a refusal is
    Unclear,    ///< a collect call that may have been accepted, never sent again
    NeverSent,  ///< closed before it was sent, or given up: no payment of it exists
    Found,      ///< no call of ours: news of an unknown payment made this attempt
};
std::string_view word(PayState state);

/// What is known of a success whose sum is smaller than due. Words: "" "asking" "order_paid"
/// "mismatch".
enum class SumState {
    Plain,
    Asking,     ///< Get Order was asked whether the gateway calls the order PAID all the same
    OrderPaid,  ///< it does; Get Payments was asked whether another payment paid it
    Mismatch,   ///< money is held that is not the sum: no new attempt may start
};
std::string_view word(SumState state);

/// One attempt to pay an order.
struct Attempt {
    AttemptId attempt_id;
    std::optional<int> index;  ///< none while prepared
    Channel channel = Channel::Intent;
    std::optional<UpiApp> app;
    std::string vpa;  ///< cleared when the attempt ends: personal data
    std::string vpa_masked;
    DeviceClass device = DeviceClass::Desktop;
    std::string user_agent;
    AttemptStatus status = AttemptStatus::Created;
    FailureReason failure = FailureReason::None;
    wire::FailureDetail detail = wire::FailureDetail::None;
    bool no_money_taken = false;
    PayState pay_state = PayState::Queued;
    SumState sum_state = SumState::Plain;
    GatewayPaymentId payment_id;
    bool gateway_final = false;  ///< the gateway's own last word was heard, or its window is over
    StoredPrompt prompt;
    std::string bank_reference;
    std::int64_t asks = 0;
    std::optional<EpochMs> next_ask_at;  ///< when the Reconciler asks; none: no longer watched
    std::optional<EpochMs> expires_at;
    std::optional<EpochMs> completed_at;
    std::optional<EpochMs> unclear_at;  ///< when its collect call turned out unclear
    std::optional<Money> paid;  ///< what the customer's bank gave, when it is not the amount due or
                                ///< was said at all; none: the amount due
    /// When Get Payments was asked that showed its money as captured; kept of orders paid twice.
    std::optional<EpochMs> captured_at;
    EpochMs created_at = 0;
    EpochMs updated_at = 0;
};

/// Where a refund stands. Words: "pending" "completed" "failed".
enum class RefundStatus {
    Pending,    ///< asked for, or the gateway works on it: its sum is spoken for
    Completed,  ///< the customer's bank has the money
    Failed,     ///< no money moved; see RefundFailure
};
std::string_view word(RefundStatus status);

/// Why a refund failed. Words: "none" "gateway_refused" "refund_id_taken" "amount_too_large"
/// "cancelled" "not_needed".
enum class RefundFailure {
    None,
    GatewayRefused,
    RefundIdTaken,   ///< the merchant's account has a refund of this id elsewhere
    AmountTooLarge,  ///< more than is left, by the gateway's count or by ours before it was sent
    Cancelled,       ///< the gateway had taken it and cancelled it
    NotNeeded,       ///< of a surplus that went back another way before the refund was sent
};
std::string_view word(RefundFailure failure);

/// Who wanted it. Words: "shop" "duplicate" "dashboard" "gateway".
enum class RefundOrigin {
    Shop,       ///< POST /v1/orders/{id}/refunds
    Duplicate,  ///< AUTO_REFUND_DUPLICATES: the surplus of an order paid twice
    Dashboard,  ///< somebody at the gateway, for the merchant: we heard of it
    Gateway,    ///< the gateway by itself (AUTO_REFUND_STATUS_WEBHOOK)
};
std::string_view word(RefundOrigin origin);

/// Money on its way back to a customer.
struct Refund {
    RefundId refund_id;        ///< of Dashboard and Gateway perhaps one that we made up
    std::string request_hash;  ///< the same request again, or another
    RefundOrigin origin = RefundOrigin::Shop;
    Money amount;
    std::string note;  ///< may be empty
    RefundStatus status = RefundStatus::Pending;
    RefundFailure failure = RefundFailure::None;  ///< while pending: what a refusal said
    std::string gateway_status;     ///< the gateway's own word as last heard; empty: not taken yet
    std::string gateway_refund_id;  ///< may be empty
    GatewayPaymentId payment_id;    ///< whose money it is, as the gateway says; may be empty
    std::string bank_reference;     ///< the ARN; may be empty
    std::optional<EpochMs> refused_at;  ///< the gateway said no; whether it is there all the same
                                        ///< is being asked
    std::int64_t asks = 0;
    std::optional<EpochMs> next_ask_at;  ///< when the Reconciler asks; none: not watched
    std::optional<EpochMs> completed_at;
    EpochMs created_at = 0;
    EpochMs updated_at = 0;
};

/// What an inbox row holds.
enum class NewsKind {
    Webhook,           ///< "webhook": raw bytes, order not known yet
    OrderAnswer,       ///< "order": create, get or terminate order
    PayAnswer,         ///< "pay": Order Pay
    PaymentsAnswer,    ///< "payments": Get Payments
    CreateRefused,     ///< "create_refused"
    PayRefused,        ///< "pay_refused"
    PayUnclear,        ///< "pay_unclear": the Dispatcher's note about its own collect call
    PayOvertaken,      ///< "pay_overtaken": a collect call was another's, who may be calling still
    PayGivenUp,        ///< "pay_given_up": the Dispatcher's note, tries are over
    PayNotSent,        ///< "pay_not_sent": the attempt was closed before its call
    RefundAnswer,      ///< "refund": Create Refund
    RefundRefused,     ///< "refund_refused"
    RefundNotSent,     ///< "refund_not_sent": the Dispatcher's note, nothing is left to refund
    RefundsAnswer,     ///< "refunds": Get Refunds
    OfAnotherProgram,  ///< a newer program's word, whose row is left to it; never written
};
std::string_view word(NewsKind kind);

struct InboxRow {
    std::string inbox_id;
    std::string dedupe_key;
    NewsKind kind = NewsKind::Webhook;
    OrderId order_id;
    AttemptId attempt_id;  ///< of the Pay kinds
    RefundId refund_id;    ///< of the Refund kinds
    int http_status = 0;
    std::string body;
    EpochMs received_at = 0;
    log::RequestId request_id = log::current_request();  ///< on whose behalf; may be empty
};

/// What an outbox row wants done.
enum class ErrandKind {
    CreateOrder,       ///< "create_order"
    GetOrder,          ///< "get_order"
    TerminateOrder,    ///< "terminate_order"
    Pay,               ///< "pay"
    Ask,               ///< "ask": Get Payments
    Notify,            ///< "notify": tell the shop
    Refund,            ///< "refund": Create Refund; the payload is the refund's id
    AskRefunds,        ///< "ask_refunds": Get Refunds of the order
    OfAnotherProgram,  ///< a newer program's word, whose row is left to it; never written
};
std::string_view word(ErrandKind kind);

/// Smaller goes first when the gateway's limits are short (product.md §2).
enum class Priority : std::int64_t { Customer = 0, Order = 1, Shop = 1, Verify = 2, Prepare = 3 };

struct OutboxRow {
    std::string outbox_id;
    /// One row of this key ever, or while it is open (Ask, AskRefunds, GetOrder).
    std::string dedupe_key;
    ErrandKind kind = ErrandKind::Ask;
    OrderId order_id;
    AttemptId attempt_id;
    /// A refund's id; what a notification tells; of a question, how often it was asked in vain.
    std::string payload;
    Priority priority = Priority::Verify;
    EpochMs due_at = 0;
    bool was_in_flight = false;  ///< an earlier claim never came back: the call may have been sent
    std::int64_t tries = 0;
    EpochMs created_at = 0;
    log::RequestId request_id = log::current_request();  ///< on whose behalf; may be empty
};

}  // namespace chukta
