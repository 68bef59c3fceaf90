#include "server/db/sqlite_checkpoints.h"

#include <utility>

#include "server/log.h"

namespace chukta::db {

SqliteCheckpoints::SqliteCheckpoints(std::string path, SqliteLender& writers, Limits limits)
    : path_{std::move(path)},
      writers_{writers},
      limits_{limits},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

SqliteCheckpoints::~SqliteCheckpoints() {
    thread_.request_stop();
    grown_.notify_all();
    thread_.join();
}

void SqliteCheckpoints::note(int pages) {
    {
        const std::lock_guard lock{mutex_};
        pages_ = pages;
        if (pages < moved_) moved_ = 0;  // the log began anew
        if (pages - moved_ < limits_.apart) return;
    }
    grown_.notify_one();
}

void SqliteCheckpoints::run(const std::stop_token& stop) {
    for (;;) {
        int pages = 0;
        {
            std::unique_lock lock{mutex_};
            const bool grown =
                grown_.wait(lock, stop, [this] { return pages_ - moved_ >= limits_.apart; });
            if (!grown) return;
            moved_ = pages = pages_;
        }
        try {
            checkpoint(pages);
        } catch (const StorageError& error) {
            // The log keeps everything and grows; the next of so many pages tries again.
            log::error("checkpoint.failed", {{"storage_code", error.code()}});
        }
    }
}

void SqliteCheckpoints::checkpoint(int pages) {
    using Role = SqliteSession::Role;
    if (!session_) session_ = std::make_unique<SqliteSession>(path_, Role::Reader);
    session_->checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    if (pages < limits_.most) return;
    // What came meanwhile first, so that there is little left when everybody waits.
    session_->checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    const LentSession writer{writers_};
    // Not while somebody reads an old state: the next one succeeds.
    if (!writer->checkpoint(SQLITE_CHECKPOINT_RESTART)) return;
    const std::lock_guard lock{mutex_};
    pages_ = moved_ = 0;
}

}  // namespace chukta::db
