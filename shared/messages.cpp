#include "shared/messages.h"

#include <array>
#include <cassert>

namespace chukta {
namespace {

struct Row {
    std::string_view english;
    std::string_view hindi;
};

constexpr auto kRows = std::to_array<Row>({
#define CHUKTA_TEXT(name, english, hindi) {english, hindi},
#include "shared/messages.inc"
#undef CHUKTA_TEXT
});

std::string_view in_language(const Row& row, Language language) {
    switch (language) {
        case Language::English:
            return row.english;
        case Language::Hindi:
            return row.hindi;
    }
    assert(false);
    return row.english;
}

/// Whether "{0}" … "{9}" starts here.
bool is_placeholder(std::string_view text) {
    return text.size() >= 3 && text[0] == '{' && text[1] >= '0' && text[1] <= '9' && text[2] == '}';
}

Text text_of_reason(FailureReason reason) {
    switch (reason) {
        case FailureReason::None:
            return Text::PaymentFailed;
        case FailureReason::Declined:
            return Text::FailedDeclined;
        case FailureReason::UserCancelled:
            return Text::FailedUserCancelled;
        case FailureReason::UserDropped:
            return Text::FailedUserDropped;
        case FailureReason::Unknown:
            return Text::FailedUnknown;
        case FailureReason::Expired:
            return Text::FailedExpired;
        case FailureReason::Superseded:
            return Text::FailedSuperseded;
        case FailureReason::InvalidVpa:
            return Text::DetailVpaNotFound;
        case FailureReason::GatewayUnavailable:
            return Text::FailedGatewayUnavailable;
        case FailureReason::GatewayRefused:
            return Text::FailedGatewayRefused;
    }
    assert(false);
    return Text::PaymentFailed;
}

}  // namespace

std::string_view word(Language language) {
    switch (language) {
        case Language::English:
            return "en";
        case Language::Hindi:
            return "hi";
    }
    assert(false);
    return "";
}

std::string text(Text name, Language language, std::initializer_list<std::string_view> arguments) {
    std::string_view rest = in_language(kRows[static_cast<std::size_t>(name)], language);
    std::string out;
    while (!rest.empty()) {
        if (!is_placeholder(rest)) {
            out += rest.front();
            rest.remove_prefix(1);
            continue;
        }
        const auto index = static_cast<std::size_t>(rest[1] - '0');
        assert(index < arguments.size());
        out += arguments.begin()[index];
        rest.remove_prefix(3);
    }
    return out;
}

Text text_of(VpaError error) {
    switch (error) {
        case VpaError::Empty:
            return Text::VpaEmpty;
        case VpaError::MobileNoHandle:
            return Text::VpaMobileNumber;
        case VpaError::CountryCode:
            return Text::VpaCountryCode;
        case VpaError::UpiNumber:
            return Text::VpaUpiNumber;
        case VpaError::Ifsc:
        case VpaError::CardNumber:
        case VpaError::AadhaarOrRrn:
        case VpaError::GlobalAddress:
            return Text::VpaPrivateNumber;
        case VpaError::Email:
            return Text::VpaEmail;
        case VpaError::NonAscii:
            return Text::VpaNonAscii;
        case VpaError::NoAt:
        case VpaError::NoLocal:
        case VpaError::NoHandle:
        case VpaError::MultiAt:
        case VpaError::HandleWithTld:
        case VpaError::LocalTooShort:
        case VpaError::HandleTooShort:
        case VpaError::HandleDigitStart:
        case VpaError::EdgePunctuation:
        case VpaError::SpaceInside:
        case VpaError::BadCharLocal:
        case VpaError::BadCharHandle:
        case VpaError::Url:
        case VpaError::TooLong:
            return Text::VpaInvalid;
    }
    assert(false);
    return Text::VpaInvalid;
}

Text text_of(FailureReason reason, wire::FailureDetail detail) {
    switch (detail) {
        case wire::FailureDetail::None:
            return text_of_reason(reason);
        case wire::FailureDetail::WrongPin:
            return Text::DetailWrongPin;
        case wire::FailureDetail::PinAttemptsOver:
            return Text::DetailPinAttemptsOver;
        case wire::FailureDetail::PinNotSet:
            return Text::DetailPinNotSet;
        case wire::FailureDetail::InsufficientFunds:
            return Text::DetailInsufficientFunds;
        case wire::FailureDetail::LimitExceeded:
            return Text::DetailLimitExceeded;
        case wire::FailureDetail::TooManyPayments:
            return Text::DetailTooManyPayments;
        case wire::FailureDetail::NewUserLimit:
            return Text::DetailNewUserLimit;
        case wire::FailureDetail::RequestExpired:
            return Text::DetailRequestExpired;
        case wire::FailureDetail::AppTimedOut:
            return Text::DetailAppTimedOut;
        case wire::FailureDetail::VpaNotFound:
            return Text::DetailVpaNotFound;
        case wire::FailureDetail::VpaRestricted:
            return Text::DetailVpaRestricted;
        case wire::FailureDetail::AccountProblem:
            return Text::DetailAccountProblem;
        case wire::FailureDetail::BankRefused:
            return Text::DetailBankRefused;
        case wire::FailureDetail::BankUnavailable:
            return Text::DetailBankUnavailable;
        case wire::FailureDetail::RiskDeclined:
            return Text::DetailRiskDeclined;
        case wire::FailureDetail::AppUnavailable:
            return Text::DetailAppUnavailable;
        case wire::FailureDetail::ShopUnavailable:
            return Text::DetailShopUnavailable;
        case wire::FailureDetail::Busy:
            return Text::DetailBusy;
        case wire::FailureDetail::AboveLimit:
            return Text::DetailAboveLimit;
        case wire::FailureDetail::AccountNotFound:
            return Text::DetailAccountNotFound;
        case wire::FailureDetail::AccountNotAllowed:
            return Text::DetailAccountNotAllowed;
        case wire::FailureDetail::RegisterAgain:
            return Text::DetailRegisterAgain;
        case wire::FailureDetail::RegisteredAccountOnly:
            return Text::DetailRegisteredAccountOnly;
        case wire::FailureDetail::BankPending:
            return Text::DetailBankPending;
        case wire::FailureDetail::BankChecking:
            return Text::DetailBankChecking;
        case wire::FailureDetail::MoneyUnclear:
            return Text::DetailMoneyUnclear;
        case wire::FailureDetail::MoneyReturning:
            return Text::DetailMoneyReturning;
        case wire::FailureDetail::MoneyReturnedIfTaken:
            return Text::DetailMoneyReturnedIfTaken;
    }
    assert(false);
    return Text::PaymentFailed;
}

Text text_of(UpiApp app) {
    switch (app) {
        case UpiApp::GooglePay:
            return Text::AppGooglePay;
        case UpiApp::PhonePe:
            return Text::AppPhonePe;
        case UpiApp::Paytm:
            return Text::AppPaytm;
        case UpiApp::Bhim:
            return Text::AppBhim;
        case UpiApp::Other:
            return Text::AppMore;
    }
    assert(false);
    return Text::AppMore;
}

}  // namespace chukta
