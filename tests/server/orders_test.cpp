// What the shop and the page can ask, on the real Store.
#include "server/orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "server/news.h"
#include "shared/limits.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;

const OrderId kOrder{"ord_0001"};

wire::StartAttempt collect(const char* vpa = "asha@okaxis") {
    wire::StartAttempt start;
    start.channel = Channel::Collect;
    start.vpa = *Vpa::parse(vpa);
    return start;
}

wire::StartAttempt qr() {
    wire::StartAttempt start;
    start.channel = Channel::QrCode;
    return start;
}

class OrdersTest : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt)); }
    Result<wire::OrderView, StartError> start(const wire::StartAttempt& wanted, const char* key) {
        return backend.orders.start(
            kOrder, wanted, IdempotencyKey{key}, {DeviceClass::Desktop, "Mozilla"}
        );
    }
    Backend backend;
};

TEST_F(OrdersTest, CreatingTheSameOrderAgainReturnsIt) {
    const auto again = backend.orders.create(a_new_order(), std::nullopt);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->order_id, kOrder);
    EXPECT_EQ(backend.outbox_rows("create_order"), 1);
}

TEST_F(OrdersTest, CreatingAnotherOrderUnderTheSameIdIsRefused) {
    auto other = a_new_order();
    other.amount = rupees(501);
    const auto refused = backend.orders.create(other, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), ShopError::OrderExists);
}

TEST_F(OrdersTest, AKeyMakesOneOrderAndRefusesAnotherBody) {
    auto order = a_new_order("");
    const auto first = backend.orders.create(order, IdempotencyKey{"shop-key"});
    const auto second = backend.orders.create(order, IdempotencyKey{"shop-key"});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->order_id, second->order_id);
    order.amount = rupees(501);
    const auto other = backend.orders.create(order, IdempotencyKey{"shop-key"});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error(), ShopError::IdempotencyKeyReused);
}

TEST_F(OrdersTest, TenPressesAndASecondTabMakeOneAttemptAndOneCall) {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(start(collect(), "press-1"));
    const auto tab = start(collect(), "press-of-the-other-tab");
    ASSERT_TRUE(tab);
    EXPECT_EQ(tab->attempt->index, 1);
    EXPECT_EQ(backend.attempts().size(), 1U);
    EXPECT_EQ(backend.outbox_rows("pay"), 1);
}

TEST_F(OrdersTest, PressesAtTheSameMomentMakeOneAttempt) {
    std::vector<std::thread> presses;
    for (int i = 0; i < 8; ++i) {
        presses.emplace_back([&, i] {
            const auto key = IdempotencyKey{"press-" + std::to_string(i)};
            EXPECT_TRUE(backend.orders.start(kOrder, qr(), key, {DeviceClass::Desktop, ""}));
        });
    }
    for (auto& press : presses) press.join();
    EXPECT_EQ(backend.attempts().size(), 1U);
}

TEST_F(OrdersTest, TheSameKeyWithAnotherBodyIsAConflict) {
    ASSERT_TRUE(start(collect(), "k1"));
    const auto refused = start(collect("ravi@oksbi"), "k1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), StartError::IdempotencyKeyReused);
}

TEST_F(OrdersTest, AnotherChoiceMustNameTheAttemptItReplaces) {
    ASSERT_TRUE(start(collect(), "k1"));
    const auto refused = start(qr(), "k2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), StartError::AttemptOpen);
    auto switching = qr();
    switching.replaces = 1;
    const auto started = start(switching, "k3");
    ASSERT_TRUE(started);
    EXPECT_EQ(started->attempt->index, 2);
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::Superseded);
    EXPECT_TRUE(backend.attempts()[0].vpa.empty()) << "a UPI ID is kept no longer than needed";
    EXPECT_EQ(backend.outbox_rows("notify"), 0) << "a replaced choice is no failure";
}

TEST_F(OrdersTest, TheSameUpiIdHasItsRequestAlsoIfThatIsNamed) {
    ASSERT_TRUE(start(collect(), "k1"));
    auto again = collect();
    again.replaces = 1;
    const auto same = start(again, "k2");
    ASSERT_TRUE(same);
    EXPECT_EQ(same->attempt->index, 1);
    auto corrected = collect("ashok@okaxis");
    corrected.replaces = 1;
    const auto started = start(corrected, "k3");
    ASSERT_TRUE(started);
    EXPECT_EQ(started->attempt->index, 2);
}

TEST_F(OrdersTest, AnotherChoiceReplacesAlsoWhatTheGatewayFoundOpen) {
    // Found by the simulation: a payment that came another way stands beside the customer's own.
    ASSERT_TRUE(start(collect(), "k1"));
    backend.change(kOrder.str(), [](OrderChange& change) {
        Attempt found = an_attempt();
        found.channel = Channel::QrCode;
        found.pay_state = PayState::Found;
        change.add(found);
    });
    wire::StartAttempt switching = qr();
    switching.replaces = 2;
    const auto started = start(switching, "k2");
    ASSERT_TRUE(started);
    const auto attempts = backend.attempts();
    const auto open = std::count_if(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
        return is_open(attempt.status);
    });
    EXPECT_EQ(open, 1) << "the customer left all that was open for the new choice";
}

TEST_F(OrdersTest, TwentyAttemptsAreTheMost) {
    for (int i = 1; i <= 20; ++i) {
        auto regenerate = qr();
        if (i > 1) regenerate.replaces = i - 1;
        const auto key = "k" + std::to_string(i);
        ASSERT_TRUE(start(regenerate, key.c_str())) << i;
    }
    auto more = qr();
    more.replaces = 20;
    const auto refused = start(more, "k21");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), StartError::AttemptsExhausted);
}

TEST_F(OrdersTest, PressesWithoutEndMakeNoRowsWithoutEnd) {
    std::int64_t refused = 0;
    for (std::int64_t i = 0; i < limits::kKeysPerOrderMax + 5; ++i) {
        const auto started = start(collect(), ("key" + std::to_string(i)).c_str());
        if (started) continue;
        EXPECT_EQ(started.error(), StartError::AttemptsExhausted);
        ++refused;
    }
    EXPECT_EQ(refused, 5);
    EXPECT_TRUE(start(collect(), "key0")) << "what was heard once is heard again";
    EXPECT_EQ(backend.attempts().size(), 1U);
}

TEST_F(OrdersTest, ACancelledAttemptFreesThePageAndCountsAsAFailure) {
    ASSERT_TRUE(start(collect(), "k1"));
    const auto view = backend.orders.cancel_attempt(kOrder, 1, {});
    ASSERT_TRUE(view);
    EXPECT_EQ(view->message.failure, FailureReason::UserCancelled);
    EXPECT_EQ(view->payment_status, PaymentStatus::Failed);
    EXPECT_TRUE(backend.orders.cancel_attempt(kOrder, 1, {})) << "twice is once";
    const auto unknown = backend.orders.cancel_attempt(kOrder, 9, {});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error(), StartError::AttemptNotFound);
}

TEST_F(OrdersTest, AnExpiredOrACancelledOrderStartsNothing) {
    auto expiring = a_new_order("ord_0002");
    expiring.expires_at = backend.clock.now() + 1'000'000;
    ASSERT_TRUE(backend.orders.create(expiring, std::nullopt));
    backend.clock.advance(1'000'001);
    const auto expired = backend.orders.start(
        OrderId{"ord_0002"}, qr(), IdempotencyKey{"k"}, {DeviceClass::Desktop, ""}
    );
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error(), StartError::NotPayable);
    ASSERT_TRUE(backend.orders.cancel(kOrder));
    ASSERT_TRUE(backend.orders.cancel(kOrder)) << "a second cancel returns the order";
    EXPECT_FALSE(start(qr(), "k1"));
    EXPECT_EQ(backend.orders.view(kOrder, {})->message.situation, wire::Situation::OrderCancelled);
}

TEST_F(OrdersTest, APhonesOpeningPreparesOneLinkAndItsTapGivesItTheIndex) {
    const Shopper phone{DeviceClass::AndroidPhone, "Mozilla"};
    backend.orders.prepare(kOrder, phone);
    backend.orders.prepare(kOrder, phone);
    ASSERT_EQ(backend.attempts().size(), 1U) << "one per order, reused on reload";
    EXPECT_FALSE(backend.attempts()[0].index);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Pending);
    backend.change("ord_0001", [](OrderChange& change) {
        IntentPrompt prompt;
        prompt.links = {{UpiApp::GooglePay, "tez://upi/pay?am=500.00"}};
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p1"}, prompt, rupees(500)}
        );
    });
    EXPECT_EQ(backend.orders.view(kOrder, phone)->apps.front().href, "tez://upi/pay?am=500.00");
    wire::StartAttempt tap;
    tap.channel = Channel::Intent;
    tap.app = UpiApp::GooglePay;
    const auto view = backend.orders.start(kOrder, tap, IdempotencyKey{"tap"}, phone);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->attempt->index, 1);
    EXPECT_EQ(view->payment_status, PaymentStatus::Processing);
    EXPECT_EQ(view->message.situation, wire::Situation::WaitingIntent);
    EXPECT_EQ(backend.attempts().size(), 1U);
    EXPECT_EQ(backend.outbox_rows("pay"), 1);
}

TEST_F(OrdersTest, AnIphoneIsGivenNoBareUpiLink) {
    const Shopper iphone{DeviceClass::IosPhone, "Mozilla"};
    const Shopper android{DeviceClass::AndroidPhone, "Mozilla"};
    const auto links_of = [&](const Shopper& shopper) {
        std::vector<std::string> links;
        const auto view = backend.orders.view(kOrder, shopper);
        for (const auto& one : view->apps) {
            if (one.href) links.push_back(*one.href);
        }
        const auto* prompt = view->attempt && view->attempt->prompt
                                 ? std::get_if<IntentPrompt>(&*view->attempt->prompt)
                                 : nullptr;
        if (!prompt) return links;
        for (const auto& one : prompt->links) links.push_back(one.href);
        return links;
    };
    backend.orders.prepare(kOrder, android);
    backend.change("ord_0001", [](OrderChange& change) {
        IntentPrompt prompt;
        prompt.links = {
            {UpiApp::GooglePay, "UPI://pay?am=500.00"},
            {UpiApp::PhonePe, "phonepe://pay?am=500.00"},
            {UpiApp::Other, "upi://pay?am=500.00"}};
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p1"}, prompt, rupees(500)}
        );
    });
    EXPECT_EQ(links_of(android).size(), 3U);
    EXPECT_EQ(links_of(iphone), std::vector<std::string>{"phonepe://pay?am=500.00"});

    // Begun on an Android phone and looked at on an iPhone.
    wire::StartAttempt tap;
    tap.channel = Channel::Intent;
    tap.app = UpiApp::Other;
    ASSERT_TRUE(backend.orders.start(kOrder, tap, IdempotencyKey{"tap"}, android));
    EXPECT_EQ(links_of(android).size(), 3U);
    EXPECT_EQ(links_of(iphone), std::vector<std::string>{"phonepe://pay?am=500.00"});
}

TEST_F(OrdersTest, ATapStartsTheLinkThatThePageShowsHoweverOldItIs) {
    const Shopper phone{DeviceClass::AndroidPhone, "Mozilla"};
    backend.orders.prepare(kOrder, phone);
    backend.change("ord_0001", [](OrderChange& change) {
        IntentPrompt prompt;
        prompt.links = {{UpiApp::GooglePay, "tez://upi/pay?am=500.00"}};
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p1"}, prompt, rupees(500)}
        );
    });
    backend.clock.advance(30 * 60'000);
    ASSERT_TRUE(backend.orders.view(kOrder, phone)->apps.front().href);
    wire::StartAttempt tap;
    tap.channel = Channel::Intent;
    tap.app = UpiApp::GooglePay;
    ASSERT_TRUE(backend.orders.start(kOrder, tap, IdempotencyKey{"tap"}, phone));
    EXPECT_EQ(backend.attempts().size(), 1U);
    EXPECT_EQ(backend.attempts()[0].payment_id.str(), "p1");
}

TEST_F(OrdersTest, ATappedLinkBeginsAtItsTap) {
    const Shopper phone{DeviceClass::AndroidPhone, "Mozilla"};
    backend.orders.prepare(kOrder, phone);
    backend.change("ord_0001", [](OrderChange& change) {
        IntentPrompt prompt;
        prompt.links = {{UpiApp::GooglePay, "tez://upi/pay?am=500.00"}};
        auto& attempt = change.attempts()[0];
        news::on_pay_answer(change, attempt, {GatewayPaymentId{"p1"}, prompt, rupees(500)});
        attempt.asks = 5;
    });
    backend.clock.advance(180'000);
    wire::StartAttempt tap;
    tap.channel = Channel::Intent;
    tap.app = UpiApp::GooglePay;
    const auto view = backend.orders.start(kOrder, tap, IdempotencyKey{"tap"}, phone);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->message.situation, wire::Situation::WaitingIntent);
    EXPECT_EQ(backend.attempts()[0].next_ask_at, backend.clock.now() + backend.watch.first_ms);
}

TEST_F(OrdersTest, RefusedPreparedLinksAreNotRepeatedWithoutEnd) {
    const Shopper phone{DeviceClass::AndroidPhone, "Mozilla"};
    for (int i = 0; i < 10; ++i) {
        backend.orders.prepare(kOrder, phone);
        backend.change("ord_0001", [](OrderChange& change) {
            news::on_pay_refused(change, change.attempts().back(), {Refusal::Other, "x"});
        });
    }
    EXPECT_EQ(backend.attempts().size(), 3U);
}

TEST_F(OrdersTest, AKeyUsedOnAnOrderThatIsThereIsRemembered) {
    const IdempotencyKey key{"shop-key"};
    ASSERT_TRUE(backend.orders.create(a_new_order(), key));
    const auto refused = backend.orders.create(a_new_order("ord_0002"), key);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), ShopError::IdempotencyKeyReused);
}

TEST_F(OrdersTest, AnOrderThatExpiresTooSoonIsRefusedButItsRepeatIsNot) {
    auto order = a_new_order("ord_0002");
    order.expires_at = backend.clock.now() + 15 * 60'000 + 20'000;
    ASSERT_TRUE(backend.orders.create(order, std::nullopt));
    backend.clock.advance(60'000);
    EXPECT_TRUE(backend.orders.create(order, std::nullopt));
    order.order_id = OrderId{"ord_0003"};
    const auto refused = backend.orders.create(order, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), ShopError::ExpiresTooSoon);
}

TEST_F(OrdersTest, AnOldPreparedLinkIsReplacedWhenThePageOpensAgain) {
    const Shopper phone{DeviceClass::AndroidPhone, "Mozilla"};
    backend.orders.prepare(kOrder, phone);
    backend.clock.advance(30 * 60'000);
    backend.orders.prepare(kOrder, phone);
    EXPECT_EQ(backend.attempts().size(), 2U);
}

TEST_F(OrdersTest, ADesktopPreparesNothingAndOffersNoApps) {
    backend.orders.prepare(kOrder, {DeviceClass::Desktop, ""});
    EXPECT_TRUE(backend.attempts().empty());
    wire::StartAttempt tap;
    tap.channel = Channel::Intent;
    tap.app = UpiApp::GooglePay;
    const auto refused = start(tap, "k1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), StartError::ChannelNotAllowed);
}

TEST_F(OrdersTest, ListsNewestFirstByPagesWithoutLosingOne) {
    for (int i = 2; i <= 7; ++i) {
        backend.clock.advance(i % 2);  // some share a millisecond
        ASSERT_TRUE(backend.orders.create(a_new_order("ord_000" + std::to_string(i)), std::nullopt)
        );
    }
    std::vector<std::string> seen;
    std::string cursor;
    do {
        const auto page = backend.orders.list(3, cursor);
        ASSERT_TRUE(page);
        for (const auto& order : page->orders) seen.push_back(order.order_id.str());
        cursor = page->next_cursor;
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 7U);
    EXPECT_EQ(seen.front(), "ord_0007");
    EXPECT_EQ(seen.back(), "ord_0001");
    EXPECT_FALSE(backend.orders.list(3, "no_such_order"));
}

TEST_F(OrdersTest, AHeldRequestWakesOnAChangeAtItsDeadlineAndNotBefore) {
    int woken = 0;
    const auto version = backend.order().version;
    const auto deadline = backend.clock.now() + 25'000;
    backend.orders.hold({{kOrder, version, deadline, [&] { ++woken; }}});
    EXPECT_EQ(woken, 0);
    ASSERT_TRUE(start(qr(), "k1"));
    EXPECT_EQ(woken, 1);
    backend.orders.hold({{kOrder, version, deadline, [&] { ++woken; }}});
    EXPECT_EQ(woken, 2) << "what already changed is not waited for";
    backend.orders.hold({{kOrder, version + 1, deadline, [&] { ++woken; }}});
    backend.held.run_once(deadline - 1);
    EXPECT_EQ(woken, 2);
    backend.held.run_once(deadline);
    EXPECT_EQ(woken, 3);
}

}  // namespace
}  // namespace chukta
