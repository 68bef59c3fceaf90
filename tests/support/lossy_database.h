/// @file
/// A real database whose commits happen and are then reported lost: the failure that a network can
/// always cause and a test cannot wait for. Or they take as long as a test wants.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/db/database.h"

namespace chukta::testing {

class LossyDatabase final : public db::Database {
public:
    explicit LossyDatabase(std::unique_ptr<db::Database> real) : real_{std::move(real)} {}

    /// From now on every second commit of a transaction with such a statement is reported lost,
    /// beginning with the first. Empty: none. Not while transactions run.
    void lose(std::string part_of_statement) {
        statement_ = std::move(part_of_statement);
        meanwhile_ = nullptr;
        matching_ = 0;
    }
    int lost() const { return lost_; }

    /// Instead, until the next `lose`: this happens in each commit of such a transaction.
    void meanwhile(std::string part_of_statement, std::function<void()> deed) {
        statement_ = std::move(part_of_statement);
        meanwhile_ = std::move(deed);
    }

    std::unique_ptr<db::Connection> begin(db::Mode mode) override {
        return std::make_unique<Watched>(real_->begin(mode), statement_);
    }
    void commit(db::Connection& connection) override {
        auto& watched = static_cast<Watched&>(connection);
        real_->commit(watched.real());
        if (!watched.matched()) return;
        if (meanwhile_) return meanwhile_();
        if (matching_++ % 2 != 0) return;
        ++lost_;
        throw db::StorageError{db::StorageError::Kind::Lost, "08006"};
    }
    void roll_back(db::Connection& connection) noexcept override {
        real_->roll_back(static_cast<Watched&>(connection).real());
    }
    std::string_view blob_type() const override { return real_->blob_type(); }
    std::string_view lock_rows() const override { return real_->lock_rows(); }
    std::string_view claim_rows() const override { return real_->claim_rows(); }
    std::string_view confirm_rows() const override { return real_->confirm_rows(); }
    std::size_t rows_per_statement() const override { return real_->rows_per_statement(); }
    bool shared() const override { return real_->shared(); }
    db::Retries retries() const override {
        db::Retries retries;
        retries.first_wait = retries.longest_wait = std::chrono::milliseconds{0};
        return retries;
    }

private:
    class Watched final : public db::Connection {
    public:
        Watched(std::unique_ptr<db::Connection> real, const std::string& wanted)
            : real_{std::move(real)}, wanted_{wanted} {}
        db::Rows run(std::string_view sql, std::span<const db::Value> values) override {
            matched_ = matched_ || (!wanted_.empty() && sql.find(wanted_) != sql.npos);
            return real_->run(sql, values);
        }
        std::size_t written() const override { return real_->written(); }
        db::Connection& real() { return *real_; }
        bool matched() const { return matched_; }

    private:
        std::unique_ptr<db::Connection> real_;
        const std::string& wanted_;
        bool matched_ = false;
    };

    std::unique_ptr<db::Database> real_;
    std::string statement_;
    std::function<void()> meanwhile_;
    std::atomic<int> matching_ = 0;
    std::atomic<int> lost_ = 0;
};

}  // namespace chukta::testing
