// How the page opens, and how a press is sent (product.md §1.5).

#include "web/page.h"

#include <gtest/gtest.h>

#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;

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

}  // namespace
}  // namespace chukta::page
