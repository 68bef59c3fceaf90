// The QR code: its time, its end and the next one (product.md §1.7).

#include "web/page.h"

#include <gtest/gtest.h>

#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;

TEST(PageCode, CountsDownByTheServersClock) {
    Desk desk;
    desk.now = kStart + 86'400'000;  // The customer's clock is a day fast.
    desk.open(a_waiting_view(Channel::QrCode));
    EXPECT_EQ(remaining_ms(desk.page), 300'000);
    EXPECT_EQ(next_wake_ms(desk.page), 1000);
    desk.pass(60'500);
    EXPECT_EQ(remaining_ms(desk.page), 239'500);
    EXPECT_EQ(next_wake_ms(desk.page), 500);
}

TEST(PageCode, AtZeroHidesTheCodeChecksAndThenOffersANewOne) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode));
    desk.pass(300'000);
    EXPECT_EQ(desk.screen(), Screen::Checking);
    ASSERT_EQ(desk.gets().size(), 1u) << "the server is asked at once";
    EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037");

    desk.answer_poll(a_failed_view(Channel::QrCode, FailureReason::Expired));
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.press("new-qr");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_FALSE(wire::decode_start_attempt(desk.posts()[0].body)->replaces);
}

TEST(PageCode, ACheckThatNobodyAnswersOffersANewCodeToo) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode));
    desk.pass(300'000);
    desk.answer(desk.page.poll.request, 0);
    desk.pass(21'000);
    EXPECT_EQ(desk.screen(), Screen::CodeExpired);
    desk.press("new-qr");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(wire::decode_start_attempt(desk.posts()[0].body)->replaces, 1);
}

TEST(PageCode, ANewCodeIsANewAttemptThatReplacesTheOpenOne) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode, 3));
    desk.press("new-qr");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(wire::decode_start_attempt(desk.posts()[0].body)->replaces, 3);
}

TEST(PageCode, TheCodeThatIsOutIsShownAgain) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode), kDesktop);
    desk.press("another-way");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.press("show-qr");
    EXPECT_EQ(desk.screen(), Screen::WaitingQr);
    EXPECT_TRUE(desk.posts().empty());
}

}  // namespace
}  // namespace chukta::page
