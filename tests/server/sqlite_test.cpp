#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "server/db/database.h"
#include "server/db/sqlite_checkpoints.h"
#include "server/db/sqlite_lender.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/watched_syncs.h"

namespace chukta {
namespace {

TEST(Sqlite, BindsValuesByTheirNumbersInWhateverOrderTheyStand) {
    const auto database = db::open_database("sqlite::memory:");
    db::Transaction transaction{*database, db::Mode::Write};
    const auto row = transaction
                         .run(
                             "SELECT $3 AS third, $1 AS first, $2 AS second, $1 AS again",
                             {std::int64_t{1}, std::string{"two"}, db::Blob{"three"}}
                         )
                         .front();
    EXPECT_EQ(row.integer("first"), 1);
    EXPECT_EQ(row.integer("again"), 1);
    EXPECT_EQ(row.text("second"), "two");
    EXPECT_EQ(row.blob("third"), "three");
}

TEST(Sqlite, RefusesAnotherNumberOfValuesThanTheStatementTakes) {
    const auto database = db::open_database("sqlite::memory:");
    db::Transaction transaction{*database, db::Mode::Write};
    EXPECT_THROW(transaction.run("SELECT $1 AS a", {}), db::StorageError);
    EXPECT_THROW(
        transaction.run("SELECT $1 AS a", {std::int64_t{1}, std::int64_t{2}}), db::StorageError
    );
}

TEST(Sqlite, ReadsNoTableFromEndToEndWhenItForgetsWhatHasEnded) {
    const auto database = db::open_database("sqlite::memory:");
    db::migrate(*database, 0);
    db::Transaction transaction{*database, db::Mode::Read};
    for (const std::string table : {"sessions", "used_tokens"}) {
        const auto plan = transaction.run(
            "EXPLAIN QUERY PLAN DELETE FROM " + table +
                " WHERE merchant_id = $1 AND expires_at_ms < $2",
            {std::string{"chai"}, std::int64_t{1}}
        );
        ASSERT_EQ(plan.size(), 1U);
        EXPECT_TRUE(plan.front().text("detail").starts_with("SEARCH " + table))
            << plan.front().text("detail");
    }
}

TEST(Sqlite, CommitsOfManyThreadsAreAllThereAfterwards) {
    const testing::ScratchFolder folder;
    const auto url = "sqlite:" + (folder.path() / "chukta.db").string();
    constexpr std::int64_t kThreads = 6;
    constexpr std::int64_t kEach = 50;
    {
        const auto database = db::open_database(url);
        db::transact(*database, [](db::Transaction& transaction) {
            transaction.run("CREATE TABLE t (k BIGINT PRIMARY KEY)");
        });
        std::vector<std::jthread> threads;
        for (std::int64_t t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                for (std::int64_t i = 0; i < kEach; ++i) {
                    db::transact(*database, [&](db::Transaction& transaction) {
                        transaction.run("INSERT INTO t (k) VALUES ($1)", {t * kEach + i});
                    });
                }
            });
        }
    }
    const auto database = db::open_database(url);
    db::Transaction transaction{*database, db::Mode::Read};
    EXPECT_EQ(
        transaction.run("SELECT COUNT(*) AS n FROM t").front().integer("n"), kThreads * kEach
    );
}

class SqliteSyncsTest : public ::testing::Test {
protected:
    void SetUp() override {
        db::transact(*database, [](db::Transaction& transaction) {
            transaction.run("CREATE TABLE t (k BIGINT PRIMARY KEY)");
        });
    }
    /// One try: db::transact would begin again.
    bool insert(std::int64_t k) {
        db::Transaction transaction{*database, db::Mode::Write};
        const auto* sql = "INSERT INTO t (k) VALUES ($1) ON CONFLICT DO NOTHING RETURNING k";
        const bool inserted = !transaction.run(sql, {k}).empty();
        transaction.commit();
        return inserted;
    }
    std::int64_t rows() {
        db::Transaction transaction{*database, db::Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM t").front().integer("n");
    }

    testing::WatchedSyncs syncs;
    testing::ScratchFolder folder;
    const std::string url = "sqlite:" + (folder.path() / "chukta.db").string();
    std::unique_ptr<db::Database> database = db::open_database(url);
};

TEST_F(SqliteSyncsTest, NoCommitReturnsBeforeASyncAndOneThatWroteNothingNeedsNone) {
    for (std::int64_t k = 0; k < 20; ++k) {
        const int before = syncs.count;
        EXPECT_TRUE(insert(k));
        EXPECT_GT(syncs.count, before);
        const int after = syncs.count;
        EXPECT_FALSE(insert(k));
        EXPECT_EQ(syncs.count, after);
    }
}

TEST_F(SqliteSyncsTest, AcknowledgesNothingWhileSyncsFail) {
    syncs.to_fail = 1'000;
    for (std::int64_t k = 0; k < 5; ++k) EXPECT_THROW(insert(k), db::StorageError);
    syncs.to_fail = 0;
    for (std::int64_t k = 0; k < 5; ++k) insert(k);
    EXPECT_EQ(rows(), 5);
}

TEST(SqliteLender, ServesWhoAskedFirstAndNotWhoJustGaveItBack) {
    db::SqliteLender lender;
    lender.add(std::make_unique<db::SqliteSession>(":memory:", db::SqliteSession::Role::Writer));
    auto session = lender.take();
    bool other_was_served = false;
    std::jthread other{[&] {
        auto taken = lender.take();
        other_was_served = true;
        lender.give_back(std::move(taken));
    }};
    while (lender.waiting() == 0) std::this_thread::yield();
    lender.give_back(std::move(session));
    session = lender.take();
    EXPECT_TRUE(other_was_served);
    lender.give_back(std::move(session));
}

TEST(SqliteLender, HasItsSessionBackWhenItsUserThrows) {
    db::SqliteLender lender;
    lender.add(std::make_unique<db::SqliteSession>(":memory:", db::SqliteSession::Role::Writer));
    const auto use = [&] {
        const db::LentSession session{lender};
        session->run("SELECT nothing FROM nowhere", {});
    };
    EXPECT_THROW(use(), db::StorageError);
    EXPECT_THROW(use(), db::StorageError);  // and does not wait for ever
}

TEST(SqliteCheckpoints, BeginTheLogAnewWhileSomebodyWritesWithoutAPause) {
    using db::SqliteSession;
    const testing::ScratchFolder folder;
    const auto path = (folder.path() / "chukta.db").string();
    int begun_anew = 0;
    int rows = 0;
    {
        db::SqliteLender writers;
        writers.add(std::make_unique<SqliteSession>(path, SqliteSession::Role::Writer));
        db::SqliteCheckpoints checkpoints{path, writers, {.apart = 20, .most = 100}};
        checkpoints.start();
        auto writer = writers.take();
        writer->run("CREATE TABLE t (k BIGINT PRIMARY KEY, bytes BLOB)", {});
        int last = 0;
        writer->when_log_grows([&](int pages) {
            begun_anew += pages < last;
            last = pages;
            checkpoints.note(pages);
        });
        writers.give_back(std::move(writer));
        constexpr int kEnough = 100'000;
        for (; begun_anew < 5 && rows < kEnough; ++rows) {
            const db::Value row = std::int64_t{rows};
            writer = writers.take();
            writer->run("INSERT INTO t (k, bytes) VALUES ($1, zeroblob(8000))", {&row, 1});
            writers.give_back(std::move(writer));
        }
    }
    EXPECT_EQ(begun_anew, 5);
    const auto database = db::open_database("sqlite:" + path);
    db::Transaction transaction{*database, db::Mode::Read};
    EXPECT_EQ(transaction.run("SELECT COUNT(*) AS n FROM t").front().integer("n"), rows);
}

class SqliteLog : public ::testing::Test {
protected:
    using Session = db::SqliteSession;
    /// Of the log's file.
    std::uintmax_t bytes() const { return std::filesystem::file_size(path + "-wal"); }
    void insert(db::SqliteLender& writers, std::int64_t k) const {
        const db::LentSession writer{writers};
        const db::Value row = k;
        writer->run("INSERT INTO t (k, bytes) VALUES ($1, zeroblob(8000))", {&row, 1});
    }
    static std::int64_t rows(const std::string& at) {
        const auto database = db::open_database("sqlite:" + at);
        db::Transaction transaction{*database, db::Mode::Read};
        EXPECT_EQ(transaction.run("PRAGMA integrity_check").front().text("integrity_check"), "ok");
        return transaction.run("SELECT COUNT(*) AS n FROM t").front().integer("n");
    }

    const testing::ScratchFolder folder;
    const std::string path = (folder.path() / "chukta.db").string();
};

TEST_F(SqliteLog, IsMovedAFewPagesAtATimeAndWhileOthersWaitLittleIsLeftToWrite) {
    constexpr int kTogether = 8, kPages = 300;
    testing::WatchedSyncs syncs;
    db::SqliteLender writers;
    writers.add(std::make_unique<Session>(path, Session::Role::Writer));
    int pages = 0;
    {
        const db::LentSession writer{writers};
        writer->run("CREATE TABLE t (k BIGINT PRIMARY KEY, bytes BLOB)", {});
        writer->when_log_grows([&](int now) { pages = now; });
    }
    std::int64_t k = 0;
    while (pages < kPages) insert(writers, k++);
    syncs.most_unsynced = syncs.unsynced = 0;

    db::SqliteCheckpoints checkpoints{
        path, writers, {.apart = kPages, .together = kTogether, .few = 2}};
    checkpoints.note(pages);
    // As others commit while it is moved: in all a hundred pages, and then they are done.
    constexpr int kMeanwhile = 20;
    int meanwhile = 0;
    syncs.on_write = [&] {
        if (meanwhile == kMeanwhile) return;
        ++meanwhile;
        insert(writers, k++);
        checkpoints.note(pages);
    };
    EXPECT_TRUE(checkpoints.run_once());
    syncs.on_write = nullptr;

    EXPECT_EQ(meanwhile, kMeanwhile);
    EXPECT_EQ(syncs.most_unsynced, kTogether);
    EXPECT_EQ(syncs.unsynced, 0);
    insert(writers, k++);
    EXPECT_LT(pages, kPages) << "the log began anew";
    EXPECT_EQ(rows(path), k);
}

TEST_F(SqliteLog, IsMadeLongOnceItIsUsedAndKeepsWhatIsInIt) {
    constexpr int kLength = 6'000;
    db::SqliteLender writers;
    writers.add(std::make_unique<Session>(path, Session::Role::Writer));
    db::SqliteCheckpoints checkpoints{path, writers, {.busy = 50, .length = kLength}};
    checkpoints.start();
    {
        const db::LentSession writer{writers};
        writer->run("CREATE TABLE t (k BIGINT PRIMARY KEY, bytes BLOB)", {});
        writer->when_log_grows([&](int pages) { checkpoints.note(pages); });
    }
    std::int64_t k = 0;
    for (; k < 5; ++k) insert(writers, k);
    EXPECT_LT(bytes(), Session::log_bytes(50)) << "a shop that sells little keeps a short one";
    for (; k < 1'500 && bytes() < Session::log_bytes(kLength); ++k) insert(writers, k);
    const auto as_made = bytes();
    EXPECT_EQ(as_made, Session::log_bytes(kLength));
    insert(writers, k++);
    EXPECT_EQ(bytes(), as_made) << "no commit makes it longer now";
    // As a crash would leave it, with zeros behind the last commit.
    const auto copy = (folder.path() / "copy.db").string();
    std::filesystem::copy_file(path, copy);
    std::filesystem::copy_file(path + "-wal", copy + "-wal");
    EXPECT_EQ(rows(copy), k);
}

TEST_F(SqliteLog, IsMadeLongAlsoWhereItsPathNamesNoFolder) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    {
        db::SqliteLender writers;
        writers.add(std::make_unique<Session>("chukta.db", Session::Role::Writer));
        db::SqliteCheckpoints checkpoints{"chukta.db", writers, {.busy = 1, .length = 100}};
        checkpoints.note(1);
        EXPECT_TRUE(checkpoints.run_once());
        EXPECT_EQ(bytes(), Session::log_bytes(100));
    }
    std::filesystem::current_path(before);
}

TEST_F(SqliteLog, ThatHasNothingInItMayBeLong) {
    {
        Session session{path, Session::Role::Writer};
        session.run("CREATE TABLE t (k BIGINT PRIMARY KEY, bytes BLOB)", {});
        session.checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
        session.lengthen_log(100);
        EXPECT_EQ(bytes(), Session::log_bytes(100));
        const auto copy = (folder.path() / "copy.db").string();
        std::filesystem::copy_file(path, copy);
        std::filesystem::copy_file(path + "-wal", copy + "-wal");
        EXPECT_EQ(rows(copy), 0);
        session.run("INSERT INTO t (k) VALUES (1)", {});
    }
    EXPECT_EQ(rows(path), 1);
}

}  // namespace
}  // namespace chukta
