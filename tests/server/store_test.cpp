// Claims and their leases, on the engine of this run: whoever was overtaken changes nothing, and
// nothing is counted twice.
#include "server/store.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

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
    std::vector<InboxRow> claim_news(std::int64_t lease_ms = 30'000, int limit = 64) {
        return backend.store.transact([&](Transaction& transaction) {
            return backend.store.claim_inbox(transaction, now(), now() + lease_ms, limit);
        });
    }
    bool finish_news(const InboxRow& row) {
        return backend.store.transact([&](Transaction& transaction) {
            return backend.store.finish_inbox(transaction, row, "applied", now());
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
    auto news = claim_news();
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
                const auto rows = claim_news(30'000, 7);
                if (rows.empty()) return;
                const std::lock_guard lock{mutex};
                for (const auto& row : rows) claimed.insert(row.inbox_id);
            }
        });
    }
    for (auto& instance : instances) instance.join();
    // A claim passes over what another holds and may end early; nothing is left for good.
    for (const auto& row : claim_news()) claimed.insert(row.inbox_id);
    EXPECT_EQ(claimed.size(), kRows);
    EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), kRows);
}

TEST_F(StoreTest, NewsThatAnotherTookOverIsNotFinishedByTheFirst) {
    put_news("news");
    const auto first = claim_news().at(0);
    backend.clock.advance(30'001);
    const auto second = claim_news().at(0);
    EXPECT_FALSE(finish_news(first));
    EXPECT_TRUE(finish_news(second));
    EXPECT_FALSE(finish_news(second)) << "a repeat after a lost commit";
}

TEST_F(StoreTest, NewsThatWasWokenWhileClaimedIsFinishedByItsClaim) {
    put_news("news");
    const auto row = claim_news().at(0);
    write([&](Transaction& transaction) {
        EXPECT_TRUE(backend.store.postpone_inbox(transaction, row, now() + 5'000));
        backend.store.wake_inbox(transaction, row.order_id, now());
    });
    EXPECT_TRUE(finish_news(claim_news().at(0)));
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

TEST_F(StoreTest, ATokenIsUsedOnceAndARepeatOfTheSameUseIsTheSame) {
    const Session session{kOrder, CustomerId{"asha"}, now() + 1'000};
    EXPECT_TRUE(backend.store.use_token("jti", now(), "hash-one", session));
    EXPECT_TRUE(backend.store.use_token("jti", now(), "hash-one", session))
        << "its commit may have been lost";
    EXPECT_FALSE(backend.store.use_token("jti", now(), "hash-two", session));
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
