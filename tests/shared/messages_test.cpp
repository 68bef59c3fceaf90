#include "shared/messages.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace chukta {
namespace {

struct Row {
    std::string_view name;
    std::string_view english;
    std::string_view hindi;
};
constexpr Row kRows[] = {
#define CHUKTA_TEXT(name, english, hindi) {#name, english, hindi},
#include "shared/messages.inc"
#undef CHUKTA_TEXT
};

/// "{0}", "{1}" … in order of appearance; anything else in braces is a mistake and shows as "?".
std::multiset<std::string> placeholders_of(std::string_view text) {
    std::multiset<std::string> found;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '}') found.insert("?");
        if (text[i] != '{') continue;
        const std::string_view one = text.substr(i, 3);
        const bool good = one.size() == 3 && one[1] >= '0' && one[1] <= '9' && one[2] == '}';
        found.insert(good ? std::string{one} : "?");
        i += good ? 2 : 0;
    }
    return found;
}

bool has_devanagari(std::string_view text) {
    return text.find("\xE0\xA4") != std::string_view::npos ||
           text.find("\xE0\xA5") != std::string_view::npos;
}

TEST(Messages, EveryRowIsWholeInBothLanguages) {
    // The same word in both languages on purpose.
    const std::set<std::string_view> same{
        "AppGooglePay",
        "AppPhonePe",
        "AppPaytm",
        "AppBhim",
        "UpiIdLabel",
        "UpiIdPlaceholder",
        "ItemQuantity",
        "OtherLanguage",
    };
    for (const Row& row : kRows) {
        EXPECT_FALSE(row.english.empty()) << row.name;
        EXPECT_FALSE(row.hindi.empty()) << row.name;
        EXPECT_EQ(placeholders_of(row.english), placeholders_of(row.hindi)) << row.name;
        EXPECT_EQ(placeholders_of(row.english).count("?"), 0u) << row.name;
        if (same.count(row.name) == 0) {
            EXPECT_TRUE(has_devanagari(row.hindi)) << row.name;
            EXPECT_FALSE(has_devanagari(row.english)) << row.name;
        }
    }
}

TEST(Messages, PlaceholdersCountFromZero) {
    for (const Row& row : kRows) {
        const auto found = placeholders_of(row.english);
        const std::set<std::string> distinct{found.begin(), found.end()};
        int next = 0;
        for (const std::string& one : distinct) {
            EXPECT_EQ(one, "{" + std::to_string(next) + "}") << row.name;
            ++next;
        }
    }
}

TEST(Messages, UseTheWordsOfTheHouse) {
    for (const Row& row : kRows) {
        for (const std::string_view text : {row.english, row.hindi}) {
            for (const char* banned : {"VPA", "Vpa", "Virtual Payment", "enter your PIN", "txn"}) {
                EXPECT_EQ(text.find(banned), std::string_view::npos) << row.name;
            }
            // Latin digits everywhere: people compare them with their app's.
            for (std::string_view digit : {"०", "१", "२", "३", "४", "५", "६", "७", "८", "९"}) {
                EXPECT_EQ(text.find(digit), std::string_view::npos) << row.name;
            }
            EXPECT_NE(text.front(), ' ') << row.name;
            EXPECT_NE(text.back(), ' ') << row.name;
            EXPECT_EQ(text.find("  "), std::string_view::npos) << row.name;
        }
    }
}

TEST(Messages, NamesOfThingsStayInLatinScript) {
    for (const Row& row : kRows) {
        for (const char* name : {"UPI", "QR", "@okaxis", "Safari"}) {
            if (row.english.find(name) != std::string_view::npos) {
                EXPECT_NE(row.hindi.find(name), std::string_view::npos) << row.name;
            }
        }
    }
}

TEST(Messages, TextPutsItsArgumentsIn) {
    EXPECT_EQ(text(Text::MakePayment, Language::English), "Make Payment");
    EXPECT_EQ(text(Text::MakePayment, Language::Hindi), "भुगतान करें");
    EXPECT_EQ(
        text(Text::WaitingCollect, Language::English, {"as***@okaxis"}),
        "Open your UPI app and approve the request to as***@okaxis"
    );
    EXPECT_EQ(
        text(Text::QrAlt, Language::English, {"₹1,499.00", "Acme"}),
        "UPI QR code for ₹1,499.00 to Acme"
    );
    // Hindi puts the shop first.
    EXPECT_EQ(
        text(Text::QrAlt, Language::Hindi, {"₹1,499.00", "Acme"}),
        "Acme को ₹1,499.00 देने के लिए UPI QR कोड"
    );
}

TEST(Messages, AnArgumentIsNeverReadAsAPlaceholder) {
    EXPECT_EQ(
        text(Text::ItemQuantity, Language::English, {"2", "Mug {0} {1} {"}), "2 × Mug {0} {1} {"
    );
}

TEST(Messages, SayWhatTheSpecificationSays) {
    // product.md §3.
    EXPECT_EQ(
        text(Text::WaitingIntent, Language::English),
        "Approve the payment in your UPI app, then come back to this page"
    );
    EXPECT_EQ(
        text(Text::WaitingLong, Language::English),
        "Still waiting for your bank. You will not be charged twice"
    );
    EXPECT_EQ(text(Text::WaitingLong, Language::Hindi).find("अब भी"), 0u) << "still";
    EXPECT_EQ(
        text(Text::ContactYou, Language::English), "We have your order. Our team will contact you"
    );
    EXPECT_EQ(text(Text::TryLater, Language::English), "Please try again later");
    EXPECT_EQ(
        text(Text::Review, Language::English),
        "Payment received. We are checking it and will contact you"
    );
    // product.md §1.4.
    EXPECT_EQ(text(Text::SwitchToQr, Language::English), "Paying from another device? Show QR");
    EXPECT_EQ(text(Text::SwitchToApps, Language::English), "On your phone? Show apps");
}

TEST(Messages, EveryUpiIdErrorSaysTheFix) {
    struct Expected {
        VpaError error;
        Text says;
    };
    constexpr Expected kExpected[] = {
        {VpaError::Empty, Text::VpaEmpty},
        {VpaError::MobileNoHandle, Text::VpaMobileNumber},
        {VpaError::CountryCode, Text::VpaCountryCode},
        {VpaError::UpiNumber, Text::VpaUpiNumber},
        {VpaError::Email, Text::VpaEmail},
        {VpaError::Ifsc, Text::VpaPrivateNumber},
        {VpaError::CardNumber, Text::VpaPrivateNumber},
        {VpaError::AadhaarOrRrn, Text::VpaPrivateNumber},
        {VpaError::GlobalAddress, Text::VpaPrivateNumber},
        {VpaError::NonAscii, Text::VpaNonAscii},
        {VpaError::NoAt, Text::VpaInvalid},
        {VpaError::SpaceInside, Text::VpaInvalid},
        {VpaError::HandleWithTld, Text::VpaInvalid},
        {VpaError::TooLong, Text::VpaInvalid},
    };
    for (const Expected& row : kExpected) {
        EXPECT_EQ(text_of(row.error), row.says) << word(row.error);
    }
    EXPECT_EQ(
        text(Text::VpaMobileNumber, Language::English),
        "This is a mobile number. Add the part after @ from your UPI app, for example @ybl or "
        "@okaxis"
    );
}

constexpr auto kLastDetail = wire::FailureDetail::MoneyReturnedIfTaken;

TEST(Messages, EveryFailureHasItsOwnWords) {
    std::set<Text> reasons;
    for (int i = 0; i <= static_cast<int>(FailureReason::GatewayRefused); ++i) {
        reasons.insert(text_of(static_cast<FailureReason>(i), wire::FailureDetail::None));
    }
    EXPECT_EQ(reasons.size(), 10u);

    std::set<Text> details;
    for (int i = 1; i <= static_cast<int>(kLastDetail); ++i) {
        const auto detail = static_cast<wire::FailureDetail>(i);
        details.insert(text_of(FailureReason::Declined, detail));
        // The detail says more than the reason, so it wins.
        EXPECT_EQ(text_of(FailureReason::Unknown, detail), text_of(FailureReason::None, detail));
    }
    EXPECT_EQ(details.size(), 28u);
}

TEST(Messages, AUpiNumberIsMendedWhereItStandsSinceNotEveryDeviceHasApps) {
    EXPECT_EQ(text(Text::VpaUpiNumber, Language::English).find("app"), std::string::npos);
    EXPECT_EQ(text(Text::VpaUpiNumber, Language::Hindi).find("ऐप"), std::string::npos);
}

TEST(Messages, AFailureThatMayHaveMovedMoneyIsSaidWithTheWordsOfTheTable) {
    // facts/upi-and-devices.md §6.4.
    const auto said = [](wire::FailureDetail detail) {
        return text(text_of(FailureReason::Unknown, detail), Language::English);
    };
    EXPECT_EQ(said(wire::FailureDetail::BankPending), "Waiting for your bank");
    EXPECT_EQ(said(wire::FailureDetail::BankChecking), "Checking with your bank…");
    EXPECT_NE(said(wire::FailureDetail::MoneyUnclear).find("Do not pay again"), std::string::npos);
    EXPECT_EQ(said(wire::FailureDetail::MoneyReturning), "Money will come back to you");
    EXPECT_EQ(
        said(wire::FailureDetail::MoneyReturnedIfTaken), "If money was taken it will be returned"
    );
    // §6.3.
    EXPECT_EQ(
        text(Text::MoneyReturns, Language::English),
        "If money was taken, it returns in up to 5 working days"
    );
}

TEST(Messages, NoFailureClaimsThatNoMoneyWasTaken) {
    // Only the gateway knows, and then the page adds Text::NoMoneyTaken.
    for (int reason = 0; reason <= static_cast<int>(FailureReason::GatewayRefused); ++reason) {
        for (int detail = 0; detail <= static_cast<int>(kLastDetail); ++detail) {
            const Text says = text_of(
                static_cast<FailureReason>(reason), static_cast<wire::FailureDetail>(detail)
            );
            EXPECT_EQ(text(says, Language::English).find("No money"), std::string::npos);
            EXPECT_EQ(text(says, Language::Hindi).find("नहीं कटे"), std::string::npos);
        }
    }
}

TEST(Messages, AppsAreCalledAsTheirButtonsSay) {
    EXPECT_EQ(text(text_of(UpiApp::GooglePay), Language::Hindi), "Google Pay");
    EXPECT_EQ(text(text_of(UpiApp::PhonePe), Language::English), "PhonePe");
    EXPECT_EQ(text(text_of(UpiApp::Paytm), Language::English), "Paytm");
    EXPECT_EQ(text(text_of(UpiApp::Bhim), Language::English), "BHIM");
    EXPECT_EQ(text(text_of(UpiApp::Other), Language::English), "…More");
}

TEST(Messages, LanguagesHaveTheirTags) {
    EXPECT_EQ(word(Language::English), "en");
    EXPECT_EQ(word(Language::Hindi), "hi");
}

}  // namespace
}  // namespace chukta
