/// @file
/// SQLite on a real file above the plug (power_vfs.h): the same database object before and after a
/// power cut, as every machine of the world finds it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "server/db/database.h"

namespace chukta::simulation {

class DiskDatabase final : public db::Database {
public:
    /// Works in a new folder of its own, which goes with it.
    DiskDatabase();
    ~DiskDatabase() override;

    /// All that was not synced is kept, torn or lost; then the database is opened again.
    void cut_power();

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

    std::filesystem::path folder_;
    std::unique_ptr<db::Database> open_;
};

}  // namespace chukta::simulation
