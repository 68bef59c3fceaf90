// The whole page without a browser: what is drawn in one state and what becomes of it.

#include "web/view.h"

#include <gtest/gtest.h>

#include "tests/support/page_views.h"
#include "tests/support/view_fixture.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;

TEST_F(ViewTest, ShowsTheMethodsInTheOrderOfTheDevice) {
    const auto order = [&](std::string_view agent, float width) {
        env.width = width;
        const Frame frame = view.draw(a_case("", a_view(), agent).page, env);
        std::string out;
        each_node(frame.semantics.nodes, [&](const Node& node) {
            if (is_control(node) && node.id != "language" && node.id != "other-device") {
                out += node.id + " ";
            }
        });
        return out;
    };
    EXPECT_EQ(order(kPhone, 390), "app-gpay app-phonepe app-paytm app-other vpa pay show-qr ");
    EXPECT_EQ(order(kDesktop, 1280), "vpa pay show-qr ");
    for (const float width : {600.0f, 1280.0f}) {
        EXPECT_EQ(
            order(kTablet, width), "show-qr app-gpay app-phonepe app-paytm app-other vpa pay "
        );
    }
    EXPECT_EQ(order(kDesktop, 600), "vpa pay show-qr ") << "the same at every width";
}

TEST_F(ViewTest, AnAppWithALinkIsARealLinkAndElseAButton) {
    const Frame linked = view.draw(a_case("", a_view_with_links()).page, env);
    ASSERT_NE(find(linked, "app-phonepe"), nullptr);
    EXPECT_EQ(find(linked, "app-phonepe")->role, Role::Link);
    EXPECT_EQ(find(linked, "app-phonepe")->href, link_of(UpiApp::PhonePe));
    EXPECT_EQ(find(linked, "app-phonepe")->state & Node::kNewTab, 0u);
    const Frame plain = view.draw(a_case("", a_view()).page, env);
    EXPECT_EQ(find(plain, "app-phonepe")->role, Role::Button);
}

TEST_F(ViewTest, OffersToOpenTheAppOnlyWhereAppsAre) {
    auto order = a_waiting_view(Channel::Intent);
    const auto offers = [&](std::string_view agent, const Deed& deed = {}) {
        return find(view.draw(a_case("", order, agent, deed).page, env), "open-app") != nullptr;
    };
    EXPECT_TRUE(offers(kPhone));
    EXPECT_TRUE(offers(kTablet));
    EXPECT_FALSE(offers(kDesktop)) << "begun on a phone";
    EXPECT_TRUE(offers(kDesktop, [](Desk& d) { d.press("other-device"); }))
        << "it is one after all";
}

TEST_F(ViewTest, AWebLinkIsMarkedForANewTab) {
    auto order = a_view();
    order.apps[0].href = "https://sandbox.example/pay/1";
    const Frame frame = view.draw(a_case("", order).page, env);
    EXPECT_NE(find(frame, "app-gpay")->state & Node::kNewTab, 0u);
}

TEST_F(ViewTest, ButtonsWaitWhileARequestIsInFlight) {
    const auto busy =
        a_case("", a_waiting_view(Channel::QrCode), kPhone, [](Desk& d) { d.press("cancel"); });
    const Frame frame = view.draw(busy.page, env);
    for (const std::string_view id : {"new-qr", "another-way", "cancel"}) {
        ASSERT_NE(find(frame, id), nullptr) << id;
        EXPECT_NE(find(frame, id)->state & Node::kDisabled, 0u) << id;
    }
}

TEST_F(ViewTest, AnErrorIsTiedToItsField) {
    const auto wrong = a_case("", a_view(), kPhone, [](Desk& d) {
        d.type("asha@");
        d.leave();
    });
    const Frame frame = view.draw(wrong.page, env);
    const Node field = *find(frame, "vpa");
    EXPECT_NE(field.state & Node::kInvalid, 0u);
    ASSERT_NE(find(frame, field.described_by), nullptr);
    EXPECT_EQ(find(frame, field.described_by)->role, Role::Alert);
    EXPECT_FALSE(find(frame, field.described_by)->name.empty());
}

TEST_F(ViewTest, ARefusedUpiIdIsMendedUnderASteadyFinger) {
    for (const bool closed : {false, true}) {
        Desk desk;
        desk.open(a_view());
        desk.type("nobody@okaxis");
        desk.press("pay");
        desk.answer_press(a_waiting_view(Channel::Collect));
        auto refused = a_failed_view(Channel::Collect, FailureReason::InvalidVpa);
        refused.channels[1].closed = closed;
        desk.answer_poll(refused);
        const Frame before = view.draw(desk.page, env);
        EXPECT_EQ(find(before, "failure") != nullptr, closed)
            << "said at the field, if there is one";
        if (closed) continue;
        ASSERT_NE(find(before, "vpa"), nullptr);
        const Box box = find(before, "vpa")->box;
        desk.type("nobody2@okaxis");
        const Frame after = view.draw(desk.page, env);
        EXPECT_EQ(find(after, "failure"), nullptr) << "it is about another UPI ID";
        EXPECT_EQ(find(after, "vpa")->box.y, box.y) << "the field is where it was";
    }
}

TEST_F(ViewTest, OffersNoWayToPayAgainWithoutAWarningWhileMoneyIsUnclear) {
    for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
        Desk desk;
        desk.open(an_unclear_view(channel));
        const Frame frame = view.draw(desk.page, env);
        ASSERT_NE(find(frame, "state-title"), nullptr);
        EXPECT_EQ(
            find(frame, "state-title")->name, text(Text::DetailMoneyUnclear, Language::English)
        );
        for (const std::string_view pays : {"retry", "new-qr", "show-qr", "pay", "app-gpay"}) {
            EXPECT_EQ(find(frame, pays), nullptr) << pays;
        }
        desk.press("another-way");
        const Frame ways = view.draw(desk.page, env);
        ASSERT_NE(find(ways, "may-have-paid-text"), nullptr);
        EXPECT_EQ(find(ways, "may-have-paid-text")->role, Role::Alert);
        EXPECT_NE(find(ways, "money-returns"), nullptr);
        EXPECT_NE(find(ways, "show-qr"), nullptr);
        EXPECT_EQ(find(ways, "retry"), nullptr);
    }
}

TEST_F(ViewTest, AnEndIsToldAsItIsShown) {
    std::vector<Case> ends;
    for (const auto situation :
         {Situation::Review,
          Situation::ContactYou,
          Situation::OrderExpired,
          Situation::OrderCancelled,
          Situation::AttemptsExhausted}) {
        ends.push_back(a_case(std::string{wire::word(situation)}, a_view_in(situation)));
    }
    ends.push_back(a_case("session ended", a_view(), kPhone, [](Desk& d) {
        d.refuse(d.page.poll.request, 404, "order_not_found");
    }));
    ends.push_back(a_case("code expired", a_waiting_view(Channel::QrCode), kPhone, [](Desk& d) {
        d.pass(300'000);
        d.pass(21'000);
    }));
    ends.push_back(a_case("not opened", a_view_with_links(), kPhone, [](Desk& d) {
        d.press("app-gpay");
        d.answer_press(a_waiting_view(Channel::Intent));
        d.pass(2500);
    }));
    for (const Case& one : ends) {
        const Frame frame = view.draw(one.page, env);
        ASSERT_NE(find(frame, "state-title"), nullptr) << one.name;
        const auto title = find(frame, "state-title")->name;
        ASSERT_NE(find(frame, "state-said"), nullptr) << one.name;
        EXPECT_EQ(find(frame, "state-said")->role, Role::Status) << one.name;
        EXPECT_EQ(find(frame, "state-said")->name, title) << one.name;
    }
}

TEST_F(ViewTest, AnInAppBrowserHasAWayOutWhereverAnAppShouldOpen) {
    const auto agent = std::string{kPhone} + " Instagram 300.0";
    const auto has_way_out = [&](const wire::OrderView& order, const Deed& deed = {}) {
        return find(view.draw(a_case("", order, agent, deed).page, env), "way-out") != nullptr;
    };
    EXPECT_TRUE(has_way_out(a_view()));
    EXPECT_TRUE(has_way_out(a_view(), [](Desk& d) { d.press("app-gpay"); })) << "starting";
    EXPECT_TRUE(has_way_out(a_waiting_view(Channel::Intent)));
    EXPECT_TRUE(has_way_out(a_view_with_links(), [](Desk& d) {
        d.press("app-gpay");
        d.answer_press(a_waiting_view(Channel::Intent));
        d.pass(2500);
    })) << "it did not open";
    EXPECT_FALSE(has_way_out(a_waiting_view(Channel::Collect))) << "no app is opened from here";
    EXPECT_FALSE(has_way_out(a_waiting_view(Channel::QrCode)));
    EXPECT_FALSE(has_way_out(a_paid_view(Channel::Intent)));
}

TEST_F(ViewTest, NoLayoutIsOfferedForACodeThatCannotBeHad) {
    for (const std::string_view agent : {kPhone, kIphone, kTablet}) {
        auto order = a_view();
        EXPECT_NE(find(view.draw(a_case("", order, agent).page, env), "other-device"), nullptr);
        order.channels[2].closed = true;
        EXPECT_EQ(find(view.draw(a_case("", order, agent).page, env), "other-device"), nullptr);
    }
    auto order = a_view();
    order.channels[2].closed = true;
    EXPECT_NE(find(view.draw(a_case("", order, kDesktop).page, env), "other-device"), nullptr)
        << "it shows the apps";
}

TEST_F(ViewTest, AfterTheLastTryItStillSaysThatMoneyIsUnclear) {
    auto order = an_unclear_view(Channel::Collect);
    order.message.situation = Situation::AttemptsExhausted;
    order.attempts_left = 0;
    const Frame frame = view.draw(a_case("", order).page, env);
    ASSERT_NE(find(frame, "state-title"), nullptr);
    EXPECT_EQ(find(frame, "state-title")->name, text(Text::DetailMoneyUnclear, Language::English));
    EXPECT_EQ(find(frame, "state-text")->name, text(Text::MoneyReturns, Language::English));
    ASSERT_NE(find(frame, "no-more-tries"), nullptr);
    EXPECT_EQ(find(frame, "no-more-tries")->name, text(Text::AttemptsExhausted, Language::English));
    EXPECT_EQ(find(frame, "another-way"), nullptr) << "there is none";
}

TEST_F(ViewTest, TheTitleOfAPaymentUnderReviewAsksForNothing) {
    auto order = a_view_in(Situation::Review);
    for (const auto status : {PaymentStatus::Paid, PaymentStatus::Processing}) {
        order.payment_status = status;
        EXPECT_EQ(view.draw(a_case("", order).page, env).semantics.title, "Chai & Co. · ₹500.00");
    }
}

TEST_F(ViewTest, AnAppThatDidNotOpenPointsToTheCodeOnlyWhereThereIsOne) {
    for (const bool closed : {false, true}) {
        const auto not_opened = a_case("", a_view_with_links(), kPhone, [&](Desk& d) {
            d.press("app-gpay");
            auto waiting = a_waiting_view(Channel::Intent);
            waiting.channels[2].closed = closed;
            d.answer_press(waiting);
            d.pass(2500);
        });
        const Frame frame = view.draw(not_opened.page, env);
        ASSERT_NE(find(frame, "state-text"), nullptr);
        EXPECT_EQ(find(frame, "state-text")->name.find("QR") == std::string::npos, closed);
    }
}

TEST_F(ViewTest, WhatIsSaidOfTheLastMinuteIsTrueWheneverThePageIsOpened) {
    for (const EpochMs left : {120'000, 60'000, 59'000, 10'000}) {
        auto order = a_waiting_view(Channel::QrCode);
        order.attempt->expires_at = kStart + left;
        const Frame frame = view.draw(a_case("", order).page, env);
        ASSERT_EQ(find(frame, "last-minute") != nullptr, left < 60'000) << left;
        if (left >= 60'000) continue;
        EXPECT_EQ(find(frame, "last-minute")->name, "Less than a minute left");
    }
}

TEST_F(ViewTest, HidesTheCodeWhenItsTimeIsOver) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode));
    EXPECT_NE(find(view.draw(desk.page, env), "qr"), nullptr);
    EXPECT_EQ(find(view.draw(desk.page, env), "timer")->name, "05:00");
    desk.pass(61'000);
    EXPECT_EQ(find(view.draw(desk.page, env), "timer")->name, "03:59");
    desk.pass(239'000);
    EXPECT_EQ(find(view.draw(desk.page, env), "qr"), nullptr);
    EXPECT_EQ(find(view.draw(desk.page, env), "timer"), nullptr);
}

TEST_F(ViewTest, ShowsTheGatewaysPictureWhenItsTextCouldNotBeRead) {
    auto order = a_waiting_view(Channel::QrCode);
    order.attempt->prompt = QrPrompt{"", "iVBORw0KGgo="};
    const Frame frame = view.draw(a_case("", order).page, env);
    ASSERT_NE(find(frame, "qr"), nullptr);
    EXPECT_EQ(find(frame, "qr")->picture, "data:image/png;base64,iVBORw0KGgo=");
}

TEST_F(ViewTest, ALinkThatCouldNotBeCopiedIsThereToBeMarked) {
    const auto url = "https://pay.example/pay/F508037?token=" + std::string(300, 'x');
    Desk desk;
    desk.open(a_view(), std::string{kIphone} + " Instagram 300.0");
    desk.press("way-out");
    desk.answer(desk.page.way_out_request, 200, a_handoff(url, kStart + 300'000));
    EXPECT_EQ(find(view.draw(desk.page, env), "in-app-link"), nullptr) << "not known yet";
    desk.send(Copied{false});
    const Frame refused = view.draw(desk.page, env);
    ASSERT_NE(find(refused, "in-app-link"), nullptr);
    EXPECT_EQ(find(refused, "in-app-link")->name, url);
    EXPECT_LE(find(refused, "in-app-link")->box.width, env.width) << "and not beside the window";
    ASSERT_NE(find(refused, "in-app-said"), nullptr) << "nobody has to find it by chance";
    EXPECT_EQ(find(refused, "in-app-said")->role, Role::Status);
    EXPECT_EQ(find(refused, "in-app-copied"), nullptr);
    desk.press("way-out");
    desk.send(Copied{true});
    const Frame copied = view.draw(desk.page, env);
    EXPECT_EQ(find(copied, "in-app-link"), nullptr);
    EXPECT_NE(find(copied, "in-app-copied"), nullptr);
    desk.pass(300'000);
    const Frame ended = view.draw(desk.page, env);
    EXPECT_EQ(find(ended, "in-app-copied"), nullptr) << "what was copied opens nothing any more";
}

TEST_F(ViewTest, SaysOnceThatItGoesBackToTheShop) {
    Desk desk;
    desk.open(a_waiting_view(Channel::QrCode));
    desk.answer_poll(a_paid_view());
    std::set<std::string> said, shown;
    for (int i = 0; i < 5; ++i) {
        const Frame frame = view.draw(desk.page, env);
        ASSERT_NE(find(frame, "return-said"), nullptr);
        EXPECT_EQ(find(frame, "return-said")->role, Role::Status);
        said.insert(find(frame, "return-said")->name);
        shown.insert(find(frame, "return-text")->name);
        desk.pass(1000);
    }
    EXPECT_EQ(shown.size(), 5u) << "the countdown runs";
    EXPECT_EQ(said, std::set{text(Text::BackToShopSoon, Language::English, {"20"})});
    desk.press("stay");
    EXPECT_EQ(find(view.draw(desk.page, env), "return-said"), nullptr);
}

TEST_F(ViewTest, EqualFramesGiveEqualText) {
    const auto page = a_case("", a_waiting_view(Channel::QrCode)).page;
    const auto first = to_json(view.draw(page, env).semantics);
    EXPECT_EQ(first, to_json(view.draw(page, env).semantics));
}

TEST_F(ViewTest, AHoverMovesAndSettles) {
    const auto page = a_case("", a_view()).page;
    env.hovered = "pay";
    env.now_s = 1.0;
    view.draw(page, env);
    env.now_s = 1.01;
    EXPECT_TRUE(view.draw(page, env).moving);
    for (int i = 0; i < 30; ++i) {
        env.now_s += 0.016;
        view.draw(page, env);
    }
    EXPECT_FALSE(view.draw(page, env).moving);
    env.hovered.clear();
    env.reduced_motion = true;
    env.now_s += 0.016;
    EXPECT_FALSE(view.draw(page, env).moving) << "less motion: it jumps";
}

TEST_F(ViewTest, LargeTextMakesEverythingLargerAndStillFits) {
    env.width = 390;
    const auto page = a_case("", a_view()).page;
    const float before = find(view.draw(page, env), "pay")->box.height;
    env.text_scale = 2.0f;
    const Frame frame = view.draw(page, env);
    EXPECT_NEAR(find(frame, "pay")->box.height, 2 * before, 1.0);
    each_node(frame.semantics.nodes, [](const Node& node) {
        EXPECT_LE(node.box.x + node.box.width, 390.5) << node.id;
    });
}

TEST_F(ViewTest, DrawsInFewCallsAndOneTexture) {
    view.draw(a_case("", a_view()).page, env);
    view.draw(a_case("", a_view()).page, env);
    const ImDrawList& drawn = view.painter().drawn();
    int calls = 0;
    for (const ImDrawCmd& call : drawn.CmdBuffer) calls += call.ElemCount > 0;
    EXPECT_GE(calls, 1);
    EXPECT_LE(calls, 2);
    EXPECT_LT(drawn.VtxBuffer.Size, 20'000);
}

}  // namespace
}  // namespace chukta::page
