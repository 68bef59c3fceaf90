/// @file
/// The words of product.md §2, exactly, in code, tables, JSON and logs. In the database: never
/// renumber, the words are stored.
#pragma once

#include <optional>
#include <string_view>

namespace chukta {

/// What a gateway event means, whatever word the gateway used.
enum class NormalizedStatus { Created, Pending, Completed, Failed };

/// An order's payment, derived from its attempts by order_status (server/attempt.h), never edited.
enum class PaymentStatus { Pending, Processing, Paid, Failed };

/// Whether the shop may ship. Payments only ever move Pending to Confirmed.
enum class FulfillmentStatus { Pending, Confirmed, Cancelled };

/// One attempt to pay. Open = Created or Pending. Prepared: a link fetched before anyone chose it.
enum class AttemptStatus { Prepared, Created, Pending, Completed, Failed };

/// Why a person must look at an order; never blocks a true `paid`.
enum class ReviewReason {
    None,
    AmountMismatch,
    PaidTwice,
    PaidAfterClose,
    Contradicted,
    UnknownWord,
    UnknownAttempt,
    GatewayUnavailable,
};

/// Why an attempt failed. Which of them count towards three: counts_as_failure.
enum class FailureReason {
    None,
    Declined,
    UserCancelled,
    UserDropped,
    Unknown,
    Expired,
    Superseded,
    InvalidVpa,
    GatewayUnavailable,
    GatewayRefused,
};

/// How the customer pays: by app link, by a request to a typed UPI ID, by QR code.
/// Cashfree calls them link, collect and qrcode.
enum class Channel { Intent, Collect, QrCode };

/// A UPI app the page can name. Other is "…More": the system chooser on Android.
enum class UpiApp { GooglePay, PhonePe, Paytm, Bhim, Other };

std::string_view word(NormalizedStatus);   // "CREATED" "PENDING" "COMPLETED" "FAILED"
std::string_view word(PaymentStatus);      // "pending" "processing" "paid" "failed"
std::string_view word(FulfillmentStatus);  // "pending" "confirmed" "cancelled"
std::string_view word(AttemptStatus);      // "prepared" "created" "pending" "completed" "failed"
std::string_view word(ReviewReason);       // "none" "amount_mismatch" ...
std::string_view word(FailureReason);      // "none" "declined" ...
std::string_view word(Channel);            // "intent" "collect" "qrcode"
std::string_view word(UpiApp);             // "gpay" "phonepe" "paytm" "bhim" "other"

/// The value whose word this is, or nothing. Exact, case-sensitive. One specialisation per enum
/// above.
template <class Enum>
std::optional<Enum> from_word(std::string_view text);

/// Whether an attempt in this status may still be paid as far as the page is concerned.
constexpr bool is_open(AttemptStatus status) {
    return status == AttemptStatus::Created || status == AttemptStatus::Pending;
}

/// Whether this failure counts towards the three that close a channel (product.md §2).
constexpr bool counts_as_failure(FailureReason reason) {
    return reason == FailureReason::Declined || reason == FailureReason::UserCancelled ||
           reason == FailureReason::UserDropped || reason == FailureReason::Unknown;
}

}  // namespace chukta
