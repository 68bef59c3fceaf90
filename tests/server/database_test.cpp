// The thin line to the engine, on the engine of this run: what goes in comes out, what fails leaves
// nothing, what met another is run again.
#include "server/db/database.h"

#include <gtest/gtest.h>

#include <limits>
#include <new>
#include <thread>
#include <vector>

#include "server/log.h"
#include "tests/support/edge_builders.h"
#include "tests/support/lossy_database.h"
#include "tests/support/test_database.h"

namespace chukta::db {
namespace {

using Kind = StorageError::Kind;
using testing::CapturedLog;
using testing::ScratchFolder;
using testing::TestDatabase;

/// What work may throw that is no error of the database.
struct Broken {};

class DatabaseTest : public ::testing::Test {
protected:
    DatabaseTest() {
        transact(*database, [&](Transaction& transaction) {
            const std::string bytes{database->blob_type()};
            transaction.run(
                "CREATE TABLE things (id BIGINT PRIMARY KEY, number BIGINT, words TEXT, bytes " +
                bytes + ")"
            );
        });
    }
    std::int64_t count() {
        Transaction transaction{*database, Mode::Read};
        return transaction.run("SELECT COUNT(*) AS n FROM things").front().integer("n");
    }
    static void insert(Transaction& transaction, std::int64_t id) {
        transaction.run("INSERT INTO things (id, number) VALUES ($1, 0)", {id});
    }

    ScratchFolder folder;
    TestDatabase place{"sqlite:" + (folder.path() / "database.db").string()};
    std::unique_ptr<Database> database = place.open();
};

TEST_F(DatabaseTest, AValueOfEachKindComesBackAsItWent) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    const std::string words = "चुकता ₹ 1 'quoted' $1 \\ %";
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    constexpr auto kInsert =
        "INSERT INTO things (id, number, words, bytes) VALUES ($1, $2, $3, $4)";
    transact(*database, [&](Transaction& transaction) {
        transaction.run(kInsert, {std::int64_t{1}, kLeast, words, Blob{bytes}});
        transaction.run(kInsert, {std::int64_t{2}, kMost, std::string{}, Blob{}});
        transaction.run(kInsert, {std::int64_t{3}, Value{}, Value{}, Value{}});
    });
    Transaction transaction{*database, Mode::Read};
    const auto rows = transaction.run("SELECT number, words, bytes FROM things ORDER BY id");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].integer("number"), kLeast);
    EXPECT_EQ(rows[0].text("words"), words);
    EXPECT_EQ(rows[0].blob("bytes"), bytes);
    EXPECT_EQ(rows[1].integer("number"), kMost);
    EXPECT_EQ(rows[1].text("words"), "");
    EXPECT_EQ(rows[1].blob("bytes"), "");
    EXPECT_EQ(rows[2].optional_integer("number"), std::nullopt);
}

TEST_F(DatabaseTest, WhatIsPostedIsSeenByTheNextStatementAndCommitted) {
    constexpr auto kAdd = "UPDATE things SET number = number + $2 WHERE id = $1";
    transact(*database, [](Transaction& transaction) { insert(transaction, 1); });
    // The first time each statement is new, later it has a name (PostgresSession::prepared).
    for (std::int64_t time = 1; time <= 3; ++time) {
        transact(*database, [&](Transaction& transaction) {
            for (std::int64_t i = 0; i < 10; ++i) transaction.post(kAdd, {std::int64_t{1}, i});
            const auto rows = transaction.run("SELECT number FROM things WHERE id = 1");
            EXPECT_EQ(rows.front().integer("number"), (2 * time - 1) * 45);
            for (std::int64_t i = 0; i < 10; ++i) transaction.post(kAdd, {std::int64_t{1}, i});
            EXPECT_EQ(transaction.write(kAdd, {std::int64_t{1}, std::int64_t{0}}), 1U);
        });
    }
    Transaction transaction{*database, Mode::Read};
    const auto rows = transaction.run("SELECT number FROM things WHERE id = 1");
    EXPECT_EQ(rows.front().integer("number"), 6 * 45);
}

TEST_F(DatabaseTest, APostedStatementThatFailsFailsTheTransactionAndLeavesNothing) {
    constexpr auto kInsert = "INSERT INTO things (id, number) VALUES ($1, 0)";
    const auto post_twice = [&](Transaction& transaction, std::int64_t id) {
        transaction.post(kInsert, {id});
        transaction.post(kInsert, {id});
    };
    for (std::int64_t id = 1; id <= 2; ++id) {
        // The next statement says so, or the commit.
        Transaction asked{*database, Mode::Write};
        EXPECT_THROW(
            {
                post_twice(asked, id);
                asked.run("SELECT 1 AS one");
                asked.commit();
            },
            StorageError
        );
    }
    for (std::int64_t id = 3; id <= 4; ++id) {
        Transaction committed{*database, Mode::Write};
        EXPECT_THROW(
            {
                post_twice(committed, id);
                committed.commit();
            },
            StorageError
        );
    }
    EXPECT_EQ(count(), 0);
}

TEST_F(DatabaseTest, WhatIsPostedIsUndoneWithItsTransaction) {
    constexpr auto kInsert = "INSERT INTO things (id, number) VALUES ($1, 0)";
    for (int time = 0; time < 2; ++time) {
        Transaction transaction{*database, Mode::Write};
        transaction.post(kInsert, {std::int64_t{1}});
        transaction.post(kInsert, {std::int64_t{2}});
    }
    EXPECT_EQ(count(), 0);
}

TEST_F(DatabaseTest, ATransactionThatIsNotCommittedLeavesNothing) {
    {
        Transaction transaction{*database, Mode::Write};
        insert(transaction, 1);
    }
    const auto broken = [](Transaction& transaction) {
        insert(transaction, 2);
        throw Broken{};
    };
    EXPECT_THROW(transact(*database, broken), Broken);
    EXPECT_EQ(count(), 0);
}

TEST_F(DatabaseTest, AReadSeesOneMomentHoweverLongItLasts) {
    Transaction reading{*database, Mode::Read};
    const auto seen = [&] {
        return reading.run("SELECT COUNT(*) AS n FROM things").front().integer("n");
    };
    EXPECT_EQ(seen(), 0);
    transact(*database, [](Transaction& transaction) { insert(transaction, 1); });
    EXPECT_EQ(seen(), 0);
    EXPECT_EQ(count(), 1);
}

TEST_F(DatabaseTest, WritersOfTheSameRowLoseNoUpdate) {
    transact(*database, [](Transaction& transaction) { insert(transaction, 1); });
    const auto lock = "SELECT number FROM things WHERE id = 1" + std::string{database->lock_rows()};
    std::vector<std::thread> writers;
    for (int i = 0; i < 8; ++i) {
        writers.emplace_back([&] {
            for (int round = 0; round < 10; ++round) {
                transact(*database, [&](Transaction& transaction) {
                    const auto number = transaction.run(lock).front().integer("number");
                    transaction.run("UPDATE things SET number = $1 WHERE id = 1", {number + 1});
                });
            }
        });
    }
    for (auto& writer : writers) writer.join();
    Transaction transaction{*database, Mode::Read};
    EXPECT_EQ(transaction.run("SELECT number FROM things").front().integer("number"), 80);
}

TEST_F(DatabaseTest, AConflictIsRunAgainAndAMistakeIsNot) {
    int tries = 0;
    EXPECT_EQ(
        transact(
            *database,
            [&](Transaction& transaction) {
                insert(transaction, 1);
                if (++tries < 3) throw StorageError{Kind::Conflict, "40001"};
                return tries;
            }
        ),
        3
    );
    EXPECT_EQ(count(), 1);
    tries = 0;
    const auto mistaken = [&](Transaction& transaction) {
        ++tries;
        transaction.run("SELECT nothing FROM nowhere");
    };
    EXPECT_THROW(transact(*database, mistaken), StorageError);
    EXPECT_EQ(tries, 1);
}

TEST_F(DatabaseTest, AConflictWithoutEndIsGivenUp) {
    int tries = 0;
    const auto unlucky = [&](Transaction&) {
        ++tries;
        throw StorageError{Kind::Conflict, "40001"};
    };
    EXPECT_THROW(transact(*database, unlucky), StorageError);
    EXPECT_EQ(tries, database->retries().tries_max);
}

TEST_F(DatabaseTest, WhatATransactionLogsIsWrittenAfterItsCommit) {
    const CapturedLog captured;
    transact(*database, [&](Transaction& transaction) {
        insert(transaction, 1);
        log::info("thing.inserted");
        EXPECT_EQ(captured.text(), "");
    });
    EXPECT_EQ(captured.count("thing.inserted"), 1);
}

TEST_F(DatabaseTest, WhatATransactionLogsIsNotWrittenWhenItIsUndone) {
    const CapturedLog captured;
    const auto say = [](Transaction& transaction, std::int64_t id) {
        insert(transaction, id);
        log::info("thing.inserted");
    };
    const auto broken = [&](Transaction& transaction) {
        say(transaction, 1);
        throw Broken{};
    };
    EXPECT_THROW(transact(*database, broken), Broken);
    const auto mistaken = [&](Transaction& transaction) {
        say(transaction, 2);
        transaction.run("SELECT nothing FROM nowhere");
    };
    EXPECT_THROW(transact(*database, mistaken), StorageError);
    const auto forgetful = [&](Transaction& transaction) {
        say(transaction, 3);
        throw std::bad_alloc{};
    };
    EXPECT_THROW(transact(*database, forgetful), std::bad_alloc);
    EXPECT_EQ(captured.text(), "");
    EXPECT_EQ(count(), 0);
}

TEST_F(DatabaseTest, OfATransactionThatIsRunAgainTheTryThatIsCommittedLogs) {
    const CapturedLog captured;
    int tries = 0;
    const int answer = transact(*database, [&](Transaction& transaction) {
        insert(transaction, 1);
        log::info("thing.inserted", {{"try", ++tries}});
        if (tries < 3) throw StorageError{Kind::Conflict, "40001"};
        return tries;
    });
    EXPECT_EQ(captured.count("thing.inserted"), 1);
    EXPECT_EQ(captured.count(R"("try":)" + std::to_string(answer)), 1);
}

TEST_F(DatabaseTest, OfACommitWhoseAnswerWasLostTheTryThatFindsItDoneLogs) {
    testing::LossyDatabase lossy{place.open()};
    lossy.lose("INSERT INTO things");
    const CapturedLog captured;
    transact(lossy, [&](Transaction& transaction) {
        if (transaction.run("SELECT id FROM things").empty()) {
            insert(transaction, 1);
            log::info("thing.inserted");
        }
        log::info("thing.there");
    });
    EXPECT_EQ(lossy.lost(), 1);
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(captured.count("thing.inserted"), 0) << "rather not logged than not so";
    EXPECT_EQ(captured.count("thing.there"), 1);
}

TEST_F(DatabaseTest, WhatIsLoggedAtOnceIsWrittenWhateverBecomesOfTheTransaction) {
    const CapturedLog captured;
    const auto broken = [&](Transaction&) {
        log::info("thing.first");
        {
            const log::AtOnce at_once;
            log::error("thing.away");
        }
        log::info("thing.second");
        EXPECT_EQ(captured.count("thing.away"), 1);
        throw Broken{};
    };
    EXPECT_THROW(transact(*database, broken), Broken);
    EXPECT_EQ(captured.count("thing."), 1);
}

TEST_F(DatabaseTest, AnErrorCarriesACodeAndNothingOfTheRow) {
    try {
        Transaction transaction{*database, Mode::Write};
        insert(transaction, 1);
        transaction.run("INSERT INTO things (id, words) VALUES (1, 'canary')");
        FAIL() << "taken twice";
    } catch (const StorageError& error) {
        EXPECT_EQ(std::string{error.what()}.find("canary"), std::string::npos) << error.what();
        EXPECT_FALSE(error.code().empty());
    }
}

TEST(DatabaseUrl, OfAnEngineThatIsNotThereIsRefusedWithoutBeingQuoted) {
    EXPECT_TRUE(knows_database("sqlite:data/chukta.db"));
    EXPECT_TRUE(knows_database("postgres://chukta:secret@one,two:5433/chukta?sslmode=verify-full"));
    EXPECT_TRUE(knows_database("postgresql://chukta@/chukta?host=/run/postgresql"));
    for (const std::string url :
         {"mysql://secret", "secret", "", "postgresql://u:secret@h/d?nothing=1"}) {
        EXPECT_FALSE(knows_database(url)) << url;
        try {
            open_database(url);
            ADD_FAILURE() << "opened " << url;
        } catch (const std::invalid_argument& error) {
            EXPECT_EQ(std::string{error.what()}.find("secret"), std::string::npos);
        }
    }
}

TEST(DatabaseUrl, ThatGivesUpTlsIsWarnedOfWhenItIsOpened) {
    const CapturedLog captured;
    for (const auto* url :
         {"sqlite::memory:",
          "postgresql://chukta@/chukta?sslmode=disable",
          "postgresql://chukta@localhost/chukta?sslmode=disable",
          "postgresql://chukta@db/chukta?sslmode=verify-full"}) {
        open_database(url);
    }
    EXPECT_EQ(captured.text(), "");
    open_database("postgresql://chukta:secret@db/chukta?sslmode=disable");
    EXPECT_EQ(captured.count(R"("level":"warning","event":"database.unencrypted"})"), 1)
        << captured.text();
}

TEST(DatabaseMigrations, OfInstancesThatStartTogetherHappenOnce) {
    ScratchFolder folder;
    TestDatabase place{"sqlite:" + (folder.path() / "database.db").string()};
    // SQLite is for one process, so there they are threads over one database.
    const auto one = place.open();
    std::vector<std::thread> instances;
    std::atomic<int> failed = 0;
    for (int i = 0; i < 6; ++i) {
        instances.emplace_back([&, i] {
            try {
                const auto own = place.shared() ? place.open() : nullptr;
                migrate(own ? *own : *one, 1'000 + i);
            } catch (const StorageError& error) {
                ++failed;
                ADD_FAILURE() << error.what();
            }
        });
    }
    for (auto& instance : instances) instance.join();
    EXPECT_EQ(failed, 0);
    Transaction transaction{*one, Mode::Read};
    const auto rows = transaction.run(
        "SELECT COUNT(*) AS n, COUNT(DISTINCT applied_at_ms) AS by FROM migrations WHERE number > 0"
    );
    EXPECT_GE(rows.front().integer("n"), 1);
    EXPECT_EQ(rows.front().integer("by"), 1) << "one instance did it all";
}

}  // namespace
}  // namespace chukta::db
