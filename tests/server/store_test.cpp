// Claims and their leases, on the engine of this run: whoever was overtaken changes nothing, and
// nothing is counted twice.
#include "server/store.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "server/reconciler.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

using namespace testing;

const OrderId kOrder{"ord_0001"};

class StoreTest : public ::testing::Test {
protected:
    StoreTest() { EXPECT_TRUE(backend.orders.create(a_new_order(), std::nullopt)); }

    EpochMs now() const { return backend.clock.now(); }
    void put_news(const std::string& dedupe_key) {
        InboxRow row;
        row.dedupe_key = dedupe_key;
        row.body = "{}";
        row.received_at = now();
        backend.store.transact([&](Transaction& transaction) {
            backend.store.insert_inbox(transaction, row);
        });
    }
    /// Claims and is done with what it claimed.
    std::vector<InboxRow> finish_news(int limit = 64) {
        return backend.store.transact([&](Transaction& transaction) {
            auto rows = backend.store.claim_inbox(transaction, now(), limit);
            for (const auto& row : rows) {
                backend.store.finish_inbox(transaction, row, "applied", now());
            }
            return rows;
        });
    }
    std::optional<OutboxRow> claim_errand(std::int64_t lease_ms = 60'000) {
        return backend.store.transact([&](Transaction& transaction) {
            return backend.store.claim_outbox(transaction, now(), now() + lease_ms);
        });
    }
    std::int64_t number(const std::string& sql) {
        Transaction transaction{*backend.database, db::Mode::Read};
        return transaction.run(sql).front().integer("n");
    }
    template <class Work>
    void write(Work&& work) {
        backend.store.transact([&](Transaction& transaction) { work(transaction); });
    }

    Backend backend;
};

TEST_F(StoreTest, ARowThatIsClaimedKnowsTheRequestItIsThereFor) {
    const log::RequestId webhook{"webhook-0001"};
    const log::RequestId errand{"shop-0002"};
    {
        const log::RequestScope scope{webhook};
        put_news("one");
    }
    put_news("two");
    const auto news = finish_news();
    ASSERT_EQ(news.size(), 2U);
    EXPECT_EQ(news[0].request_id, webhook);
    EXPECT_EQ(news[1].request_id, log::RequestId{});
    {
        const log::RequestScope scope{errand};
        ASSERT_TRUE(backend.orders.create(a_new_order("ord_0002"), std::nullopt));
    }
    const auto first = claim_errand();  // of the order that nobody asked for in here
    const auto second = claim_errand();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->request_id, log::RequestId{});
    EXPECT_EQ(second->request_id, errand);
}

TEST_F(StoreTest, ClaimsAtTheSameTimeShareTheRowsAndNeverOne) {
    constexpr int kRows = 60;
    for (int i = 0; i < kRows; ++i) put_news("news-" + std::to_string(i));
    std::mutex mutex;
    std::multiset<std::string> claimed;
    std::vector<std::thread> instances;
    for (int i = 0; i < 4; ++i) {
        instances.emplace_back([&] {
            for (;;) {
                const auto rows = finish_news(7);
                if (rows.empty()) return;
                const std::lock_guard lock{mutex};
                for (const auto& row : rows) claimed.insert(row.inbox_id);
            }
        });
    }
    for (auto& instance : instances) instance.join();
    // A claim passes over what another holds and may end early; nothing is left for good.
    for (const auto& row : finish_news()) claimed.insert(row.inbox_id);
    EXPECT_EQ(claimed.size(), kRows);
    EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), kRows);
}

TEST_F(StoreTest, NewsThatWasClaimedAndNotFinishedIsDueAsBefore) {
    put_news("news");
    {
        Transaction transaction{*backend.database, db::Mode::Write};
        const auto rows = backend.store.claim_inbox(transaction, now(), 64);
        ASSERT_EQ(rows.size(), 1U);
        backend.store.finish_inbox(transaction, rows.front(), "applied", now());
        // and its process dies
    }
    EXPECT_EQ(finish_news().size(), 1U);
    EXPECT_TRUE(finish_news().empty());
}

TEST_F(StoreTest, NewsIsHeldByItsTransactionAndPassedOverByOthers) {
    if (!backend.database->shared()) GTEST_SKIP() << "there is one writer";
    put_news("first");
    put_news("second");
    Transaction transaction{*backend.database, db::Mode::Write};
    const auto held = backend.store.claim_inbox(transaction, now(), 1);
    const auto others = finish_news();
    ASSERT_EQ(held.size(), 1U);
    ASSERT_EQ(others.size(), 1U);
    EXPECT_NE(held.front().inbox_id, others.front().inbox_id);
}

TEST_F(StoreTest, NewsThatWaitsAndIsClaimedByAnotherIsNotWaitedForByWhoWakesIt) {
    if (!backend.database->shared()) GTEST_SKIP() << "there is one writer";
    put_news("news");
    const auto order_id = OrderId{kOrder};
    write([&](Transaction& transaction) {
        auto row = backend.store.claim_inbox(transaction, now(), 1).at(0);
        row.order_id = order_id;
        backend.store.postpone_inbox(transaction, row, now() + 1'000);
    });
    Transaction other{*backend.database, db::Mode::Write};
    ASSERT_EQ(backend.store.claim_inbox(other, now() + 1'000, 1).size(), 1U);
    // A wait would end by the database's own time-out, as an error.
    write([&](Transaction& transaction) { backend.store.wake_inbox(transaction, order_id, now()); }
    );
}

TEST_F(StoreTest, NewsThatWaitsIsDueOnceItIsWoken) {
    put_news("news");
    write([&](Transaction& transaction) {
        const auto row = backend.store.claim_inbox(transaction, now(), 1).at(0);
        backend.store.postpone_inbox(transaction, row, now() + 5'000);
    });
    EXPECT_TRUE(finish_news().empty());
    write([&](Transaction& transaction) { backend.store.wake_inbox(transaction, OrderId{}, now()); }
    );
    EXPECT_EQ(finish_news().size(), 1U);
}

TEST_F(StoreTest, NewsCountsHowOftenItWasPutOff) {
    put_news("news");
    for (int i = 0; i < 2; ++i) {
        write([&](Transaction& transaction) {
            const auto row = backend.store.claim_inbox(transaction, now(), 1).at(0);
            backend.store.postpone_inbox(transaction, row, now());
        });
    }
    EXPECT_EQ(finish_news().size(), 1U);
    EXPECT_EQ(number("SELECT tries AS n FROM inbox"), 2);
}

TEST_F(StoreTest, AnErrandThatAnotherTookOverIsNotTouchedByTheFirst) {
    const auto first = claim_errand();
    ASSERT_TRUE(first);
    EXPECT_FALSE(first->was_in_flight);
    backend.clock.advance(60'000);
    const auto second = claim_errand();
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->was_in_flight);
    write([&](Transaction& transaction) {
        auto& store = backend.store;
        store.finish_outbox(transaction, *first, now());
        store.release_outbox(transaction, *first, now());
        store.reschedule_outbox(transaction, *first, now(), Store::Sent::No);
    });
    EXPECT_FALSE(claim_errand()) << "the second still has it";
    EXPECT_EQ(number("SELECT in_flight AS n FROM outbox"), 2);
    EXPECT_EQ(number("SELECT tries AS n FROM outbox"), 2);
}

TEST_F(StoreTest, AReleaseThatIsRepeatedCountsOnce) {
    const auto row = claim_errand();
    ASSERT_TRUE(row);
    for (int i = 0; i < 2; ++i) {
        write([&](Transaction& transaction) {
            backend.store.release_outbox(transaction, *row, now() + 1'000);
        });
    }
    // Less than nothing in flight would hide a call that was sent.
    EXPECT_EQ(number("SELECT in_flight AS n FROM outbox"), 0);
    EXPECT_EQ(number("SELECT tries AS n FROM outbox"), 0);
}

TEST_F(StoreTest, LeasesAreReleasedAtAStartOnlyWhereNobodyElseCanHoldThem) {
    ASSERT_TRUE(claim_errand());
    write([&](Transaction& transaction) { backend.store.release_leases(transaction, now()); });
    EXPECT_EQ(claim_errand().has_value(), !backend.database->shared());
    // A crashed instance's lease ends by time.
    backend.clock.advance(60'000);
    EXPECT_TRUE(claim_errand());
}

TEST_F(StoreTest, ACallThatAClockAheadTookOrPutOffIsDueAtTheNextLook) {
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    ASSERT_TRUE(claim_errand());
    reconciler.run_once();
    EXPECT_FALSE(claim_errand()) << "an honest lease is left alone";

    backend.clock.advance(60'000);
    ASSERT_TRUE(claim_errand(3'600'000));
    EXPECT_TRUE(reconciler.run_once());
    const auto again = claim_errand();
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->was_in_flight) << "its call may have been sent";
    write([&](Transaction& transaction) {
        backend.store.release_outbox(transaction, *again, now() + 3'600'000);
    });
    backend.clock.advance(60'000);
    EXPECT_TRUE(reconciler.run_once()) << "nor may it be put off for so long";
    EXPECT_TRUE(claim_errand());
}

TEST_F(StoreTest, NewsOfAClockAheadIsHeardAtTheNextLook) {
    Reconciler reconciler{backend.store, backend.held, backend.clock, backend.watch, [] {}};
    InboxRow row;
    row.dedupe_key = "ahead";
    row.body = "{}";
    row.received_at = now() + 3'600'000;
    write([&](Transaction& transaction) { backend.store.insert_inbox(transaction, row); });
    EXPECT_TRUE(finish_news().empty());
    EXPECT_TRUE(reconciler.run_once());
    EXPECT_EQ(finish_news().size(), 1U);
}

TEST_F(StoreTest, TheBudgetOfAWindowIsSharedByAllWhoTakeFromIt) {
    std::atomic<int> taken = 0;
    std::vector<std::thread> instances;
    for (int i = 0; i < 4; ++i) {
        instances.emplace_back([&] {
            for (int call = 0; call < 10; ++call) {
                const bool ok = backend.store.transact([&](Transaction& transaction) {
                    return backend.store.take_budget(transaction, "pay", now(), 10'000, 14);
                });
                if (ok) ++taken;
            }
        });
    }
    for (auto& instance : instances) instance.join();
    EXPECT_EQ(taken, 14);
}

TEST_F(StoreTest, TheBudgetOfAWindowIsNotForgottenWhileTheWindowLasts) {
    const auto take = [&] {
        return backend.store.transact([&](Transaction& transaction) {
            return backend.store.take_budget(transaction, "pay", now(), 10'000, 1);
        });
    };
    backend.clock.advance(10'000 - now() % 10'000 + 1);
    EXPECT_TRUE(take());
    write([&](Transaction& transaction) { backend.store.forget_old(transaction, now()); });
    EXPECT_FALSE(take());
}

TEST_F(StoreTest, ATokenIsUsedOnceAndARepeatOfTheSameUseIsTheSame) {
    const Session session{kOrder, CustomerId{"asha"}, now() + 1'000};
    EXPECT_TRUE(backend.store.use_token("jti", now(), "hash-one", session));
    EXPECT_TRUE(backend.store.use_token("jti", now(), "hash-one", session))
        << "its commit may have been lost";
    EXPECT_FALSE(backend.store.use_token("jti", now(), "hash-two", session));
}

TEST_F(StoreTest, AUsedTokenIsRememberedForAsLongAsAnotherInstancesClockMayTakeIt) {
    const Session session{kOrder, CustomerId{"asha"}, now() + 1'000};
    EXPECT_TRUE(backend.store.use_token("jti", now(), "hash-one", session));
    const auto after = [&](std::int64_t ms) {
        write([&](Transaction& transaction) { backend.store.forget_old(transaction, now() + ms); });
        return backend.store.session_of_token("jti").has_value();
    };
    EXPECT_TRUE(after(300'000));
    EXPECT_FALSE(after(300'001));
}

TEST_F(StoreTest, VersionsAreThoseOfTheOrdersThatExist) {
    const std::vector<OrderId> orders{OrderId{"nobody"}, kOrder};
    Transaction transaction{*backend.database, db::Mode::Read};
    const auto versions = backend.store.versions_of(transaction, orders);
    ASSERT_EQ(versions.size(), 1U);
    EXPECT_EQ(versions[0].order_id, kOrder);
    EXPECT_EQ(versions[0].version, 1);
    EXPECT_TRUE(backend.store.versions_of(transaction, {}).empty());
}

}  // namespace
}  // namespace chukta
