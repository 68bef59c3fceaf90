#include "shared/status.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

namespace chukta {
namespace {

/// Every value reads back from its own word, and the words are the ones expected, in order.
template <class Enum>
void expect_words(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = static_cast<Enum>(i);
        EXPECT_EQ(word(value), words[i]);
        ASSERT_TRUE(from_word<Enum>(words[i]).has_value()) << words[i];
        EXPECT_EQ(*from_word<Enum>(words[i]), value) << words[i];
    }
    EXPECT_FALSE(from_word<Enum>("").has_value());
    EXPECT_FALSE(from_word<Enum>("no such word").has_value());
    EXPECT_FALSE(from_word<Enum>(words.front() + " ").has_value());
}

TEST(Status, SaysTheWordsOfTheSpecification) {
    expect_words<NormalizedStatus>({"CREATED", "PENDING", "COMPLETED", "FAILED"});
    expect_words<PaymentStatus>({"pending", "processing", "paid", "failed"});
    expect_words<FulfillmentStatus>({"pending", "confirmed", "cancelled"});
    expect_words<AttemptStatus>({"prepared", "created", "pending", "completed", "failed"});
    expect_words<ReviewReason>({
        "none",
        "amount_mismatch",
        "paid_twice",
        "paid_after_close",
        "contradicted",
        "unknown_word",
        "unknown_attempt",
        "gateway_unavailable",
    });
    expect_words<FailureReason>({
        "none",
        "declined",
        "user_cancelled",
        "user_dropped",
        "unknown",
        "expired",
        "superseded",
        "invalid_vpa",
        "gateway_unavailable",
        "gateway_refused",
    });
    expect_words<Channel>({"intent", "collect", "qrcode"});
    expect_words<UpiApp>({"gpay", "phonepe", "paytm", "bhim", "other"});
}

TEST(Status, WordsAreCaseSensitive) {
    EXPECT_FALSE(from_word<NormalizedStatus>("created").has_value());
    EXPECT_FALSE(from_word<PaymentStatus>("Paid").has_value());
}

TEST(Status, OnlyCreatedAndPendingAttemptsAreOpen) {
    EXPECT_FALSE(is_open(AttemptStatus::Prepared));
    EXPECT_TRUE(is_open(AttemptStatus::Created));
    EXPECT_TRUE(is_open(AttemptStatus::Pending));
    EXPECT_FALSE(is_open(AttemptStatus::Completed));
    EXPECT_FALSE(is_open(AttemptStatus::Failed));
}

TEST(Status, FourFailuresCountTowardsThree) {
    std::set<std::string_view> counted;
    for (int i = 0; i <= static_cast<int>(FailureReason::GatewayRefused); ++i) {
        const auto reason = static_cast<FailureReason>(i);
        if (counts_as_failure(reason)) counted.insert(word(reason));
    }
    const std::set<std::string_view> expected{
        "declined", "user_cancelled", "user_dropped", "unknown"};
    EXPECT_EQ(counted, expected);
}

}  // namespace
}  // namespace chukta
