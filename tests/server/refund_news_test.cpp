// What news of refunds does to an order, on the real Store.
#include "server/refund_news.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "server/news.h"
#include "server/reconciler.h"
#include "server/refunds.h"
#include "tests/support/refund_builders.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;
using N = NormalizedStatus;

const OrderId kOrder{"ord_0001"};

class RefundNews : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(backend.orders.create(a_new_order(), std::nullopt)); }

    /// News of a payment that nobody here started is a payment all the same.
    void pay(const std::string& payment_id = "p1") {
        backend.change("ord_0001", [&](OrderChange& change) {
            auto event = an_event(N::Completed, payment_id);
            event.completed_at = change.now();
            news::on_event(change, event, NewsSource::Webhook);
        });
    }
    Result<Refunds::Made, RefundError> ask_for(
        const std::string& id,
        std::optional<Money> amount = std::nullopt,
        std::optional<IdempotencyKey> key = std::nullopt,
        const OrderId& order = kOrder
    ) {
        return refunds.create(order, {RefundId{id}, amount, ""}, key);
    }
    static GatewayRefundNews some_news(
        const std::string& id, N status, std::int64_t rupees_back = 500
    ) {
        auto news = a_refund_event(status, id);
        news.payment_id = GatewayPaymentId{"p1"};
        news.gateway_refund_id = "1553338";
        news.status = status;
        news.gateway_word = status == N::Completed ? "SUCCESS"
                            : status == N::Failed  ? "CANCELLED"
                                                   : "PENDING";
        news.amount = rupees(rupees_back);
        return news;
    }
    static GatewayRefundNews automatic(const std::string& payment_id) {
        auto news = some_news("", N::Completed);
        news.automatic = true;
        news.payment_id = GatewayPaymentId{payment_id};
        return news;
    }
    void hear(const GatewayRefundNews& news, NewsSource source = NewsSource::Webhook) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_refund(change, news, source);
        });
    }
    void fetched(const std::vector<GatewayRefundNews>& all) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_refunds(change, all, asked_now(change));
        });
    }
    std::vector<Refund> rows() {
        Transaction transaction{*backend.database, db::Mode::Read};
        return backend.store.refunds_of(transaction, kOrder);
    }
    std::int64_t told() { return backend.outbox_rows("notify", "refund.updated"); }

    Backend backend;
    Refunds refunds{backend.store, backend.held, backend.clock, backend.watch, [] {}};
};

TEST_F(RefundNews, OfAnOrderThatIsNotPaidIsRefused) {
    EXPECT_EQ(ask_for("rf_1").error(), RefundError::OrderNotPaid);
    EXPECT_EQ(
        ask_for("rf_1", std::nullopt, std::nullopt, OrderId{"ord_none"}).error(),
        RefundError::OrderNotFound
    );
}

TEST_F(RefundNews, ARefundIsOneRowAndOneCallHoweverOftenItIsAskedFor) {
    pay();
    const IdempotencyKey key{"k1"};
    const auto made = ask_for("", rupees(200), key);
    ASSERT_TRUE(made && made->is_new);
    EXPECT_EQ(made->refund.amount, rupees(200));
    const auto again = ask_for("", rupees(200), key);
    ASSERT_TRUE(again && !again->is_new);
    EXPECT_EQ(again->refund.refund_id, made->refund.refund_id);
    EXPECT_EQ(ask_for("", rupees(201), key).error(), RefundError::IdempotencyKeyReused);

    ASSERT_TRUE(ask_for("rf_1", rupees(100)));
    ASSERT_TRUE(ask_for("rf_1", rupees(100)));
    EXPECT_EQ(ask_for("rf_1", rupees(101)).error(), RefundError::RefundExists);
    EXPECT_EQ(rows().size(), 2U);
    EXPECT_EQ(backend.outbox_rows("refund"), 2);

    ASSERT_TRUE(backend.orders.create(a_new_order("ord_0002"), std::nullopt));
    EXPECT_EQ(
        ask_for("rf_1", rupees(100), std::nullopt, OrderId{"ord_0002"}).error(),
        RefundError::RefundExists
    ) << "the gateway knows refunds by their id alone";
}

TEST_F(RefundNews, AnIdThatTheGatewayNamedFirstIsNoOtherOrders) {
    pay();
    hear(some_news("rf_9", N::Completed));
    ASSERT_TRUE(backend.orders.create(a_new_order("ord_0002"), std::nullopt));
    EXPECT_EQ(
        ask_for("rf_9", rupees(100), std::nullopt, OrderId{"ord_0002"}).error(),
        RefundError::RefundExists
    );
}

TEST_F(RefundNews, NeverMoreThanWasPaidIsPromised) {
    pay();
    EXPECT_EQ(ask_for("rf_0", rupees(501)).error(), RefundError::AmountTooLarge);
    ASSERT_TRUE(ask_for("rf_1", rupees(300)));
    EXPECT_EQ(ask_for("rf_2", rupees(201)).error(), RefundError::AmountTooLarge);
    const auto rest = ask_for("rf_3");
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->refund.amount, rupees(200)) << "without an amount: what is left";
    EXPECT_EQ(ask_for("rf_4").error(), RefundError::AmountTooLarge);
    hear(some_news("rf_1", N::Failed, 300));
    ASSERT_TRUE(ask_for("rf_5", rupees(300))) << "a cancelled refund's money is there again";
}

TEST_F(RefundNews, WithoutAnAmountIsNeverAboutTheSurplusAsWell) {
    pay("p1");
    backend.clock.advance(1'000);
    pay("p2");
    EXPECT_EQ(backend.order().review_reason, ReviewReason::PaidTwice);
    const auto made = ask_for("rf_1");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->refund.amount, rupees(500));
    ASSERT_TRUE(ask_for("rf_2", rupees(500)));
    EXPECT_EQ(ask_for("rf_3", rupees(1)).error(), RefundError::AmountTooLarge);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
}

TEST_F(RefundNews, WithoutAnAmountIsWhatIsLeftOfThePaymentThatCounts) {
    pay("p1");
    backend.clock.advance(1'000);
    pay("p2");
    ASSERT_TRUE(ask_for("rf_1", rupees(200)));
    const auto rest = ask_for("rf_2");
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->refund.amount, rupees(300)) << "the other 500 are the surplus";
    EXPECT_EQ(ask_for("rf_3").error(), RefundError::AmountTooLarge);
}

TEST_F(RefundNews, OfTheSurplusTakesNothingOfThePaymentThatCounts) {
    pay("p1");
    backend.clock.advance(1'000);
    pay("p2");
    hear(automatic("p2"));
    const auto all = ask_for("rf_1");
    ASSERT_TRUE(all);
    EXPECT_EQ(all->refund.amount, rupees(500));
}

TEST_F(RefundNews, TellsTheShopOncePerChangeWithAGrowingVersion) {
    pay();
    ASSERT_TRUE(ask_for("rf_1"));
    EXPECT_EQ(told(), 0) << "the shop knows what it asked for";
    const auto before = backend.order().version;
    hear(some_news("rf_1", N::Pending), NewsSource::Reply);
    EXPECT_EQ(told(), 1);
    EXPECT_EQ(backend.order().version, before + 1);
    hear(some_news("rf_1", N::Pending), NewsSource::Reply);
    EXPECT_EQ(told(), 1);
    EXPECT_EQ(backend.order().version, before + 1);
    hear(some_news("rf_1", N::Completed));
    hear(some_news("rf_1", N::Completed));
    hear(some_news("rf_1", N::Pending), NewsSource::Reply);
    EXPECT_EQ(told(), 2);
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].status, RefundStatus::Completed);
    EXPECT_EQ(rows()[0].gateway_status, "SUCCESS");
    EXPECT_FALSE(rows()[0].next_ask_at);
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid) << "paid is final";
    EXPECT_EQ(backend.order().review_reason, ReviewReason::UnknownAttempt) << "as before";
}

TEST_F(RefundNews, OfARefundMadeAtTheDashboardIsRecordedAndCounts) {
    pay();
    hear(some_news("by_hand", N::Completed, 450));
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].origin, RefundOrigin::Dashboard);
    EXPECT_EQ(told(), 1);
    EXPECT_EQ(ask_for("rf_1", rupees(51)).error(), RefundError::AmountTooLarge);
    EXPECT_TRUE(ask_for("rf_1", rupees(50)));
}

TEST_F(RefundNews, ThatThePaymentItselfWentBackIsAContradictionInEitherOrder) {
    hear(automatic("p1"));
    EXPECT_EQ(backend.order().review_reason, ReviewReason::None) << "it is nobody's payment yet";
    pay("p1");
    EXPECT_EQ(backend.order().payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.order().review_reason, ReviewReason::Contradicted);
    ASSERT_EQ(rows().size(), 1U);
    hear(automatic("p1"), NewsSource::Fetch);
    EXPECT_EQ(rows().size(), 1U) << "a fetch tells of the same refund";
    EXPECT_EQ(ask_for("rf_1").error(), RefundError::AmountTooLarge);
}

TEST_F(RefundNews, ThatTheSurplusWentBackByItselfIsNone) {
    pay("p1");
    backend.clock.advance(1'000);
    pay("p2");
    hear(automatic("p2"));
    EXPECT_EQ(backend.order().review_reason, ReviewReason::PaidTwice);
    const auto made = ask_for("rf_1", rupees(501));
    EXPECT_EQ(made.error(), RefundError::AmountTooLarge);
}

TEST_F(RefundNews, ARefusalIsBelievedOnlyWhenGetRefundsDoesNotKnowTheRefund) {
    pay();
    ASSERT_TRUE(ask_for("rf_1"));
    const auto refuse = [&](Refusal refusal) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_refund_refused(change, *change.find(RefundId{"rf_1"}), {refusal, "code"});
        });
    };
    refuse(Refusal::RefundIdTaken);
    EXPECT_EQ(rows()[0].status, RefundStatus::Pending);
    EXPECT_EQ(ask_for("rf_2").error(), RefundError::AmountTooLarge) << "it may be on its way";
    fetched({});
    EXPECT_EQ(rows()[0].status, RefundStatus::Pending) << "asked too soon to mean something";
    backend.clock.advance(backend.watch.unclear_grace_ms);
    fetched({});
    EXPECT_EQ(rows()[0].status, RefundStatus::Failed);
    EXPECT_EQ(rows()[0].failure, RefundFailure::RefundIdTaken);
    EXPECT_EQ(told(), 1);
    EXPECT_TRUE(ask_for("rf_2"));
}

TEST_F(RefundNews, NothingListedByAClockThatWasAheadEndsNoRefusedRefund) {
    pay();
    ASSERT_TRUE(ask_for("rf_1", rupees(200)));
    constexpr std::int64_t kAnHour = 3'600'000;
    backend.change("ord_0001", [&](OrderChange& change) {
        auto& refund = *change.find(RefundId{"rf_1"});
        news::on_refund_refused(change, refund, {Refusal::RefundIdTaken, "code"});
        news::on_refunds(change, {}, asked_now(change, kAnHour));
    });
    EXPECT_EQ(rows()[0].status, RefundStatus::Pending) << "when it was asked is not known";
}

TEST_F(RefundNews, ARefusedRepeatOfACallThatWasTakenIsNoFailure) {
    pay();
    ASSERT_TRUE(ask_for("rf_1"));
    backend.change("ord_0001", [&](OrderChange& change) {
        auto& refund = *change.find(RefundId{"rf_1"});
        news::on_refund_refused(change, refund, {Refusal::RefundTooLarge, "refund_post_failed"});
    });
    backend.clock.advance(backend.watch.unclear_grace_ms);
    fetched({some_news("rf_1", N::Pending)});
    EXPECT_EQ(rows()[0].status, RefundStatus::Pending);
    EXPECT_FALSE(rows()[0].refused_at);
    EXPECT_TRUE(rows()[0].next_ask_at) << "watched until it ends";
    backend.clock.advance(backend.watch.unclear_grace_ms);
    fetched({});
    EXPECT_EQ(rows()[0].status, RefundStatus::Pending);
}

TEST_F(RefundNews, OfARefundThatIsHeldForEverIsAskedForUntilItsWindowEnds) {
    pay();
    ASSERT_TRUE(ask_for("rf_1"));
    hear(some_news("rf_1", N::Pending), NewsSource::Reply);
    ASSERT_TRUE(rows()[0].next_ask_at);
    backend.clock.advance(backend.watch.refund_window_ms + 1);
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    EXPECT_TRUE(reconciler.run_once());
    fetched({some_news("rf_1", N::Pending)});
    EXPECT_FALSE(rows()[0].next_ask_at) << "the last answer begins no new watch";
}

TEST_F(RefundNews, OfBothPaymentsCapturedGivesTheSurplusBackOnlyWhereTheSettingSaysSo) {
    for (const bool wanted : {false, true}) {
        Backend fresh;
        if (wanted) fresh.watch.duplicates_go_back_after_ms = 600'000;
        Orders orders{fresh.store, fresh.held, fresh.clock, fresh.policy, fresh.watch, [] {}};
        ASSERT_TRUE(orders.create(a_new_order(), std::nullopt));
        const std::vector<GatewayPaymentId> both{GatewayPaymentId{"p1"}, GatewayPaymentId{"p2"}};
        const auto in_order = [&](auto work) { fresh.change("ord_0001", work); };
        for (const auto& id : both) {
            fresh.clock.advance(1'000);
            in_order([&](OrderChange& change) {
                auto event = an_event(N::Completed, id.str());
                event.completed_at = change.now();
                news::on_event(change, event, NewsSource::Webhook);
            });
        }
        const auto settle = [&](const std::vector<GatewayRefundNews>& refunds_there) {
            in_order([&](OrderChange& change) {
                news::on_captured(change, both, asked_now(change));
            });
            in_order([&](OrderChange& change) {
                news::on_refunds(change, refunds_there, asked_now(change));
            });
        };
        const auto of_order = [&] {
            Transaction transaction{*fresh.database, db::Mode::Read};
            return fresh.store.refunds_of(transaction, kOrder);
        };
        settle({});
        EXPECT_TRUE(of_order().empty()) << "the gateway's own refund may still come";
        fresh.clock.advance(600'000);
        settle({});
        settle({});
        ASSERT_EQ(of_order().size(), wanted ? 1U : 0U);
        if (!wanted) continue;
        EXPECT_EQ(of_order()[0].refund_id.str(), "dup_p2");
        EXPECT_EQ(of_order()[0].amount, rupees(500));
        EXPECT_EQ(fresh.outbox_rows("refund"), 1);
        EXPECT_EQ(fresh.order().payment_status, PaymentStatus::Paid);
        EXPECT_EQ(fresh.order().review_reason, ReviewReason::PaidTwice);
    }
}

TEST_F(RefundNews, ThatMayStillFailKeepsThePaymentsWatchedForTheirSurplus) {
    // Found by the simulation: the shop's own refund was held for long and then cancelled.
    backend.watch.duplicates_go_back_after_ms = 600'000;
    pay();
    ASSERT_TRUE(ask_for("rf_1", rupees(200)));
    backend.change("ord_0001", [&](OrderChange& change) {
        auto second = an_event(N::Completed, "p2");
        second.completed_at = change.now();
        news::on_event(change, second, NewsSource::Webhook);
    });
    const auto is_watched = [&] {
        const auto attempts = backend.attempts();
        return std::any_of(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
            return attempt.status == AttemptStatus::Completed && attempt.next_ask_at;
        });
    };
    const auto settle = [&](N refund) {
        backend.clock.advance(600'000);
        backend.change("ord_0001", [&](OrderChange& change) {
            std::vector<GatewayPaymentId> both;
            for (const auto& attempt : change.attempts()) both.push_back(attempt.payment_id);
            news::on_captured(change, both, asked_now(change));
        });
        fetched({some_news("rf_1", refund)});
    };
    settle(N::Pending);
    settle(N::Pending);
    EXPECT_TRUE(is_watched());
    settle(N::Failed);
    settle(N::Failed);
    EXPECT_FALSE(is_watched()) << "the surplus is on its way back";
    EXPECT_EQ(rows().size(), 2U);
}

TEST_F(RefundNews, ThatOneIsCancelledAsksForTheSurplusThatWaitedForItWhenNobodyWatchesAnyMore) {
    backend.watch.duplicates_go_back_after_ms = 600'000;
    backend.orders.prepare(kOrder, {DeviceClass::AndroidPhone, ""});
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_pay_answer(
            change, change.attempts()[0], {GatewayPaymentId{"p2"}, IntentPrompt{}, rupees(500)}
        );
    });
    pay("p1");
    ASSERT_TRUE(ask_for("rf_1", rupees(200)));
    backend.clock.advance(backend.watch.window_ms + 1);
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    EXPECT_TRUE(reconciler.run_once());
    pay("p2");  // found by the last look
    backend.clock.advance(600'000);
    EXPECT_TRUE(reconciler.run_once());
    backend.change("ord_0001", [](OrderChange& change) {
        news::on_captured(
            change, {GatewayPaymentId{"p1"}, GatewayPaymentId{"p2"}}, asked_now(change)
        );
    });
    fetched({some_news("rf_1", N::Pending, 200)});
    for (const auto& attempt : backend.attempts()) ASSERT_FALSE(attempt.next_ask_at);
    const auto forget = [&] {
        backend.store.transact([](Transaction& transaction) {
            transaction.run("DELETE FROM outbox WHERE kind = 'ask_refunds'");
        });
    };
    forget();
    hear(some_news("rf_1", N::Failed, 200));
    EXPECT_EQ(backend.outbox_rows("ask_refunds"), 1);
    forget();
    for (int i = 0; i < 2; ++i) fetched({some_news("rf_1", N::Failed, 200)});
    EXPECT_EQ(backend.outbox_rows("refund", "dup_p2"), 1);
    hear(some_news("rf_1", N::Failed, 200));
    EXPECT_EQ(backend.outbox_rows("ask_refunds"), 0) << "asked once";
}

class SurplusAndAClockAhead : public ::testing::Test {
protected:
    SurplusAndAClockAhead() {
        backend.watch.duplicates_go_back_after_ms = 600'000;
        EXPECT_TRUE(backend.orders.create(a_new_order(), std::nullopt));
        for (const auto& id : both) {
            backend.change("ord_0001", [&](OrderChange& change) {
                auto event = an_event(N::Completed, id.str());
                event.completed_at = change.now();
                news::on_event(change, event, NewsSource::Webhook);
            });
        }
    }
    void captured(std::int64_t ahead_ms) {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_captured(change, both, asked_now(change, ahead_ms));
        });
    }
    void no_refunds() {
        backend.change("ord_0001", [&](OrderChange& change) {
            news::on_refunds(change, {}, asked_now(change));
        });
    }
    const std::vector<GatewayPaymentId> both{GatewayPaymentId{"p1"}, GatewayPaymentId{"p2"}};
    Backend backend;
};

TEST_F(SurplusAndAClockAhead, DoesNotGoBackBeforeItsTime) {
    captured(3'600'000);
    EXPECT_EQ(backend.outbox_rows("ask_refunds"), 0);
    backend.change("ord_0001", [&](OrderChange& change) {
        news::on_refunds(change, {}, asked_now(change, 3'600'000));
    });
    EXPECT_EQ(backend.outbox_rows("refund"), 0) << "the gateway's own refund may still come";
}

TEST_F(SurplusAndAClockAhead, IsNotAskedAboutWithoutAPause) {
    backend.clock.advance(3'600'000);
    captured(0);
    backend.clock.advance(-3'600'000);
    backend.store.transact([](Transaction& transaction) {
        transaction.run("DELETE FROM outbox WHERE kind = 'ask_refunds'");
    });
    no_refunds();
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto asked = transaction.run("SELECT due_at_ms FROM outbox WHERE kind = 'ask_refunds'");
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].integer("due_at_ms"), backend.clock.now() + 60'000);
}

TEST_F(SurplusAndAClockAhead, GoesBackWhenItsTimeHasCome) {
    captured(3'600'000);
    backend.clock.advance(600'000);
    captured(0);
    no_refunds();
    EXPECT_EQ(backend.outbox_rows("refund"), 1);
}

using SurplusThatIsCaptured = SurplusAndAClockAhead;

TEST_F(SurplusThatIsCaptured, IsAskedAboutUntilItIsKnownWhatWentBackAlready) {
    backend.clock.advance(600'000);
    captured(0);
    const auto forget = [&](const std::string& kind) {
        backend.store.transact([&](Transaction& transaction) {
            transaction.run("DELETE FROM outbox WHERE kind = $1", {kind});
        });
    };
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    // Each answer of the gateway is a refusal.
    for (int i = 0; i < 5; ++i) {
        forget("ask_refunds");
        forget("ask");
        backend.clock.advance(backend.watch.first_ms << i);
        ASSERT_TRUE(reconciler.run_once()) << i;
        EXPECT_EQ(backend.outbox_rows("ask"), 1);
        captured(0);
        EXPECT_EQ(backend.outbox_rows("ask_refunds"), 1);
    }
    no_refunds();
    EXPECT_EQ(backend.outbox_rows("refund"), 1);
    for (const auto& attempt : backend.attempts()) EXPECT_FALSE(attempt.next_ask_at);
}

TEST_F(SurplusThatIsCaptured, IsAskedAboutNoMoreWhenItWentBackByItself) {
    backend.clock.advance(600'000);
    captured(0);
    backend.change("ord_0001", [&](OrderChange& change) {
        auto automatic = a_refund_event(N::Completed, "auto");
        automatic.automatic = true;
        automatic.payment_id = both[1];
        news::on_refunds(change, {automatic}, asked_now(change));
    });
    EXPECT_EQ(backend.outbox_rows("refund"), 0);
    for (const auto& attempt : backend.attempts()) EXPECT_FALSE(attempt.next_ask_at);
}

}  // namespace
}  // namespace chukta
