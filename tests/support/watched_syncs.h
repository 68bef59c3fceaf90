/// @file
/// SQLite's own file system, with the syncs of write-ahead logs counted and, when asked, failing,
/// and what databases' own files are written without a sync.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <functional>

namespace chukta::testing {

/// While it lives, databases that are opened anywhere in the process are watched. One at a time.
class WatchedSyncs {
public:
    WatchedSyncs() {
        below_ = sqlite3_vfs_find(nullptr);
        vfs_ = *below_;
        vfs_.zName = "watched";
        vfs_.xOpen = open;
        sqlite3_vfs_register(&vfs_, 1);
        count = 0;
        to_fail = 0;
        unsynced = most_unsynced = 0;
        on_write = nullptr;
    }
    ~WatchedSyncs() { sqlite3_vfs_unregister(&vfs_); }
    WatchedSyncs(const WatchedSyncs&) = delete;
    WatchedSyncs& operator=(const WatchedSyncs&) = delete;

    static inline std::atomic<int> count{0};
    static inline std::atomic<int> to_fail{0};   ///< so many syncs from now on fail
    static inline std::atomic<int> unsynced{0};  ///< writes to a database's own file since a sync
    static inline std::atomic<int> most_unsynced{0};
    static inline std::function<void()> on_write{};  ///< of such a file

private:
    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
        const int code = below_->xOpen(below_, name, file, flags, out_flags);
        if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
            // All logs have the same methods; ours are those with another sync.
            methods_below_ = file->pMethods;
            methods_ = *file->pMethods;
            methods_.xSync = sync;
            file->pMethods = &methods_;
        }
        if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0) {
            file_below_ = file->pMethods;
            file_ = *file->pMethods;
            file_.xWrite = write_file;
            file_.xSync = sync_file;
            file->pMethods = &file_;
        }
        return code;
    }
    static int sync(sqlite3_file* file, int flags) {
        ++count;
        if (to_fail > 0) {
            --to_fail;
            return SQLITE_IOERR_FSYNC;
        }
        return methods_below_->xSync(file, flags);
    }
    static int write_file(sqlite3_file* file, const void* bytes, int many, sqlite3_int64 at) {
        most_unsynced = std::max<int>(most_unsynced, ++unsynced);
        if (on_write) on_write();
        return file_below_->xWrite(file, bytes, many, at);
    }
    static int sync_file(sqlite3_file* file, int flags) {
        unsynced = 0;
        return file_below_->xSync(file, flags);
    }

    sqlite3_vfs vfs_{};
    static inline sqlite3_vfs* below_ = nullptr;
    static inline const sqlite3_io_methods* methods_below_ = nullptr;
    static inline sqlite3_io_methods methods_{};
    static inline const sqlite3_io_methods* file_below_ = nullptr;
    static inline sqlite3_io_methods file_{};
};

}  // namespace chukta::testing
