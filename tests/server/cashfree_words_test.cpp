#include "server/cashfree/words.h"

#include <gtest/gtest.h>

namespace chukta::cashfree {
namespace {

using Detail = wire::FailureDetail;
using Reason = FailureReason;

TEST(CashfreePaymentWord, MapsEveryKnownWord) {
    struct Row {
        const char* theirs;
        NormalizedStatus ours;
        bool last;
        bool reversed;
    };
    constexpr Row kRows[] = {
        {"NOT_ATTEMPTED", NormalizedStatus::Created, false, false},
        {"PENDING", NormalizedStatus::Pending, false, false},
        {"FLAGGED", NormalizedStatus::Pending, false, false},
        {"SUCCESS", NormalizedStatus::Completed, true, false},
        {"FAILED", NormalizedStatus::Failed, true, false},
        {"USER_DROPPED", NormalizedStatus::Failed, true, false},
        {"CANCELLED", NormalizedStatus::Failed, true, true},
        {"VOID", NormalizedStatus::Failed, true, true},
    };
    for (const auto& row : kRows) {
        const auto word = payment_word(row.theirs);
        EXPECT_TRUE(word.known) << row.theirs;
        EXPECT_EQ(word.status, row.ours) << row.theirs;
        EXPECT_EQ(word.last, row.last) << row.theirs;
        EXPECT_EQ(word.reversed, row.reversed) << row.theirs;
    }
}

TEST(CashfreePaymentWord, OfAnUnknownWordIsPendingAndNeverAFailure) {
    for (const char* theirs : {"", "INCOMPLETE", "success", "SUCCESS ", "PARTIALLY_PAID"}) {
        const auto word = payment_word(theirs);
        EXPECT_FALSE(word.known) << theirs;
        EXPECT_EQ(word.status, NormalizedStatus::Pending) << theirs;
        EXPECT_FALSE(word.last) << theirs;
        EXPECT_FALSE(word.reversed) << theirs;
    }
}

TEST(CashfreeOrderWord, MapsEveryKnownWordAndNoOther) {
    EXPECT_EQ(order_word("ACTIVE"), GatewayOrderStatus::Active);
    EXPECT_EQ(order_word("PAID"), GatewayOrderStatus::Paid);
    EXPECT_EQ(order_word("EXPIRED"), GatewayOrderStatus::Expired);
    EXPECT_EQ(order_word("TERMINATED"), GatewayOrderStatus::Terminated);
    EXPECT_EQ(order_word("TERMINATION_REQUESTED"), GatewayOrderStatus::TerminationRequested);
    EXPECT_EQ(order_word("paid"), GatewayOrderStatus::Unknown);
    EXPECT_EQ(order_word(""), GatewayOrderStatus::Unknown);
}

TEST(CashfreeChannel, GoesThereAndBack) {
    EXPECT_EQ(channel_from("link"), Channel::Intent);
    EXPECT_EQ(channel_from("collect"), Channel::Collect);
    EXPECT_EQ(channel_from("qrcode"), Channel::QrCode);
    for (const char* word : {"", "intent", "post", "podQrCode", "LINK"}) {
        EXPECT_FALSE(channel_from(word)) << word;
    }
}

FailureMeaning meaning_of_message(std::string_view message) {
    return failure_meaning({.payment_status = "FAILED", .payment_message = message});
}

TEST(CashfreeFailure, IsReadFromTheCodesOfItsMessage) {
    struct Row {
        const char* message;
        Reason reason;
        Detail detail;
        bool no_money_taken;
    };
    constexpr Row kRows[] = {
        {"ZA::U19::Transaction fail", Reason::UserCancelled, Detail::None, false},
        {"ZM::U30::Debit failed", Reason::Declined, Detail::WrongPin, false},
        {"U30::ZM::Debit failed", Reason::Declined, Detail::WrongPin, false},
        {"Z9::U30::Debit failed", Reason::Declined, Detail::InsufficientFunds, false},
        {"U30::Debit failed", Reason::Unknown, Detail::None, false},
        {"U30::U28::Debit failed", Reason::Declined, Detail::BankUnavailable, false},
        {"U69::Collect expired", Reason::Expired, Detail::RequestExpired, true},
        {"U09::Timed out", Reason::Declined, Detail::AppTimedOut, true},
        {"U80::Busy", Reason::Declined, Detail::Busy, true},
        {"U85::Timed out", Reason::Unknown, Detail::None, true},
        {"ZH::U29::No such address", Reason::InvalidVpa, Detail::VpaNotFound, false},
        {"Z6::x", Reason::Declined, Detail::PinAttemptsOver, false},
        {"YF::x", Reason::Declined, Detail::ShopUnavailable, false},
        {"U16::x", Reason::Declined, Detail::RiskDeclined, false},
        {"Z8::x", Reason::Declined, Detail::LimitExceeded, false},
        {"ZU::x", Reason::Declined, Detail::AboveLimit, false},
        {"U02::x", Reason::Declined, Detail::AboveLimit, false},
        {"XH::x", Reason::Declined, Detail::AccountNotFound, false},
        {"B1::x", Reason::Declined, Detail::RegisterAgain, false},
        {"U66::x", Reason::Declined, Detail::RegisterAgain, false},
        {"B3::x", Reason::Declined, Detail::AccountNotAllowed, false},
        {"U96::x", Reason::Declined, Detail::AccountNotAllowed, false},
        {"XV::x", Reason::Declined, Detail::RegisteredAccountOnly, false},
        {"QQ::U99::something new", Reason::Unknown, Detail::None, false},
        {"Transaction failed", Reason::Unknown, Detail::None, false},
        {"Z9", Reason::Unknown, Detail::None, false},
        {"", Reason::Unknown, Detail::None, false},
        {"::::::", Reason::Unknown, Detail::None, false},
    };
    for (const auto& row : kRows) {
        const auto meaning = meaning_of_message(row.message);
        EXPECT_EQ(meaning.reason, row.reason) << row.message;
        EXPECT_EQ(meaning.detail, row.detail) << row.message;
        EXPECT_EQ(meaning.no_money_taken, row.no_money_taken) << row.message;
    }
}

TEST(CashfreeFailure, ThatIsStillUnclearSaysSoAndPromisesNothing) {
    struct Row {
        const char* message;
        Detail detail;
    };
    constexpr Row kRows[] = {
        {"U67::x", Detail::MoneyUnclear},
        {"UT::U30::x", Detail::MoneyUnclear},
        {"BT::x", Detail::MoneyUnclear},
        {"UP::x", Detail::MoneyUnclear},
        // Neither a bank's code nor a promise beside it is believed.
        {"U69::U67::x", Detail::MoneyUnclear},
        {"Z9::U68::x", Detail::MoneyUnclear},
        {"U31::x", Detail::MoneyReturning},
        {"RB::x", Detail::MoneyReturnedIfTaken},
        {"RR::x", Detail::MoneyReturnedIfTaken},
        {"96::x", Detail::MoneyReturnedIfTaken},
        {"U67::RB::x", Detail::MoneyReturnedIfTaken},
        {"U70::x", Detail::BankChecking},
        {"U82::x", Detail::BankChecking},
        {"U87::x", Detail::BankChecking},
        {"U88::x", Detail::BankChecking},
        {"01::x", Detail::BankPending},
    };
    for (const auto& row : kRows) {
        const auto meaning = meaning_of_message(row.message);
        EXPECT_EQ(meaning.reason, Reason::Unknown) << row.message;
        EXPECT_EQ(wire::word(meaning.detail), wire::word(row.detail)) << row.message;
        EXPECT_FALSE(meaning.no_money_taken) << row.message;
    }
}

TEST(CashfreeFailure, OfARejectedRequestIsTheBanksRefusalThough01IsPendingElsewhere) {
    // "Sample error response from webhook" (Errors).
    const auto sample = failure_meaning({
        .payment_status = "FAILED",
        .payment_message = "01::REJECTED",
        .error_code = "TRANSACTION_DECLINED",
        .error_reason = "bank_rejected",
    });
    EXPECT_EQ(sample.reason, Reason::Declined);
    EXPECT_EQ(sample.detail, Detail::BankRefused);
    EXPECT_EQ(meaning_of_message("01::REJECTED").detail, Detail::BankRefused);
    const auto declined = failure_meaning(
        {.payment_status = "FAILED", .payment_message = "01::x", .error_reason = "auth_declined"}
    );
    EXPECT_EQ(declined.reason, Reason::Declined);
    EXPECT_EQ(declined.detail, Detail::None);
}

TEST(CashfreeFailure, IsReadFromItsErrorDetails) {
    const auto raw = failure_meaning({
        .payment_status = "FAILED",
        .payment_message = "Transaction failed",
        .error_code = "TRANSACTION_DECLINED",
        .error_reason = "auth_declined",
        .error_code_raw = "U30",
        .error_subcode_raw = "Z9",
    });
    EXPECT_EQ(raw.detail, Detail::InsufficientFunds);

    const auto reason = failure_meaning({
        .payment_status = "FAILED",
        .payment_message = "declined",
        .error_code = "TRANSACTION_DECLINED",
        .error_reason = "auth_declined",
    });
    EXPECT_EQ(reason.reason, Reason::Declined);
    EXPECT_EQ(reason.detail, Detail::None);
    EXPECT_FALSE(reason.no_money_taken);

    const auto funds = failure_meaning(
        {.payment_status = "FAILED", .error_code = "x", .error_reason = "insufficient_funds"}
    );
    EXPECT_EQ(funds.detail, Detail::InsufficientFunds);
}

TEST(CashfreeFailure, OfADroppedPaymentIsADrop) {
    const auto plain = failure_meaning(
        {.payment_status = "USER_DROPPED",
         .payment_message = "User dropped and did not complete the two factor authentication"}
    );
    EXPECT_EQ(plain.reason, Reason::UserDropped);
    EXPECT_EQ(plain.detail, Detail::None);
    const auto coded =
        failure_meaning({.payment_status = "USER_DROPPED", .payment_message = "U09::x"});
    EXPECT_EQ(coded.reason, Reason::UserDropped);
    EXPECT_EQ(coded.detail, Detail::AppTimedOut);
}

TEST(CashfreeRefusal, IsNamedByWhatWeDoAboutIt) {
    struct Row {
        int http_status;
        ErrorTexts error;
        Refusal refusal;
    };
    constexpr Row kRows[] = {
        {400,
         {"upi_id_invalid", "invalid_request_error", "Invalid UPI ID entered"},
         Refusal::InvalidVpa},
        {400,
         {"payment_method_unsupported", "invalid_request_error", ""},
         Refusal::ChannelNotAllowed},
        {400,
         {"request_failed", "invalid_request_error", "UPI collect is not enabled for you"},
         Refusal::ChannelNotAllowed},
        {400, {"request_failed", "invalid_request_error", "bad URL"}, Refusal::Other},
        {400, {"x", "feature_not_enabled", ""}, Refusal::ChannelNotAllowed},
        {400,
         {"order_inactive", "invalid_request_error", "order is no longer active"},
         Refusal::OrderInactive},
        {400, {"order_already_paid", "", ""}, Refusal::OrderInactive},
        {404, {"orderpay_not_found", "invalid_request_error", ""}, Refusal::OrderInactive},
        {409, {"order_already_exists", "invalid_request_error", ""}, Refusal::OrderExists},
        {404, {"order_not_found", "invalid_request_error", ""}, Refusal::NotFound},
        {404, {"somethind_not_found", "", ""}, Refusal::NotFound},
        {422, {"request_invalid", "idempotency_error", ""}, Refusal::Other},
        {502, {"bank_processing_failure", "api_error", ""}, Refusal::Other},
        {400, {"", "", ""}, Refusal::Other},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(refusal_word(row.http_status, row.error), row.refusal)
            << row.http_status << " " << row.error.code;
    }
}

}  // namespace
}  // namespace chukta::cashfree
