#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shared/wire.h"

namespace chukta::wire {
namespace {

TEST(WireWords, SituationsReadBackFromTheirWords) {
    const std::vector<std::string> words{
        "choose",
        "starting",
        "waiting_intent",
        "waiting_collect",
        "waiting_qr",
        "waiting_long",
        "check_after_unclear",
        "checking",
        "failed",
        "channel_closed",
        "contact_you",
        "review",
        "paid",
        "order_expired",
        "order_cancelled",
        "attempts_exhausted",
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        EXPECT_EQ(word(static_cast<Situation>(i)), words[i]);
        EXPECT_EQ(situation_from(words[i]), static_cast<Situation>(i));
    }
    EXPECT_EQ(static_cast<std::size_t>(Situation::AttemptsExhausted) + 1, words.size());
    EXPECT_FALSE(situation_from("Paid").has_value());
}

TEST(WireWords, FailureDetailsReadBackFromTheirWords) {
    const std::vector<std::string> words{
        "none",
        "wrong_pin",
        "pin_attempts_over",
        "pin_not_set",
        "insufficient_funds",
        "limit_exceeded",
        "too_many_payments",
        "new_user_limit",
        "request_expired",
        "app_timed_out",
        "vpa_not_found",
        "vpa_restricted",
        "account_problem",
        "bank_refused",
        "bank_unavailable",
        "risk_declined",
        "app_unavailable",
        "shop_unavailable",
        "busy",
        "above_limit",
        "account_not_found",
        "account_not_allowed",
        "register_again",
        "registered_account_only",
        "bank_pending",
        "bank_checking",
        "money_unclear",
        "money_returning",
        "money_returned_if_taken",
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        EXPECT_EQ(word(static_cast<FailureDetail>(i)), words[i]);
        EXPECT_EQ(failure_detail_from(words[i]), static_cast<FailureDetail>(i));
    }
    EXPECT_EQ(static_cast<std::size_t>(FailureDetail::MoneyReturnedIfTaken) + 1, words.size());
    EXPECT_FALSE(failure_detail_from("").has_value());
}

TEST(WireWords, EveryStartErrorHasItsCode) {
    EXPECT_EQ(word(StartAttemptError::NotJson), "invalid_json");
    EXPECT_EQ(word(StartAttemptError::NotAnObject), "invalid_body");
    EXPECT_EQ(word(StartAttemptError::ChannelInvalid), "channel_invalid");
    EXPECT_EQ(word(StartAttemptError::AppInvalid), "app_invalid");
    EXPECT_EQ(word(StartAttemptError::VpaInvalid), "vpa_invalid");
    EXPECT_EQ(word(StartAttemptError::ReplacesInvalid), "replaces_invalid");
    EXPECT_EQ(word(StartAttemptError::DeviceInvalid), "device_invalid");
}

}  // namespace
}  // namespace chukta::wire
