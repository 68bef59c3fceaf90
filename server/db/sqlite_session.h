/// @file
/// One connection of SQLite with its prepared statements.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/db/database.h"

namespace chukta::db {

/// Used by one thread at a time.
class SqliteSession {
public:
    /// What it is for: the writer's page cache is the larger one.
    enum class Role { Writer, Reader };

    /// Opens or creates the file. Throws StorageError.
    SqliteSession(const std::string& path, Role role);
    ~SqliteSession();  // finalizes, then closes
    SqliteSession(const SqliteSession&) = delete;
    SqliteSession& operator=(const SqliteSession&) = delete;

    Rows run(std::string_view sql, std::span<const Value> values);
    std::size_t written() const;
    void roll_back() noexcept;

    /// Calls it in each commit with the pages that the log has then, and leaves it to that to move
    /// them.
    void when_log_grows(std::function<void(int pages)> grown);
    /// One of SQLITE_CHECKPOINT_…: how many pages of the log are in the file now, nothing when
    /// somebody was in the way. Throws StorageError.
    std::optional<int> checkpoint(int mode);
    /// From now on, whenever a checkpoint of this connection has written so many pages to the file,
    /// the disk writes them. Once a connection. Throws StorageError.
    void sync_each(int pages);
    /// Puts zeros behind the log until its file holds so many pages. Throws StorageError.
    void lengthen_log(int pages);
    static std::uint64_t log_bytes(int pages);

private:
    struct Statement {
        sqlite3_stmt* handle = nullptr;
        std::vector<int> index_of;  ///< SQLite's number of $1, $2, …
        std::shared_ptr<const std::vector<std::string>> columns;
    };
    /// Of a statement's end, where it says what it is about: they are up to a thousand characters
    /// long, and looked for many thousand times a second.
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            constexpr std::size_t kEnough = 48;
            return std::hash<std::string_view>{}(
                       text.substr(text.size() - std::min(text.size(), kEnough))
                   ) +
                   text.size();
        }
    };

    void execute(const char* sql);
    Statement& prepared(std::string_view sql);

    /// The file's methods with another xWrite, which finds the rest by them.
    struct SyncedWrites {
        sqlite3_io_methods methods;  ///< the first
        const sqlite3_io_methods* below;
        int pages;
        int unsynced;  ///< written since
    };
    static int write_synced(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at);

    std::unique_ptr<SyncedWrites> synced_writes_;  ///< until the file is closed
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;
    std::function<void(int pages)> log_grows_;
};

}  // namespace chukta::db
