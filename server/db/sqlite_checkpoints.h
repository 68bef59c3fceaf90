/// @file
/// Moves what SQLite's log holds into the file itself, on a thread and a connection of its own:
/// otherwise whoever happens to commit when the log is full does it for all, and everybody behind
/// it waits. And keeps the log's file long and no longer than it must be: a commit that lengthens
/// it costs the disk a second write, of the file's new size.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "server/db/sqlite_lender.h"

namespace chukta::db {

class SqliteCheckpoints {
public:
    /// In pages of 4 KiB. A webhook changes about ten; one that changes again and again is moved
    /// once: moved every 4'000 and begun anew at 8'000, the slowest hundredth of webhooks took half
    /// as long again (bench/README.md).
    struct Limits {
        int apart = 16'000;
        /// The disk writes so many at a time. SQLite has it write all of them at once, and a commit
        /// waits for that meanwhile; it does so only where it moved all of the log, which under
        /// load is when everybody waits anyway.
        int together = 128;
        /// SQLite begins the log anew by itself only when a commit finds all of it moved, which
        /// under load never happens: beyond this, or when no more than so many came during a move,
        /// the writer is borrowed for the moment it takes.
        int most = 64'000;
        int left = 8'000;
        int few = 300;  ///< everybody waits while these are moved, or more where they come as fast
        /// Once it has so many pages, the log's file is made so long as it mostly becomes. Not
        /// earlier, for those whose shop sells little.
        int busy = 500;
        int length = 18'000;
        int step = 250;  ///< for as long as it takes to write these, who commits waits
    };

    /// `writers` must outlive it.
    SqliteCheckpoints(std::string path, SqliteLender& writers, Limits limits);

    /// From now on rounds happen on a thread. Not called by who calls run_once().
    void start();
    /// One round of what is to be done, if anything is; false when nothing was. One thread.
    bool run_once(const std::stop_token& stop = {});

    /// A commit left the log with so many pages. Any thread, never waits.
    void note(int pages);

private:
    void run(const std::stop_token& stop);
    bool has_room() const;
    void lengthen(const std::stop_token& stop);
    void checkpoint(int pages);
    /// How many pages the log has beside those.
    int behind(int moved);
    bool wants_length() const { return !long_ && pages_ >= limits_.busy; }
    bool wants_move() const { return pages_ - moved_ >= limits_.apart; }

    const std::string path_;
    SqliteLender& writers_;
    const Limits limits_;
    std::unique_ptr<SqliteSession> session_;  ///< its own, opened when first needed
    std::mutex mutex_;
    std::condition_variable_any grown_;
    int pages_ = 0;
    int moved_ = 0;        ///< pages that the last checkpoint knew of
    bool long_ = false;    ///< the log's file, or the disk has no room for that
    std::jthread thread_;  ///< the last: it is stopped before anything else goes
};

}  // namespace chukta::db
