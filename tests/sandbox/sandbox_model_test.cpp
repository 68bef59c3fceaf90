#include <gtest/gtest.h>

#include "sandbox/model.h"
#include "sandbox/test_ids.h"

namespace {

using namespace sandbox;

constexpr EpochMs kNow = 1'772'339'400'000;
constexpr std::int64_t kMinute = 60'000;

Money rupees(std::int64_t whole) { return *Money::from_paise(whole * 100); }

/// A model with one order and shorthands for what may happen to it.
struct Shop {
    Model model{7, 19, "m1"};
    EpochMs now_ms = kNow;
    std::string session;

    explicit Shop(const std::string& order_id = "ord_1") { session = add(order_id); }

    std::string add(const std::string& order_id) {
        Order order;
        order.order_id = order_id;
        order.amount = rupees(5);
        return model.create_order(order, now_ms)->payment_session_id;
    }
    std::string pay(Channel channel = Channel::Link) {
        NewPayment asked;
        asked.payment_session_id = session;
        asked.channel = channel;
        asked.close_out_ms = 30 * kMinute;
        return model.pay(asked, now_ms)->cf_payment_id;
    }
    PaymentStatus settle(const std::string& id, const Outcome& outcome) {
        return model.settle(id, outcome, now_ms)->status;
    }
    void wait(std::int64_t ms) {
        now_ms += ms;
        model.advance_to(now_ms);
    }
    OrderStatus status(const std::string& order_id = "ord_1") const {
        return model.order(order_id)->status;
    }
    std::vector<std::string> told() {
        std::vector<std::string> words;
        for (const auto& event : model.take_events()) {
            words.emplace_back(
                event.kind == Event::Kind::Payment  ? word(event.payment.status)
                : event.kind == Event::Kind::Refund ? word(event.refund.status)
                                                    : "AUTO-REFUND"
            );
        }
        return words;
    }
    ModelResult<Refund> refund(const std::string& refund_id, Money amount) {
        NewRefund asked;
        asked.order_id = "ord_1";
        asked.refund_id = refund_id;
        asked.amount = amount;
        asked.delay_ms = 1'500;
        return model.refund(asked, now_ms);
    }
};

using Words = std::vector<std::string>;

TEST(Model, FirstSuccessMakesTheOrderPaid) {
    Shop shop;
    const auto id = shop.pay();
    EXPECT_EQ(shop.status(), OrderStatus::Active);
    EXPECT_EQ(shop.settle(id, success_outcome()), PaymentStatus::Success);
    EXPECT_EQ(shop.status(), OrderStatus::Paid);
    EXPECT_EQ(shop.told(), Words{"SUCCESS"});
}

TEST(Model, SecondSuccessIsCancelledAndGivenBack) {
    Shop shop;
    const auto first = shop.pay();
    const auto second = shop.pay();
    shop.settle(first, success_outcome());
    EXPECT_EQ(shop.settle(second, success_outcome()), PaymentStatus::Cancelled);
    EXPECT_EQ(shop.told(), (Words{"SUCCESS", "AUTO-REFUND"}));
    EXPECT_EQ(shop.model.ledger().captured, rupees(10));
    EXPECT_EQ(shop.model.ledger().refunded, rupees(5));
}

TEST(Model, SecondSuccessIsKeptWhenAsked) {
    Shop shop;
    const auto first = shop.pay();
    const auto second = shop.pay();
    shop.model.keep_second_success(true);
    shop.settle(first, success_outcome());
    EXPECT_EQ(shop.settle(second, success_outcome()), PaymentStatus::Success);
    EXPECT_EQ(shop.model.ledger().captured, rupees(10));
    EXPECT_EQ(shop.model.ledger().refunded, Money{});
}

TEST(Model, FailedAttemptMayStillSucceed) {
    Shop shop;
    const auto id = shop.pay();
    EXPECT_EQ(shop.settle(id, failure_outcome("")), PaymentStatus::Failed);
    EXPECT_EQ(shop.status(), OrderStatus::Active);
    EXPECT_EQ(shop.settle(id, success_outcome()), PaymentStatus::Success);
    EXPECT_EQ(shop.status(), OrderStatus::Paid);
    EXPECT_FALSE(shop.model.payment(id)->error.has_value());
    EXPECT_EQ(shop.told(), (Words{"FAILED", "SUCCESS"}));
}

TEST(Model, SuccessIsFinal) {
    Shop shop;
    const auto id = shop.pay();
    shop.settle(id, success_outcome());
    EXPECT_EQ(
        shop.model.settle(id, failure_outcome(""), shop.now_ms).error(), ModelError::PaymentFinal
    );
    EXPECT_EQ(shop.model.settle("1", success_outcome(), 0).error(), ModelError::PaymentNotFound);
}

TEST(Model, OpenAttemptIsDroppedAtItsCloseOut) {
    Shop shop;
    const auto link = shop.pay(Channel::Link);
    const auto collect = shop.pay(Channel::Collect);
    shop.wait(5 * kMinute - 1);
    EXPECT_EQ(shop.model.payment(collect)->status, PaymentStatus::NotAttempted);
    shop.wait(1);
    EXPECT_EQ(shop.model.payment(collect)->status, PaymentStatus::UserDropped);
    EXPECT_EQ(shop.model.payment(link)->status, PaymentStatus::NotAttempted);
    shop.wait(25 * kMinute);
    EXPECT_EQ(shop.model.payment(link)->status, PaymentStatus::UserDropped);
    EXPECT_EQ(shop.model.payment(link)->completed_at_ms, kNow + 30 * kMinute);
    EXPECT_EQ(shop.told(), (Words{"USER_DROPPED", "USER_DROPPED"}));
}

TEST(Model, SuccessAfterTheCloseOutIsGivenBackUnlessHonoured) {
    Shop shop;
    const auto id = shop.pay();
    shop.wait(31 * kMinute);
    EXPECT_EQ(shop.settle(id, success_outcome()), PaymentStatus::Cancelled);
    EXPECT_EQ(shop.status(), OrderStatus::Active);
    const auto other = shop.pay();
    shop.wait(31 * kMinute);
    auto late = success_outcome();
    late.honoured_late = true;
    EXPECT_EQ(shop.settle(other, late), PaymentStatus::Success);
    EXPECT_EQ(shop.status(), OrderStatus::Paid);
}

TEST(Model, TerminationWaitsForOpenAttempts) {
    Shop shop;
    EXPECT_EQ(shop.model.terminate("nothing").error(), ModelError::OrderNotFound);
    const auto id = shop.pay();
    EXPECT_EQ(shop.model.terminate("ord_1")->status, OrderStatus::TerminationRequested);
    shop.settle(id, dropped_outcome());
    EXPECT_EQ(shop.status(), OrderStatus::Terminated);
    EXPECT_EQ(shop.model.terminate("ord_1").error(), ModelError::OrderInactive);
}

TEST(Model, TerminationRequestedMayEndPaid) {
    Shop shop;
    const auto id = shop.pay();
    EXPECT_EQ(shop.model.terminate("ord_1")->status, OrderStatus::TerminationRequested);
    shop.settle(id, success_outcome());
    EXPECT_EQ(shop.status(), OrderStatus::Paid);
}

TEST(Model, TerminatedWithoutAttemptsAtOnce) {
    Shop shop;
    EXPECT_EQ(shop.model.terminate("ord_1")->status, OrderStatus::Terminated);
    NewPayment asked;
    asked.payment_session_id = shop.session;
    EXPECT_EQ(shop.model.pay(asked, kNow).error(), ModelError::OrderInactive);
}

TEST(Model, ExpiredOrderTakesNoAttemptButMayBecomePaid) {
    Shop shop;
    Order order;
    order.order_id = "short";
    order.amount = rupees(5);
    order.expires_at_ms = kNow + 16 * kMinute;
    shop.session = shop.model.create_order(order, kNow)->payment_session_id;
    const auto id = shop.pay();
    shop.wait(16 * kMinute);
    EXPECT_EQ(shop.status("short"), OrderStatus::Expired);
    NewPayment asked;
    asked.payment_session_id = shop.session;
    EXPECT_EQ(shop.model.pay(asked, shop.now_ms).error(), ModelError::OrderInactive);
    EXPECT_EQ(shop.settle(id, success_outcome()), PaymentStatus::Success);
    EXPECT_EQ(shop.status("short"), OrderStatus::Paid);
}

TEST(Model, OrderLivesThirtyDaysByDefault) {
    Shop shop;
    EXPECT_EQ(shop.model.order("ord_1")->expires_at_ms, kNow + 30LL * 24 * 60 * kMinute);
}

TEST(Model, RefundIsPendingThenDone) {
    Shop shop;
    EXPECT_EQ(shop.refund("r1", rupees(1)).error(), ModelError::OrderNotPaid);
    shop.settle(shop.pay(), success_outcome());
    EXPECT_EQ(shop.refund("r1", rupees(2))->status, RefundStatus::Pending);
    EXPECT_EQ(shop.refund("r1", rupees(1)).error(), ModelError::RefundIdTaken);
    EXPECT_EQ(shop.refund("r2", rupees(4)).error(), ModelError::RefundTooLarge);
    shop.wait(1'499);
    EXPECT_EQ(shop.model.refund_of("ord_1", "r1")->status, RefundStatus::Pending);
    shop.wait(1);
    EXPECT_EQ(shop.model.refund_of("ord_1", "r1")->status, RefundStatus::Success);
    EXPECT_EQ(shop.told(), (Words{"SUCCESS", "SUCCESS"}));
    EXPECT_TRUE(shop.refund("r3", rupees(3)));
}

TEST(Model, CancelledRefundFreesItsMoney) {
    Shop shop;
    shop.settle(shop.pay(), success_outcome());
    ASSERT_TRUE(shop.refund("r1", rupees(5)));
    EXPECT_TRUE(shop.model.settle_refund("r1", RefundStatus::Cancelled, shop.now_ms));
    EXPECT_EQ(shop.model.ledger().refunded, Money{});
    EXPECT_TRUE(shop.refund("r2", rupees(5)));
    EXPECT_EQ(
        shop.model.settle_refund("r1", RefundStatus::Success, shop.now_ms).error(),
        ModelError::RefundFinal
    );
}

TEST(Model, HeldRefundDoesNotEndByItself) {
    Shop shop;
    shop.settle(shop.pay(), success_outcome());
    ASSERT_TRUE(shop.refund("r1", rupees(5)));
    ASSERT_TRUE(shop.model.settle_refund("r1", RefundStatus::OnHold, shop.now_ms));
    shop.wait(60 * kMinute);
    EXPECT_EQ(shop.model.refund_of("ord_1", "r1")->status, RefundStatus::OnHold);
}

TEST(Model, RepeatsWithTheSameSeed) {
    const auto story = [] {
        Shop shop;
        std::string words;
        for (int i = 0; i < 5; ++i) {
            const auto id = shop.pay();
            words += id + " ";
            if (i % 2 == 0) shop.settle(id, failure_outcome(""));
            shop.wait(7 * kMinute);
        }
        return words;
    };
    EXPECT_EQ(story(), story());
}

TEST(Model, OrderIdIsUniqueForEver) {
    Shop shop;
    shop.settle(shop.pay(), success_outcome());
    Order again;
    again.order_id = "ord_1";
    again.amount = rupees(5);
    EXPECT_EQ(shop.model.create_order(again, kNow).error(), ModelError::OrderExists);
    again.order_id.clear();
    const auto made = shop.model.create_order(again, kNow);
    EXPECT_EQ(made->order_id.substr(0, 8), "order_m1");
}

TEST(Model, ASuccessThatIsTakenBackLeavesAnOrderThatCanBePaidAgain) {
    using Undone = Model::Undone;
    for (const auto how : {Undone::GivenBack, Undone::Failed}) {
        Shop shop;
        const auto id = shop.pay();
        EXPECT_FALSE(shop.model.take_back(id, how, shop.now_ms)) << "it has not succeeded";
        shop.settle(id, success_outcome());
        shop.told();
        ASSERT_TRUE(shop.model.take_back(id, how, shop.now_ms));
        const bool given_back = how == Undone::GivenBack;
        EXPECT_EQ(
            shop.model.payment(id)->status,
            given_back ? PaymentStatus::Cancelled : PaymentStatus::Failed
        );
        EXPECT_EQ(shop.told(), std::vector<std::string>{given_back ? "AUTO-REFUND" : "FAILED"});
        EXPECT_EQ(shop.status(), OrderStatus::Active);
        shop.settle(shop.pay(), success_outcome());
        EXPECT_EQ(shop.status(), OrderStatus::Paid);
    }
}

TEST(Model, ASuccessThatIsTakenBackLeavesAnotherOne) {
    Shop shop;
    shop.model.keep_second_success(true);
    const auto first = shop.pay();
    const auto second = shop.pay();
    for (const auto& id : {first, second}) shop.settle(id, success_outcome());
    ASSERT_TRUE(shop.model.take_back(first, Model::Undone::Failed, shop.now_ms));
    EXPECT_EQ(shop.status(), OrderStatus::Paid);
}

}  // namespace
