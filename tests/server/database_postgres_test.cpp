// What only an engine on the other side of a connection can do: end it, hang, and meet another.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "server/db/database.h"
#include "server/log.h"
#include "tests/support/edge_builders.h"
#include "tests/support/test_database.h"

namespace chukta::db {
namespace {

using Kind = StorageError::Kind;
using testing::TestDatabase;

class DatabaseOnPostgres : public ::testing::Test {
protected:
    void SetUp() override {
        if (!testing::on_postgres()) GTEST_SKIP() << "only where CHUKTA_TEST_ENGINE=postgres";
        place = std::make_unique<TestDatabase>();
        database = place->open();
        other = place->open();
        transact(*database, [](Transaction& transaction) {
            transaction.run("CREATE TABLE things (id BIGINT PRIMARY KEY, number BIGINT NOT NULL)");
            transaction.run("INSERT INTO things VALUES (1, 0), (2, 0)");
        });
    }
    static std::int64_t backend_of(Transaction& transaction) {
        return transaction.run("SELECT pg_backend_pid() AS pid").front().integer("pid");
    }
    static void end_backend(std::int64_t pid) {
        // By a connection of its own: behind a pooler the instances share theirs.
        const auto by = open_database(TestDatabase::cluster_url());
        Transaction transaction{*by, Mode::Write};
        // Waits (up to a second) until it has gone, so that the test knows.
        transaction.run(
            "SELECT CAST(pg_terminate_backend(CAST($1 AS INT), 1000) AS INT) AS done", {pid}
        );
        transaction.commit();
    }
    static void add_one(Transaction& transaction, std::int64_t id) {
        transaction.run("UPDATE things SET number = number + 1 WHERE id = $1", {id});
    }
    static void post_one(Transaction& transaction, std::int64_t id) {
        transaction.post("UPDATE things SET number = number + 1 WHERE id = $1", {id});
    }
    static std::int64_t number_in(Transaction& transaction, std::int64_t id) {
        return transaction.run("SELECT number FROM things WHERE id = $1", {id})
            .front()
            .integer("number");
    }
    std::int64_t number(std::int64_t id) {
        Transaction transaction{*database, Mode::Read};
        return number_in(transaction, id);
    }

    std::unique_ptr<TestDatabase> place;
    std::unique_ptr<Database> database;
    std::unique_ptr<Database> other;  ///< another instance on the same rows
};

TEST_F(DatabaseOnPostgres, AConnectionThatDiedWhileItLayIdleIsReplacedUnnoticed) {
    std::int64_t pid = 0;
    {
        Transaction transaction{*database, Mode::Read};
        pid = backend_of(transaction);
    }
    end_backend(pid);
    Transaction transaction{*database, Mode::Write};
    EXPECT_NE(backend_of(transaction), pid);
}

TEST_F(DatabaseOnPostgres, AConnectionThatDiesInATransactionUndoesItAndItIsRunAgain) {
    int tries = 0;
    transact(*database, [&](Transaction& transaction) {
        add_one(transaction, 1);
        if (++tries == 1) end_backend(backend_of(transaction));
        add_one(transaction, 2);
    });
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(number(1), 1);
    EXPECT_EQ(number(2), 1);
}

TEST_F(DatabaseOnPostgres, AConnectionThatDiesBeforeItsCommitSaysThatItIsLost) {
    Transaction transaction{*database, Mode::Write};
    add_one(transaction, 1);
    end_backend(backend_of(transaction));
    try {
        transaction.commit();
        FAIL() << "committed";
    } catch (const StorageError& error) {
        EXPECT_EQ(error.kind(), Kind::Lost) << error.what();
    }
}

TEST_F(DatabaseOnPostgres, ACommitAfterAnErrorIsNotTakenForOne) {
    Transaction transaction{*database, Mode::Write};
    add_one(transaction, 1);
    EXPECT_THROW(transaction.run("SELECT nothing FROM things"), StorageError);
    EXPECT_THROW(transaction.commit(), StorageError);
    EXPECT_EQ(number(1), 0);
}

TEST_F(DatabaseOnPostgres, AConnectionThatDiesWithPostedStatementsUndoesThemAndTheyAreRunAgain) {
    int tries = 0;
    transact(*database, [&](Transaction& transaction) {
        const auto pid = backend_of(transaction);
        post_one(transaction, 1);
        post_one(transaction, 2);
        if (++tries == 1) end_backend(pid);
    });
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(number(1), 1);
    EXPECT_EQ(number(2), 1);
}

TEST_F(DatabaseOnPostgres, AConnectionThatTheServerEndsAmongPostedStatementsSaysWhy) {
    if (!testing::environment("CHUKTA_TEST_POOLER").empty()) GTEST_SKIP() << "it posts nothing";
    const auto post_all = [](Transaction& transaction) {
        post_one(transaction, 1);
        transaction.post("SELECT pg_terminate_backend(pg_backend_pid())", {});
        post_one(transaction, 2);
    };
    for (const bool commits : {true, false}) {
        Transaction transaction{*database, Mode::Write};
        // Each has its name already, so that none is sent before the others.
        transaction.run("UPDATE things SET number = number + 1 WHERE id = $1", {std::int64_t{1}});
        try {
            post_all(transaction);
            if (commits) transaction.commit();
            number_in(transaction, 1);
            FAIL() << "went on";
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind(), Kind::Lost);
            EXPECT_EQ(error.code(), "57P01") << "admin_shutdown";
        }
    }
}

TEST_F(DatabaseOnPostgres, PostedStatementsAreWaitedForAsLongAsTheyWouldBeOneByOne) {
    constexpr auto kSlow =
        "SELECT CAST(pg_sleep(4.2) AS TEXT) AS slow";  // less than its statement_timeout
    Transaction transaction{*database, Mode::Write};
    for (int i = 0; i < 2; ++i) transaction.post(kSlow, {});
    EXPECT_EQ(number_in(transaction, 1), 0);
}

TEST_F(DatabaseOnPostgres, ADeadlockEndsWithBothDone) {
    std::mutex mutex;
    std::condition_variable changed;
    int holding = 0;
    // Each takes one row, and the other's only when both have one.
    const auto cross = [&](Database& by, std::int64_t first, std::int64_t second) {
        bool met = false;
        transact(by, [&](Transaction& transaction) {
            add_one(transaction, first);
            if (!met) {
                met = true;
                std::unique_lock lock{mutex};
                ++holding;
                changed.notify_all();
                changed.wait(lock, [&] { return holding == 2; });
            }
            add_one(transaction, second);
        });
    };
    std::thread one{[&] { cross(*database, 1, 2); }};
    std::thread two{[&] { cross(*other, 2, 1); }};
    one.join();
    two.join();
    EXPECT_EQ(number(1), 2);
    EXPECT_EQ(number(2), 2);
}

TEST_F(DatabaseOnPostgres, ATransactionThatCannotBeSerializedLogsWhenItIsRunAgain) {
    const testing::CapturedLog captured;
    int tries = 0;
    transact(*database, [&](Transaction& transaction) {
        transaction.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        const auto seen = number_in(transaction, 1);
        log::info("thing.seen", {{"number", seen}});
        if (++tries == 1) transact(*other, [](Transaction& theirs) { add_one(theirs, 1); });
        add_one(transaction, 1);
    });
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(number(1), 2);
    EXPECT_EQ(captured.count("thing.seen"), 1);
    EXPECT_EQ(captured.count(R"("number":1)"), 1);
}

TEST_F(DatabaseOnPostgres, ATransactionWhoseConnectionDiesBeforeItsCommitLogsWhenItIsRunAgain) {
    const testing::CapturedLog captured;
    int tries = 0;
    transact(*database, [&](Transaction& transaction) {
        add_one(transaction, 1);
        log::info("thing.counted", {{"try", ++tries}});
        if (tries == 1) end_backend(backend_of(transaction));
    });
    EXPECT_EQ(captured.count("thing.counted"), 1);
    EXPECT_EQ(captured.count(R"("try":2)"), 1);
}

TEST_F(DatabaseOnPostgres, ThatTheServerIsAwayIsLoggedWhateverBecomesOfTheTransaction) {
    const testing::CapturedLog captured;
    const auto nobody = open_database("postgresql://chukta@/chukta?host=/nowhere");
    const auto broken = [&](Transaction&) { nobody->begin(Mode::Read); };
    EXPECT_THROW(transact(*database, broken), StorageError);
    EXPECT_EQ(captured.count("database.away"), 1);
}

TEST_F(DatabaseOnPostgres, ARowThatIsHeldIsPassedOverByAClaim) {
    const auto claim =
        "SELECT id FROM things ORDER BY id LIMIT 1" + std::string{database->claim_rows()};
    Transaction first{*database, Mode::Write};
    Transaction second{*other, Mode::Write};
    EXPECT_EQ(first.run(claim).front().integer("id"), 1);
    EXPECT_EQ(second.run(claim).front().integer("id"), 2);
}

TEST_F(DatabaseOnPostgres, ALockThatIsNeverGivenIsAConflictInSeconds) {
    Transaction holder{*other, Mode::Write};
    add_one(holder, 1);
    Transaction transaction{*database, Mode::Write};
    try {
        add_one(transaction, 1);
        FAIL() << "two writers of one row";
    } catch (const StorageError& error) {
        EXPECT_EQ(error.kind(), Kind::Conflict);
        EXPECT_EQ(error.code(), "55P03");
    }
}

TEST_F(DatabaseOnPostgres, AConnectionThatHangsIsGivenUpInSeconds) {
    std::int64_t pid = 0;
    {
        Transaction transaction{*database, Mode::Read};
        pid = backend_of(transaction);
    }
    ASSERT_EQ(::kill(static_cast<pid_t>(pid), SIGSTOP), 0);
    const auto before = std::chrono::steady_clock::now();
    {
        Transaction transaction{*database, Mode::Read};
        EXPECT_NE(backend_of(transaction), pid);
    }
    const auto took = std::chrono::steady_clock::now() - before;
    EXPECT_EQ(::kill(static_cast<pid_t>(pid), SIGCONT), 0);
    EXPECT_LT(took, std::chrono::seconds{8});
}

TEST_F(DatabaseOnPostgres, ALookIsMadeOnAnotherConnectionWhenItsOwnDiedWhileItLayIdle) {
    const auto look = [this] {
        Transaction transaction{*database, Mode::Look};
        return backend_of(transaction);
    };
    const auto before = look();
    end_backend(before);
    EXPECT_NE(look(), before);
}

TEST_F(DatabaseOnPostgres, ALookIsEndedByTheServerWhenItHangsAsEveryTransactionIs) {
    for (const auto mode : {Mode::Read, Mode::Write, Mode::Look}) {
        Transaction transaction{*database, mode};
        const auto rows = transaction.run("SELECT current_setting('statement_timeout') AS timeout");
        EXPECT_EQ(rows.front().text("timeout"), "5s");
    }
}

TEST_F(DatabaseOnPostgres, ALookThatFindsNoOtherConnectionSaysThatItIsLost) {
    if (!testing::environment("CHUKTA_TEST_POOLER").empty()) GTEST_SKIP() << "it has its own";
    const std::string role = "looker_" + std::to_string(::getpid());
    const auto by = open_database(TestDatabase::cluster_url());
    const auto say = [&](const std::string& sql) {
        transact(*by, [&](Transaction& transaction) { transaction.run(sql); });
    };
    say("CREATE ROLE " + role + " LOGIN");
    {
        const auto theirs = open_database(TestDatabase::cluster_url() + "&user=" + role);
        const auto look = [&] {
            Transaction transaction{*theirs, Mode::Look};
            return backend_of(transaction);
        };
        const auto pid = look();
        say("ALTER ROLE " + role + " NOLOGIN");
        end_backend(pid);
        try {
            look();
            ADD_FAILURE() << "looked";
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind(), Kind::Lost);
        }
    }
    say("DROP ROLE " + role);
}

TEST_F(DatabaseOnPostgres, WithoutAServerFailsAtOnceAfterTheFirstTry) {
    const auto nobody = open_database("postgresql://chukta@/chukta?host=/nowhere");
    for (int i = 0; i < 3; ++i) {
        try {
            nobody->begin(Mode::Read);
            FAIL() << "connected to nobody";
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind(), Kind::Lost);
            EXPECT_EQ(error.code(), "08001");
        }
    }
}

TEST_F(DatabaseOnPostgres, APlanForASmallTableDoesNotOutliveTheSmallTable) {
    constexpr std::int64_t kRows = 5'000;
    const auto look_up = [&](int times) {
        for (int i = 0; i < times; ++i) number(2);
    };
    transact(*database, [](Transaction& transaction) { transaction.run("ANALYZE things"); });
    look_up(10);  // from now on one plan serves every value
    transact(*database, [&](Transaction& transaction) {
        transaction.run("INSERT INTO things SELECT g, 0 FROM generate_series(3, $1) AS g", {kRows});
    });
    look_up(200);

    Transaction transaction{*database, Mode::Read};
    const auto rows_read = [&] {
        return transaction
            .run("SELECT seq_tup_read AS n FROM pg_stat_xact_user_tables WHERE relname = 'things'")
            .front()
            .integer("n");
    };
    const auto before = rows_read();
    transaction.run("SELECT number FROM things WHERE id = $1", {std::int64_t{2}});
    EXPECT_EQ(rows_read() - before, 0);
}

TEST_F(DatabaseOnPostgres, NothingOfASessionIsKeptFromOneTransactionToTheNext) {
    // What a pooler in transaction mode asks for: settings are LOCAL, through it statements have no
    // name, and nobody listens or holds a lock of the session.
    {
        Transaction transaction{*database, Mode::Write};
        add_one(transaction, 1);
        transaction.commit();
    }
    Transaction transaction{*database, Mode::Read};
    const auto count = [&](const std::string& what) {
        return transaction.run("SELECT COUNT(*) AS n FROM " + what).front().integer("n");
    };
    // Names are for a connection that is the server's own.
    const bool pooled = !testing::environment("CHUKTA_TEST_POOLER").empty();
    EXPECT_EQ(count("pg_prepared_statements") == 0, pooled);
    EXPECT_EQ(count("pg_listening_channels()"), 0);
    EXPECT_EQ(count("pg_locks WHERE locktype = 'advisory'"), 0);
    EXPECT_EQ(count("pg_cursors WHERE is_holdable"), 0);
    // Set by whoever connects, and carried by a pooler; the transaction's own end with it.
    EXPECT_EQ(
        count("pg_settings WHERE source = 'session' AND name NOT LIKE '%_timeout' AND name NOT "
              "LIKE 'transaction_%' AND name NOT IN ('application_name', 'client_encoding', "
              "'DateStyle', 'TimeZone', 'standard_conforming_strings')"),
        0
    );
}

}  // namespace
}  // namespace chukta::db
