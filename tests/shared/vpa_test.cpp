#include "shared/vpa.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace chukta {
namespace {

// The tables are those of facts/upi-and-devices.md §1.5 to §1.7, by their numbers.

TEST(Vpa, AcceptsWhatIsAUpiId) {
    struct Row {
        const char* id;
        const char* typed;
        const char* normalized;
    };
    constexpr Row kRows[] = {
        {"V1", "ravi.kumar@okhdfcbank", "ravi.kumar@okhdfcbank"},
        {"V2", "ravikumar1@oksbi", "ravikumar1@oksbi"},
        {"V3", "ravikumar-2@okicici", "ravikumar-2@okicici"},
        {"V4", "r.k.2001@okaxis", "r.k.2001@okaxis"},
        {"V5", "9876543210@ybl", "9876543210@ybl"},
        {"V6", "9876543210@ibl", "9876543210@ibl"},
        {"V7", "9876543210@axl", "9876543210@axl"},
        {"V8", "9876543210-2@ybl", "9876543210-2@ybl"},
        {"V9", "9876543210@paytm", "9876543210@paytm"},
        {"V10", "9876543210@ptyes", "9876543210@ptyes"},
        {"V11", "9876543210@ptsbi", "9876543210@ptsbi"},
        {"V12", "9876543210@pthdfc", "9876543210@pthdfc"},
        {"V13", "9876543210@ptaxis", "9876543210@ptaxis"},
        {"V14", "asha@upi", "asha@upi"},
        {"V15", "9876543210@upi", "9876543210@upi"},
        {"V16", "asha.m@apl", "asha.m@apl"},
        {"V17", "9876543210@yapl", "9876543210@yapl"},
        {"V18", "9876543210@waicici", "9876543210@waicici"},
        {"V19", "asha@axisb", "asha@axisb"},
        {"V20", "9876543210@yescred", "9876543210@yescred"},
        {"V21", "9876543210@naviaxis", "9876543210@naviaxis"},
        {"V23", "9876543210@yespop", "9876543210@yespop"},
        {"V25", "asha@jupiteraxis", "asha@jupiteraxis"},
        {"V27", "9876543210@ikwik", "9876543210@ikwik"},
        {"V29", "asha@s2b", "asha@s2b"},
        {"V31", "9876543210@airtel", "9876543210@airtel"},
        {"V33", "mfhouse.rzp1.mf@validhdfc", "mfhouse.rzp1.mf@validhdfc"},
        {"V35", "ASHA@OKSBI", "asha@oksbi"},
        {"V37", "UPI ID: asha@oksbi", "asha@oksbi"},
    };
    for (const Row& row : kRows) {
        const auto vpa = Vpa::parse(row.typed);
        ASSERT_TRUE(vpa.has_value()) << row.id << " " << word(vpa.error());
        EXPECT_EQ(vpa->str(), row.normalized) << row.id;
        const VpaNotice notice = notice_of(*vpa);
        EXPECT_FALSE(notice.unknown_handle) << row.id;
        EXPECT_FALSE(notice.shop_id) << row.id;
        EXPECT_FALSE(notice.odd_punctuation) << row.id;
        EXPECT_TRUE(suggest_vpas(row.typed).empty()) << row.id;
    }
}

TEST(Vpa, AcceptsANewHandleWithASoftNotice) {
    const auto vpa = Vpa::parse("asha@newhandle");  // V39
    ASSERT_TRUE(vpa.has_value());
    EXPECT_TRUE(notice_of(*vpa).unknown_handle);
    EXPECT_TRUE(suggest_vpas("asha@newhandle").empty());
}

TEST(Vpa, RefusesWhatIsNotOne) {
    struct Row {
        const char* id;
        const char* typed;
        VpaError error;
    };
    constexpr Row kRows[] = {
        {"I1", "", VpaError::Empty},
        {"I2", "   ", VpaError::Empty},
        {"I3", "asha", VpaError::NoAt},
        {"I4", "@ybl", VpaError::NoLocal},
        {"I5", "asha@", VpaError::NoHandle},
        {"I6", "@", VpaError::NoLocal},
        {"I7", "asha@@ybl", VpaError::MultiAt},
        {"I8", "asha@ok@sbi", VpaError::MultiAt},
        {"I9", "9876543210", VpaError::MobileNoHandle},
        {"I11", "09876543210", VpaError::MobileNoHandle},
        {"I13", "9876543210@mapper.npci", VpaError::UpiNumber},
        {"I15", "123412341234@aadhaar.npci", VpaError::GlobalAddress},
        {"I16", "HDFC0000001", VpaError::Ifsc},
        {"I17", "123456789012", VpaError::AadhaarOrRrn},
        {"I19", "asha@gmail.com", VpaError::Email},
        {"I20", "asha@yahoo.co.in", VpaError::Email},
        {"I21", "asha@gmail", VpaError::Email},
        {"I23", "asha@company.in", VpaError::Email},
        {"I25", "asha@ybl.in", VpaError::HandleWithTld},
        {"I27", "asha@y", VpaError::HandleTooShort},
        {"I28", ".asha@ybl", VpaError::EdgePunctuation},
        {"I29", "asha.@ybl", VpaError::EdgePunctuation},
        {"I31", "asha-@ybl", VpaError::EdgePunctuation},
        {"I32", "_asha@ybl", VpaError::EdgePunctuation},
        {"I33", "ravi kumar@oksbi", VpaError::SpaceInside},
        {"I35", "asha@ok-sbi", VpaError::BadCharHandle},
        {"I37", "asha@ok.sbi", VpaError::BadCharHandle},
        {"I39", "asha@1ybl", VpaError::HandleDigitStart},
        {"I40", "asha#1@ybl", VpaError::BadCharLocal},
        {"I41", "asha$@ybl", VpaError::BadCharLocal},
        {"I43", "asha+shop@ybl", VpaError::BadCharLocal},
        {"I44", "asha/1@ybl", VpaError::BadCharLocal},
        {"I45", "asha\\1@ybl", VpaError::BadCharLocal},
        {"I47", "asha&co@ybl", VpaError::BadCharLocal},
        {"I49", "asha=1@ybl", VpaError::BadCharLocal},
        {"I51", "asha;m@ybl", VpaError::BadCharLocal},
        {"I52", "asha:m@ybl", VpaError::BadCharLocal},
        {"I53", "\"asha m\"@ybl", VpaError::SpaceInside},
        {"I55", "ash\u0430@ybl", VpaError::NonAscii},
        {"I56", "asha@\u0443bl", VpaError::NonAscii},
        {"I57", "\u0906\u0936\u093E@ybl", VpaError::NonAscii},
        {"I59", "https://asha@ybl", VpaError::Url},
        {"C12", "+919876543210@ybl", VpaError::CountryCode},
    };
    for (const Row& row : kRows) {
        const auto vpa = Vpa::parse(row.typed);
        ASSERT_FALSE(vpa.has_value()) << row.id << " " << vpa->str();
        EXPECT_EQ(word(vpa.error()), word(row.error)) << row.id;
    }
}

TEST(Vpa, RefusesTheNeighboursOfTheTableToo) {
    struct Row {
        const char* typed;
        VpaError error;
    };
    constexpr Row kRows[] = {
        {"98765 43210", VpaError::MobileNoHandle},
        {"98765-43210", VpaError::MobileNoHandle},
        {"+91 98765 43210", VpaError::MobileNoHandle},
        {"919876543210", VpaError::MobileNoHandle},
        {"+14155550123", VpaError::MobileNoHandle},
        {"९८७६५४३२१०", VpaError::MobileNoHandle},
        {"12345678", VpaError::UpiNumber},
        {"123456789", VpaError::UpiNumber},
        {"1234 1234 1234", VpaError::AadhaarOrRrn},
        {"4111111111111111", VpaError::CardNumber},
        {"4111-1111-1111-1111", VpaError::CardNumber},
        {"1234567", VpaError::NoAt},
        {"1234567890", VpaError::NoAt},
        {"@@", VpaError::MultiAt},
        {"a@ybl", VpaError::LocalTooShort},
        {"a b@gmail.com", VpaError::Email},
        {"asha@gmail.con", VpaError::Email},
        {"asha@outlook", VpaError::Email},
        {"asha@GMAIL.COM.", VpaError::Email},
        {"asha@ybl.co.in", VpaError::HandleWithTld},
        {"asha@okhdfcbank.com", VpaError::HandleWithTld},
        {"9876543210@mobile.npci", VpaError::GlobalAddress},
        {"12345@hdfc0000001.ifsc.npci", VpaError::GlobalAddress},
        {"asha@.com", VpaError::BadCharHandle},
        {"asha@ybl#", VpaError::BadCharHandle},
        {"asha@y bl", VpaError::SpaceInside},
        {"-@ybl", VpaError::EdgePunctuation},
        {"asha%40ybl", VpaError::NoAt},
        {"upi://pay?pn=Asha", VpaError::Url},
        {"upi://pay?pa=asha%2540ybl", VpaError::NoAt},
        {"upi://pay?pa=asha%40ybl&pa=other%40ybl", VpaError::Url},
        {"asha\x01@ybl", VpaError::BadCharLocal},
        {"asha\xFF@ybl", VpaError::NonAscii},
        {"asha\xC0\xA0@ybl", VpaError::NonAscii},
        {"ａｓｈａ@ybl", VpaError::NonAscii},
        {"asha@ybl😀", VpaError::NonAscii},
    };
    for (const Row& row : kRows) {
        const auto vpa = Vpa::parse(row.typed);
        ASSERT_FALSE(vpa.has_value()) << row.typed;
        EXPECT_EQ(word(vpa.error()), word(row.error)) << row.typed;
    }
}

TEST(Vpa, HasLimits) {
    EXPECT_TRUE(Vpa::parse(std::string(251, 'a') + "@ybl").has_value());
    EXPECT_EQ(Vpa::parse(std::string(252, 'a') + "@ybl").error(), VpaError::TooLong);
    EXPECT_EQ(Vpa::parse(std::string(1'000'000, 'a') + "@ybl").error(), VpaError::TooLong);
    EXPECT_EQ(Vpa::parse(std::string(1'000'000, '(')).error(), VpaError::Empty);
    EXPECT_EQ(Vpa::parse(std::string(1'000'000, '@')).error(), VpaError::TooLong);
    EXPECT_TRUE(Vpa::parse("ab@" + std::string(64, 'a')).has_value());
    EXPECT_EQ(Vpa::parse("ab@" + std::string(65, 'a')).error(), VpaError::TooLong);
    EXPECT_TRUE(Vpa::parse("ab@ab").has_value());
}

TEST(Vpa, ContestedFormsAreDecidedOnPurpose) {
    struct Row {
        const char* id;
        const char* typed;
        const char* normalized;
        bool unknown_handle;
        bool shop_id;
        bool odd_punctuation;
        std::vector<std::string> suggested;
    };
    const Row rows[] = {
        {"C1", "asha_m@ybl", "asha_m@ybl", false, false, false, {}},
        {"C2", "asha..m@ybl", "asha..m@ybl", false, false, true, {}},
        {"C3", "asha--m@ybl", "asha--m@ybl", false, false, true, {}},
        {"C4", "asha@ybI", "asha@ybi", true, false, false, {"asha@ybl"}},
        {"C5", "asha@yb1", "asha@yb1", true, false, false, {"asha@ybl"}},
        {"C6", "asha@okhdfc", "asha@okhdfc", true, false, false, {"asha@okhdfcbank"}},
        {"C7",
         "asha@gpay",
         "asha@gpay",
         true,
         false,
         false,
         {"asha@okhdfcbank", "asha@okicici", "asha@oksbi", "asha@okaxis"}},
        {"C8",
         "asha@phonepe",
         "asha@phonepe",
         true,
         false,
         false,
         {"asha@ybl", "asha@ibl", "asha@axl"}},
        {"C9", "१२३४५६७८@ybl", "12345678@ybl", false, false, false, {}},
        {"C10", "asha\u200B@ybl", "asha@ybl", false, false, false, {}},
        {"C11", "asha\uFF20ybl", "asha@ybl", false, false, false, {}},
        {"C13",
         "paytmqr281005050101xyz@paytm",
         "paytmqr281005050101xyz@paytm",
         false,
         true,
         false,
         {}},
        {"C14", "Q123456789@ybl", "q123456789@ybl", false, true, false, {}},
    };
    for (const Row& row : rows) {
        const auto vpa = Vpa::parse(row.typed);
        ASSERT_TRUE(vpa.has_value()) << row.id;
        EXPECT_EQ(vpa->str(), row.normalized) << row.id;
        const VpaNotice notice = notice_of(*vpa);
        EXPECT_EQ(notice.unknown_handle, row.unknown_handle) << row.id;
        EXPECT_EQ(notice.shop_id, row.shop_id) << row.id;
        EXPECT_EQ(notice.odd_punctuation, row.odd_punctuation) << row.id;
        EXPECT_EQ(suggest_vpas(row.typed), row.suggested) << row.id;
    }
}

TEST(Vpa, ShopsStickersAreNoticed) {
    for (const char* shop : {"gpay-11234567@okbizaxis", "merchant1@eazypay", "a.b@yesbankltd"}) {
        EXPECT_TRUE(notice_of(Vpa::parse(shop).value()).shop_id) << shop;
    }
    for (const char* person : {"qq@ybl", "quentin@ybl", "q1x@ybl", "asha@okaxis"}) {
        EXPECT_FALSE(notice_of(Vpa::parse(person).value()).shop_id) << person;
    }
}

TEST(Vpa, HasTwoParts) {
    const Vpa vpa = Vpa::parse("ravi.kumar@okhdfcbank").value();
    EXPECT_EQ(vpa.local(), "ravi.kumar");
    EXPECT_EQ(vpa.handle(), "okhdfcbank");
}

TEST(Vpa, IsMaskedForLogs) {
    EXPECT_EQ(Vpa::parse("asha@okaxis")->masked(), "as***@okaxis");
    EXPECT_EQ(Vpa::parse("9876543210@ybl")->masked(), "98***@ybl");
    EXPECT_EQ(Vpa::parse("abc@ybl")->masked(), "ab***@ybl");
    EXPECT_EQ(Vpa::parse("ab@ybl")->masked(), "a***@ybl");
}

TEST(Vpa, NumbersThatArePrivateAreKnown) {
    for (const char* typed :
         {"HDFC0000001", "123456789012", "4111111111111111", "123412341234@aadhaar.npci"}) {
        EXPECT_TRUE(is_private_number(Vpa::parse(typed).error())) << typed;
    }
    for (const char* typed : {"", "asha", "9876543210", "asha@gmail.com", "12345678"}) {
        EXPECT_FALSE(is_private_number(Vpa::parse(typed).error())) << typed;
    }
}

TEST(Vpa, EveryErrorHasItsOwnWord) {
    std::vector<std::string> words;
    for (int i = 0; i <= static_cast<int>(VpaError::TooLong); ++i) {
        const std::string one{word(static_cast<VpaError>(i))};
        EXPECT_FALSE(one.empty());
        for (const std::string& other : words) EXPECT_NE(one, other);
        words.push_back(one);
    }
    EXPECT_EQ(words.front(), "empty");
    EXPECT_EQ(words.back(), "too_long");
    EXPECT_EQ(word(VpaError::AadhaarOrRrn), "aadhaar_or_rrn");
    EXPECT_EQ(word(VpaError::MobileNoHandle), "mobile_no_handle");
}

}  // namespace
}  // namespace chukta
