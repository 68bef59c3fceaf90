#include <array>
#include <cassert>

#include "shared/wire.h"

namespace chukta::wire {
namespace {

// Every value once, in the order of the header; tests/shared/wire_words_test.cpp counts them.
constexpr std::array kSituations{
    Situation::Choose,
    Situation::Starting,
    Situation::WaitingIntent,
    Situation::WaitingCollect,
    Situation::WaitingQr,
    Situation::WaitingLong,
    Situation::CheckAfterUnclear,
    Situation::Checking,
    Situation::Failed,
    Situation::ChannelClosed,
    Situation::ContactYou,
    Situation::Review,
    Situation::Paid,
    Situation::OrderExpired,
    Situation::OrderCancelled,
    Situation::AttemptsExhausted,
};
constexpr std::array kFailureDetails{
    FailureDetail::None,
    FailureDetail::WrongPin,
    FailureDetail::PinAttemptsOver,
    FailureDetail::PinNotSet,
    FailureDetail::InsufficientFunds,
    FailureDetail::LimitExceeded,
    FailureDetail::TooManyPayments,
    FailureDetail::NewUserLimit,
    FailureDetail::RequestExpired,
    FailureDetail::AppTimedOut,
    FailureDetail::VpaNotFound,
    FailureDetail::VpaRestricted,
    FailureDetail::AccountProblem,
    FailureDetail::BankRefused,
    FailureDetail::BankUnavailable,
    FailureDetail::RiskDeclined,
    FailureDetail::AppUnavailable,
    FailureDetail::ShopUnavailable,
    FailureDetail::Busy,
    FailureDetail::AboveLimit,
    FailureDetail::AccountNotFound,
    FailureDetail::AccountNotAllowed,
    FailureDetail::RegisterAgain,
    FailureDetail::RegisteredAccountOnly,
    FailureDetail::BankPending,
    FailureDetail::BankChecking,
    FailureDetail::MoneyUnclear,
    FailureDetail::MoneyReturning,
    FailureDetail::MoneyReturnedIfTaken,
};

}  // namespace

std::string_view word(Situation situation) {
    switch (situation) {
        case Situation::Choose:
            return "choose";
        case Situation::Starting:
            return "starting";
        case Situation::WaitingIntent:
            return "waiting_intent";
        case Situation::WaitingCollect:
            return "waiting_collect";
        case Situation::WaitingQr:
            return "waiting_qr";
        case Situation::WaitingLong:
            return "waiting_long";
        case Situation::CheckAfterUnclear:
            return "check_after_unclear";
        case Situation::Checking:
            return "checking";
        case Situation::Failed:
            return "failed";
        case Situation::ChannelClosed:
            return "channel_closed";
        case Situation::ContactYou:
            return "contact_you";
        case Situation::Review:
            return "review";
        case Situation::Paid:
            return "paid";
        case Situation::OrderExpired:
            return "order_expired";
        case Situation::OrderCancelled:
            return "order_cancelled";
        case Situation::AttemptsExhausted:
            return "attempts_exhausted";
    }
    assert(false);
    return "";
}

std::optional<Situation> situation_from(std::string_view text) {
    for (const Situation value : kSituations) {
        if (word(value) == text) return value;
    }
    return std::nullopt;
}

std::string_view word(FailureDetail detail) {
    switch (detail) {
        case FailureDetail::None:
            return "none";
        case FailureDetail::WrongPin:
            return "wrong_pin";
        case FailureDetail::PinAttemptsOver:
            return "pin_attempts_over";
        case FailureDetail::PinNotSet:
            return "pin_not_set";
        case FailureDetail::InsufficientFunds:
            return "insufficient_funds";
        case FailureDetail::LimitExceeded:
            return "limit_exceeded";
        case FailureDetail::TooManyPayments:
            return "too_many_payments";
        case FailureDetail::NewUserLimit:
            return "new_user_limit";
        case FailureDetail::RequestExpired:
            return "request_expired";
        case FailureDetail::AppTimedOut:
            return "app_timed_out";
        case FailureDetail::VpaNotFound:
            return "vpa_not_found";
        case FailureDetail::VpaRestricted:
            return "vpa_restricted";
        case FailureDetail::AccountProblem:
            return "account_problem";
        case FailureDetail::BankRefused:
            return "bank_refused";
        case FailureDetail::BankUnavailable:
            return "bank_unavailable";
        case FailureDetail::RiskDeclined:
            return "risk_declined";
        case FailureDetail::AppUnavailable:
            return "app_unavailable";
        case FailureDetail::ShopUnavailable:
            return "shop_unavailable";
        case FailureDetail::Busy:
            return "busy";
        case FailureDetail::AboveLimit:
            return "above_limit";
        case FailureDetail::AccountNotFound:
            return "account_not_found";
        case FailureDetail::AccountNotAllowed:
            return "account_not_allowed";
        case FailureDetail::RegisterAgain:
            return "register_again";
        case FailureDetail::RegisteredAccountOnly:
            return "registered_account_only";
        case FailureDetail::BankPending:
            return "bank_pending";
        case FailureDetail::BankChecking:
            return "bank_checking";
        case FailureDetail::MoneyUnclear:
            return "money_unclear";
        case FailureDetail::MoneyReturning:
            return "money_returning";
        case FailureDetail::MoneyReturnedIfTaken:
            return "money_returned_if_taken";
    }
    assert(false);
    return "";
}

std::optional<FailureDetail> failure_detail_from(std::string_view text) {
    for (const FailureDetail value : kFailureDetails) {
        if (word(value) == text) return value;
    }
    return std::nullopt;
}

std::string_view word(StartAttemptError error) {
    switch (error) {
        case StartAttemptError::NotJson:
            return "invalid_json";
        case StartAttemptError::NotAnObject:
            return "invalid_body";
        case StartAttemptError::ChannelInvalid:
            return "channel_invalid";
        case StartAttemptError::AppInvalid:
            return "app_invalid";
        case StartAttemptError::VpaInvalid:
            return "vpa_invalid";
        case StartAttemptError::ReplacesInvalid:
            return "replaces_invalid";
        case StartAttemptError::DeviceInvalid:
            return "device_invalid";
    }
    assert(false);
    return "";
}

}  // namespace chukta::wire
