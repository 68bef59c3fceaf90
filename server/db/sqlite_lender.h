/// @file
/// A set of SQLite sessions that are lent out one at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/db/sqlite_session.h"

namespace chukta::db {

/// Any thread. Who asks first is served first: with one writer, a thread that commits again and
/// again would otherwise take it back each time before those who wait have woken up.
class SqliteLender {
public:
    void add(std::unique_ptr<SqliteSession> session) { free_.push_back(std::move(session)); }

    /// Waits for a free one.
    std::unique_ptr<SqliteSession> take() {
        std::unique_lock lock{mutex_};
        const auto ticket = next_ticket_++;
        changed_.wait(lock, [&] { return ticket == served_ticket_ && !free_.empty(); });
        ++served_ticket_;
        auto session = std::move(free_.back());
        free_.pop_back();
        // The next in the queue may have found a free one before it was its turn.
        if (!free_.empty() && served_ticket_ != next_ticket_) changed_.notify_all();
        return session;
    }

    void give_back(std::unique_ptr<SqliteSession> session) {
        {
            const std::lock_guard lock{mutex_};
            free_.push_back(std::move(session));
        }
        // All, since only one of them is the next.
        changed_.notify_all();
    }

    /// How many threads wait in take().
    std::size_t waiting() const {
        const std::lock_guard lock{mutex_};
        return static_cast<std::size_t>(next_ticket_ - served_ticket_);
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t next_ticket_ = 0;
    std::uint64_t served_ticket_ = 0;
    std::vector<std::unique_ptr<SqliteSession>> free_;
};

/// A session that is given back when its user is done with it, however that ends.
class LentSession {
public:
    explicit LentSession(SqliteLender& lender) : lender_{lender}, session_{lender.take()} {}
    ~LentSession() { lender_.give_back(std::move(session_)); }
    LentSession(const LentSession&) = delete;
    LentSession& operator=(const LentSession&) = delete;

    SqliteSession& operator*() const { return *session_; }
    SqliteSession* operator->() const { return session_.get(); }

private:
    SqliteLender& lender_;
    std::unique_ptr<SqliteSession> session_;
};

}  // namespace chukta::db
