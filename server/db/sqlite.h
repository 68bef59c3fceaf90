/// @file
/// SQLite as the embedded engine: WAL, synchronous=FULL, one writer, several readers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/db/database.h"
#include "server/db/sqlite_checkpoints.h"
#include "server/db/sqlite_lender.h"

namespace chukta::db {

class Sqlite final : public Database {
public:
    /// Opens or creates the file. ":memory:" is one private database without a file. Throws
    /// StorageError.
    explicit Sqlite(const std::string& path);

    void start() override;
    /// In place of start(), for who has but one thread: each tend_log() is one round of what the
    /// other thread would do, within these limits. Not in memory. Called again, it is as if the
    /// process had been started anew.
    void tend_log_within(SqliteCheckpoints::Limits limits);
    bool tend_log() { return checkpoints_->run_once(); }

    std::unique_ptr<Connection> begin(Mode mode) override;
    void commit(Connection& connection) override;
    void roll_back(Connection& connection) noexcept override;
    bool writer_is_wanted() const override { return writers_.waiting() > 0; }

    std::string_view blob_type() const override { return "BLOB"; }
    // BEGIN IMMEDIATE: there is no other writer until this one ends.
    std::string_view lock_rows() const override { return ""; }
    std::string_view claim_rows() const override { return ""; }
    std::string_view confirm_rows() const override { return ""; }
    std::size_t rows_per_statement() const override { return 1; }
    bool shared() const override { return false; }

private:
    const std::string path_;
    const bool in_memory_;
    SqliteLender writers_;
    SqliteLender readers_;
    std::unique_ptr<SqliteCheckpoints> checkpoints_;
};

/// The same, whose folder is made when missing.
std::unique_ptr<Database> open_sqlite(const std::string& path);

}  // namespace chukta::db
