// The inbox's way into payments, on the real Store: what shares a commit, and what must not.
#include "server/applier.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "server/cashfree/gateway.h"
#include "server/refund.h"
#include "tests/support/edge_builders.h"
#include "tests/support/server_builders.h"
#include "tests/support/test_database.h"

namespace chukta {
namespace {

using namespace testing;

std::string success_of(
    const std::string& order,
    const std::string& payment,
    const std::string& event_time = "2026-03-01T10:00:05+05:30"
) {
    return R"({"data":{"order":{"order_id":")" + order +
           R"(","order_amount":500.00,"order_currency":"INR"},"payment":{"cf_payment_id":")" +
           payment +
           R"(","payment_status":"SUCCESS","payment_amount":500.00,"payment_currency":"INR",)"
           R"("payment_time":"2026-03-01T10:00:00+05:30","bank_reference":"606012345678",)"
           R"("payment_method":{"upi":{"channel":"link"}},"payment_group":"upi"}},)"
           R"("event_time":")" +
           event_time + R"(","type":"PAYMENT_SUCCESS_WEBHOOK"})";
}

class ApplierTest : public ::testing::Test {
protected:
    std::string order(int number) { return "ord_" + std::to_string(1000 + number); }

    void arrive(int number, const std::string& payment) {
        arrive(payment, success_of(order(number), payment));
    }
    void arrive(const std::string& payment, const std::string& body) {
        backend.store.transact([&](Transaction& transaction) {
            InboxRow row;
            row.kind = NewsKind::Webhook;
            row.dedupe_key = payment;
            row.body = body;
            row.received_at = backend.clock.now();
            backend.store.insert_inbox(transaction, row);
        });
    }

    void refuse_attempts_of(const std::string& order) {
        backend.store.transact([&](Transaction& transaction) {
            transaction.run(
                "CREATE TRIGGER refuse BEFORE INSERT ON attempts WHEN NEW.order_id = '" + order +
                "' BEGIN SELECT RAISE(ABORT, 'refused'); END"
            );
        });
    }

    Backend backend;
    cashfree::Gateway gateway{[] {
        cashfree::GatewaySettings settings;
        settings.client.base_url = "http://127.0.0.1:9/pg";
        return settings;
    }()};
    Applier applier{backend.store, gateway, backend.held, backend.clock, backend.watch, [] {}};
};

TEST_F(ApplierTest, AppliesABatchAndWakesEachOrdersPageOnce) {
    constexpr int kOrders = 50;
    std::vector<int> woken(kOrders, 0);
    for (int i = 0; i < kOrders; ++i) {
        ASSERT_TRUE(backend.orders.create(a_new_order(order(i)), std::nullopt));
        backend.orders.hold(
            {{OrderId{order(i)},
              backend.order(order(i)).version,
              backend.clock.now() + 25'000,
              [&woken, i] { ++woken[static_cast<std::size_t>(i)]; }}}
        );
        arrive(i, "p" + std::to_string(i));
    }
    while (applier.run_once()) {
    }
    EXPECT_EQ(std::count(woken.begin(), woken.end(), 1), kOrders);
    for (int i = 0; i < kOrders; ++i) {
        EXPECT_EQ(backend.order(order(i)).payment_status, PaymentStatus::Paid) << i;
    }
}

TEST_F(ApplierTest, NewsOfOneOrderInOneBatchIsAppliedOneAfterTheOther) {
    ASSERT_TRUE(backend.orders.create(a_new_order(order(1)), std::nullopt));
    arrive(1, "p1");
    arrive(1, "p2");
    EXPECT_TRUE(applier.run_once());
    const auto paid = backend.order(order(1));
    EXPECT_EQ(paid.payment_status, PaymentStatus::Paid);
    EXPECT_EQ(paid.review_reason, ReviewReason::PaidTwice);
    EXPECT_EQ(backend.attempts(order(1)).size(), 2U);
    EXPECT_EQ(backend.outbox_rows("notify", "order.paid"), 1);
}

TEST_F(ApplierTest, AWebhookOfAnotherTypeIsAskedAboutWhereItDeniesASuccess) {
    ASSERT_TRUE(backend.orders.create(a_new_order(order(1)), std::nullopt));
    arrive(1, "p1");
    const auto of_another_type = [&](const std::string& word) {
        const std::string payment = R"("payment":{"payment_status":")" + word + R"("})";
        arrive(
            word,
            R"({"type":"A_LATER_TYPE","data":{"order":{"order_id":")" + order(1) + R"("},)" +
                payment + "}}"
        );
    };
    of_another_type("SUCCESS");
    EXPECT_TRUE(applier.run_once());
    ASSERT_EQ(backend.order(order(1)).payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.outbox_rows("ask"), 0);
    of_another_type("FAILED");
    EXPECT_TRUE(applier.run_once());
    EXPECT_EQ(backend.outbox_rows("ask"), 1);
}

TEST_F(ApplierTest, AWebhookThatIsLateTellsOfAPaymentThatWasInTime) {
    auto wanted = a_new_order(order(1));
    wanted.expires_at = backend.clock.now() + 16 * 60'000;
    ASSERT_TRUE(backend.orders.create(wanted, std::nullopt));
    backend.clock.advance(18 * 60'000);
    arrive("p1", success_of(order(1), "p1", to_rfc3339(*wanted.expires_at - 1'000)));
    EXPECT_TRUE(applier.run_once());
    const auto paid = backend.order(order(1));
    EXPECT_EQ(paid.payment_status, PaymentStatus::Paid);
    EXPECT_NE(paid.review_reason, ReviewReason::PaidAfterClose);
    EXPECT_EQ(paid.paid_at, *wanted.expires_at - 1'000);
}

TEST_F(ApplierTest, WhichPaymentIsTheSurplusIsTheGatewaysTimeAndNotTheOrderOfArrival) {
    for (const bool in_order : {true, false}) {
        const int number = in_order ? 1 : 2;
        ASSERT_TRUE(backend.orders.create(a_new_order(order(number)), std::nullopt));
        const auto first = success_of(order(number), "p1", to_rfc3339(backend.clock.now()));
        const auto second =
            success_of(order(number), "p2", to_rfc3339(backend.clock.now() + 5'000));
        backend.clock.advance(6'000);
        arrive(order(number) + "a", in_order ? first : second);
        EXPECT_TRUE(applier.run_once());
        backend.clock.advance(120'000);
        arrive(order(number) + "b", in_order ? second : first);
        EXPECT_TRUE(applier.run_once());
        const auto attempts = backend.attempts(order(number));
        const auto too_much = surplus(attempts);
        ASSERT_EQ(too_much.size(), 1U);
        EXPECT_EQ(too_much[0]->payment_id.str(), "p2") << in_order;
    }
}

TEST_F(ApplierTest, AnAnswerThatListsAnotherOrdersNewsIsBelievedAboutTheOneThatWasAskedFor) {
    const auto listed = [](const std::string& order, const std::string& payment) {
        return R"({"order_id":")" + order + R"(","cf_payment_id":")" + payment +
               R"(","payment_status":"SUCCESS","is_captured":true,"payment_currency":"INR",)"
               R"("order_amount":500,"payment_amount":500})";
    };
    const auto refunded = [](const std::string& order, const std::string& payment) {
        return R"({"order_id":")" + order + R"(","cf_payment_id":")" + payment +
               R"(","cf_refund_id":"r)" + payment + R"(","refund_id":"by_hand_)" + payment +
               R"(","refund_status":"SUCCESS","refund_amount":100,"refund_currency":"INR"})";
    };
    for (const int number : {1, 2}) {
        ASSERT_TRUE(backend.orders.create(a_new_order(order(number)), std::nullopt));
    }
    const auto answer = [&](NewsKind kind, const std::string& body) {
        InboxRow row;
        row.kind = kind;
        row.dedupe_key = std::string{word(kind)};
        row.order_id = OrderId{order(1)};
        row.body = body;
        row.received_at = backend.clock.now();
        backend.store.transact([&](Transaction& transaction) {
            backend.store.insert_inbox(transaction, row);
        });
        EXPECT_TRUE(applier.run_once());
    };
    answer(
        NewsKind::PaymentsAnswer, "[" + listed(order(2), "p2") + "," + listed(order(1), "p1") + "]"
    );
    const auto attempts = backend.attempts(order(1));
    ASSERT_EQ(attempts.size(), 1U);
    EXPECT_EQ(attempts[0].payment_id.str(), "p1");
    EXPECT_EQ(backend.order(order(1)).payment_status, PaymentStatus::Paid);
    answer(
        NewsKind::RefundsAnswer,
        "[" + refunded(order(2), "p2") + "," + refunded(order(1), "p1") + "]"
    );
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto refunds = backend.store.refunds_of(transaction, OrderId{order(1)});
    ASSERT_EQ(refunds.size(), 1U);
    EXPECT_EQ(refunds[0].payment_id.str(), "p1");
    EXPECT_TRUE(backend.store.refunds_of(transaction, OrderId{order(2)}).empty());
}

TEST_F(ApplierTest, AppliesSixteenWebhooksInOneTransactionAndWritesEachOfTheirRowsOnce) {
    if (on_postgres()) GTEST_SKIP() << "the counting triggers are SQLite's";
    constexpr int kOrders = 16;
    for (int i = 0; i < kOrders; ++i) {
        ASSERT_TRUE(backend.orders.create(a_new_order(order(i)), std::nullopt));
        arrive(i, "p" + std::to_string(i));
    }
    backend.store.transact([](Transaction& transaction) {
        transaction.run("CREATE TABLE written (what TEXT)");
        for (const std::string table : {"inbox", "orders", "attempts", "outbox"}) {
            for (const std::string how : {"INSERT", "UPDATE", "DELETE"}) {
                transaction.run(
                    "CREATE TRIGGER " + how + "_" + table + " AFTER " + how + " ON " + table +
                    " BEGIN INSERT INTO written VALUES ('" + how + " " + table + "'); END"
                );
            }
        }
    });
    EXPECT_TRUE(applier.run_once());
    EXPECT_FALSE(applier.run_once());
    std::map<std::string, std::int64_t> written;
    backend.store.transact([&](Transaction& transaction) {
        for (const auto& row :
             transaction.run("SELECT what, COUNT(*) AS times FROM written GROUP BY what")) {
            written[row.text("what")] = row.integer("times");
        }
    });
    const std::map<std::string, std::int64_t> once{
        {"UPDATE inbox", kOrders},
        {"UPDATE orders", kOrders},
        {"INSERT attempts", kOrders},
        // The shop is told, and the gateway asked for the payments that it knows.
        {"INSERT outbox", 2 * kOrders},
    };
    EXPECT_EQ(written, once);
}

TEST_F(ApplierTest, ARowThatTheDatabaseRefusesKeepsNoOtherFromBeingApplied) {
    if (on_postgres()) GTEST_SKIP() << "the refusing trigger is SQLite's";
    constexpr int kOrders = 20;
    constexpr int kBad = 5;
    for (int i = 0; i < kOrders; ++i) {
        ASSERT_TRUE(backend.orders.create(a_new_order(order(i)), std::nullopt));
        arrive(i, "p" + std::to_string(i));
    }
    refuse_attempts_of(order(kBad));
    while (applier.run_once()) {
    }
    for (int i = 0; i < kOrders; ++i) {
        EXPECT_EQ(backend.order(order(i)).payment_status == PaymentStatus::Paid, i != kBad) << i;
    }
    // It is due again after a while, and nothing of it was lost.
    backend.store.transact([](Transaction& transaction) { transaction.run("DROP TRIGGER refuse"); }
    );
    backend.clock.advance(60'000);
    EXPECT_TRUE(applier.run_once());
    EXPECT_EQ(backend.order(order(kBad)).payment_status, PaymentStatus::Paid);
    EXPECT_EQ(backend.outbox_rows("notify", "order.paid"), kOrders);
}

TEST_F(ApplierTest, WhatBecameOfAnOrderIsLoggedOnceHoweverOftenItIsTried) {
    if (on_postgres()) GTEST_SKIP() << "the refusing trigger is SQLite's";
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(backend.orders.create(a_new_order(order(i)), std::nullopt));
        arrive(i, "p" + std::to_string(i));
        arrive(i, "q" + std::to_string(i));
    }
    arrive("unreadable", "no JSON");
    // The first two are decided, and taken back with the third.
    refuse_attempts_of(order(2));
    const CapturedLog captured;
    while (applier.run_once()) {
    }
    for (int i = 0; i < 3; ++i) {
        for (const std::string what :
             {R"("order.changed","order":"{}","payment_status":"paid")",
              R"("order.under_review","order":"{}","reason":"paid_twice")"}) {
            auto line = what;
            EXPECT_EQ(captured.count(line.replace(line.find("{}"), 2, order(i))), i == 2 ? 0 : 1)
                << line;
        }
    }
    EXPECT_EQ(captured.count("webhook.unreadable"), 1);
    EXPECT_EQ(captured.count("news.not_applied"), 2) << "nobody takes that back";
}

}  // namespace
}  // namespace chukta
