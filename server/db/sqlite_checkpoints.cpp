#include "server/db/sqlite_checkpoints.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "server/log.h"

namespace chukta::db {

SqliteCheckpoints::SqliteCheckpoints(std::string path, SqliteLender& writers, Limits limits)
    : path_{std::move(path)}, writers_{writers}, limits_{limits} {}

void SqliteCheckpoints::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void SqliteCheckpoints::note(int pages) {
    {
        const std::lock_guard lock{mutex_};
        pages_ = pages;
        if (pages < moved_) moved_ = 0;  // the log began anew
        if (!wants_length() && !wants_move()) return;
    }
    grown_.notify_one();
}

void SqliteCheckpoints::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            const bool grown =
                grown_.wait(lock, stop, [this] { return wants_length() || wants_move(); });
            if (!grown) return;
        }
        run_once(stop);
    }
}

bool SqliteCheckpoints::run_once(const std::stop_token& stop) {
    int pages = 0;
    {
        const std::lock_guard lock{mutex_};
        if (!wants_length() && !wants_move()) return false;
        if (wants_move()) moved_ = pages = pages_;
    }
    try {
        if (pages > 0) {
            checkpoint(pages);
        } else {
            lengthen(stop);
        }
    } catch (const StorageError& error) {
        // The log keeps everything and grows; the next of so many pages tries again.
        log::error("checkpoint.failed", {{"storage_code", error.code()}});
    }
    return true;
}

/// A disk that is nearly full has better uses for its room.
bool SqliteCheckpoints::has_room() const {
    constexpr std::uintmax_t kTimes = 4;
    std::error_code unknown;
    const auto space = std::filesystem::space(path_, unknown);
    return !unknown && space.available / kTimes >= SqliteSession::log_bytes(limits_.length);
}

void SqliteCheckpoints::lengthen(const std::stop_token& stop) {
    {
        const std::lock_guard lock{mutex_};
        long_ = true;
    }
    if (!has_room()) return;
    for (int to = 0; to < limits_.length && !stop.stop_requested();) {
        to = std::min(to + limits_.step, limits_.length);
        const LentSession writer{writers_};
        writer->lengthen_log(to);
    }
}

int SqliteCheckpoints::behind(int moved) {
    const std::lock_guard lock{mutex_};
    return pages_ - moved;
}

void SqliteCheckpoints::checkpoint(int pages) {
    if (!session_) {
        session_ = std::make_unique<SqliteSession>(path_, SqliteSession::Role::Reader);
        session_->sync_each(limits_.together);
    }
    const auto move = [this] {
        return session_->checkpoint(SQLITE_CHECKPOINT_PASSIVE).value_or(0);
    };
    int moved = move();
    int came = behind(moved);
    if (pages < limits_.most && came > limits_.left) return;
    // That first, for as long as it becomes so much less: everybody waits for the rest.
    for (int before = 2 * came; came > limits_.few && came <= before / 4 * 3;
         came = behind(moved)) {
        before = came;
        moved = move();
    }
    const LentSession writer{writers_};
    // Not while somebody reads an old state: the next one succeeds.
    if (!writer->checkpoint(SQLITE_CHECKPOINT_RESTART)) return;
    const std::lock_guard lock{mutex_};
    pages_ = moved_ = 0;
}

}  // namespace chukta::db
