#include "shared/ways.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace chukta {
namespace {

using wire::Situation;

wire::ChannelView open_way(Channel channel) {
    wire::ChannelView way;
    way.channel = channel;
    way.allowed = true;
    way.closed = false;
    way.failures_left = 3;
    return way;
}

/// A payable order with every way open.
wire::OrderView order() {
    wire::OrderView view;
    view.payable = true;
    view.attempts_left = 20;
    view.channels = {
        open_way(Channel::Intent), open_way(Channel::Collect), open_way(Channel::QrCode)};
    return view;
}

wire::OrderView failed(Channel channel, FailureReason why) {
    auto view = order();
    view.message.situation = Situation::Failed;
    view.message.failure = why;
    view.message.channel = channel;
    return view;
}

/// The way's failures are used up.
wire::OrderView closed(Channel channel, FailureReason why) {
    auto view = failed(channel, why);
    view.message.situation = Situation::ChannelClosed;
    for (auto& way : view.channels) {
        if (way.channel != channel) continue;
        way.closed = true;
        way.failures_left = 0;
    }
    return view;
}

constexpr auto kPhone = DeviceClass::AndroidPhone;
constexpr auto kDesktop = DeviceClass::Desktop;

TEST(Ways, AClosedWayKeepsItsPlaceButCannotBeChosen) {
    const auto view = closed(Channel::Collect, FailureReason::None);
    EXPECT_TRUE(is_drawn(view, kPhone, Channel::Collect));
    EXPECT_FALSE(can_choose(view, Channel::Collect));
    EXPECT_TRUE(can_choose(view, Channel::QrCode));
}

TEST(Ways, AWayThatTheMerchantDoesNotAllowHasNoPlace) {
    auto view = order();
    view.channels[1].allowed = false;
    EXPECT_FALSE(is_drawn(view, kPhone, Channel::Collect));
    EXPECT_FALSE(can_choose(view, Channel::Collect));
    view.channels.pop_back();
    EXPECT_FALSE(is_drawn(view, kPhone, Channel::QrCode));
    EXPECT_FALSE(can_choose(view, Channel::QrCode));
}

TEST(Ways, AppsHaveAPlaceOnlyWhereThereAreApps) {
    EXPECT_TRUE(is_drawn(order(), kPhone, Channel::Intent));
    EXPECT_FALSE(is_drawn(order(), kDesktop, Channel::Intent));
    EXPECT_FALSE(is_drawn(order(), DeviceClass::FeaturePhone, Channel::Intent));
}

TEST(Ways, OnIosThreeAppsAreNamedUntilTheCustomerAsksForMore) {
    auto view = order();
    for (const auto app :
         {UpiApp::Other, UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Bhim}) {
        view.apps.emplace_back().app = app;
    }
    using Apps = std::vector<UpiApp>;
    const Apps all{UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Bhim, UpiApp::Other};
    const Apps few{UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Other};
    EXPECT_EQ(apps_to_draw(view, DeviceClass::IosPhone, false), few);
    EXPECT_EQ(apps_to_draw(view, DeviceClass::IosPhone, true), all);
    EXPECT_EQ(apps_to_draw(view, kPhone, false), all);
    view.apps.erase(view.apps.begin());
    EXPECT_EQ(apps_to_draw(view, DeviceClass::IosPhone, false), few) << "the way to the rest";
    EXPECT_EQ(apps_to_draw(view, kPhone, false).back(), UpiApp::Bhim);
}

TEST(Ways, NoneCanBeChosenOnceTheOrderTakesNoMoreAttempts) {
    auto view = order();
    view.attempts_left = 0;
    EXPECT_FALSE(can_choose(view, Channel::QrCode));
    view = order();
    view.payable = false;
    EXPECT_FALSE(can_choose(view, Channel::QrCode));
}

TEST(Ways, AFailureIsSaidWithItsReason) {
    auto view = failed(Channel::Intent, FailureReason::Declined);
    auto banner = failure_banner(view, kPhone);
    ASSERT_TRUE(banner);
    EXPECT_EQ(banner->what, Text::FailedDeclined);
    EXPECT_FALSE(banner->closed);
    view.message.detail = wire::FailureDetail::WrongPin;
    banner = failure_banner(view, kPhone);
    ASSERT_TRUE(banner);
    EXPECT_EQ(banner->what, Text::DetailWrongPin);
}

TEST(Ways, ACodeThatRanOutIsNoFailedPayment) {
    const auto banner = failure_banner(failed(Channel::QrCode, FailureReason::Expired), kPhone);
    ASSERT_TRUE(banner);
    EXPECT_EQ(banner->what, Text::QrExpired);
    const auto request = failure_banner(failed(Channel::Collect, FailureReason::Expired), kPhone);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->what, Text::FailedExpired);
}

TEST(Ways, NothingIsSaidOfWhatTheCustomerGaveUpForAnotherWay) {
    EXPECT_FALSE(failure_banner(order(), kPhone));
    EXPECT_FALSE(failure_banner(failed(Channel::Intent, FailureReason::Superseded), kPhone));
}

TEST(Ways, AClosedWayIsExplainedInItsPlaceAndElseInTheBanner) {
    const auto view = closed(Channel::Intent, FailureReason::None);
    EXPECT_FALSE(failure_banner(view, kPhone));
    // A desktop has no place for apps.
    const auto banner = failure_banner(view, kDesktop);
    ASSERT_TRUE(banner);
    EXPECT_EQ(banner->what, Text::ChannelClosedIntent);
    EXPECT_FALSE(banner->closed);
}

TEST(Ways, TheFailureThatClosedAWayIsSaidFirst) {
    const auto view = closed(Channel::Intent, FailureReason::Declined);
    const auto below = failure_banner(view, kPhone);
    ASSERT_TRUE(below);
    EXPECT_EQ(below->what, Text::FailedDeclined);
    EXPECT_FALSE(below->closed);
    const auto above = failure_banner(view, kDesktop);
    ASSERT_TRUE(above);
    EXPECT_EQ(above->what, Text::FailedDeclined);
    EXPECT_EQ(above->closed, Text::ChannelClosedIntent);
}

bool names_apps(const std::string& said) {
    return said.find("app") != std::string::npos || said.find("ऐप") != std::string::npos;
}
bool names_qr(const std::string& said) { return said.find("QR") != std::string::npos; }

/// Every class, each way closed by failures or by the gateway, and any of the others with it.
template <class Look>
void each_closed_way(Look look) {
    constexpr Channel kChannels[] = {Channel::Intent, Channel::Collect, Channel::QrCode};
    for (int device = 0; device <= static_cast<int>(DeviceClass::Desktop); ++device) {
        for (int shut = 1; shut < 8; ++shut) {
            for (const int failures_left : {0, 3}) {
                auto view = order();
                for (int i = 0; i < 3; ++i) {
                    auto& way = view.channels[static_cast<std::size_t>(i)];
                    way.closed = ((shut >> i) & 1) != 0;
                    way.failures_left = way.closed ? failures_left : 3;
                }
                for (int i = 0; i < 3; ++i) {
                    if (((shut >> i) & 1) == 0) continue;
                    look(view, kChannels[i], static_cast<DeviceClass>(device));
                }
            }
        }
    }
}

TEST(Ways, AClosedWayPointsOnlyToWaysThatTheCustomerHas) {
    each_closed_way([](const wire::OrderView& view, Channel way, DeviceClass device) {
        const Text why = closed_text(view, way, device);
        const bool has_apps = shows_apps(device) && can_choose(view, Channel::Intent);
        for (const Language language : {Language::English, Language::Hindi}) {
            const auto said = text(why, language);
            // Its own name says which one is closed.
            const bool has_qr = can_choose(view, Channel::QrCode);
            EXPECT_TRUE(!names_apps(said) || has_apps || way == Channel::Intent) << said;
            EXPECT_TRUE(!names_qr(said) || has_qr || way == Channel::QrCode) << said;
        }
    });
}

TEST(Ways, AUpiIdThatIsNotAllowedPointsToAllThatIsLeft) {
    auto view = order();
    view.channels[1].closed = true;
    EXPECT_EQ(closed_text(view, Channel::Collect, kPhone), Text::CollectNotAllowed);
    EXPECT_EQ(closed_text(view, Channel::Collect, kDesktop), Text::CollectNotAllowedUseQr);
    view.channels[0].closed = true;
    EXPECT_EQ(closed_text(view, Channel::Collect, kPhone), Text::CollectNotAllowedUseQr);
    view.channels[2].closed = true;
    EXPECT_EQ(closed_text(view, Channel::Collect, kPhone), Text::ChannelClosed);
}

TEST(Ways, TheBannerSaysWhyAWayIsClosedAsItsPlaceDoes) {
    each_closed_way([](wire::OrderView view, Channel way, DeviceClass device) {
        view.message.situation = Situation::ChannelClosed;
        view.message.channel = way;
        const auto banner = failure_banner(view, device);
        const bool said_below = is_drawn(view, device, way);
        EXPECT_EQ(banner.has_value(), !said_below);
        if (said_below || !banner) return;
        EXPECT_EQ(banner->what, closed_text(view, way, device));
    });
}

TEST(Ways, MoneyIsUnclearOnlyOfAFailureThatSaysSo) {
    for (int i = 0; i <= static_cast<int>(wire::FailureDetail::MoneyReturnedIfTaken); ++i) {
        const auto detail = static_cast<wire::FailureDetail>(i);
        auto view = failed(Channel::Collect, FailureReason::Unknown);
        view.message.detail = detail;
        const bool unclear = detail >= wire::FailureDetail::BankPending;
        EXPECT_EQ(unclear_money(view).has_value(), unclear) << wire::word(detail);
        view.message.situation = Situation::ChannelClosed;
        EXPECT_EQ(unclear_money(view).has_value(), unclear) << wire::word(detail);
        view.message.situation = Situation::AttemptsExhausted;
        EXPECT_EQ(unclear_money(view).has_value(), unclear) << wire::word(detail);
        view.message.situation = Situation::Paid;
        EXPECT_FALSE(unclear_money(view)) << wire::word(detail);
    }
}

TEST(Ways, MoneyThatComesBackIsNotPutInDoubt) {
    auto view = failed(Channel::Collect, FailureReason::Unknown);
    view.message.detail = wire::FailureDetail::MoneyReturning;
    EXPECT_EQ(unclear_money(view)->what, Text::DetailMoneyReturning);
    EXPECT_EQ(unclear_money(view)->returns, Text::MoneyReturnsWhen);
    view.message.detail = wire::FailureDetail::MoneyUnclear;
    EXPECT_EQ(unclear_money(view)->what, Text::DetailMoneyUnclear);
    EXPECT_EQ(unclear_money(view)->returns, Text::MoneyReturns);
}

TEST(Ways, AWayThatTheViewDoesNotHaveIsClosedInPlainWords) {
    auto view = closed(Channel::QrCode, FailureReason::None);
    view.channels.pop_back();
    const auto banner = failure_banner(view, kPhone);
    ASSERT_TRUE(banner);
    EXPECT_EQ(banner->what, Text::ChannelClosed);
    view.message.failure = FailureReason::Declined;
    EXPECT_FALSE(failure_banner(view, kPhone)->closed);
}

}  // namespace
}  // namespace chukta
