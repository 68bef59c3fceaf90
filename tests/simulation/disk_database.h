/// @file
/// SQLite on a real file above the plug (power_vfs.h): the same database object before and after a
/// power cut, as every machine of the world finds it. Its log is tended as in production, in steps
/// instead of on a thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "server/db/sqlite.h"
#include "tests/simulation/dice.h"

namespace chukta::simulation {

class DiskDatabase final : public db::Database {
public:
    /// Works in a new folder of its own, which goes with it.
    explicit DiskDatabase(std::uint64_t seed);
    ~DiskDatabase() override;

    /// All that was not synced is kept, torn or lost; then the database is opened again. Throws
    /// Violation when its file is damaged.
    void cut_power();
    /// Between any two steps: by chance one round of what the thread of SqliteCheckpoints does,
    /// with small limits, while somebody may read an old state; by chance the disk is full or the
    /// power goes in the middle of it. False when it went, and cut_power() is to follow.
    bool tend_log();
    void end_faults() { faults_ = false; }
    /// Throws Violation when the file is damaged.
    void check_file();

    std::unique_ptr<db::Connection> begin(db::Mode mode) override { return open_->begin(mode); }
    void commit(db::Connection& connection) override { open_->commit(connection); }
    void roll_back(db::Connection& connection) noexcept override { open_->roll_back(connection); }
    std::string_view blob_type() const override { return open_->blob_type(); }
    std::string_view lock_rows() const override { return open_->lock_rows(); }
    std::string_view claim_rows() const override { return open_->claim_rows(); }
    std::string_view confirm_rows() const override { return open_->confirm_rows(); }
    std::size_t rows_per_statement() const override { return open_->rows_per_statement(); }
    bool shared() const override { return false; }
    db::Retries retries() const override { return open_->retries(); }

private:
    void open();
    void begin_tending();
    void read_for_long();
    std::int64_t read_old();
    db::SqliteCheckpoints::Limits draw_limits();

    Dice dice_;
    int often_;  ///< in a thousand steps
    bool faults_ = true;
    bool fresh_ = true;  ///< nothing was done since the last begin_tending()
    std::filesystem::path folder_;
    std::unique_ptr<db::Sqlite> open_;
    std::unique_ptr<db::Connection> reading_;  ///< somebody who takes long, e.g. a backup
    std::int64_t old_ = 0;                     ///< what that one saw first
};

}  // namespace chukta::simulation
