// How the page keeps itself informed (product.md §1.8), and what the server tells it.

#include "web/page.h"

#include <gtest/gtest.h>

#include "shared/controls.h"
#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;

TEST(PageNews, AsksAtOnceWhenTheCustomerComesBack) {
    for (const int how : {0, 1, 2}) {
        Desk desk;
        desk.open(a_waiting_view(Channel::Intent));
        const int held = desk.page.poll.request;
        desk.now += 30'000;
        if (how == 0) desk.send(VisibilityChanged{true});
        if (how == 1) desk.send(ConnectionChanged{true});
        if (how == 2) desk.send(Returned{});
        bool aborted = false;
        for (const auto& effect : desk.effects) {
            const auto* abort = std::get_if<Abort>(&effect);
            aborted |= abort != nullptr && abort->id == held;
        }
        EXPECT_TRUE(aborted) << how;
        ASSERT_EQ(desk.gets().size(), 1u) << how;
        EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037") << how;
    }
}

TEST(PageNews, HoldsTheQuestionAnewAfterEachAnswer) {
    Desk desk;
    desk.open(a_view());
    desk.now += 25'000;
    desk.answer_poll(a_view());
    ASSERT_EQ(desk.gets().size(), 1u);
    EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037?after=1&wait_s=25");
}

TEST(PageNews, DoesNotHammerAServerThatDoesNotHold) {
    Desk desk;
    desk.open(a_view());
    desk.now += 50;
    desk.answer_poll(a_view());
    EXPECT_TRUE(desk.gets().empty());
    EXPECT_GE(next_wake_ms(desk.page).value_or(0), 1000);
}

TEST(PageNews, BacksOffAndKeepsTryingQuietlyWhenTheServerIsDown) {
    Desk desk;
    desk.open(a_view());
    EpochMs last = 0;
    for (int i = 0; i < 8; ++i) {
        desk.answer(desk.page.poll.request, 503);
        EXPECT_TRUE(desk.gets().empty());
        const auto wait = next_wake_ms(desk.page);
        ASSERT_TRUE(wait);
        EXPECT_GE(*wait, last);
        EXPECT_LE(*wait, 15'000);
        last = *wait;
        desk.pass(*wait);
        EXPECT_EQ(desk.gets().size(), 1u);
    }
    EXPECT_TRUE(is_trying_later(desk.page));
    desk.answer_poll(a_view());
    EXPECT_FALSE(is_trying_later(desk.page));
}

TEST(PageNews, IsForbiddenToAnotherCustomer) {
    for (const int status : {401, 403, 404, 410}) {
        Desk desk;
        desk.open(a_view());
        desk.refuse(desk.page.poll.request, status, "order_not_found");
        EXPECT_EQ(desk.screen(), Screen::Forbidden);
        EXPECT_FALSE(next_wake_ms(desk.page)) << "it does not ask again";
    }
}

TEST(PageNews, TheLoginPageOfANetworkIsNoAnswer) {
    for (const int status : {200, 302, 401, 403, 404, 511}) {
        Desk desk;
        desk.open(a_waiting_view(Channel::Intent));
        desk.answer(desk.page.poll.request, status, "<html>Log in to this hotel's network</html>");
        EXPECT_EQ(desk.screen(), Screen::WaitingIntent) << status;
        desk.pass(*next_wake_ms(desk.page));
        ASSERT_EQ(desk.gets().size(), 1u) << status;
        desk.answer_poll(a_paid_view());
        EXPECT_EQ(desk.screen(), Screen::Paid) << status;
    }
}

TEST(PageNews, TheLoginPageOfANetworkDoesNotEndAPress) {
    for (const int status : {200, 302, 403, 404, 511}) {
        Desk desk;
        desk.open(a_view());
        desk.press("show-qr");
        const auto first = desk.posts().at(0);
        desk.answer(desk.page.press->request, status, "<html>Log in</html>");
        ASSERT_TRUE(desk.page.press) << status;
        desk.pass(desk.page.press->due_at - desk.now);
        ASSERT_EQ(desk.posts().size(), 1u) << status;
        EXPECT_EQ(desk.posts()[0].key, first.key);
    }
}

TEST(PageNews, ThanksAndGoesBackToTheShop) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode), kDesktop);
    desk.answer_poll(a_paid_view(Channel::QrCode));
    EXPECT_EQ(desk.screen(), Screen::Paid);
    EXPECT_TRUE(desk.gets().empty()) << "nothing is left to ask";
    EXPECT_EQ(return_in_ms(desk.page), 20'000);
    desk.pass(20'000);
    ASSERT_NE(desk.opened_link(), nullptr);
    EXPECT_EQ(desk.opened_link()->href, "https://shop.example/thanks");
    desk.pass(1000);
    EXPECT_EQ(desk.opened_link(), nullptr);
}

TEST(PageNews, StaysOnTheThankYouPageIfAskedToOrIfItWasOpenedPaid) {
    Desk asked;
    asked.open(a_waiting_view(Channel::Intent));
    asked.answer_poll(a_paid_view());
    asked.press("stay");
    asked.pass(60'000);
    EXPECT_EQ(asked.opened_link(), nullptr);

    Desk reopened;
    reopened.open(a_paid_view());
    EXPECT_EQ(reopened.screen(), Screen::Paid);
    EXPECT_FALSE(return_in_ms(reopened.page));
}

TEST(PageNews, APageThatStaysWhileTheShopOpensElsewhereCanBeUsed) {
    Desk desk;
    desk.open(an_unclear_view(Channel::Intent));
    desk.press("back");  // with Ctrl held: the shop opens in another tab; or the customer stops it
    EXPECT_FALSE(is_busy(desk.page));
    desk.press("another-way");
    desk.press("show-qr");
    EXPECT_EQ(desk.posts().size(), 1u);

    Desk paid;
    paid.open(a_waiting_view(Channel::QrCode));
    paid.answer_poll(a_paid_view());
    paid.press("back");
    paid.pass(60'000);
    EXPECT_EQ(paid.opened_link(), nullptr) << "nobody is taken there a second time";
}

TEST(PageNews, TheThankYouPageIsSeenBeforeItGoesBackToTheShop) {
    Desk desk;
    desk.open(a_waiting_view(Channel::Intent));
    desk.send(VisibilityChanged{false});
    desk.answer_poll(a_paid_view());
    EXPECT_FALSE(next_wake_ms(desk.page)) << "nobody sees it yet";
    desk.now += 30'000;
    desk.send(VisibilityChanged{true});
    EXPECT_EQ(desk.opened_link(), nullptr) << "paid while the customer was in the app";
    EXPECT_EQ(return_in_ms(desk.page), 20'000);
    desk.pass(4'000);
    desk.send(VisibilityChanged{false});
    desk.now += 30'000;
    desk.send(VisibilityChanged{true});
    EXPECT_EQ(return_in_ms(desk.page), 20'000) << "left and come back";
    desk.pass(20'000);
    EXPECT_NE(desk.opened_link(), nullptr);
}

TEST(PageNews, ReturningFromAnAppProvesNothing) {
    Desk desk;
    desk.open(a_view_with_links());
    desk.press("app-gpay");
    desk.answer_press(a_waiting_view(Channel::Intent));
    desk.send(VisibilityChanged{false});
    desk.now += 20'000;
    desk.send(VisibilityChanged{true});
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
}

TEST(PageNews, AnOlderAnswerDoesNotTakeANewerOneBack) {
    Desk desk;
    desk.open(a_view());
    desk.answer_poll(a_waiting_view(Channel::Intent, 3));
    ASSERT_NE(desk.page.poll.request, 0);
    desk.answer_poll(a_view());
    EXPECT_EQ(desk.screen(), Screen::WaitingIntent);
}

TEST(PageNews, ShowsWhatTheServerSaysOfTheOrder) {
    struct Row {
        Situation situation;
        Screen screen;
    };
    constexpr Row kRows[] = {
        {Situation::Choose, Screen::Choose},
        {Situation::Starting, Screen::Starting},
        {Situation::WaitingLong, Screen::WaitingLong},
        {Situation::CheckAfterUnclear, Screen::CheckAfterUnclear},
        {Situation::Checking, Screen::Checking},
        {Situation::Failed, Screen::Choose},
        {Situation::ChannelClosed, Screen::Choose},
        {Situation::ContactYou, Screen::ContactYou},
        {Situation::Review, Screen::Review},
        {Situation::Paid, Screen::Paid},
        {Situation::OrderExpired, Screen::OrderExpired},
        {Situation::OrderCancelled, Screen::OrderCancelled},
        {Situation::AttemptsExhausted, Screen::AttemptsExhausted},
    };
    for (const auto& row : kRows) {
        Desk desk;
        desk.open(a_view_in(row.situation));
        EXPECT_EQ(desk.screen(), row.screen) << wire::word(row.situation);
    }
}

TEST(PageNews, SwitchesToTheOtherDevicesLayoutAndTellsTheServer) {
    Desk desk;
    desk.open(a_view(), kDesktop);
    EXPECT_EQ(desk.page.device, DeviceClass::Desktop);
    desk.press("other-device");
    EXPECT_TRUE(shows_apps(desk.page.device));
    ASSERT_EQ(desk.gets().size(), 1u);
    EXPECT_EQ(desk.gets()[0].device, DeviceClass::AndroidPhone);

    Desk again;
    again.saved = desk.saved;
    again.open(a_view(), kDesktop);
    EXPECT_EQ(again.page.device, DeviceClass::AndroidPhone) << "kept through a reload";
    again.press("other-device");
    EXPECT_EQ(again.page.device, DeviceClass::Desktop);
}

TEST(PageNews, SpeaksTheChosenLanguageAfterAReload) {
    Desk desk;
    desk.open(a_view());
    desk.press("language");
    EXPECT_EQ(desk.page.language, Language::Hindi);
    Desk again;
    again.saved = desk.saved;
    again.open(a_view());
    EXPECT_EQ(again.page.language, Language::Hindi);
}

TEST(PageNews, WhatWasPressedBeforeTheModuleCameIsDoneOnce) {
    Desk desk;
    const auto view = wire::encode(a_waiting_view(Channel::QrCode));
    const auto open = [&](std::string query) {
        Opened opened{"F508037", view, desk.saved, facts_of(kDesktop)};
        opened.query = std::move(query);
        desk.send(std::move(opened));
    };
    open("choose=1&again=1&dom");
    EXPECT_EQ(desk.screen(), Screen::Choose);
    EXPECT_EQ(desk.page.notice, Text::NoticeChooseAgain);
    EXPECT_EQ(address_query(desk.page), "?dom");
    desk.press("keep-waiting");
    const auto query = address_query(desk.page).substr(1);
    desk.page = Page{};
    open(query);
    EXPECT_EQ(desk.screen(), Screen::WaitingQr);
    EXPECT_FALSE(desk.page.notice);
}

TEST(PageNews, TheAddressFollowsLanguageAndLayout) {
    Desk desk;
    desk.open(a_view(), kDesktop);
    EXPECT_EQ(address_query(desk.page), "");
    desk.press("language");
    desk.press("other-device");
    EXPECT_EQ(address_query(desk.page), "?lang=hi&device=android_phone");
    desk.press("other-device");
    EXPECT_EQ(address_query(desk.page), "?lang=hi");

    // Pressed in the first paint of a reload, which knows nothing of what the tab has saved.
    Opened again{"F508037", wire::encode(a_view()), desk.saved, facts_of(kDesktop)};
    again.query = "lang=en&device=android_phone";
    desk.page = Page{};
    desk.send(std::move(again));
    EXPECT_EQ(desk.page.language, Language::English);
    desk.press("other-device");
    EXPECT_EQ(address_query(desk.page), "?lang=en&device=desktop");
}

TEST(PageNews, MoreOnIosOpensFurtherAppsAndStartsNothing) {
    Desk desk;
    desk.open(a_view(), kIphone);
    desk.press("app-other");
    EXPECT_TRUE(desk.posts().empty());
    EXPECT_TRUE(desk.page.more_open);

    Desk android;
    android.open(a_view());
    android.press("app-other");
    EXPECT_EQ(android.posts().size(), 1u);
}

TEST(PageNews, WhenIdleWantsNothing) {
    Desk desk;
    desk.open(a_view());
    EXPECT_FALSE(next_wake_ms(desk.page)) << "the held question wakes it";
    desk.open(a_waiting_view(Channel::QrCode));
    desk.send(VisibilityChanged{false});
    EXPECT_FALSE(next_wake_ms(desk.page)) << "nobody looks at a hidden countdown";
}

TEST(PageNews, HearsOfMoneyThatArrivesAfterTheOrderWasClosed) {
    for (const auto closed : {Situation::OrderCancelled, Situation::OrderExpired}) {
        Desk desk;
        desk.open(a_waiting_view(Channel::QrCode), kDesktop);
        desk.answer_poll(a_view_in(closed));
        ASSERT_EQ(desk.gets().size(), 1u) << wire::word(closed);
        EXPECT_EQ(desk.gets()[0].path, "/api/orders/F508037?after=8&wait_s=25");
        EXPECT_FALSE(next_wake_ms(desk.page)) << "the held question wakes it";
        auto review = a_paid_view();
        review.message.situation = Situation::Review;
        desk.now += 20'000;
        desk.answer_poll(review);
        EXPECT_EQ(desk.screen(), Screen::Review) << wire::word(closed);
    }
}

TEST(PageNews, AClosedOrderIsAskedAboutForHalfAnHourAndThenWhenTheCustomerComesBack) {
    for (const int how : {0, 1, 2}) {
        Desk desk;
        desk.open(a_view_in(Situation::OrderCancelled));
        int asked = 0;
        while (!desk.gets().empty() && asked < 1000) {
            ++asked;
            desk.now += 25'000;
            desk.answer_poll(a_view_in(Situation::OrderCancelled));
        }
        EXPECT_GE(asked, 60);
        EXPECT_LE(asked, 80) << "not for a day";
        EXPECT_FALSE(next_wake_ms(desk.page));
        desk.now += 3'600'000;
        if (how == 0) desk.send(VisibilityChanged{true});
        if (how == 1) desk.send(ConnectionChanged{true});
        if (how == 2) desk.send(Returned{});
        EXPECT_EQ(desk.gets().size(), 1u) << how;
    }
}

TEST(PageNews, AnOrderThatExpiresUnderALongOpenPageIsAskedAboutFromThenOn) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode));
    auto expired = a_waiting_view(Channel::QrCode);
    expired.message.situation = Situation::OrderExpired;
    desk.now += 7'200'000;
    desk.answer_poll(expired);
    EXPECT_EQ(desk.gets().size(), 1u) << "the same version: nothing happened but time";
}

TEST(PageNews, AHiddenTabAsksOnlyWhileAPaymentIsOpen) {
    Desk idle;
    idle.open(a_view());
    idle.send(VisibilityChanged{false});
    idle.now += 25'000;
    idle.answer_poll(a_view());
    EXPECT_TRUE(idle.gets().empty());

    Desk waiting;
    waiting.open(a_waiting_view(Channel::QrCode));
    waiting.send(VisibilityChanged{false});
    waiting.now += 25'000;
    waiting.answer_poll(a_waiting_view(Channel::QrCode));
    EXPECT_EQ(waiting.gets().size(), 1u);
}

constexpr std::string_view kHandoff =
    R"({"url":"https://pay.example/pay/F508037?token=t","expires_at":"2099-01-01T00:00:00.000Z"})";

TEST(PageNews, LeavesAnInAppBrowserWithAFreshLink) {
    Desk desk;
    desk.open(a_view(), std::string{kPhone} + " Instagram 300.0");
    ASSERT_TRUE(desk.page.in_app_browser);
    desk.press("way-out");
    ASSERT_EQ(desk.posts().size(), 1u);
    EXPECT_EQ(desk.posts()[0].path, "/api/orders/F508037/handoff");
    desk.press("way-out");
    EXPECT_TRUE(desk.posts().empty()) << "one at a time";
    desk.answer(desk.page.way_out_request, 200, std::string{kHandoff});
    ASSERT_NE(desk.opened_link(), nullptr);
    EXPECT_EQ(
        desk.opened_link()->href,
        "intent://pay.example/pay/"
        "F508037?token=t#Intent;scheme=https;package=com.android.chrome;end"
    );
    EXPECT_EQ(way_out_link(desk.page), desk.opened_link()->href) << "and the button is that link";
}

TEST(PageNews, ALinkOutOfAnInAppBrowserEndsWithItsToken) {
    Desk desk;
    desk.now = kStart + 86'400'000;  // The customer's clock is a day fast.
    desk.open(a_view(), std::string{kPhone} + " Instagram 300.0");
    desk.press("way-out");
    const auto link = a_handoff("https://pay.example/pay/F508037?token=t", kStart + 300'000);
    desk.answer(desk.page.way_out_request, 200, link);
    EXPECT_EQ(next_wake_ms(desk.page), 300'000);
    desk.pass(299'999);
    EXPECT_NE(way_out_link(desk.page), "");
    desk.pass(1);
    EXPECT_EQ(way_out_link(desk.page), "") << "a button again, which fetches another";
    EXPECT_FALSE(next_wake_ms(desk.page));
    desk.press("way-out");
    EXPECT_EQ(desk.posts().size(), 1u);
}

TEST(PageNews, OnIosCopiesTheFreshLinkAndCopiesItAgain) {
    Desk desk;
    desk.open(a_view(), std::string{kIphone} + " Instagram 300.0");
    desk.press("way-out");
    desk.answer(desk.page.way_out_request, 200, std::string{kHandoff});
    const auto copies = [&] {
        int count = 0;
        for (const auto& effect : desk.effects) count += std::holds_alternative<Copy>(effect);
        return count;
    };
    EXPECT_EQ(copies(), 1);
    desk.send(Copied{false});
    EXPECT_EQ(desk.page.way_out_copied, false) << "the browser wanted a fresher tap";
    desk.press("way-out");
    EXPECT_EQ(copies(), 1);
    EXPECT_TRUE(desk.posts().empty());
    desk.send(Copied{true});
    EXPECT_EQ(desk.page.way_out_copied, true);
}

TEST(PageNews, SaysSoWhenThereIsNoWayOut) {
    for (const std::string_view body : {"", "{}", "{\"url\":5}", "[]"}) {
        Desk desk;
        desk.open(a_view(), std::string{kPhone} + " Instagram 300.0");
        desk.press("way-out");
        desk.answer(desk.page.way_out_request, 200, std::string{body});
        EXPECT_EQ(desk.page.notice, Text::NoticeTryAgain) << body;
        EXPECT_EQ(desk.opened_link(), nullptr);
    }
}

TEST(PageNews, IgnoresAnotherOrdersView) {
    Desk desk;
    desk.open(a_view());
    auto other = a_paid_view();
    other.order_id = OrderId{"OTHER1"};
    desk.answer_poll(other);
    EXPECT_EQ(desk.screen(), Screen::Choose);
}

TEST(PageNews, SurvivesAnswersThatAreNoViews) {
    for (const std::string_view body : {"", "{}", "[]", "<html>", "{\"order_id\":5}", "null"}) {
        Desk desk;
        desk.open(a_view());
        desk.answer(desk.page.poll.request, 200, std::string{body});
        EXPECT_EQ(desk.screen(), Screen::Choose);
        EXPECT_EQ(desk.page.poll.failures, 1);
    }
}

TEST(PageNews, IgnoresSavedTextItDoesNotUnderstand) {
    for (const std::string_view saved :
         {"garbage",
          "key=\nstart=x\n",
          "key=k\nstart={}\npressed_at=1\n",
          "=\n=\n",
          "language=fr\ndevice=toaster\n"}) {
        Desk desk;
        desk.saved = saved;
        desk.open(a_view());
        EXPECT_TRUE(desk.posts().empty()) << saved;
        EXPECT_EQ(desk.page.language, Language::English);
    }
}

}  // namespace
}  // namespace chukta::page
