// What news does to an order, on the real Store.
#include "server/news.h"

#include <gtest/gtest.h>

#include "server/reconciler.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

/// An order with one started attempt of a channel, its reply already in.
class News : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt));
        backend.change("ord_0001", [](OrderChange& change) {
            news::on_order(
                change,
                {OrderId{"ord_0001"}, GatewayOrderStatus::Active, rupees(500), "INR", "session_x"},
                change.now()
            );
        });
    }

    void start(
        Channel channel, const std::string& key, std::optional<int> replaces = std::nullopt
    ) {
        wire::StartAttempt start;
        start.channel = channel;
        if (channel == Channel::Intent) start.app = UpiApp::GooglePay;
        if (channel == Channel::Collect) start.vpa = *Vpa::parse("asha@okaxis");
        start.replaces = replaces;
        const auto started = backend.orders.start(
            OrderId{"ord_0001"}, start, IdempotencyKey{key}, {DeviceClass::AndroidPhone, ""}
        );
        ASSERT_TRUE(started) << word(started.error());
    }

    void reply(std::size_t attempt, const std::string& payment_id) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_answer(
                change,
                change.attempts().at(attempt),
                {GatewayPaymentId{payment_id}, CollectPrompt{}, rupees(500)}
            );
        });
    }

    news::EventOutcome hear(const GatewayEvent& event, NewsSource source = NewsSource::Webhook) {
        news::EventOutcome outcome;
        backend.change("ord_0001", [&](OrderChange& change) {
            outcome = news::on_event(change, event, source);
        });
        return outcome;
    }

    void hear_order(GatewayOrderStatus status, Money amount) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_order(
                change, {OrderId{"ord_0001"}, status, amount, "INR", "session_x"}, change.now()
            );
        });
    }

    Backend backend;
};

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

TEST_F(News, OfASmallerSumAsksGetOrderAndBelievesItsPaid) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    auto event = an_event(N::Completed);
    event.payment_amount = rupees(450);
    hear(event);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Processing);
    EXPECT_EQ(backend.outbox_rows("get_order"), 1);
    hear_order(GatewayOrderStatus::Paid, rupees(500));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(News, OfASmallerSumThatIsNotPaidThereIsAMismatchAndStopsNewAttempts) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    auto event = an_event(N::Completed);
    event.payment_amount = rupees(1);
    hear(event);
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

TEST_F(News, OfThreeGatewayFailuresInARowEndsInContactYouAndAReview) {
    for (int i = 0; i < 3; ++i) {
        start(Channel::QrCode, "k" + std::to_string(i));
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_given_up(change, change.attempts().back());
        });
    }
    const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
    EXPECT_EQ(view->message.situation, wire::Situation::ContactYou);
    EXPECT_FALSE(view->payable);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::GatewayUnavailable);
}

TEST_F(News, ThatCollectIsNotAllowedClosesCollectForTheOrderWithoutBlamingTheGateway) {
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_refused(
            change,
            change.attempts().back(),
            {Refusal::ChannelNotAllowed, "payment_method_unsupported"}
        );
    });
    EXPECT_TRUE(backend.order().collect_refused);
    EXPECT_EQ(backend.order().gateway_failures, 0);
    const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
    EXPECT_EQ(view->message.situation, wire::Situation::ChannelClosed);
    for (const auto& channel : view->channels) {
        EXPECT_EQ(channel.closed, channel.channel == Channel::Collect);
        EXPECT_EQ(channel.failures_left, 3) << "closed, but not by failures";
    }
}

TEST_F(News, AfterAnUnclearCollectCallFindsItsPaymentAndSendsNothingAgain) {
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts().back(), backend.watch);
    });
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation,
        wire::Situation::CheckAfterUnclear
    );
    auto found = an_event(N::Created, "p7");
    found.channel = Channel::Collect;
    backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_payments(change, {found}, change.now(), backend.watch);
    });
    const auto attempts = backend.attempts();
    ASSERT_EQ(attempts.size(), 2U);
    EXPECT_EQ(attempts[0].failure, FailureReason::Superseded);
    EXPECT_EQ(attempts[1].payment_id.str(), "p7");
    EXPECT_EQ(attempts[1].vpa_masked, "as***@okaxis");
    EXPECT_EQ(attempts[1].status, AttemptStatus::Pending);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation,
        wire::Situation::WaitingCollect
    );
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
    EXPECT_EQ(backend.outbox_rows("pay"), 1);
}

TEST_F(News, ThatTheGatewayNeverHeardOfAnUnclearCallEndsItAfterTheGrace) {
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts().back(), backend.watch);
        news::on_payments(change, {}, change.now(), backend.watch);
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
    backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_payments(change, {}, change.now(), backend.watch);
    });
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::GatewayUnavailable);
}

TEST_F(News, ExpiresACodeOnlyAfterTheGatewayWasAskedAndItsMoneyStillCounts) {
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    backend.clock.advance(backend.policy.qr_ttl_ms + 1);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation, wire::Situation::Checking
    );
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_payments(change, {an_event(N::Created)}, change.now() - 60'000, backend.watch);
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status)) << "asked before its end";
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_payments(change, {an_event(N::Created)}, change.now(), backend.watch);
    });
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::Expired);
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
}

TEST_F(News, OfALinkWithAnotherAmountIsNeverShown) {
    start(Channel::Intent, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        IntentPrompt prompt;
        prompt.links = {{UpiApp::GooglePay, "tez://upi/pay?pa=a@b&am=1.00&cu=INR"}};
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p1"}, prompt, rupees(500)}
        );
    });
    EXPECT_TRUE(backend.attempts()[0].prompt.empty());
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::GatewayRefused);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::AmountMismatch);
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

TEST_F(News, ThatACallWasNeverSentYieldsToItsAnswerInEitherOrder) {
    for (const bool answer_first : {true, false}) {
        const auto key = answer_first ? "k1" : "k2";
        start(Channel::QrCode, key);
        const auto number = backend.attempts().size() - 1;
        const auto not_sent = [&] {
            backend.change("ord_0001", [&](OrderChange& change) {
                news::on_pay_not_sent(change, change.attempts()[number]);
            });
        };
        ASSERT_TRUE(backend.orders.cancel_attempt(
            OrderId{"ord_0001"}, *backend.attempts()[number].index, Shopper{}
        ));
        if (!answer_first) not_sent();
        reply(number, std::string{"p_"} + key);
        if (answer_first) not_sent();
        const auto attempt = backend.attempts()[number];
        EXPECT_EQ(attempt.pay_state, PayState::Answered) << key;
        EXPECT_TRUE(attempt.next_ask_at) << key << ": it can be paid, so it is watched";
    }
}

TEST_F(News, ThatACallWasGivenUpYieldsToItsAnswer) {
    start(Channel::QrCode, "k1");
    ASSERT_TRUE(
        backend.orders.cancel_attempt(OrderId{"ord_0001"}, *backend.attempts()[0].index, Shopper{})
    );
    reply(0, "p1");
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_pay_given_up(change, change.attempts()[0]);
    });
    EXPECT_EQ(backend.attempts()[0].pay_state, PayState::Answered);
    EXPECT_TRUE(backend.attempts()[0].next_ask_at);
}

TEST_F(News, ThatACallWasNeverSentEndsItsOpenAttempt) {
    start(Channel::QrCode, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_create_refused(change, {Refusal::Other, "x"});
        news::on_pay_not_sent(change, change.attempts().back());
    });
    EXPECT_FALSE(is_open(backend.attempts()[0].status));
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Failed);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation, wire::Situation::ContactYou
    );
}

TEST_F(News, OfAPaymentThatMayBeAnybodysKeepsAnUnclearAttemptOpen) {
    backend.orders.prepare(OrderId{"ord_0001"}, {DeviceClass::AndroidPhone, ""});
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[1], backend.watch);
    });
    backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    auto listed = an_event(N::Completed, "p7");
    listed.channel = Channel::Collect;
    const auto ask = [&] {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_payments(change, {listed}, change.now(), backend.watch);
        });
    };
    ask();
    EXPECT_TRUE(is_open(backend.attempts()[1].status)) << "a reply is outstanding";
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_refused(change, change.attempts()[0], {Refusal::Other, "x"});
    });
    ask();
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(News, OfAnUnclearCallHasItsGraceFromTheCallAndNotFromThePress) {
    start(Channel::Collect, "k1");
    backend.clock.advance(25'000);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
        news::on_payments(change, {}, change.now(), backend.watch);
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
}

TEST_F(News, OfTheFoundCollectPaymentIsTheSameTargetAgain) {
    start(Channel::Collect, "k1");
    auto found = an_event(N::Created, "p7");
    found.channel = Channel::Collect;
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
        news::on_payments(change, {found}, change.now(), backend.watch);
    });
    start(Channel::Collect, "k2");
    EXPECT_EQ(backend.attempts().size(), 2U);
    EXPECT_EQ(backend.outbox_rows("pay"), 1);
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

TEST_F(News, ThatCollectIsRefusedAfterTwoGatewayFailuresIsNoThird) {
    for (const char* key : {"k1", "k2"}) {
        start(Channel::QrCode, key);
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_given_up(change, change.attempts().back());
        });
    }
    start(Channel::Collect, "k3");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_refused(change, change.attempts().back(), {Refusal::ChannelNotAllowed, "x"});
    });
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
    EXPECT_EQ(backend.order().gateway_failures, 2);
}

}  // namespace
}  // namespace chukta
