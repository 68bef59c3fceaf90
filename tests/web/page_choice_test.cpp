// Another way to pay, and the same once more (product.md §1.10).

#include "web/page.h"

#include <gtest/gtest.h>

#include "shared/controls.h"
#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;

TEST(PageChoice, AnotherWayNamesTheAttemptItReplaces) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Intent, 2));
    desk.press("another-way");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.type("asha@okaxis");
    desk.press("pay");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(wire::decode_start_attempt(desk.posts()[0].body)->replaces, 2);
    desk.answer_press(a_waiting_view(Channel::Collect, 3));
    EXPECT_EQ(desk.screen(), Screen::WaitingCollect);
}

TEST(PageChoice, LookingAtOtherWaysMayEndWithoutChoosingOne) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Intent));
    desk.press("another-way");
    desk.press("keep-waiting");
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
    desk.press("another-way");
    desk.press("app-gpay");
    EXPECT_TRUE(desk.posts().empty()) << "that attempt is open already";
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
}

TEST(PageChoice, WhereMoneyMayHaveMovedTheWaysToPayStandBehindOneMorePress) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Collect));
    desk.answer_poll(an_unclear_view(Channel::Collect));
    EXPECT_EQ(desk.screen(), Screen::MaybePaid);
    desk.press("another-way");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.press("keep-waiting");
    EXPECT_EQ(desk.screen(), Screen::MaybePaid);
    desk.press("another-way");
    desk.press("show-qr");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_FALSE(wire::decode_start_attempt(desk.posts()[0].body)->replaces);
    desk.answer_press(a_waiting_view(Channel::QrCode, 2));
    EXPECT_EQ(desk.screen(), Screen::WaitingQr);
}

TEST(PageChoice, ThatMoneyMayHaveMovedIsSaidBeforeTheCustomerChoosesOn) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Collect));
    desk.press("another-way");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.answer_poll(an_unclear_view(Channel::Collect));
    EXPECT_EQ(desk.screen(), Screen::MaybePaid);
}

TEST(PageChoice, WhoHasReadTheWarningIsNotSentBackToItByNews) {
    Desk desk;
    desk.open(an_unclear_view(Channel::Collect));
    desk.press("another-way");
    auto later = an_unclear_view(Channel::Collect);
    later.version += 1;
    desk.answer_poll(later);
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.answer_poll(a_paid_view(Channel::Collect));
    EXPECT_EQ(desk.screen(), Screen::Paid);
}

TEST(PageChoice, AUpiIdOfTheSameMaskNamesTheRequestThatItReplaces) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Collect));
    ASSERT_EQ(desk.page.view->attempt->vpa_masked, Vpa::parse("ashok@okaxis")->masked());
    desk.press("another-way");
    desk.type("ashok@okaxis");
    desk.press("pay");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(
        wire::decode_start_attempt(desk.posts()[0].body)->replaces, desk.page.view->attempt->index
    );
}

TEST(PageChoice, ICancelledTellsTheServerOnce) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Intent, 4));
    desk.press("cancel");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(desk.posts()[0].path, "/api/orders/F508037/attempts/4/cancel");
    desk.press("cancel");
    EXPECT_TRUE(desk.posts().empty());
    desk.answer(
        desk.page.cancel_request,
        200,
        wire::encode(a_failed_view(Channel::Intent, FailureReason::UserCancelled, 4))
    );
    EXPECT_EQ(desk.screen(), Screen::Choose);
    EXPECT_FALSE(is_busy(desk.page));
}

TEST(PageChoice, TryAgainStartsTheSameMethodAnew) {
    struct Row {
        Channel channel;
        std::optional<UpiApp> app;
    };
    for (const Row& row : {Row{Channel::Intent, UpiApp::GooglePay}, Row{Channel::QrCode, {}}}) {
        Desk desk;
        desk.open(a_failed_view(row.channel));
        desk.press("retry");
        ASSERT_EQ(desk.posts().size(), 1u);
        const auto start = wire::decode_start_attempt(desk.posts()[0].body);
        EXPECT_EQ(start->channel, row.channel);
        EXPECT_EQ(start->app, row.app);
        EXPECT_FALSE(start->replaces);
    }
}

TEST(PageChoice, TryAgainAfterAReloadAsksForTheUpiIdAnew) {
    Desk desk;
    desk.open(a_failed_view(Channel::Collect));
    desk.press("retry");
    EXPECT_TRUE(desk.posts().empty());
    EXPECT_EQ(desk.page.focus, control::kVpa);
}

TEST(PageChoice, AClosedChannelCannotBeStarted) {
    auto view = a_failed_view(Channel::QrCode);
    view.message.situation = Situation::ChannelClosed;
    view.channels[2].closed = true;
    Desk desk;
    desk.open(view);
    desk.press("show-qr");
    desk.press("retry");
    EXPECT_TRUE(desk.posts().empty());
    EXPECT_TRUE(can_choose(desk.page, Channel::Intent));
}

}  // namespace
}  // namespace chukta::page
