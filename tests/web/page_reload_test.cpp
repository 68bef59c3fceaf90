// What a reload finds again, and what is never kept (product.md §1.5, §5).

#include "web/page.h"

#include <gtest/gtest.h>

#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;

TEST(PageReload, AReloadRepeatsAnUnansweredPressUnderItsKey) {
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

TEST(PageReload, AReloadKeepsWhatWasTypedAndWhatWasOpened) {
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

TEST(PageReload, AReloadWhileAnotherWayIsChosenGoesOnChoosing) {
    Desk before;
    before.open(a_waiting_view(Channel::QrCode));
    before.press("another-way");
    Desk after;
    after.saved = before.saved;
    after.open(a_waiting_view(Channel::QrCode));
    EXPECT_EQ(after.screen(), Screen::Choose);
}

TEST(PageReload, NeverKeepsWhatMayBeACardOrAccountNumber) {
    for (const char* typed : {"4111", "4111 1111 1111 1111", "234567890123", "HDFC0000001"}) {
        Desk desk;
        desk.open(a_view());
        desk.type(typed);
        EXPECT_EQ(desk.saved, "") << typed;
    }
}

TEST(PageReload, KeepsNothingOfAPaidOrder) {
    Desk desk;
    desk.open(a_view());
    desk.type("asha@okaxis");
    EXPECT_NE(desk.saved, "");
    desk.answer_poll(a_paid_view());
    EXPECT_EQ(desk.saved, "");
}

TEST(PageReload, AReloadForgetsAPressOfLongAgo) {
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

TEST(PageReload, AReloadWhileAnAttemptIsOpenResumesFromTheServersView) {
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

}  // namespace
}  // namespace chukta::page
