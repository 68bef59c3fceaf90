/// @file
/// A payment gateway as the server sees it. Calls return bytes, not meaning: the Dispatcher puts
/// the bytes into the inbox, and the read functions give them meaning in the Applier, where a
/// webhook's bytes meet the same functions. One parser per gateway, one place to test it,
/// repairable after the fact.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shared/device.h"
#include "shared/ids.h"
#include "shared/money.h"
#include "shared/prompt.h"
#include "shared/result.h"
#include "shared/status.h"
#include "shared/time.h"
#include "shared/wire.h"

namespace chukta {

/// How a call to the gateway ended without an answer to act on, named by what the caller does next.
enum class GatewayError {
    Retry,    ///< It was not accepted (not sent, 429, or a 5xx of a call that starts nothing). Send
              ///< it again, later.
    Unclear,  ///< It may have been accepted. Ask before sending again (product.md §2, Unclear
              ///< answers).
};

struct GatewayFailure {
    GatewayError error = GatewayError::Retry;
    /// From a 429's x-ratelimit-retry; 0 when the gateway named none.
    int retry_after_s = 0;
};

/// An answer to keep: a 2xx, or a refusal (a 4xx in the gateway's error shape). Never a 429, never
/// HTML.
struct GatewayAnswer {
    int http_status = 200;
    std::string body;
};
using GatewayResult = Result<GatewayAnswer, GatewayFailure>;

/// What create order needs to know of ours.
struct GatewayOrder {
    OrderId order_id;
    Money amount;
    CustomerId customer_id;
    std::string customer_phone;
    std::string customer_email;  ///< may be empty
    std::string customer_name;   ///< may be empty
    std::string return_url;      ///< may be empty
    std::optional<EpochMs> expires_at;
};

/// One Order Pay call.
struct GatewayPay {
    AttemptId attempt_id;  ///< the idempotency key: a repeat starts nothing new
    std::string session;   ///< the gateway's payment session of the order
    Channel channel = Channel::Intent;
    std::optional<Vpa> vpa;  ///< Collect only
    int collect_expiry_minutes = 5;
    DeviceClass device = DeviceClass::Desktop;
    std::string user_agent;  ///< of the shopper; may be empty
};

/// One Create Refund call. The API names no payment: whose money goes back is the gateway's choice.
struct GatewayRefund {
    OrderId order_id;
    RefundId refund_id;  ///< once only in the merchant's account: a repeat starts nothing new
    Money amount;
    std::string note;  ///< may be empty
};

struct WebhookHeaders {
    std::string timestamp;  ///< as received
    std::string signature;
};

/// Where a piece of news came from: our own fetch may do what a webhook may not
/// (docs/architecture.md §4).
enum class NewsSource { Webhook, Reply, Fetch };

/// News of one payment, in our words.
struct GatewayEvent {
    OrderId order_id;
    GatewayPaymentId payment_id;
    NormalizedStatus status = NormalizedStatus::Pending;
    bool word_known = true;  ///< false: status is Pending and a person must look
    bool contradictory =
        false;  ///< a webhook whose type and payment_status disagree: believe neither
    bool gateway_final = false;  ///< the gateway's own last word on this payment
    bool reversed = false;  ///< CANCELLED / VOID: a success taken back or refused by the gateway
    bool captured =
        false;  ///< the money is the merchant's (is_captured of a fetch; true of a success webhook)
    std::string currency;
    std::optional<Money> order_amount;  ///< nothing when it could not be read
    std::optional<Money> payment_amount;
    Money discount_amount;                        ///< of redeemed offers
    std::optional<Channel> channel;               ///< a hint; never joined on
    FailureReason failure = FailureReason::None;  ///< set when status is Failed
    wire::FailureDetail detail = wire::FailureDetail::None;
    bool no_money_taken = false;
    std::string bank_reference;  ///< the UTR; may be empty
    std::optional<EpochMs> started_at;
    std::optional<EpochMs> completed_at;
};

/// The gateway's word on its order.
enum class GatewayOrderStatus { Active, Paid, Expired, Terminated, TerminationRequested, Unknown };
struct GatewayOrderNews {
    OrderId order_id;
    GatewayOrderStatus status = GatewayOrderStatus::Unknown;
    std::optional<Money> amount;
    std::string currency;
    std::string session;  ///< never leaves the backend
};

/// What an Order Pay call started.
struct GatewayPayNews {
    GatewayPaymentId payment_id;
    PaymentPrompt prompt;
    std::optional<Money> amount;  ///< payment_amount of the answer
};

/// News of a refund that we, somebody at the gateway's dashboard, or the gateway itself started.
struct GatewayRefundNews {
    OrderId order_id;
    GatewayPaymentId payment_id;    ///< whose money it is; may be empty unless automatic
    RefundId refund_id;             ///< empty for an automatic refund
    std::string gateway_refund_id;  ///< may be empty when refund_id is not
    bool automatic = false;  ///< the gateway gave the money back by itself: review `contradicted`
    NormalizedStatus status = NormalizedStatus::Pending;
    bool word_known = true;    ///< false: status is Pending and a person must look
    std::string gateway_word;  ///< the gateway's own word; bounded, printable
    std::optional<Money> amount;
    std::string bank_reference;  ///< the ARN; may be empty
    std::optional<EpochMs> completed_at;
};

/// What news that we do not understand says all the same.
enum class Denies {
    Nothing,
    ASuccess,  ///< a payment of it failed, or has a word nobody knows
};

/// A webhook of another type, or the dashboard's test.
struct GatewayOtherNews {
    std::string type;
    OrderId order_id;  ///< empty when it names none
    Denies denies = Denies::Nothing;
};
using WebhookNews = std::variant<GatewayEvent, GatewayRefundNews, GatewayOtherNews>;

/// Why the gateway said no, named by what we do about it.
enum class Refusal {
    InvalidVpa,         ///< inline error at the field
    ChannelNotAllowed,  ///< closes the channel for the order
    OrderInactive,      ///< paid, expired or terminated over there: ask
    OrderExists,        ///< create order: it is already there: get it
    RefundIdTaken,      ///< a refund of this id is there, perhaps ours
    RefundTooLarge,     ///< more than is left of what was paid
    NotFound,           ///< the gateway does not know the order or payment
    Other,
};
struct GatewayRefusal {
    Refusal refusal = Refusal::Other;
    std::string
        code;  ///< the gateway's machine code, for logs and the operator; bounded, printable
};

/// The bytes are not what the document promises. The row stays, marked; the service goes on.
enum class WireError { NotJson, WrongShape };

/// No call takes longer: its implementation has such deadlines. Who has less time does not begin.
constexpr std::chrono::milliseconds kLongestCall{25'000};

/// Several Dispatcher threads use one Gateway at once; the read functions are pure.
class Gateway {
public:
    virtual ~Gateway() = default;

    virtual GatewayResult create_order(const GatewayOrder& order) = 0;
    virtual GatewayResult get_order(const OrderId& order_id) = 0;
    virtual GatewayResult terminate_order(const OrderId& order_id) = 0;
    virtual GatewayResult pay(const GatewayPay& pay) = 0;
    virtual GatewayResult get_payments(const OrderId& order_id) = 0;
    virtual GatewayResult refund(const GatewayRefund& refund) = 0;
    /// All refunds of the order, whoever started them.
    virtual GatewayResult get_refunds(const OrderId& order_id) = 0;

    /// Whether the gateway signed these raw bytes (current or previous secret). Called before
    /// anything reads them. Constant-time.
    virtual bool signed_by_gateway(const WebhookHeaders& headers, std::string_view body) const = 0;

    virtual Result<WebhookNews, WireError> read_webhook(std::string_view body) const = 0;
    virtual Result<GatewayOrderNews, WireError> read_order(std::string_view body) const = 0;
    virtual Result<GatewayPayNews, WireError> read_pay(std::string_view body) const = 0;
    virtual Result<std::vector<GatewayEvent>, WireError> read_payments(std::string_view body
    ) const = 0;
    virtual Result<GatewayRefundNews, WireError> read_refund(std::string_view body) const = 0;
    virtual Result<std::vector<GatewayRefundNews>, WireError> read_refunds(std::string_view body
    ) const = 0;
    virtual GatewayRefusal read_refusal(int http_status, std::string_view body) const = 0;
};

}  // namespace chukta
