// What pages that ask about their orders are told, on the engine of this run.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <optional>
#include <tuple>

#include "server/store.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;

const OrderId kOrder{"ord_0001"};

class StoreOfPages : public ::testing::Test {
protected:
    StoreOfPages() { EXPECT_TRUE(backend.orders.create(a_new_order(), std::nullopt)); }

    EpochMs now() const { return backend.clock.now(); }
    template <class Work>
    void write(Work&& work) {
        backend.store.transact([&](Transaction& transaction) { work(transaction); });
    }
    void add_attempt(const OrderId& order, const Attempt& attempt) {
        write([&](Transaction& transaction) {
            backend.store.insert_attempt(transaction, order, attempt);
        });
    }

    Backend backend;
};

/// The ith of an order's, with everything set that a page may be shown.
Attempt a_whole_attempt(int i, AttemptStatus status, EpochMs now) {
    auto attempt = an_attempt(status);
    attempt.attempt_id = AttemptId{"attempt-" + std::to_string(i)};
    if (status != AttemptStatus::Prepared) attempt.index = i;
    attempt.app = UpiApp::PhonePe;
    attempt.vpa_masked = "as***@okaxis";
    attempt.failure = FailureReason::Declined;
    attempt.detail = wire::FailureDetail::WrongPin;
    attempt.no_money_taken = true;
    attempt.sum_state = SumState::OrderPaid;
    attempt.pay_state = PayState::Answered;
    attempt.payment_id = GatewayPaymentId{"pay-" + std::to_string(i)};
    attempt.prompt = StoredPrompt{IntentPrompt{{{UpiApp::PhonePe, "phonepe://pay"}}}};
    attempt.bank_reference = "61337123456" + std::to_string(i);
    attempt.expires_at = now + 10'000;
    attempt.completed_at = now - i;  // of two that are completed, the later one is the order's
    return attempt;
}

/// All of an order that a page's view is made of.
auto of_page(const Order& order) {
    return std::make_tuple(
        order.order_id.str(),
        order.version,
        order.amount.paise(),
        order.items.text(),
        order.return_url,
        order.payment_status,
        order.fulfillment_status,
        order.review_reason,
        order.gateway_state,
        order.gateway_failures,
        order.collect_refused,
        order.last_index,
        order.expires_at,
        order.paid_at
    );
}

auto of_page(const Attempt& attempt) {
    return std::make_tuple(
        attempt.attempt_id.str(),
        attempt.index,
        attempt.channel,
        attempt.app,
        attempt.vpa_masked,
        attempt.status,
        attempt.failure,
        attempt.detail,
        attempt.no_money_taken,
        attempt.pay_state,
        attempt.sum_state,
        attempt.payment_id.str(),
        attempt.prompt.text(),
        attempt.bank_reference,
        attempt.expires_at,
        attempt.completed_at,
        attempt.created_at
    );
}

TEST_F(StoreOfPages, HoweverManyPagesAskTogetherEachIsToldOfItsOwnOrder) {
    constexpr int kOrders = 21;
    std::vector<Store::PageQuestion> questions;
    std::vector<std::string> expected;
    for (int i = 0; i < kOrders; ++i) {
        const OrderId order{"ord_" + std::to_string(100 + i)};
        const bool ended = i % 5 == 4, strange = i % 7 == 6;
        EXPECT_TRUE(backend.orders.create(a_new_order(order.str()), std::nullopt));
        const auto session = "session-of-" + order.str();
        const auto ends_at = now() + (ended ? 0 : 1'000);
        EXPECT_TRUE(backend.store.use_token(
            "jti-" + order.str(), now(), session, {order, CustomerId{"asha"}, ends_at}
        ));
        const int attempts = i % 3;
        for (int n = 0; n < attempts; ++n) {
            auto attempt = an_attempt(AttemptStatus::Failed);
            attempt.attempt_id = AttemptId{order.str() + "-" + std::to_string(n)};
            write([&](Transaction& transaction) {
                backend.store.insert_attempt(transaction, order, attempt);
            });
        }
        questions.push_back({strange ? "session-of-ord_100" : session, order});
        expected.push_back(
            ended || strange ? "nothing" : order.str() + " " + std::to_string(attempts)
        );
    }
    // Every page has another that asks the same.
    for (int i = 0; i < kOrders; ++i) {
        questions.push_back(Store::PageQuestion{questions[static_cast<std::size_t>(i)]});
        expected.push_back(std::string{expected[static_cast<std::size_t>(i)]});
    }
    Transaction transaction{*backend.database, db::Mode::Read};
    for (std::size_t many = 0; many <= questions.size(); ++many) {
        const auto end = static_cast<std::ptrdiff_t>(many);
        const std::vector asked(questions.begin(), questions.begin() + end);
        std::vector<std::string> told;
        for (const auto& shown : backend.store.find_shown(transaction, asked, now())) {
            told.push_back(
                shown ? shown->order.order_id.str() + " " + std::to_string(shown->attempts.size())
                      : "nothing"
            );
        }
        EXPECT_EQ(told, std::vector(expected.begin(), expected.begin() + end));
    }
}

TEST_F(StoreOfPages, APageReadsWhatItIsShownAndNothingOfTheCustomer) {
    const std::string session = "session";
    EXPECT_TRUE(
        backend.store.use_token("jti", now(), session, {kOrder, CustomerId{"asha"}, now() + 1'000})
    );
    auto changed = backend.order();
    changed.version = 7;
    changed.fulfillment_status = FulfillmentStatus::Cancelled;
    changed.review_reason = ReviewReason::AmountMismatch;
    changed.gateway_state = GatewayState::Closed;
    changed.gateway_session = "session_x";
    changed.gateway_failures = 2;
    changed.collect_refused = true;
    changed.last_index = 5;
    changed.paid_at = now();
    write([&](Transaction& transaction) { backend.store.update_order(transaction, changed); });
    int i = 0;
    for (const auto status :
         {AttemptStatus::Prepared,
          AttemptStatus::Failed,
          AttemptStatus::Completed,
          AttemptStatus::Pending}) {
        add_attempt(kOrder, a_whole_attempt(i++, status, now()));
    }
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto shown = backend.store.find_shown(transaction, {{session, kOrder}}, now());
    ASSERT_TRUE(shown.size() == 1 && shown[0]);
    const auto whole = backend.store.find_order(transaction, kOrder).value();
    const auto attempts = backend.store.attempts_of(transaction, kOrder);

    EXPECT_EQ(of_page(shown[0]->order), of_page(whole));
    EXPECT_NE(of_page(whole), of_page(Order{}));
    ASSERT_EQ(shown[0]->attempts.size(), attempts.size());
    for (std::size_t n = 0; n < attempts.size(); ++n) {
        EXPECT_EQ(of_page(shown[0]->attempts[n]), of_page(attempts[n])) << n;
    }
    EXPECT_NE(whole.customer_phone, "");
    EXPECT_EQ(shown[0]->order.customer_phone, "");
    EXPECT_NE(whole.gateway_session, "");
    EXPECT_EQ(shown[0]->order.gateway_session, "");
}

TEST_F(StoreOfPages, APhonesPageThatIsOpenedPreparesOneLinkAndThenWaitsForNobody) {
    EXPECT_TRUE(
        backend.store.use_token("jti", now(), "s", {kOrder, CustomerId{"asha"}, now() + 1'000})
    );
    const Orders::PageQuestion question{"s", kOrder, {DeviceClass::AndroidPhone, ""}};
    EXPECT_FALSE(backend.orders.open_page({"another", kOrder, question.shopper}));
    EXPECT_EQ(backend.attempts().size(), 0U) << "nobody's page prepares nothing";

    EXPECT_TRUE(backend.orders.open_page(question));
    EXPECT_EQ(backend.attempts().size(), 1U);

    if (!backend.database->shared()) return;  // in memory all have one connection
    std::optional<Transaction> holding;
    EXPECT_TRUE(
        backend.store.lock_order(holding.emplace(*backend.database, db::Mode::Write), kOrder)
    );
    auto again = std::async(std::launch::async, [&] { return backend.orders.open_page(question); });
    EXPECT_EQ(again.wait_for(std::chrono::seconds{2}), std::future_status::ready);
    holding.reset();
    EXPECT_TRUE(again.get());
    EXPECT_EQ(backend.attempts().size(), 1U);
}

TEST_F(StoreOfPages, PagesThatAskReadTheirOwnRowsAloneHoweverManyOthersThereAre) {
    if (!backend.database->shared()) GTEST_SKIP() << "SQLite keeps no count of rows read";
    // Nobody has told PostgreSQL how large its tables are.
    constexpr std::int64_t kOthers = 3'000;
    write([&](Transaction& transaction) {
        backend.store.insert_attempt(transaction, kOrder, an_attempt());
        for (const std::string table : {"orders", "attempts"}) {
            transaction.run(
                "INSERT INTO " + table +
                    " SELECT (jsonb_populate_record(one, jsonb_build_object("
                    "'order_id', 'order-' || g, 'attempt_id', 'attempt-' || g, 'payment_id', "
                    "g))).* "
                    "FROM " +
                    table + " AS one, generate_series(1, $1) AS g",
                {kOthers}
            );
        }
        transaction.run(
            "INSERT INTO sessions SELECT merchant_id, 'session-of-' || order_id, order_id, "
            "customer_id, $1 FROM orders",
            {now() + 1'000}
        );
    });
    std::vector<Store::PageQuestion> questions;
    for (std::size_t i = 1; i <= Store::kShownTogether; ++i) {
        const auto order = "order-" + std::to_string(150 * i);
        questions.push_back({"session-of-" + order, OrderId{order}});
    }
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto rows_read = [&] {
        return transaction
            .run(
                "SELECT CAST(SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)) AS BIGINT) AS n FROM "
                "pg_stat_xact_user_tables WHERE relname IN ('sessions', 'orders', 'attempts')"
            )
            .front()
            .integer("n");
    };
    for (int time = 0; time < 10; ++time) {
        const auto before = rows_read();
        for (const auto& shown : backend.store.find_shown(transaction, questions, now())) {
            EXPECT_TRUE(shown && shown->attempts.size() == 1);
        }
        EXPECT_LE(rows_read() - before, 3 * static_cast<std::int64_t>(questions.size()));
    }
}

}  // namespace
}  // namespace chukta
