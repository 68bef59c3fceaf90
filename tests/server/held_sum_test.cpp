#include "server/held_sum.h"

#include <gtest/gtest.h>

#include "server/reconciler.h"
#include "tests/support/order_news.h"

namespace chukta::testing {
namespace {

using N = NormalizedStatus;

/// An order of 500 rupees with one code, p1.
class SmallerSum : public News {
protected:
    void SetUp() override {
        News::SetUp();
        start(Channel::QrCode, "k1");
        reply(0, "p1");
    }

    void start_another() {
        start(Channel::QrCode, "k2", 1);
        reply(1, "p2");
    }

    /// The customer gives the attempt up and chooses nothing else.
    void leave(std::size_t attempt) {
        backend.change("ord_0001", [&](OrderChange& change) {
            change.fail(change.attempts()[attempt], FailureReason::UserCancelled);
        });
    }

    /// The rows of questions that are under way, so that no other can be queued, end with an
    /// answer.
    void forget_questions(const std::string& kind) {
        backend.store.transact([&](Transaction& transaction) {
            transaction.run("DELETE FROM outbox WHERE kind = $1", {kind});
        });
    }

    SumState state_of(std::size_t attempt) { return backend.attempts()[attempt].sum_state; }
};

TEST_F(SmallerSum, IsPaidWhenTheOrderIsPaidAndNoOtherPaymentIsListed) {
    hear(a_success_of(rupees(450)));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Processing);
    EXPECT_EQ(backend.outbox_rows("get_order"), 1);
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Processing);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
    hear_payments({a_success_of(rupees(450))});
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
    EXPECT_EQ(backend.attempts()[0].paid, rupees(450));
}

TEST_F(SmallerSum, IsNotBelievedForAnOrderThatAnotherPaymentPaid) {
    start_another();
    hear(an_event(N::Completed, "p2"));
    hear(a_success_of(rupees(400)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    hear_payments({a_success_of(rupees(400)), an_event(N::Completed, "p2")});
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Failed);
    EXPECT_EQ(state_of(0), SumState::Mismatch);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
}

TEST_F(SmallerSum, IsNotBelievedWhereThePaymentThatPaidIsOnlyInTheList) {
    start_another();
    hear(a_success_of(rupees(400)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    hear_payments({a_success_of(rupees(400)), an_event(N::Completed, "p2")});
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Failed);
    EXPECT_EQ(backend.attempts()[1].status, AttemptStatus::Completed);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
}

TEST_F(SmallerSum, IsNotBelievedWhereThePaymentThatPaidWaitsForItsReply) {
    start(Channel::QrCode, "k2", 1);
    hear(a_success_of(rupees(450)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    hear_payments({a_success_of(rupees(450)), an_event(N::Completed, "p2")});
    EXPECT_EQ(state_of(0), SumState::Mismatch);
    reply(1, "p2");
    hear(an_event(N::Completed, "p2"));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
}

TEST_F(SmallerSum, IsNotJudgedWhileAnotherPaymentMayStillBeTheOne) {
    start_another();
    hear(a_success_of(rupees(450)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    hear_payments({a_success_of(rupees(450)), an_event(N::Pending, "p2")});
    EXPECT_EQ(state_of(0), SumState::OrderPaid);
    hear_payments({a_success_of(rupees(450)), an_event(N::Failed, "p2")});
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Completed);
}

TEST_F(SmallerSum, ThatTheListDoesNotKnowIsAskedAboutAndAMismatchWhenTheWatchEnds) {
    hear(a_success_of(rupees(450)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    hear_payments({});
    EXPECT_EQ(state_of(0), SumState::OrderPaid);
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    forget_questions("ask");
    backend.clock.advance(backend.watch.first_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
    backend.clock.advance(backend.watch.window_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_NE(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
}

TEST_F(SmallerSum, OfALinkThatNobodyWatchedAnyMoreIsWatched) {
    start_another();
    hear(an_event(N::Completed, "p2"));
    backend.change("ord_0001", [](OrderChange& change) {
        change.stop_watching(change.attempts()[0]);
    });
    hear(a_success_of(rupees(450)));
    EXPECT_TRUE(backend.attempts()[0].next_ask_at);
}

TEST_F(SmallerSum, OfAWordThatOnlyANewerProgramKnowsLeavesOtherOrdersAlone) {
    ASSERT_TRUE(backend.orders.create(a_new_order("ord_0000"), std::nullopt));
    backend.store.transact([](Transaction& transaction) {
        transaction.run(
            "INSERT INTO attempts SELECT merchant_id, 'ord_0000', attempt_id, attempt_index, "
            "channel, app, vpa, vpa_masked, device, user_agent, status, failure_reason, "
            "failure_detail, no_money_taken, pay_state, 'newer', gateway_payment_id, "
            "gateway_final, prompt, bank_reference, asks, next_ask_at_ms, expires_at_ms, "
            "completed_at_ms, unclear_at_ms, created_at_ms, updated_at_ms, paid_paise, "
            "captured_at_ms FROM attempts"
        );
    });
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    backend.clock.advance(backend.watch.first_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

TEST_F(SmallerSum, IsSettledByTheListAndNotByTheSameNewsAgain) {
    hear(a_success_of(rupees(450)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    forget_questions("get_order");
    hear(a_success_of(rupees(450)));
    EXPECT_EQ(state_of(0), SumState::OrderPaid);
    EXPECT_EQ(backend.outbox_rows("get_order"), 0);
}

TEST_F(SmallerSum, IsAskedAboutAgainWhenTheOrderIsOlderThanIt) {
    hear(a_success_of(rupees(450)));
    forget_questions("get_order");
    hear_order(GatewayOrderStatus::Paid, rupees(500), 5);
    EXPECT_EQ(state_of(0), SumState::Asking);
    EXPECT_EQ(backend.outbox_rows("get_order"), 1);
}

TEST_F(SmallerSum, IsAskedAboutAgainWhenTheListIsOlderThanTheOrder) {
    hear(a_success_of(rupees(450)));
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    forget_questions("ask");
    hear_payments({a_success_of(rupees(450))}, 5);
    EXPECT_EQ(state_of(0), SumState::OrderPaid);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

TEST_F(SmallerSum, IsAskedAboutAgainWhenAClockThatWasAheadAsked) {
    hear(a_success_of(rupees(450)));
    forget_questions("get_order");
    hear_order(GatewayOrderStatus::Active, rupees(500), -3'600'000);
    EXPECT_EQ(state_of(0), SumState::Asking);
    EXPECT_EQ(backend.outbox_rows("get_order"), 1);
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    forget_questions("ask");
    hear_payments({a_success_of(rupees(450))}, -3'600'000);
    EXPECT_EQ(state_of(0), SumState::OrderPaid);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

TEST_F(SmallerSum, ThatAClockAheadHeldIsNotAskedAboutWithoutAPause) {
    constexpr std::int64_t kAnHour = 3'600'000;
    backend.clock.advance(kAnHour);
    hear(a_success_of(rupees(450)));
    backend.clock.advance(-kAnHour);
    forget_questions("get_order");
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    hear_payments({a_success_of(rupees(450))});
    EXPECT_EQ(state_of(0), SumState::Asking);
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto asked = transaction.run("SELECT due_at_ms FROM outbox WHERE kind = 'get_order'");
    ASSERT_EQ(asked.size(), 1U);
    // No answer to a question that leaves before that clock's time can be believed.
    EXPECT_GE(asked[0].integer("due_at_ms"), backend.clock.now() + 60'000);
}

TEST_F(SmallerSum, ThatIsNotPaidThereIsAMismatchAndStopsNewAttempts) {
    hear(a_success_of(rupees(1)));
    hear_order(GatewayOrderStatus::Active, rupees(500));
    EXPECT_NE(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
    wire::StartAttempt again;
    again.channel = Channel::Collect;
    again.vpa = *Vpa::parse("asha@okaxis");
    again.replaces = 1;
    const auto refused = backend.orders.start(
        OrderId{"ord_0001"}, again, IdempotencyKey{"k9"}, {DeviceClass::Desktop, ""}
    );
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), StartError::NotPayable);
    const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
    EXPECT_EQ(view->message.situation, wire::Situation::Review);
}

TEST_F(SmallerSum, IsFreedByTheFailureThatIsListedWhicheverOfTheTwoWasHeardFirst) {
    enum class Before { Nothing, AFailure, ALeaving };
    std::size_t attempt = 0;
    for (const auto before : {Before::Nothing, Before::AFailure, Before::ALeaving}) {
        SCOPED_TRACE(static_cast<int>(before));
        const auto payment = "p" + std::to_string(attempt + 1);
        if (attempt > 0) {
            start(Channel::QrCode, "k" + payment);
            reply(attempt, payment);
        }
        if (before == Before::AFailure) hear(an_event(N::Failed, payment));
        if (before == Before::ALeaving) leave(attempt);
        hear(a_success_of(rupees(400), payment));
        hear_order(GatewayOrderStatus::Active, rupees(500));
        ASSERT_EQ(state_of(attempt), SumState::Mismatch);
        if (before != Before::Nothing) {
            backend.clock.advance(1);
            hear_payments({an_event(N::Failed, payment)}, 2);
            EXPECT_EQ(state_of(attempt), SumState::Mismatch) << "the list was older";
        }
        hear_payments({an_event(N::Failed, payment)});
        EXPECT_EQ(state_of(attempt), SumState::Plain);
        EXPECT_EQ(backend.attempts()[attempt].status, AttemptStatus::Failed);
        ++attempt;
    }
}

TEST_F(SmallerSum, OfALinkThatNobodyTappedHereIsFreedByItsFailureToo) {
    hear(an_event(N::Failed));
    backend.orders.prepare(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    ASSERT_EQ(backend.attempts().size(), 2U);
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_pay_answer(
            change, change.attempts()[1], {GatewayPaymentId{"p2"}, IntentPrompt{}, rupees(500)}
        );
    });
    ASSERT_EQ(backend.attempts()[1].status, AttemptStatus::Prepared);
    hear(a_success_of(rupees(400), "p2"));
    hear_order(GatewayOrderStatus::Active, rupees(500));
    ASSERT_EQ(state_of(1), SumState::Mismatch);
    backend.clock.advance(1);
    hear_payments({an_event(N::Failed, "p2")});
    EXPECT_EQ(state_of(1), SumState::Plain);
}

TEST_F(SmallerSum, IsAMismatchWhenNobodyAsksAnyMore) {
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    hear(a_success_of(rupees(450)));
    hear(an_event(N::Failed));
    ASSERT_EQ(state_of(0), SumState::Asking);
    ASSERT_TRUE(backend.attempts()[0].gateway_final);
    backend.clock.advance(backend.watch.longest_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(state_of(0), SumState::Asking);
    backend.clock.advance(backend.watch.window_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(state_of(0), SumState::Mismatch);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
}

}  // namespace
}  // namespace chukta::testing
