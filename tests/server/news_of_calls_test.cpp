// What the ends of our own calls do to an order, on the real Store: answers, refusals, and calls of
// which nobody knows whether they arrived.
#include <gtest/gtest.h>

#include "server/news.h"
#include "tests/support/order_news.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

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
    hear_payments({found});
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
        news::on_payments(change, {}, asked_now(change), backend.watch);
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
    backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    hear_payments({});
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::GatewayUnavailable);
}

TEST_F(News, OfACallThatWasOvertakenEndsItNoSoonerThanThatCallCanArrive) {
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_overtaken(change, change.attempts()[0], backend.watch);
    });
    backend.clock.advance(backend.watch.unclear_grace_ms + 1);
    hear_payments({});
    EXPECT_TRUE(is_open(backend.attempts()[0].status)) << "whoever had it may have just begun";
    backend.clock.advance(kLongestCall.count());
    hear_payments({});
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::GatewayUnavailable);
}

TEST_F(News, OfTheCallerItselfThatComesAfterwardsBeginsTheGraceAnew) {
    start(Channel::Collect, "k1");
    const auto patience_ends = [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
    };
    backend.change("ord_0001", patience_ends);
    backend.clock.advance(backend.watch.unclear_grace_ms - 1);
    backend.change("ord_0001", patience_ends);
    backend.clock.advance(backend.watch.unclear_grace_ms - 1);
    hear_payments({});
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
    backend.clock.advance(1);
    hear_payments({});
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::GatewayUnavailable);
}

TEST_F(News, OfNothingByAClockThatWasAheadEndsNoUnclearCall) {
    start(Channel::Collect, "k1");
    constexpr std::int64_t kAnHour = 3'600'000;
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
        news::on_payments(change, {}, asked_now(change, kAnHour), backend.watch);
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
}

TEST_F(News, ThatTheFoundPaymentWasNotThisCallsWatchesItsOwn) {
    start(Channel::Collect, "k1");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
    });
    auto found = an_event(N::Pending, "p7");
    found.channel = Channel::Collect;
    hear_payments({found});
    EXPECT_FALSE(backend.attempts()[0].next_ask_at) << "the found one stands for it";
    reply(0, "p1");
    EXPECT_EQ(backend.attempts()[0].payment_id.str(), "p1");
    EXPECT_TRUE(backend.attempts()[0].next_ask_at);
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

TEST_F(News, OfAPaymentThatWasFoundBeforeItsReplyGivesItsPromptToTheFoundAttempt) {
    start(Channel::QrCode, "k1");
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_pay_given_up(change, change.attempts()[0]);
    });
    hear(an_event(N::Pending), NewsSource::Fetch);
    ASSERT_EQ(backend.attempts().size(), 2u);

    const QrPrompt code{"upi://pay?pa=chai@bank&am=500.00&cu=INR", ""};
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p1"}, code, rupees(500)}
        );
    });

    const auto attempts = backend.attempts();
    EXPECT_TRUE(attempts[0].payment_id.empty()) << "one payment is one attempt's";
    EXPECT_EQ(attempts[0].status, AttemptStatus::Failed);
    EXPECT_FALSE(attempts[0].next_ask_at);
    EXPECT_EQ(attempts[1].payment_id, GatewayPaymentId{"p1"});
    EXPECT_EQ(attempts[1].prompt.read(), PaymentPrompt{code});
    hear(an_event(N::Completed));
    EXPECT_EQ(backend.attempts()[1].status, AttemptStatus::Completed);
}

TEST_F(News, OfAPreparedPaymentThatWasFoundBeforeItsReplyOffersItsLinkNoMore) {
    backend.orders.prepare(OrderId{"ord_0001"}, Shopper{DeviceClass::AndroidPhone, ""});
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_pay_given_up(change, change.attempts()[0]);
    });
    hear(an_event(N::Pending), NewsSource::Fetch);

    reply(0, "p1");

    EXPECT_EQ(backend.attempts()[0].status, AttemptStatus::Failed);
    EXPECT_EQ(backend.attempts()[0].failure, FailureReason::Superseded);
    EXPECT_TRUE(backend.attempts()[0].payment_id.empty());
}

TEST_F(News, OfALinkWhoseOrderWasPaidMeanwhileKeepsItForOneLastQuestion) {
    backend.orders.prepare(OrderId{"ord_0001"}, Shopper{DeviceClass::AndroidPhone, ""});
    start(Channel::QrCode, "k1");
    reply(1, "p2");
    hear(an_event(N::Completed, "p2"));
    ASSERT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    reply(0, "p1");
    const auto link = backend.attempts()[0];
    ASSERT_EQ(link.status, AttemptStatus::Prepared);
    EXPECT_EQ(link.next_ask_at, link.created_at + backend.watch.window_ms + 1);
}

TEST_F(News, OfALinkTappedAfterItsOrderWasPaidHasItWatchedAgain) {
    backend.orders.prepare(OrderId{"ord_0001"}, Shopper{DeviceClass::AndroidPhone, ""});
    start(Channel::QrCode, "k1");
    reply(0, "p1");
    reply(1, "p2");
    hear(an_event(N::Completed, "p2"));
    hear(an_event(N::Pending, "p1"));
    const auto now = backend.clock.now();
    EXPECT_LE(backend.attempts()[0].next_ask_at, now + backend.watch.first_ms);
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
    hear_payments({listed});
    EXPECT_TRUE(is_open(backend.attempts()[1].status)) << "a reply is outstanding";
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_refused(change, change.attempts()[0], {Refusal::Other, "x"});
    });
    hear_payments({listed});
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
}

TEST_F(News, OfAnUnclearCallHasItsGraceFromTheCallAndNotFromThePress) {
    start(Channel::Collect, "k1");
    backend.clock.advance(25'000);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
        news::on_payments(change, {}, asked_now(change), backend.watch);
    });
    EXPECT_TRUE(is_open(backend.attempts()[0].status));
}

TEST_F(News, OfTheFoundCollectPaymentIsTheSameTargetAgain) {
    start(Channel::Collect, "k1");
    auto found = an_event(N::Created, "p7");
    found.channel = Channel::Collect;
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_unclear(change, change.attempts()[0], backend.watch);
        news::on_payments(change, {found}, asked_now(change), backend.watch);
    });
    start(Channel::Collect, "k2");
    EXPECT_EQ(backend.attempts().size(), 2U);
    EXPECT_EQ(backend.outbox_rows("pay"), 1);
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

TEST_F(News, ThatAnotherChannelIsRefusedThreeTimesEndsInContactYou) {
    for (const char* key : {"k1", "k2", "k3"}) {
        start(Channel::QrCode, key);
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_refused(
                change, change.attempts().back(), {Refusal::ChannelNotAllowed, "x"}
            );
        });
    }
    EXPECT_EQ(backend.order().review_reason, ReviewReason::GatewayUnavailable);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation, wire::Situation::ContactYou
    );
}

TEST_F(News, OfThreeLinksForAnotherSumEndsInContactYou) {
    const QrPrompt wrong{"upi://pay?pa=chai@bank&am=5.00&cu=INR", ""};
    for (const std::string key : {"k1", "k2", "k3"}) {
        start(Channel::QrCode, key);
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_answer(
                change, change.attempts().back(), {GatewayPaymentId{"p_" + key}, wrong, rupees(500)}
            );
        });
    }
    EXPECT_EQ(backend.order().gateway_failures, 3);
    EXPECT_EQ(
        backend.orders.view(OrderId{"ord_0001"}, {})->message.situation, wire::Situation::ContactYou
    );
}

TEST_F(News, ThatTheGatewayKnowsNoSuchUpiIdBreaksTheRowOfItsFailures) {
    const auto given_up = [&](const char* key) {
        start(Channel::QrCode, key);
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_pay_given_up(change, change.attempts().back());
        });
    };
    given_up("k1");
    given_up("k2");
    start(Channel::Collect, "k3");
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_pay_refused(change, change.attempts().back(), {Refusal::InvalidVpa, "x"});
    });
    given_up("k4");
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None);
    EXPECT_EQ(backend.order().gateway_failures, 1);
}

TEST_F(News, ThatTheOrderWasClosedOverThereIsNoSilentDeadEnd) {
    for (const auto status :
         {GatewayOrderStatus::Terminated, GatewayOrderStatus::Expired, GatewayOrderStatus::Paid}) {
        hear_order(status, rupees(500));
        const auto view = backend.orders.view(OrderId{"ord_0001"}, {});
        EXPECT_FALSE(view->payable);
        EXPECT_EQ(view->message.situation, wire::Situation::ContactYou);
    }
}

}  // namespace
}  // namespace chukta
