// What is heard of calls that somebody stopped waiting for: the customer, an instance, or us.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/order_news.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

class NewsOfALeftCall : public News {
protected:
    void patience_ends(std::size_t attempt) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_unclear(change, change.attempts()[attempt], backend.watch);
        });
    }
    /// A collect call whose end nobody heard, and that the customer left for a code, p2.
    void leave_a_collect_call() {
        start(Channel::Collect, "k1");
        start(Channel::QrCode, "k2", 1);
        patience_ends(0);
        reply(1, "p2");
        backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    }
    static GatewayEvent of_collect(N status, const std::string& payment_id = "p7") {
        auto event = an_event(status, payment_id);
        event.channel = Channel::Collect;
        return event;
    }
    std::int64_t open_attempts() {
        const auto attempts = backend.attempts();
        return std::count_if(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
            return is_open(attempt.status);
        });
    }
};

TEST_F(NewsOfALeftCall, ThatItsRequestIsOnThePhoneBringsNothingBack) {
    leave_a_collect_call();
    hear_payments({of_collect(N::Pending), an_event(N::Pending, "p2")});
    EXPECT_EQ(open_attempts(), 1);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
    const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
    EXPECT_EQ(view->attempt->channel, Channel::QrCode) << "what the customer chose";
    EXPECT_EQ(backend.outbox_rows("notify"), 0);
}

TEST_F(NewsOfALeftCall, ThatItWasPaidIsAPaidOrderWithNothingToReview) {
    leave_a_collect_call();
    hear_payments({of_collect(N::Pending)});
    EXPECT_TRUE(backend.attempts().back().next_ask_at) << "its webhook may be lost";
    hear(of_collect(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(NewsOfALeftCall, ThatItWasDeclinedIsNoSecondFailure) {
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [](OrderChange& change) {
        change.fail(change.attempts()[0], FailureReason::UserCancelled);
    });
    patience_ends(0);
    const auto told = backend.outbox_rows("notify");
    const auto counted = counted_failures(backend.attempts(), Channel::Collect);
    hear_payments({of_collect(N::Pending)});
    hear(of_collect(N::Failed));
    EXPECT_EQ(counted_failures(backend.attempts(), Channel::Collect), counted);
    EXPECT_EQ(backend.outbox_rows("notify"), told);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(NewsOfALeftCall, HidesNoFailureOfWhatWasChosenInsteadOfIt) {
    leave_a_collect_call();
    hear_payments({of_collect(N::Pending)});
    auto unclear = an_event(N::Failed, "p2");
    unclear.failure = FailureReason::Unknown;
    unclear.detail = wire::FailureDetail::MoneyUnclear;
    hear(unclear);
    const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
    EXPECT_EQ(view->message.situation, wire::Situation::Failed);
    EXPECT_EQ(view->message.detail, wire::FailureDetail::MoneyUnclear);
}

TEST_F(NewsOfALeftCall, BesideAnotherOneIsNotTakenForIt) {
    leave_a_collect_call();
    start(Channel::Collect, "k3", 2);
    patience_ends(2);
    hear(of_collect(N::Failed, "p6"));  // taken for the one that the customer waits for
    hear(of_collect(N::Pending));
    EXPECT_EQ(open_attempts(), 1) << "it may be that one";
    EXPECT_EQ(backend.order().review_reason, ReviewReason::UnknownAttempt);
}

TEST_F(NewsOfALeftCall, AfterOneThatNeverArrivedIsFoundAllTheSame) {
    start(Channel::Collect, "k0");
    patience_ends(0);
    backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    hear_payments({});
    ASSERT_EQ(backend.attempts()[0].failure, FailureReason::GatewayUnavailable);
    start(Channel::Collect, "k1");
    start(Channel::QrCode, "k2", 2);
    patience_ends(1);
    reply(2, "p2");
    hear_payments({of_collect(N::Pending), an_event(N::Pending, "p2")});
    EXPECT_EQ(open_attempts(), 1);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(NewsOfALeftCall, ThatTheGatewayDoesNotKnowAfterTheGraceIsTheLast) {
    leave_a_collect_call();
    hear_payments({an_event(N::Pending, "p2")});
    EXPECT_FALSE(backend.attempts()[0].next_ask_at);
    hear_payments({an_event(N::Pending, "p2"), of_collect(N::Pending)});
    EXPECT_EQ(backend.order().review_reason, ReviewReason::UnknownAttempt);
}

TEST_F(NewsOfALeftCall, OfASecondPaymentIsNotItsOwn) {
    leave_a_collect_call();
    hear_payments({of_collect(N::Pending, "p7"), of_collect(N::Pending, "p8")});
    EXPECT_EQ(backend.order().review_reason, ReviewReason::UnknownAttempt);
}

TEST_F(NewsOfALeftCall, OfAnotherChannelThatMovesNoMoneyIsNoAttempt) {
    leave_a_collect_call();
    auto link = an_event(N::Created, "p9");
    link.channel = Channel::Intent;
    const auto before = backend.attempts().size();
    hear_payments({link});
    EXPECT_EQ(backend.attempts().size(), before);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(NewsOfALeftCall, InALateReplyIsOfThePaymentThatWasFound) {
    leave_a_collect_call();
    hear_payments({of_collect(N::Pending)});
    const auto before = backend.attempts().size();
    reply(0, "p7");
    hear(of_collect(N::Completed));
    EXPECT_EQ(backend.attempts().size(), before);
    EXPECT_EQ(backend.attempts().back().status, AttemptStatus::Completed);
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Failed);
}

TEST_F(NewsOfALeftCall, ThatARepeatIsRefusedEndsNoPaymentThatWasAnswered) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_pay_refused(change, change.attempts()[0], {Refusal::OrderInactive, "inactive"});
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
    EXPECT_TRUE(backend.attempts()[0].next_ask_at);
    EXPECT_EQ(question_due_at(), backend.clock.now());
}

TEST_F(NewsOfALeftCall, OfAPaymentThatMovesNoMoneyIsNotWaitedForWithQuestions) {
    start(Channel::QrCode, "k1");
    hear_payments({an_event(N::Created, "p9"), an_event(N::Failed, "p8")});
    EXPECT_FALSE(question_due_at());
}

TEST_F(NewsOfALeftCall, OfAPaymentThatMayBeAnybodysIsAskedAboutMoreAndMoreRarely) {
    start(Channel::QrCode, "k1");
    for (const std::int64_t waited_ms : {0, 500, 8'000, 30'000}) {
        backend.store.transact([](Transaction& transaction) {
            transaction.run("DELETE FROM outbox WHERE kind = 'ask'");
        });
        backend.clock.advance(waited_ms);
        const auto age_ms = backend.clock.now() - backend.attempts()[0].created_at;
        hear_payments({an_event(N::Pending, "p9")});
        const auto pause_ms =
            std::clamp<std::int64_t>(age_ms / 2, news::kWaitMs, backend.watch.first_ms);
        EXPECT_EQ(question_due_at(), backend.clock.now() + pause_ms);
    }
}

TEST_F(News, ThatAnOrderCancelledMeanwhileIsThereNowTerminatesIt) {
    Backend fresh;
    ASSERT_TRUE(fresh.orders.create(a_new_order(), std::nullopt));
    ASSERT_TRUE(fresh.orders.cancel(OrderId{"ord_0001"}));
    const auto hear_that_it_is_there = [&] {
        // The question that the cancel asked was refused: there was no such order yet.
        fresh.store.transact([](Transaction& transaction) { transaction.run("DELETE FROM outbox"); }
        );
        fresh.change("ord_0001", [](OrderChange& change) {
            const GatewayOrderNews there{
                OrderId{"ord_0001"}, GatewayOrderStatus::Active, rupees(500), "INR", "session_x"};
            news::on_order(change, there, asked_now(change));
        });
        return fresh.outbox_rows("terminate_order");
    };
    EXPECT_EQ(hear_that_it_is_there(), 1);
    EXPECT_EQ(hear_that_it_is_there(), 0) << "the answer to that question may say so, too";
}

}  // namespace
}  // namespace chukta
