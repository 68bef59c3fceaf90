#include "shared/money.h"

#include <gtest/gtest.h>

#include <string>

namespace chukta {
namespace {

Money paise(std::int64_t amount) { return Money::from_paise(amount).value(); }

TEST(Money, ReadsRupees) {
    struct Row {
        const char* text;
        std::int64_t paise;
    };
    constexpr Row kRows[] = {
        {"0", 0},
        {"1", 100},
        {"1.2", 120},
        {"1.20", 120},
        {"0.29", 29},
        {"0.01", 1},
        {"170.000", 17'000},
        {"1499.00", 149'900},
        {"007.50", 750},
        {"10000000.00", 1'000'000'000},
        {"10000000000000.00", Money::kPaiseMax},
        {"10000000000000", Money::kPaiseMax},
        {"1.200000000000000000000000000000", 120},
        {"00000000000000000000000000000001", 100},
    };
    for (const auto& row : kRows) {
        const auto money = Money::parse_rupees(row.text);
        ASSERT_TRUE(money.has_value()) << row.text;
        EXPECT_EQ(money->paise(), row.paise) << row.text;
    }
}

TEST(Money, SaysWhyATextIsNotRupees) {
    struct Row {
        const char* text;
        MoneyError error;
    };
    constexpr Row kRows[] = {
        {"", MoneyError::Empty},
        {" ", MoneyError::NotANumber},
        {"1 ", MoneyError::NotANumber},
        {" 1", MoneyError::NotANumber},
        {".", MoneyError::NotANumber},
        {"1.", MoneyError::NotANumber},
        {".5", MoneyError::NotANumber},
        {"1.2.3", MoneyError::NotANumber},
        {"1,000", MoneyError::NotANumber},
        {"1e5", MoneyError::NotANumber},
        {"0x10", MoneyError::NotANumber},
        {"+1", MoneyError::NotANumber},
        {"₹1", MoneyError::NotANumber},
        {"१", MoneyError::NotANumber},
        {"NaN", MoneyError::NotANumber},
        {"-", MoneyError::NotANumber},
        {"--1", MoneyError::NotANumber},
        {"-1", MoneyError::Negative},
        {"-0.01", MoneyError::Negative},
        {"1.005", MoneyError::TooManyDecimals},
        {"1.0000001", MoneyError::TooManyDecimals},
        {"10000000000000.01", MoneyError::TooLarge},
        {"10000000000001", MoneyError::TooLarge},
        {"99999999999999999999999999999999999999", MoneyError::TooLarge},
        {"9223372036854775807", MoneyError::TooLarge},
    };
    for (const auto& row : kRows) {
        const auto money = Money::parse_rupees(row.text);
        ASSERT_FALSE(money.has_value()) << row.text;
        EXPECT_EQ(money.error(), row.error) << row.text;
    }
}

TEST(Money, IsNeverNegativeNorBeyondItsRange) {
    EXPECT_FALSE(Money::from_paise(-1).has_value());
    EXPECT_FALSE(Money::from_paise(INT64_MIN).has_value());
    EXPECT_FALSE(Money::from_paise(Money::kPaiseMax + 1).has_value());
    EXPECT_FALSE(Money::from_paise(INT64_MAX).has_value());
    EXPECT_EQ(paise(Money::kPaiseMax).paise(), Money::kPaiseMax);
}

TEST(Money, IsShownInIndianGrouping) {
    struct Row {
        std::int64_t paise;
        const char* shown;
        const char* rupees;
    };
    constexpr Row kRows[] = {
        {0, "₹0.00", "0.00"},
        {5, "₹0.05", "0.05"},
        {99'900, "₹999.00", "999.00"},
        {100'000, "₹1,000.00", "1000.00"},
        {1'234'567, "₹12,345.67", "12345.67"},
        {10'000'000, "₹1,00,000.00", "100000.00"},
        {123'456'789, "₹12,34,567.89", "1234567.89"},
        {1'234'567'890, "₹1,23,45,678.90", "12345678.90"},
        {Money::kPaiseMax, "₹1,00,00,00,00,00,000.00", "10000000000000.00"},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(paise(row.paise).rupees(), row.rupees);
        EXPECT_EQ(paise(row.paise).display(), row.shown);
    }
}

TEST(Money, ReadsBackWhatItWrites) {
    for (const std::int64_t amount : {0LL, 1LL, 99LL, 100LL, 149'900LL, 1'000'000'000'000'000LL}) {
        EXPECT_EQ(Money::parse_rupees(paise(amount).rupees())->paise(), amount);
    }
}

TEST(Money, AddsOnlyWithinItsRange) {
    EXPECT_EQ(checked_add(paise(120), paise(30)), paise(150));
    EXPECT_FALSE(checked_add(paise(Money::kPaiseMax), paise(1)).has_value());
    EXPECT_FALSE(checked_add(paise(Money::kPaiseMax), paise(Money::kPaiseMax)).has_value());
}

TEST(Money, Compares) {
    EXPECT_LT(paise(1), paise(2));
    EXPECT_EQ(paise(2), paise(2));
    EXPECT_EQ(Money{}, paise(0));
}

}  // namespace
}  // namespace chukta
