#include "shared/time.h"

#include <gtest/gtest.h>

namespace chukta {
namespace {

// 2026-11-21T22:31:17Z by `date -u -d … +%s`.
constexpr EpochMs kNov21 = 1'795'300'277'000;

TEST(Time, IsWrittenInUtcWithMilliseconds) {
    EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(kNov21), "2026-11-21T22:31:17.000Z");
    EXPECT_EQ(to_rfc3339(kNov21 + 7), "2026-11-21T22:31:17.007Z");
    EXPECT_EQ(to_rfc3339(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339(951'782'400'000), "2000-02-29T00:00:00.000Z");
}

TEST(Time, StaysInsideFourDigitYears) {
    EXPECT_EQ(to_rfc3339(INT64_MAX), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339(INT64_MIN), "0000-01-01T00:00:00.000Z");
}

TEST(Time, ReadsOffsetsAndFractions) {
    struct Row {
        const char* text;
        EpochMs at;
    };
    constexpr Row kRows[] = {
        {"2026-11-21T22:31:17Z", kNov21},
        {"2026-11-21T22:31:17.000Z", kNov21},
        {"2026-11-21t22:31:17z", kNov21},
        {"2026-11-22T04:01:17+05:30", kNov21},
        {"2026-11-21T12:31:17-10:00", kNov21},
        {"2026-11-21T22:31:17-00:00", kNov21},
        {"2026-11-21T22:31:17.5Z", kNov21 + 500},
        {"2026-11-21T22:31:17.12Z", kNov21 + 120},
        {"2026-11-21T22:31:17.123999999Z", kNov21 + 123},
        {"2026-11-22T04:01:17.25+05:30", kNov21 + 250},
        {"2000-02-29T00:00:00Z", 951'782'400'000},
        {"2016-12-31T23:59:60Z", 1'483'228'800'000},
        {"2017-01-01T05:29:60+05:30", 1'483'228'800'000},
        {"0000-01-01T00:00:00Z", -62'167'219'200'000},
        {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
    };
    for (const auto& row : kRows) {
        const auto at = from_rfc3339(row.text);
        ASSERT_TRUE(at.has_value()) << row.text;
        EXPECT_EQ(*at, row.at) << row.text;
    }
}

TEST(Time, ReadsNothingElse) {
    for (const char* text : {
             "",
             "2026-11-21",
             "2026-11-21T22:31:17",
             "2026-11-21 22:31:17Z",
             "2026-11-21T22:31Z",
             "2026-11-21T22:31:17.Z",
             "2026-11-21T22:31:17.1234567890Z",
             "2026-11-21T22:31:17,5Z",
             "2026-11-21T22:31:17Z ",
             " 2026-11-21T22:31:17Z",
             "2026-11-21T22:31:17+0530",
             "2026-11-21T22:31:17+05",
             "2026-11-21T22:31:17+24:00",
             "2026-11-21T22:31:17+05:60",
             "2026-13-21T22:31:17Z",
             "2026-00-21T22:31:17Z",
             "2026-11-31T22:31:17Z",
             "2026-02-29T22:31:17Z",
             "2026-11-00T22:31:17Z",
             "2026-11-21T24:00:00Z",
             "2026-11-21T22:60:00Z",
             "2026-11-21T22:31:60Z",
             "2026-11-21T22:31:61Z",
             "26-11-21T22:31:17Z",
             "+2026-11-21T22:31:17Z",
             "-2026-11-21T22:31:17Z",
             "2026-1-21T22:31:17Z",
             "2026-11-21T-2:31:17Z",
             "0000-01-01T00:00:00+00:01",
             "9999-12-31T23:59:59-00:01",
             "1795300277000",
             "null",
         }) {
        EXPECT_FALSE(from_rfc3339(text).has_value()) << text;
    }
    using namespace std::string_view_literals;
    EXPECT_FALSE(from_rfc3339("2026-11-21T22:31:17Z\0"sv).has_value());
    EXPECT_FALSE(from_rfc3339("2026-11-21T22:31:17+24:00\0"sv).has_value());
}

TEST(Time, ReadsBackWhatItWrites) {
    for (EpochMs at = -62'167'219'200'000; at <= 253'402'300'799'999;
         at += 86'399'987'654'321 / 7) {
        EXPECT_EQ(from_rfc3339(to_rfc3339(at)), at);
    }
}

}  // namespace
}  // namespace chukta
