#include "shared/status.h"

#include <array>
#include <cassert>

namespace chukta {
namespace {

// Every value once, in the order of the header; tests/shared/status_test.cpp counts them.
template <class Enum>
constexpr auto kValues = nullptr;

template <>
constexpr auto kValues<NormalizedStatus> = std::array{
    NormalizedStatus::Created,
    NormalizedStatus::Pending,
    NormalizedStatus::Completed,
    NormalizedStatus::Failed,
};
template <>
constexpr auto kValues<PaymentStatus> = std::array{
    PaymentStatus::Pending,
    PaymentStatus::Processing,
    PaymentStatus::Paid,
    PaymentStatus::Failed,
};
template <>
constexpr auto kValues<FulfillmentStatus> = std::array{
    FulfillmentStatus::Pending,
    FulfillmentStatus::Confirmed,
    FulfillmentStatus::Cancelled,
};
template <>
constexpr auto kValues<AttemptStatus> = std::array{
    AttemptStatus::Prepared,
    AttemptStatus::Created,
    AttemptStatus::Pending,
    AttemptStatus::Completed,
    AttemptStatus::Failed,
};
template <>
constexpr auto kValues<ReviewReason> = std::array{
    ReviewReason::None,
    ReviewReason::AmountMismatch,
    ReviewReason::PaidTwice,
    ReviewReason::PaidAfterClose,
    ReviewReason::Contradicted,
    ReviewReason::UnknownWord,
    ReviewReason::UnknownAttempt,
    ReviewReason::GatewayUnavailable,
};
template <>
constexpr auto kValues<FailureReason> = std::array{
    FailureReason::None,
    FailureReason::Declined,
    FailureReason::UserCancelled,
    FailureReason::UserDropped,
    FailureReason::Unknown,
    FailureReason::Expired,
    FailureReason::Superseded,
    FailureReason::InvalidVpa,
    FailureReason::GatewayUnavailable,
    FailureReason::GatewayRefused,
};
template <>
constexpr auto kValues<Channel> = std::array{Channel::Intent, Channel::Collect, Channel::QrCode};
template <>
constexpr auto kValues<UpiApp> =
    std::array{UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Bhim, UpiApp::Other};

}  // namespace

std::string_view word(NormalizedStatus status) {
    switch (status) {
        case NormalizedStatus::Created:
            return "CREATED";
        case NormalizedStatus::Pending:
            return "PENDING";
        case NormalizedStatus::Completed:
            return "COMPLETED";
        case NormalizedStatus::Failed:
            return "FAILED";
    }
    assert(false);
    return "";
}

std::string_view word(PaymentStatus status) {
    switch (status) {
        case PaymentStatus::Pending:
            return "pending";
        case PaymentStatus::Processing:
            return "processing";
        case PaymentStatus::Paid:
            return "paid";
        case PaymentStatus::Failed:
            return "failed";
    }
    assert(false);
    return "";
}

std::string_view word(FulfillmentStatus status) {
    switch (status) {
        case FulfillmentStatus::Pending:
            return "pending";
        case FulfillmentStatus::Confirmed:
            return "confirmed";
        case FulfillmentStatus::Cancelled:
            return "cancelled";
    }
    assert(false);
    return "";
}

std::string_view word(AttemptStatus status) {
    switch (status) {
        case AttemptStatus::Prepared:
            return "prepared";
        case AttemptStatus::Created:
            return "created";
        case AttemptStatus::Pending:
            return "pending";
        case AttemptStatus::Completed:
            return "completed";
        case AttemptStatus::Failed:
            return "failed";
    }
    assert(false);
    return "";
}

std::string_view word(ReviewReason reason) {
    switch (reason) {
        case ReviewReason::None:
            return "none";
        case ReviewReason::AmountMismatch:
            return "amount_mismatch";
        case ReviewReason::PaidTwice:
            return "paid_twice";
        case ReviewReason::PaidAfterClose:
            return "paid_after_close";
        case ReviewReason::Contradicted:
            return "contradicted";
        case ReviewReason::UnknownWord:
            return "unknown_word";
        case ReviewReason::UnknownAttempt:
            return "unknown_attempt";
        case ReviewReason::GatewayUnavailable:
            return "gateway_unavailable";
    }
    assert(false);
    return "";
}

std::string_view word(FailureReason reason) {
    switch (reason) {
        case FailureReason::None:
            return "none";
        case FailureReason::Declined:
            return "declined";
        case FailureReason::UserCancelled:
            return "user_cancelled";
        case FailureReason::UserDropped:
            return "user_dropped";
        case FailureReason::Unknown:
            return "unknown";
        case FailureReason::Expired:
            return "expired";
        case FailureReason::Superseded:
            return "superseded";
        case FailureReason::InvalidVpa:
            return "invalid_vpa";
        case FailureReason::GatewayUnavailable:
            return "gateway_unavailable";
        case FailureReason::GatewayRefused:
            return "gateway_refused";
    }
    assert(false);
    return "";
}

std::string_view word(Channel channel) {
    switch (channel) {
        case Channel::Intent:
            return "intent";
        case Channel::Collect:
            return "collect";
        case Channel::QrCode:
            return "qrcode";
    }
    assert(false);
    return "";
}

std::string_view word(UpiApp app) {
    switch (app) {
        case UpiApp::GooglePay:
            return "gpay";
        case UpiApp::PhonePe:
            return "phonepe";
        case UpiApp::Paytm:
            return "paytm";
        case UpiApp::Bhim:
            return "bhim";
        case UpiApp::Other:
            return "other";
    }
    assert(false);
    return "";
}

template <class Enum>
std::optional<Enum> from_word(std::string_view text) {
    for (const Enum value : kValues<Enum>) {
        if (word(value) == text) return value;
    }
    return std::nullopt;
}

template std::optional<NormalizedStatus> from_word<NormalizedStatus>(std::string_view);
template std::optional<PaymentStatus> from_word<PaymentStatus>(std::string_view);
template std::optional<FulfillmentStatus> from_word<FulfillmentStatus>(std::string_view);
template std::optional<AttemptStatus> from_word<AttemptStatus>(std::string_view);
template std::optional<ReviewReason> from_word<ReviewReason>(std::string_view);
template std::optional<FailureReason> from_word<FailureReason>(std::string_view);
template std::optional<Channel> from_word<Channel>(std::string_view);
template std::optional<UpiApp> from_word<UpiApp>(std::string_view);

}  // namespace chukta
