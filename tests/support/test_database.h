/// @file
/// An empty database for one test, on the engine that this run is about: SQLite, or with
/// CHUKTA_TEST_ENGINE=postgres a schema of its own in the cluster that CHUKTA_TEST_POSTGRES names
/// (scripts/with-postgres starts one). Fixtures that take their database from here run on both.
/// With CHUKTA_TEST_POOLER, the folder of a pgbouncer's socket, through that pooler.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cstdlib>
#include <memory>
#include <string>

#include "server/db/database.h"

namespace chukta::testing {

inline std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

inline bool on_postgres() { return environment("CHUKTA_TEST_ENGINE") == "postgres"; }

/// Dropped with its rows at the end.
class TestDatabase {
public:
    explicit TestDatabase(std::string sqlite_url = "sqlite::memory:")
        : url_{std::move(sqlite_url)} {
        if (!on_postgres()) return;
        static std::atomic<int> count = 0;
        schema_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        cluster_ = db::open_database(cluster_url());
        run("CREATE SCHEMA " + schema_);
        const auto pooler = environment("CHUKTA_TEST_POOLER");
        if (pooler.empty()) {
            url_ = cluster_url() + "&options=-csearch_path%3D" + schema_;
            return;
        }
        // A pooler takes no settings of a session from us; a user has its own.
        run("CREATE ROLE " + schema_ + " LOGIN SUPERUSER");
        run("ALTER ROLE " + schema_ + " SET search_path = " + schema_);
        url_ = "postgresql://" + schema_ + "@/postgres?host=" + pooler + "&port=6432";
    }
    ~TestDatabase() {
        if (!cluster_) return;
        run("DROP SCHEMA " + schema_ + " CASCADE");
        if (!environment("CHUKTA_TEST_POOLER").empty()) run("DROP ROLE " + schema_);
    }
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& url() const { return url_; }
    /// Whether each instance has connections of its own to it.
    bool shared() const { return cluster_ != nullptr; }
    std::unique_ptr<db::Database> open() const { return db::open_database(url_); }

    /// "postgresql://…?…": parameters can be added behind it.
    static std::string cluster_url() {
        const auto url = environment("CHUKTA_TEST_POSTGRES");
        assert(url.find('?') != std::string::npos);
        return url;
    }

private:
    void run(const std::string& sql) {
        db::transact(*cluster_, [&](db::Transaction& transaction) {
            // What a test left behind tells of itself in the test, not here.
            transaction.run("SET LOCAL client_min_messages = error");
            transaction.run(sql);
        });
    }

    std::string url_;
    std::string schema_;
    std::unique_ptr<db::Database> cluster_;
};

}  // namespace chukta::testing
