// UPI apps: their links, and whether one opened (product.md §1.4, §3).

#include "web/page.h"

#include <gtest/gtest.h>

#include "shared/controls.h"
#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;

TEST(PageApp, AnIpadThatCallsItselfAMacIsGivenNoBareUpiLink) {
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

TEST(PageApp, ATapOnALinkedAppTellsTheServerAndWaitsAtOnce) {
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

TEST(PageApp, AnAppWithoutALinkFetchesOneAndOpensItOnceWhenItComes) {
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

TEST(PageApp, ATabThatDidNotPressOpensNoApp) {
    Desk desk;
    desk.open(a_view());
    desk.answer_poll(a_waiting_view(Channel::Intent));
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
    EXPECT_EQ(desk.opened_link(), nullptr);
}

TEST(PageApp, AWebLinkOpensInANewTab) {
    Desk desk;
    desk.open(a_view());
    desk.press("app-gpay");
    auto ready = a_waiting_view(Channel::Intent);
    std::get<IntentPrompt>(*ready.attempt->prompt).links[0].href = "https://sandbox.example/pay";
    desk.answer_press(ready);
    ASSERT_NE(desk.opened_link(), nullptr);
    EXPECT_TRUE(desk.opened_link()->new_tab);
}

TEST(PageApp, NoticesThatAnAppDidNotOpen) {
    Desk desk;
    desk.open(a_view_with_links());
    desk.press("app-phonepe");
    EXPECT_EQ(next_wake_ms(desk.page), 2500);
    desk.pass(2500);
    ASSERT_TRUE(desk.page.opening);
    EXPECT_TRUE(desk.page.opening->failed);
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent) << "the attempt stays open";
}

TEST(PageApp, AnAppThatOpenedHidThePageOrFrozeIt) {
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

TEST(PageApp, AnAppThatOpenedLateDidOpen) {
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

TEST(PageApp, SaysNothingOfTheAppWhileTheSystemAsksWhich) {
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

TEST(PageApp, IosHasLongerToOpenAnAppSinceItAsksFirst) {
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
