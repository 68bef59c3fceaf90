#include "server/last_app.h"

#include <gtest/gtest.h>

#include "tests/support/page_views.h"

namespace chukta {
namespace {

using page::testing::a_paid_view;
using page::testing::a_view;
using page::testing::a_waiting_view;

std::vector<UpiApp> order_of(const wire::OrderView& view) {
    std::vector<UpiApp> out;
    for (const auto& one : view.apps) out.push_back(one.app);
    return out;
}

TEST(LastApp, GoesFirstAndTheOthersKeepTheirOrder) {
    auto view = a_view();
    put_first(view.apps, UpiApp::Paytm);
    EXPECT_EQ(
        order_of(view),
        (std::vector{UpiApp::Paytm, UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Other})
    );
}

TEST(LastApp, ThatIsNotOfferedChangesNothing) {
    auto view = a_view();
    put_first(view.apps, UpiApp::Bhim);
    EXPECT_EQ(order_of(view), order_of(a_view()));
}

TEST(LastApp, IsRememberedOnceTheOrderIsPaidWithIt) {
    const auto cookie = last_app_cookie(a_paid_view(), true);
    ASSERT_TRUE(cookie);
    EXPECT_EQ(
        *cookie, "chukta-last-app=gpay; Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax; Secure"
    );
    EXPECT_EQ(last_app("a=b; " + cookie->substr(0, cookie->find(';'))), UpiApp::GooglePay);
}

TEST(LastApp, IsNotRememberedBeforeThatNorForAnotherWayToPay) {
    EXPECT_FALSE(last_app_cookie(a_waiting_view(Channel::Intent), true));
    EXPECT_FALSE(last_app_cookie(a_paid_view(Channel::Collect), true));
    EXPECT_FALSE(last_app_cookie(a_paid_view(Channel::QrCode), true));
}

TEST(LastApp, IsNothingForAWordThatIsNoApp) {
    EXPECT_FALSE(last_app(""));
    EXPECT_FALSE(last_app("chukta-last-app=other"));
    EXPECT_FALSE(last_app("chukta-last-app=<script>"));
}

}  // namespace
}  // namespace chukta
