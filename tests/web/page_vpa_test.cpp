// The UPI ID field: errors, suggestions, and what is sent (product.md §1.6).

#include "web/page.h"

#include <gtest/gtest.h>

#include "shared/controls.h"
#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;

TEST(PageVpa, SendsNoRequestForAnInvalidUpiId) {
    for (const std::string_view typed :
         {"",
          "asha",
          "asha@",
          "@okaxis",
          "a@b@c",
          "9876543210",
          "asha@gmail.com",
          "as ha@okaxis"}) {
        Desk desk;
        desk.open(a_view());
        desk.type(typed);
        desk.press("pay");
        EXPECT_TRUE(desk.posts().empty()) << typed;
        EXPECT_TRUE(desk.page.vpa_error) << typed;
        EXPECT_EQ(desk.page.focus, control::kVpa) << typed;
    }
}

TEST(PageVpa, AnErrorComesWhenTheFieldIsLeftAndGoesAsSoonAsItIsMended) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@");
    EXPECT_FALSE(desk.page.vpa_error) << "not while typing";
    desk.leave();
    EXPECT_TRUE(desk.page.vpa_error);
    desk.type("asha@o");
    EXPECT_TRUE(desk.page.vpa_error);
    desk.type("asha@okaxis");
    EXPECT_FALSE(desk.page.vpa_error);
}

TEST(PageVpa, LeavingAnEmptyFieldIsNoError) {
    Desk desk;
    desk.open(a_view());
    desk.type("  ");
    desk.leave();
    EXPECT_FALSE(desk.page.vpa_error);
}

TEST(PageVpa, SendsTheCleanedUpiId) {
    Desk desk;
    desk.open(a_view());
    desk.type(" Asha@OKAXIS ");
    desk.press("pay");
    ASSERT_EQ(desk.posts().size(), 1u);
    const auto start = wire::decode_start_attempt(desk.posts()[0].body);
    ASSERT_TRUE(start && start->vpa);
    EXPECT_EQ(start->vpa->str(), "asha@okaxis");
    EXPECT_EQ(desk.page.vpa_typed, "asha@okaxis");
}

TEST(PageVpa, ReturnInTheFieldSends) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okaxis");
    desk.send(Acted{Acted::Kind::Submit, "vpa", {}, "k"});
    EXPECT_EQ(desk.posts().size(), 1u);
}

TEST(PageVpa, OffersASuggestionAndNeverAppliesItByItself) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okhdfcbnak");
    desk.leave();
    ASSERT_FALSE(desk.page.suggestions.empty());
    EXPECT_EQ(desk.page.vpa_typed, "asha@okhdfcbnak");
    EXPECT_EQ(desk.page.suggestions[0], "asha@okhdfcbank");
    desk.press("vpa-s0");
    EXPECT_EQ(desk.page.vpa_typed, "asha@okhdfcbank");
    EXPECT_TRUE(desk.page.suggestions.empty());
    EXPECT_TRUE(desk.posts().empty()) << "the customer still presses Make Payment";
}

TEST(PageVpa, ALikelyTypoIsSentOnTheSecondPress) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okhdfcbnak");
    desk.press("pay");
    EXPECT_TRUE(desk.posts().empty());
    desk.press("pay");
    EXPECT_EQ(desk.posts().size(), 1u);
}

TEST(PageVpa, ALikelyTypoThatWasToldOfWhenTheFieldWasLeftIsSentAtOnce) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okhdfcbnak");
    desk.leave();
    desk.pass(1000);
    desk.press("pay");
    EXPECT_EQ(desk.posts().size(), 1u) << "\"If it is right, go on\"";
}

TEST(PageVpa, APressThatItselfLeavesTheFieldIsHeldOnce) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okhdfcbnak");
    desk.leave();
    desk.press("pay");
    EXPECT_TRUE(desk.posts().empty()) << "nobody has read the suggestion yet";
    desk.press("pay");
    EXPECT_EQ(desk.posts().size(), 1u);

    // Another typo is told of anew.
    Desk other;
    other.open(a_view());
    other.type("asha@okhdfcbnak");
    other.leave();
    other.pass(1000);
    other.type("ravi@okhdfcbnak");
    other.press("pay");
    EXPECT_TRUE(other.posts().empty());
}

TEST(PageVpa, AUpiIdThatTheGatewayRefusedIsAnErrorAtTheField) {
    Desk desk;
    desk.open(a_view());
    desk.type("nobody@okaxis");
    desk.press("pay");
    desk.answer_press(a_waiting_view(Channel::Collect));
    desk.answer_poll(a_failed_view(Channel::Collect, FailureReason::InvalidVpa));
    EXPECT_TRUE(desk.page.vpa_refused);
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.type("somebody@okaxis");
    EXPECT_FALSE(desk.page.vpa_refused);
    // News of something else: a prepared link that is watched, a look of the reconciler.
    const int focused = desk.page.focus_serial;
    auto later = a_failed_view(Channel::Collect, FailureReason::InvalidVpa);
    ++later.version;
    desk.answer_poll(later);
    EXPECT_FALSE(desk.page.vpa_refused) << "it was another UPI ID that was refused";
    EXPECT_EQ(desk.page.focus_serial, focused) << "nobody asked for the focus";
}

TEST(PageVpa, ARefusalThatComesWithItsAttemptIsAnErrorAtTheFieldToo) {
    Desk desk;
    desk.open(a_view());
    desk.type("nobody@okaxis");
    desk.press("pay");
    desk.answer_press(a_failed_view(Channel::Collect, FailureReason::InvalidVpa));
    EXPECT_TRUE(desk.page.vpa_refused);
    EXPECT_EQ(desk.page.focus, control::kVpa);
}

TEST(PageVpa, TheServersRefusalOfAUpiIdEndsThePress) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okaxis");
    desk.press("pay");
    desk.answer(
        desk.page.press->request,
        422,
        wire::encode(wire::Problem{422, "vpa_invalid", "Not a UPI ID", {}})
    );
    EXPECT_FALSE(is_busy(desk.page));
    EXPECT_TRUE(desk.page.vpa_refused);
    EXPECT_EQ(desk.saved, "vpa=asha@okaxis\n") << "the press is forgotten, what was typed is not";
}

TEST(PageVpa, AnyOtherRefusalAsksForTheStateAndLetsTheCustomerChooseAgain) {
    Desk desk;
    desk.open(a_view());
    desk.press("show-qr");
    desk.refuse(desk.page.press->request, 409, "not_payable");
    EXPECT_FALSE(is_busy(desk.page));
    EXPECT_EQ(desk.page.notice, Text::NoticeChooseAgain);
    ASSERT_EQ(desk.gets().size(), 1u);
    EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037");
}

}  // namespace
}  // namespace chukta::page
