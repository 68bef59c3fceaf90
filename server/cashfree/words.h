/// @file
/// Cashfree's words in ours: statuses, channels, failures, refusals. Tables; pure; any thread. A
/// word nobody knows is never a failure (product.md §2).
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "server/gateway.h"
#include "shared/status.h"
#include "shared/wire.h"

namespace chukta::cashfree {

/// What a payment_status says (facts/cashfree.md §4.1).
struct PaymentWord {
    NormalizedStatus status = NormalizedStatus::Pending;
    bool known = false;
    bool last = false;      ///< their own last word on the payment
    bool reversed = false;  ///< a success taken back, or a hold released
};
PaymentWord payment_word(std::string_view payment_status);

/// The order_status of §2.2; Unknown for anything else.
GatewayOrderStatus order_word(std::string_view order_status);

/// payment_method.upi.channel and Order Pay's channel: link, collect, qrcode.
std::optional<Channel> channel_from(std::string_view word);
std::string_view word_of(Channel channel);

/// What a refund_status says (§6.2): an open enum over there.
struct RefundWord {
    NormalizedStatus status = NormalizedStatus::Pending;
    bool known = false;
};
RefundWord refund_word(std::string_view refund_status);

/// What they say about a payment that ended unpaid. Any text may be empty.
struct FailureTexts {
    std::string_view payment_status = {};
    std::string_view payment_message = {};  ///< "ZA::U19::Transaction fail"
    std::string_view error_code = {};
    std::string_view error_reason = {};
    std::string_view error_code_raw = {};
    std::string_view error_subcode_raw = {};
};
struct FailureMeaning {
    FailureReason reason = FailureReason::Unknown;
    wire::FailureDetail detail = wire::FailureDetail::None;
    bool no_money_taken = false;  ///< only where the code says that nothing was debited
};
/// The meaning of the UPI codes in the texts (facts/upi-and-devices.md §6.4): a bank's code wins
/// over the switch's, and U30 ("debit failed") over nothing. A code that says that money may have
/// moved wins over all of them, and takes every promise back.
FailureMeaning failure_meaning(const FailureTexts& texts);

/// The error object of §1.6; any field may be empty.
struct ErrorTexts {
    std::string_view code = {};
    std::string_view type = {};
    std::string_view message = {};
};
Refusal refusal_word(int http_status, const ErrorTexts& error);

}  // namespace chukta::cashfree
