#include <gtest/gtest.h>

#include <set>

#include "sandbox/ids.h"

namespace {

using sandbox::base32_of;
using sandbox::decimal_of;
using sandbox::IdMaker;

TEST(Base32, EqualsTheCapturedWebLinks) {
    // facts/cashfree.md §3.3 and Appendix B.
    EXPECT_EQ(base32_of("885899755"), "qcrgfb");
    EXPECT_EQ(base32_of("5114911130273"), "4krk7c0l1");
    EXPECT_EQ(base32_of("1457662411918550528"), "18el87mcdg9g0");
    EXPECT_EQ(decimal_of("18el87mcdg9g0"), "1457662411918550528");
}

TEST(Base32, RefusesWhatIsNoNumber) {
    EXPECT_EQ(base32_of("12x"), "");
    EXPECT_EQ(base32_of(""), "");
    EXPECT_EQ(decimal_of("wxyz"), "");
    EXPECT_EQ(decimal_of("vvvvvvvvvvvvvvvvvvvv"), "");
    EXPECT_EQ(decimal_of(""), "");
}

TEST(IdMaker, MakesNineteenDigitsThatFitASignedNumber) {
    IdMaker ids{1, 19};
    for (int i = 0; i < 1000; ++i) {
        const auto id = ids.cf_id();
        ASSERT_EQ(id.size(), 19U);
        ASSERT_NE(id.front(), '0');
        ASSERT_GT(std::stoll(id), 0);
    }
}

TEST(IdMaker, MakesShorterOnesWhenAsked) {
    EXPECT_EQ(IdMaker(1, 10).cf_id().size(), 10U);
    EXPECT_EQ(IdMaker(1, 13).cf_id().size(), 13U);
    EXPECT_EQ(IdMaker(1, 3).cf_id().size(), 10U);
}

TEST(IdMaker, RepeatsWithTheSameSeedAndOnlyThen) {
    IdMaker first{42, 19};
    IdMaker second{42, 19};
    IdMaker other{43, 19};
    EXPECT_EQ(first.cf_id(), second.cf_id());
    EXPECT_EQ(first.payment_session_id(), second.payment_session_id());
    EXPECT_NE(first.cf_id(), other.cf_id());
}

TEST(IdMaker, MakesSessionsOfTheDocumentedForm) {
    IdMaker ids{1, 19};
    const auto session = ids.payment_session_id();
    EXPECT_EQ(session.substr(0, 8), "session_");
    EXPECT_EQ(session.size(), 116U);
    EXPECT_EQ(
        session.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        ),
        std::string::npos
    );
}

}  // namespace
