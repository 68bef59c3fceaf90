// The customer's journeys of product.md §1 and §3, as events and what the page makes of them.

#include "web/page.h"

#include <gtest/gtest.h>

#include "shared/controls.h"
#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;

TEST(Page, AsksForTheOrderAsSoonAsItOpensAndHoldsTheQuestion) {
    Desk desk;
    desk.open(a_view());
    ASSERT_EQ(desk.gets().size(), 1u);
    EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037?after=1&wait_s=25");
    EXPECT_EQ(desk.screen(), Screen::Choose);
}

TEST(Page, WithoutAViewAsksForOneAndShowsThatItLoads) {
    Desk desk;
    desk.send(Opened{"F508037", "", "", facts_of(kPhone)});
    EXPECT_EQ(desk.screen(), Screen::Loading);
    ASSERT_EQ(desk.gets().size(), 1u);
    EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037");
    desk.answer_poll(a_view());
    EXPECT_EQ(desk.screen(), Screen::Choose);
}

TEST(Page, AsksAnewWhenTheBrowserIsAnotherClassThanItsUserAgentSays) {
    Desk desk;
    auto facts = facts_of(kDesktop);
    facts.user_agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";
    facts.max_touch_points = 5;
    facts.short_side_px = 820;
    desk.send(Opened{"F508037", wire::encode(a_view()), "", facts});
    EXPECT_EQ(desk.page.device, DeviceClass::IosTablet);
    ASSERT_EQ(desk.gets().size(), 1u);
    EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037");
    EXPECT_EQ(desk.gets()[0].device, DeviceClass::IosTablet);
}

TEST(Page, AnIpadThatCallsItselfAMacIsGivenNoBareUpiLink) {
    auto order = a_waiting_view(Channel::Intent);
    order.attempt->app = UpiApp::Other;
    order.attempt->prompt = IntentPrompt{{{UpiApp::Other, link_of(UpiApp::Other)}}};
    for (auto& app : order.apps) app.href = link_of(app.app);
    auto facts = facts_of(kDesktop);
    facts.user_agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";
    facts.short_side_px = 820;
    for (const int touch_points : {0, 5}) {
        facts.max_touch_points = touch_points;
        Desk desk;
        desk.send(Opened{"F508037", wire::encode(order), "", facts});
        const bool ipad = touch_points > 0;
        EXPECT_EQ(open_link(desk.page).empty(), ipad);
        EXPECT_EQ(app_link(desk.page, UpiApp::Other).empty(), ipad);
        EXPECT_EQ(app_link(desk.page, UpiApp::GooglePay), link_of(UpiApp::GooglePay));
    }
}

TEST(Page, ATapOnALinkedAppTellsTheServerAndWaitsAtOnce) {
    Desk desk;
    desk.open(a_view_with_links());
    desk.press("app-gpay");
    ASSERT_EQ(desk.posts().size(), 1u);
    const auto post = desk.posts()[0];
    EXPECT_EQ(post.path, "/api/orders/F508037/attempts");
    EXPECT_EQ(post.key, "key-1");
    EXPECT_TRUE(post.outlives_page);
    const auto start = wire::decode_start_attempt(post.body);
    ASSERT_TRUE(start);
    EXPECT_EQ(start->channel, Channel::Intent);
    EXPECT_EQ(start->app, UpiApp::GooglePay);
    EXPECT_EQ(start->device, DeviceClass::AndroidPhone);
    EXPECT_FALSE(start->replaces);
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
    EXPECT_EQ(open_link(desk.page), link_of(UpiApp::GooglePay));
    EXPECT_EQ(desk.opened_link(), nullptr) << "the tap itself follows the link";
}

TEST(Page, AnAppWithoutALinkFetchesOneAndOpensItOnceWhenItComes) {
    Desk desk;
    desk.open(a_view());
    desk.press("app-gpay");
    EXPECT_EQ(desk.screen(), Screen::Starting);
    auto starting = a_waiting_view(Channel::Intent);
    starting.attempt->prompt.reset();
    starting.message.situation = Situation::Starting;
    desk.answer_press(starting);
    EXPECT_EQ(desk.screen(), Screen::Starting);
    EXPECT_EQ(desk.opened_link(), nullptr);

    auto ready = a_waiting_view(Channel::Intent);
    ready.version = 3;
    desk.answer_poll(ready);
    ASSERT_NE(desk.opened_link(), nullptr);
    EXPECT_EQ(desk.opened_link()->href, link_of(UpiApp::GooglePay));
    EXPECT_TRUE(desk.opened_link()->only_if_activated);
    EXPECT_EQ(desk.page.focus, control::kOpenApp);
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);

    ready.version = 4;
    desk.answer_poll(ready);
    EXPECT_EQ(desk.opened_link(), nullptr) << "never twice";
}

TEST(Page, ATabThatDidNotPressOpensNoApp) {
    Desk desk;
    desk.open(a_view());
    desk.answer_poll(a_waiting_view(Channel::Intent));
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
    EXPECT_EQ(desk.opened_link(), nullptr);
}

TEST(Page, AWebLinkOpensInANewTab) {
    Desk desk;
    desk.open(a_view());
    desk.press("app-gpay");
    auto ready = a_waiting_view(Channel::Intent);
    std::get<IntentPrompt>(*ready.attempt->prompt).links[0].href = "https://sandbox.example/pay";
    desk.answer_press(ready);
    ASSERT_NE(desk.opened_link(), nullptr);
    EXPECT_TRUE(desk.opened_link()->new_tab);
}

TEST(Page, RepeatedPressesSendOneRequest) {
    Desk desk;
    desk.open(a_view());
    desk.press("show-qr");
    EXPECT_EQ(desk.posts().size(), 1u);
    EXPECT_TRUE(is_busy(desk.page));
    desk.press("show-qr");
    EXPECT_EQ(desk.posts().size(), 0u);
    desk.press("app-paytm");
    EXPECT_EQ(desk.posts().size(), 0u);
}

TEST(Page, RepeatsAPressUnderItsKeyUntilItIsAnswered) {
    Desk desk;
    desk.open(a_view());
    desk.press("show-qr");
    const auto first = desk.posts()[0];
    for (const int status : {0, 503, 429}) {
        desk.answer(desk.page.press->request, status);
        EXPECT_TRUE(desk.posts().empty());
        const auto wake = next_wake_ms(desk.page);
        ASSERT_TRUE(wake);
        desk.pass(desk.page.press->due_at - desk.now);
        ASSERT_EQ(desk.posts().size(), 1u) << status;
        EXPECT_EQ(desk.posts()[0].key, first.key);
        EXPECT_EQ(desk.posts()[0].body, first.body);
    }
    EXPECT_TRUE(is_trying_later(desk.page));
    desk.answer_press(a_waiting_view(Channel::QrCode));
    EXPECT_EQ(desk.screen(), Screen::WaitingQr);
    EXPECT_FALSE(is_trying_later(desk.page));
    EXPECT_EQ(desk.saved, "");
}

TEST(Page, AReloadRepeatsAnUnansweredPressUnderItsKey) {
    Desk before;
    before.open(a_view());
    before.type("asha@okaxis");
    before.press("pay");
    const auto first = before.posts().at(0);

    Desk after;
    after.saved = before.saved;
    after.now = before.now + 4000;
    after.open(a_view());
    ASSERT_EQ(after.posts().size(), 1u);
    EXPECT_EQ(after.posts()[0].key, first.key);
    EXPECT_EQ(after.posts()[0].body, first.body);
    EXPECT_EQ(after.screen(), Screen::Starting);
}

TEST(Page, AReloadKeepsWhatWasTypedAndWhatWasOpened) {
    Desk before;
    before.open(a_view());
    before.press("items");
    before.type("asha@okaxis");
    Desk after;
    after.saved = before.saved;
    after.open(a_view());
    EXPECT_EQ(after.page.vpa_typed, "asha@okaxis");
    EXPECT_TRUE(after.page.items_open);
    EXPECT_TRUE(after.posts().empty());
}

TEST(Page, AReloadWhileAnotherWayIsChosenGoesOnChoosing) {
    Desk before;
    before.open(a_waiting_view(Channel::QrCode));
    before.press("another-way");
    Desk after;
    after.saved = before.saved;
    after.open(a_waiting_view(Channel::QrCode));
    EXPECT_EQ(after.screen(), Screen::Choose);
}

TEST(Page, NeverKeepsWhatMayBeACardOrAccountNumber) {
    for (const char* typed : {"4111", "4111 1111 1111 1111", "234567890123", "HDFC0000001"}) {
        Desk desk;
        desk.open(a_view());
        desk.type(typed);
        EXPECT_EQ(desk.saved, "") << typed;
    }
}

TEST(Page, KeepsNothingOfAPaidOrder) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okaxis");
    EXPECT_NE(desk.saved, "");
    desk.answer_poll(a_paid_view());
    EXPECT_EQ(desk.saved, "");
}

TEST(Page, AReloadForgetsAPressOfLongAgo) {
    Desk before;
    before.open(a_view());
    before.press("show-qr");
    Desk after;
    after.saved = before.saved;
    after.now = before.now + 3'600'000;
    after.open(a_view());
    EXPECT_TRUE(after.posts().empty());
    EXPECT_EQ(after.screen(), Screen::Choose);
}

TEST(Page, AReloadWhileAnAttemptIsOpenResumesFromTheServersView) {
    for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
        Desk desk;
        desk.open(a_waiting_view(channel));
        const Screen screen = desk.screen();
        EXPECT_TRUE(
            screen == Screen::WaitingIntent || screen == Screen::WaitingCollect ||
            screen == Screen::WaitingQr
        );
        EXPECT_TRUE(desk.posts().empty());
    }
}

TEST(Page, CountsDownByTheServersClock) {
    Desk desk;
    desk.now = kStart + 86'400'000;  // The customer's clock is a day fast.
    desk.open(a_waiting_view(Channel::QrCode));
    EXPECT_EQ(remaining_ms(desk.page), 300'000);
    EXPECT_EQ(next_wake_ms(desk.page), 1000);
    desk.pass(60'500);
    EXPECT_EQ(remaining_ms(desk.page), 239'500);
    EXPECT_EQ(next_wake_ms(desk.page), 500);
}

TEST(Page, AtZeroHidesTheCodeChecksAndThenOffersANewOne) {
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

TEST(Page, ACheckThatNobodyAnswersOffersANewCodeToo) {
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

TEST(Page, ANewCodeIsANewAttemptThatReplacesTheOpenOne) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode, 3));
    desk.press("new-qr");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(wire::decode_start_attempt(desk.posts()[0].body)->replaces, 3);
}

TEST(Page, AnotherWayNamesTheAttemptItReplaces) {
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

TEST(Page, LookingAtOtherWaysMayEndWithoutChoosingOne) {
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

TEST(Page, WhereMoneyMayHaveMovedTheWaysToPayStandBehindOneMorePress) {
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

TEST(Page, ThatMoneyMayHaveMovedIsSaidBeforeTheCustomerChoosesOn) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Collect));
    desk.press("another-way");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.answer_poll(an_unclear_view(Channel::Collect));
    EXPECT_EQ(desk.screen(), Screen::MaybePaid);
}

TEST(Page, WhoHasReadTheWarningIsNotSentBackToItByNews) {
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

TEST(Page, AUpiIdOfTheSameMaskNamesTheRequestThatItReplaces) {
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

TEST(Page, TheCodeThatIsOutIsShownAgain) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode), kDesktop);
    desk.press("another-way");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    desk.press("show-qr");
    EXPECT_EQ(desk.screen(), Screen::WaitingQr);
    EXPECT_TRUE(desk.posts().empty());
}

TEST(Page, ICancelledTellsTheServerOnce) {
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

TEST(Page, TryAgainStartsTheSameMethodAnew) {
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

TEST(Page, TryAgainAfterAReloadAsksForTheUpiIdAnew) {
    Desk desk;
    desk.open(a_failed_view(Channel::Collect));
    desk.press("retry");
    EXPECT_TRUE(desk.posts().empty());
    EXPECT_EQ(desk.page.focus, control::kVpa);
}

TEST(Page, AClosedChannelCannotBeStarted) {
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

TEST(Page, NoticesThatAnAppDidNotOpen) {
    Desk desk;
    desk.open(a_view_with_links());
    desk.press("app-phonepe");
    EXPECT_EQ(next_wake_ms(desk.page), 2500);
    desk.pass(2500);
    ASSERT_TRUE(desk.page.opening);
    EXPECT_TRUE(desk.page.opening->failed);
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent) << "the attempt stays open";
}

TEST(Page, AnAppThatOpenedHidThePageOrFrozeIt) {
    Desk hidden;
    hidden.open(a_view_with_links());
    hidden.press("app-phonepe");
    hidden.now += 900;
    hidden.send(VisibilityChanged{false});
    hidden.pass(60'000);
    EXPECT_FALSE(hidden.page.opening->failed);

    Desk frozen;
    frozen.open(a_view_with_links());
    frozen.press("app-phonepe");
    frozen.pass(45'000);
    EXPECT_FALSE(frozen.page.opening->failed);
}

TEST(Page, AnAppThatOpenedLateDidOpen) {
    Desk desk;
    desk.open(a_view_with_links());
    desk.press("app-phonepe");
    desk.pass(2500);
    ASSERT_TRUE(desk.page.opening->failed);
    // The chooser hid nothing; the app that was chosen in it does.
    desk.send(VisibilityChanged{false});
    desk.now += 30'000;
    desk.send(VisibilityChanged{true});
    EXPECT_FALSE(desk.page.opening->failed);
    desk.pass(60'000);
    EXPECT_FALSE(desk.page.opening->failed) << "and it stays so";
}

TEST(Page, SaysNothingOfTheAppWhileTheSystemAsksWhich) {
    Desk desk;
    desk.open(a_view_with_links());
    desk.press("app-other");
    desk.now += 500;
    desk.send(FocusChanged{false});
    EXPECT_FALSE(next_wake_ms(desk.page));
    desk.pass(8000);
    EXPECT_FALSE(desk.page.opening->failed);
    desk.send(FocusChanged{true});
    desk.pass(2499);
    EXPECT_FALSE(desk.page.opening->failed) << "the app that was chosen takes its time, too";
    desk.pass(1);
    EXPECT_TRUE(desk.page.opening->failed) << "none was chosen";

    Desk app;
    app.open(a_view_with_links());
    app.press("app-other");
    app.send(FocusChanged{false});
    app.now += 40'000;
    app.send(FocusChanged{true});
    app.pass(60'000);
    EXPECT_FALSE(app.page.opening->failed) << "away for long: it opened";
}

TEST(Page, IosHasLongerToOpenAnAppSinceItAsksFirst) {
    Desk desk;
    desk.open(a_view_with_links(), kIphone);
    desk.press("app-phonepe");
    desk.pass(2500);
    EXPECT_FALSE(desk.page.opening->failed);
    desk.pass(1500);
    EXPECT_TRUE(desk.page.opening->failed);
}

}  // namespace
}  // namespace chukta::page
