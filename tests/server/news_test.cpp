// What news of payments does to an order, on the real Store.
#include "server/news.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "server/reconciler.h"
#include "server/refund.h"
#include "tests/support/order_news.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

TEST_F(News, OfASuccessMakesTheOrderPaidAndConfirmedOnceAndTellsTheShopOnce) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Completed));
    hear(an_event(N::Completed));
    hear(an_event(N::Failed));
    const auto order = backend.order();
    EXPECT_EQ(order.payment_status, PaymentStatus::Paid);
    EXPECT_EQ(order.fulfillment_status, FulfillmentStatus::Confirmed);
    EXPECT_EQ(order.review_reason, ReviewReason::None);
    EXPECT_EQ(backend.outbox_rows("notify", "order.paid"), 1);
}

TEST_F(News, LeavesNothingToTellWhereTheShopGaveNoAddress) {
    backend.watch.tells_shop = false;
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.outbox_rows("notify"), 0);
}

TEST_F(News, EndsInTheSamePaidOrderWhateverItsOrderOfArrival) {
    std::vector<N> events = {N::Pending, N::Failed, N::Completed};
    std::sort(events.begin(), events.end());
    do {
        Backend fresh;
        ASSERT_TRUE(fresh.orders.create(a_new_order(), std::nullopt));
        fresh.change("ord_0001", [](OrderChange& change) {
            auto attempt = an_attempt(AttemptStatus::Pending);
            attempt.payment_id = GatewayPaymentId{"p1"};
            attempt.pay_state = PayState::Answered;
            change.add(attempt);
        });
        for (const auto status : events) {
            fresh.change("ord_0001", [&](OrderChange& change) {
                news::on_event(change, an_event(status), NewsSource::Webhook);
            });
        }
        EXPECT_EQ(fresh.order().payment_status, PaymentStatus::Paid);
        EXPECT_EQ(fresh.outbox_rows("notify", "order.paid"), 1);
    } while (std::next_permutation(events.begin(), events.end()));
}

TEST_F(News, OfAnUnknownPaymentWaitsForTheReplyThatMayBeItsOwn) {
    start(Channel::QrCode, "k1");
    EXPECT_EQ(hear(an_event(N::Completed, "p1")).told, news::Told::Waits);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Processing);
    reply(0, "p1");
    EXPECT_EQ(hear(an_event(N::Completed, "p1")).told, news::Told::Applied);
    EXPECT_EQ(backend.attempts().size(), 1U);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
}

TEST_F(News, OfMoneyThatCameAnotherWayIsAFoundAttemptAndAReview) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Completed, "p9"));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::UnknownAttempt);
    ASSERT_EQ(backend.attempts().size(), 2U);
    EXPECT_EQ(backend.attempts()[1].index, 2);
}

TEST_F(News, OfASecondSuccessKeepsThePaidOrderAndReviewsIt) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    start(Channel::Collect, "k2", 1);
    reply(1, "p2");
    hear(an_event(N::Completed, "p2"));
    hear(an_event(N::Completed, "p1"));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::PaidTwice);
    EXPECT_EQ(backend.outbox_rows("notify", "order.paid"), 1);
    EXPECT_EQ(backend.outbox_rows("notify", "order.review"), 1);
}

TEST_F(News, OfASupersededAttemptsSuccessStillCounts) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    start(Channel::QrCode, "k2", 1);
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::Superseded);
    reply(1, "p2");
    hear(an_event(N::Completed, "p1"));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(News, ThatTheOrderWasPaidAfterItsCancellationIsPaidAndReviewed) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    ASSERT_TRUE(backend.orders.cancel(OrderId{"ord_0001"}));
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().fulfillment_status, FulfillmentStatus::Cancelled);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::PaidAfterClose);
}

TEST_F(News, ThatAFetchContradictsAPaidPaymentLeavesItPaidWithAReview) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Completed));
    auto cancelled = an_event(N::Failed);
    cancelled.reversed = true;
    hear(cancelled, NewsSource::Webhook);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
    hear(cancelled, NewsSource::Fetch);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::Contradicted);
}

TEST_F(News, OfThreeDeclinesClosesTheChannelAndNoOther) {
    for (int i = 0; i < 3; ++i) {
        start(Channel::Collect, "k" + std::to_string(i));
        reply(static_cast<std::size_t>(i), "p" + std::to_string(i));
        hear(an_event(N::Failed, "p" + std::to_string(i)));
    }
    const auto view = backend.orders.view(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    EXPECT_EQ(view->message.situation, wire::Situation::ChannelClosed);
    EXPECT_EQ(view->payment_status, PaymentStatus::Failed);
    for (const auto& channel : view->channels) {
        EXPECT_EQ(channel.closed, channel.channel == Channel::Collect) << word(channel.channel);
    }
    EXPECT_EQ(backend.outbox_rows("notify", "order.payment_failed"), 3);
    wire::StartAttempt fourth;
    fourth.channel = Channel::Collect;
    fourth.vpa = *Vpa::parse("asha@okaxis");
    const auto refused = backend.orders.start(
        OrderId{"ord_0001"}, fourth, IdempotencyKey{"k4"}, {DeviceClass::AndroidPhone, ""}
    );
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), StartError::ChannelClosed);
    start(Channel::QrCode, "k5");
}

TEST_F(News, ExpiresACodeOnlyAfterTheGatewayWasAskedAndItsMoneyStillCounts) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    backend.clock.advance(backend.policy.qr_ttl_ms + 1);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation, wire::Situation::Checking
    );
    hear_payments({an_event(N::Created)}, 60'000);
    EXPECT_TRUE(is_open(backend.attempts()[0].status)) << "asked before its end";
    hear_payments({an_event(N::Created)});
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::Expired);
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
}

TEST_F(News, IsStillWaitedForWhenARequestsTimeIsOver) {
    start(Channel::Collect, "k1");
    reply(0, "p1");
    backend.clock.advance(backend.policy.collect_ttl_ms + 1);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation,
        wire::Situation::WaitingLong
    );
    hear_payments({an_event(N::Created)});
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::Expired);
}

TEST_F(News, ThatAPreparedLinkRanOutTakesItOffThePage) {
    const Shopper phone{DeviceClass::AndroidPhone, ""};
    backend.orders.prepare(OrderId{"ord_0001"}, phone);
    backend.change("ord_0001", [](OrderChange& change) {
        IntentPrompt prompt;
        prompt.links = {{UpiApp::GooglePay, "tez://upi/pay?am=500.00"}};
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p1"}, prompt, rupees(500)}
        );
    });
    hear(an_event(N::Failed), NewsSource::Fetch);
    EXPECT_FALSE(backend.orders.view(OrderId{"ord_0001"}, phone)->apps.front().href);
    EXPECT_FALSE(backend.attempts()[0].next_ask_at) << "and nobody asks about it any more";
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Pending);
}

TEST_F(News, OfAnUnknownWordAboutALinkThatNobodyTappedMakesItCount) {
    backend.orders.prepare(OrderId{"ord_0001"}, Shopper{DeviceClass::AndroidPhone, ""});
    reply(0, "p1");
    auto unknown_word = an_event(N::Pending);
    unknown_word.word_known = false;
    hear(unknown_word);
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Pending);
    EXPECT_EQ(backend.attempts()[0].index, 1);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Processing);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::UnknownWord);
}

TEST_F(News, ThatNobodyUnderstandsIsAskedAboutWhereAPaymentMayMoveUnwatched) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Failed, "p1"));
    ASSERT_GE(backend.attempts()[0].next_ask_at, backend.clock.now() + backend.watch.longest_ms)
        << "the gateway's last word was heard";
    ASSERT_EQ(backend.outbox_rows("ask"), 0);

    auto unknown_word = an_event(N::Pending, "p1");
    unknown_word.word_known = false;
    hear(unknown_word, NewsSource::Fetch);
    EXPECT_EQ(backend.outbox_rows("ask"), 0) << "the answer would be the same";
    hear(unknown_word);
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

TEST_F(News, OfAnotherTypeIsAskedAboutOnlyWhereAPaymentMayMoveUnwatched) {
    const auto questions = [&] {
        backend.change("ord_0001", [](OrderChange& change) {
            news::on_unknown(change, Denies::Nothing);
        });
        return backend.outbox_rows("ask");
    };
    backend.orders.prepare(OrderId{"ord_0001"}, Shopper{DeviceClass::AndroidPhone, ""});
    EXPECT_EQ(questions(), 0) << "the gateway has no payment yet";
    reply(0, "p1");
    start(Channel::QrCode, "k1");
    reply(1, "p2");
    EXPECT_EQ(questions(), 0) << "both are watched";
    hear(an_event(N::Completed, "p2"));
    EXPECT_EQ(questions(), 1) << "the link may be tapped all the same";
}

TEST_F(News, ThatReopensAFailedAttemptIsWatchedAgain) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Failed));
    EXPECT_TRUE(backend.attempts()[0].gateway_final);
    hear(an_event(N::Pending), NewsSource::Fetch);
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Pending);
    EXPECT_FALSE(backend.attempts()[0].gateway_final);
    EXPECT_TRUE(backend.attempts()[0].next_ask_at);
}

TEST_F(News, ThatABankStillThinksIsNotWaitedForWhenTheWindowIsOver) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Pending));
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    backend.clock.advance(backend.watch.window_ms + 1);
    EXPECT_TRUE(reconciler.run_once());
    ASSERT_EQ(backend.attempts()[0].status, AttemptStatus::Failed);
    hear(an_event(N::Pending), NewsSource::Fetch);
    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Failed);
    EXPECT_FALSE(backend.attempts()[0].next_ask_at) << "or it would be closed and opened for ever";
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
}

TEST_F(News, ThatABankHasItWhenItsTimeIsOverKeepsItOpenAndIsAskedForEverMoreSeldom) {
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    for (const auto channel : {Channel::QrCode, Channel::Collect}) {
        const auto number = backend.attempts().size();
        const auto payment = "p" + std::to_string(number);
        start(channel, payment, number == 0 ? std::nullopt : std::optional{1});
        reply(number, payment);
        const auto until = backend.clock.now() + backend.policy.qr_ttl_ms + 3'600'000;
        int questions = 0;
        while (backend.attempts()[number].next_ask_at.value_or(until) < until) {
            backend.clock.advance(*backend.attempts()[number].next_ask_at - backend.clock.now());
            ASSERT_TRUE(reconciler.run_once());
            ASSERT_TRUE(is_open(backend.attempts()[number].status)) << word(channel);
            hear_payments({an_event(N::Pending, payment)});
            ++questions;
        }
        EXPECT_LE(questions, 12) << word(channel);
        const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
        EXPECT_EQ(view->message.situation, wire::Situation::WaitingLong);
        EXPECT_FALSE(view->attempt->prompt) << "it was paid by this code, or not at all";
    }
    EXPECT_EQ(backend.outbox_rows("notify", "order.payment_failed"), 0);
}

TEST_F(News, ThatABankHasAnExpiredCodeAfterAllEndsItsTimeForGood) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    // Nobody answered while the customer was told that it is being checked.
    backend.clock.advance(backend.policy.qr_ttl_ms + 30'000);
    EXPECT_TRUE(reconciler.run_once());
    ASSERT_EQ(backend.attempts()[0].failure, FailureReason::Expired);
    hear_payments({an_event(N::Pending)}, 60'000);
    ASSERT_TRUE(is_open(backend.attempts()[0].status));
    backend.clock.advance(backend.watch.first_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
}

TEST_F(News, OfAFinalFailureIsDoubtedTwiceAndThenNoMore) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    hear(an_event(N::Failed));
    const auto begun = backend.attempts()[0].created_at;
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    EXPECT_FALSE(reconciler.run_once()) << "the bank has just said so";

    backend.clock.advance(backend.watch.longest_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(backend.outbox_rows("ask"), 1) << "its success may have come, and the webhook not";
    EXPECT_EQ(backend.attempts()[0].next_ask_at, begun + backend.watch.window_ms);

    backend.clock.advance(backend.watch.window_ms);
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_FALSE(backend.attempts()[0].next_ask_at);

    hear(an_event(N::Completed), NewsSource::Fetch);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
}

TEST_F(News, OfTheTimeThatTheGatewayKeepsDecidesWhichOfTwoIsTheSurplus) {
    auto first = an_event(N::Completed, "p1");
    auto second = an_event(N::Completed, "p2");
    second.completed_at = backend.clock.now() + 5'000;
    // A webhook without that time has only its own.
    first.completed_at = backend.clock.now() + 9'000;
    hear(first);
    hear(second);
    const auto surplus_now = [&] {
        const auto attempts = backend.attempts();
        return surplus(attempts).at(0)->payment_id.str();
    };
    EXPECT_EQ(surplus_now(), "p1");
    const auto paid_at = backend.order().paid_at;
    first.completed_at = backend.clock.now() + 1'000;
    hear(first);
    EXPECT_EQ(surplus_now(), "p1") << "another webhook knows it no better";
    hear(first, NewsSource::Fetch);
    EXPECT_EQ(surplus_now(), "p2");
    EXPECT_EQ(backend.order().paid_at, paid_at);

    backend.change("ord_0001", [](OrderChange& change) {
        Refund refund;
        refund.refund_id = refund_id_of_surplus(GatewayPaymentId{"p2"});
        refund.origin = RefundOrigin::Duplicate;
        change.add(std::move(refund));
    });
    first.completed_at = backend.clock.now() + 9'000;
    hear(first, NewsSource::Fetch);
    EXPECT_EQ(surplus_now(), "p2") << "it is on its way back";
}

TEST_F(News, ThatHeldMoneyWentBackFreesTheOrder) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    auto other = an_event(N::Completed);
    other.order_amount = rupees(1);
    hear(other);
    auto back = an_event(N::Failed);
    back.reversed = true;
    hear(back, NewsSource::Fetch);
    start(Channel::Collect, "k2");
}

}  // namespace
}  // namespace chukta
