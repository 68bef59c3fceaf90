/// @file
/// Orders, payments and refunds as plain values, in Cashfree's words (facts/cashfree.md §2, §4,
/// §6).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/money.h"
#include "shared/time.h"

namespace sandbox {

using chukta::EpochMs;
using chukta::Money;

enum class OrderStatus { Active, Paid, Expired, Terminated, TerminationRequested };
enum class PaymentStatus {
    NotAttempted,
    Pending,
    Flagged,
    Success,
    Failed,
    UserDropped,
    Cancelled
};
enum class RefundStatus { Pending, OnHold, Success, Cancelled };
enum class Channel { Link, Collect, QrCode };

std::string_view word(OrderStatus);    // "ACTIVE" ...
std::string_view word(PaymentStatus);  // "NOT_ATTEMPTED" ...
std::string_view word(RefundStatus);   // "PENDING" ...
std::string_view word(Channel);        // "link" "collect" "qrcode"

std::optional<OrderStatus> order_status_of(std::string_view word);
std::optional<PaymentStatus> payment_status_of(std::string_view word);
std::optional<RefundStatus> refund_status_of(std::string_view word);
std::optional<Channel> channel_of(std::string_view word);

/// Not at its end: a word from the bank may still come.
bool is_open(PaymentStatus status);

struct Customer {
    std::string id;
    std::string phone;
    std::optional<std::string> email;
    std::optional<std::string> name;
};

struct Order {
    std::string order_id;
    std::string cf_order_id;
    std::string payment_session_id;
    Money amount;
    OrderStatus status = OrderStatus::Active;
    Customer customer;
    std::optional<std::string> return_url;
    std::optional<std::string> notify_url;
    std::optional<std::string> payment_methods;
    std::optional<std::string> note;
    std::optional<std::vector<std::pair<std::string, std::string>>> tags;
    EpochMs created_at_ms = 0;
    EpochMs expires_at_ms = 0;
};

/// `error_details` of a failed payment (§4.1).
struct ErrorDetails {
    std::string code;
    std::string description;
    std::string reason;
    std::string source;
};

/// The bank's word on a payment, before it is applied.
struct Outcome {
    PaymentStatus status = PaymentStatus::Success;
    std::string message;
    std::optional<ErrorDetails> error;
    std::optional<Money> amount;       ///< what was paid, if not the amount asked
    std::optional<std::string> payer;  ///< the UPI ID that paid a link or a code
    std::optional<std::string> bank_reference;
    /// A success after the close-out counts (§4.1: "rarely overtaken by late success") instead of
    /// being cancelled and refunded (§2.2).
    bool honoured_late = false;
};

struct Payment {
    std::string cf_payment_id;
    std::string order_id;
    Money amount;
    Channel channel = Channel::Link;
    std::optional<std::string> upi_id;  ///< asked (collect) or payer (link, qrcode; once paid)
    std::string web_token;              ///< third part of the `web` link
    std::string upi_reference;          ///< `tr` of a production link; not the cf_payment_id
    PaymentStatus status = PaymentStatus::NotAttempted;
    std::optional<std::string> message;
    std::optional<std::string> bank_reference;
    std::optional<ErrorDetails> error;
    EpochMs started_at_ms = 0;
    std::optional<EpochMs> completed_at_ms;
    EpochMs close_out_at_ms = 0;
    std::optional<Outcome> planned;  ///< a test id's, applied at planned_at_ms
    EpochMs planned_at_ms = 0;
    bool ignored = false;  ///< the customer looked away; only the page shows it
};

struct Refund {
    std::string cf_refund_id;
    std::string refund_id;  ///< the merchant's; empty when automatic
    std::string order_id;
    std::string cf_payment_id;
    Money amount;
    bool automatic = false;
    std::optional<std::string> note;
    std::string speed = "STANDARD";
    RefundStatus status = RefundStatus::Pending;
    std::optional<std::string> arn;
    EpochMs created_at_ms = 0;
    std::optional<EpochMs> processed_at_ms;
    EpochMs due_at_ms = 0;
};

struct Simulation {
    std::string simulation_id;
    std::string entity_id;  ///< a cf_payment_id
    std::string payment_status;
    std::optional<std::string> payment_error_code;
};

}  // namespace sandbox
