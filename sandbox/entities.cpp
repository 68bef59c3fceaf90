#include "sandbox/entities.h"

#include <array>

#include "sandbox/options.h"

namespace sandbox {
namespace {

template <class Enum>
struct Word {
    Enum value;
    std::string_view text;
};

constexpr std::array kOrderWords = {
    Word<OrderStatus>{OrderStatus::Active, "ACTIVE"},
    Word<OrderStatus>{OrderStatus::Paid, "PAID"},
    Word<OrderStatus>{OrderStatus::Expired, "EXPIRED"},
    Word<OrderStatus>{OrderStatus::Terminated, "TERMINATED"},
    Word<OrderStatus>{OrderStatus::TerminationRequested, "TERMINATION_REQUESTED"},
};
constexpr std::array kPaymentWords = {
    Word<PaymentStatus>{PaymentStatus::NotAttempted, "NOT_ATTEMPTED"},
    Word<PaymentStatus>{PaymentStatus::Pending, "PENDING"},
    Word<PaymentStatus>{PaymentStatus::Flagged, "FLAGGED"},
    Word<PaymentStatus>{PaymentStatus::Success, "SUCCESS"},
    Word<PaymentStatus>{PaymentStatus::Failed, "FAILED"},
    Word<PaymentStatus>{PaymentStatus::UserDropped, "USER_DROPPED"},
    Word<PaymentStatus>{PaymentStatus::Cancelled, "CANCELLED"},
};
constexpr std::array kRefundWords = {
    Word<RefundStatus>{RefundStatus::Pending, "PENDING"},
    Word<RefundStatus>{RefundStatus::OnHold, "ONHOLD"},
    Word<RefundStatus>{RefundStatus::Success, "SUCCESS"},
    Word<RefundStatus>{RefundStatus::Cancelled, "CANCELLED"},
};
constexpr std::array kChannelWords = {
    Word<Channel>{Channel::Link, "link"},
    Word<Channel>{Channel::Collect, "collect"},
    Word<Channel>{Channel::QrCode, "qrcode"},
};

template <class Enum, std::size_t N>
std::string_view text_of(const std::array<Word<Enum>, N>& words, Enum value) {
    for (const auto& row : words) {
        if (row.value == value) return row.text;
    }
    return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Word<Enum>, N>& words, std::string_view text) {
    for (const auto& row : words) {
        if (row.text == text) return row.value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view word(OrderStatus status) { return text_of(kOrderWords, status); }
std::string_view word(PaymentStatus status) { return text_of(kPaymentWords, status); }
std::string_view word(RefundStatus status) { return text_of(kRefundWords, status); }
std::string_view word(Channel channel) { return text_of(kChannelWords, channel); }

std::optional<OrderStatus> order_status_of(std::string_view text) {
    return value_of(kOrderWords, text);
}
std::optional<PaymentStatus> payment_status_of(std::string_view text) {
    return value_of(kPaymentWords, text);
}
std::optional<RefundStatus> refund_status_of(std::string_view text) {
    return value_of(kRefundWords, text);
}
std::optional<Channel> channel_of(std::string_view text) { return value_of(kChannelWords, text); }

bool is_open(PaymentStatus status) {
    switch (status) {
        case PaymentStatus::NotAttempted:
        case PaymentStatus::Pending:
        case PaymentStatus::Flagged:
            return true;
        case PaymentStatus::Success:
        case PaymentStatus::Failed:
        case PaymentStatus::UserDropped:
        case PaymentStatus::Cancelled:
            return false;
    }
    return false;
}

std::string_view word(LinkMode mode) {
    switch (mode) {
        case LinkMode::Sandbox:
            return "sandbox";
        case LinkMode::Production:
            return "production";
    }
    return {};
}

std::string_view word(RateLimits limits) {
    switch (limits) {
        case RateLimits::Off:
            return "off";
        case RateLimits::Sandbox:
            return "sandbox";
        case RateLimits::Production:
            return "production";
    }
    return {};
}

}  // namespace sandbox
