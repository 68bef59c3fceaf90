#include "server/db/sqlite_session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

namespace chukta::db {
namespace {

constexpr int kPatienceMs = 5'000;
constexpr int kRestartPatienceMs = 20;

StorageError error_of(int code) {
    const int primary = code & 0xff;
    const auto kind = primary == SQLITE_BUSY || primary == SQLITE_LOCKED
                          ? StorageError::Kind::Conflict
                          : StorageError::Kind::Broken;
    return StorageError{kind, code};
}

void check(int code) {
    if (code != SQLITE_OK) throw error_of(code);
}

/// The writer meets every page that changes; a reader finds most of its few in the system's cache,
/// and what each may keep counts for all of them.
const char* cache_size_of(SqliteSession::Role role) {
    return role == SqliteSession::Role::Writer ? "PRAGMA cache_size=-16000"
                                               : "PRAGMA cache_size=-4000";
}

/// SQLite numbers $1, $2 by first appearance, PostgreSQL by the digits: the digits count.
std::vector<int> indexes_of(sqlite3_stmt* statement) {
    const int count = sqlite3_bind_parameter_count(statement);
    std::vector<int> index_of(static_cast<std::size_t>(count), 0);
    for (int index = 1; index <= count; ++index) {
        const std::string_view name{sqlite3_bind_parameter_name(statement, index)};
        int number = 0;
        std::from_chars(name.data() + 1, name.data() + name.size(), number);
        if (number < 1 || number > count) throw error_of(SQLITE_RANGE);
        index_of[static_cast<std::size_t>(number) - 1] = index;
    }
    return index_of;
}

int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return sqlite3_bind_int64(statement, index, *number);
    }
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        if (text->empty()) return sqlite3_bind_text(statement, index, "", 0, SQLITE_STATIC);
        return sqlite3_bind_text64(
            statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8
        );
    }
    if (const auto* blob = std::get_if<Blob>(&value)) {
        if (blob->bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
        return sqlite3_bind_blob64(
            statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC
        );
    }
    return sqlite3_bind_null(statement, index);
}

std::shared_ptr<const std::vector<std::string>> column_names(sqlite3_stmt* statement) {
    auto names = std::make_shared<std::vector<std::string>>();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        names->emplace_back(sqlite3_column_name(statement, i));
    }
    return names;
}

void add_column(Row& row, sqlite3_stmt* statement, int i) {
    switch (sqlite3_column_type(statement, i)) {
        case SQLITE_NULL:
            return row.add_null();
        case SQLITE_INTEGER:
            return row.add(sqlite3_column_int64(statement, i));
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
            return row.add_blob(
                {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))}
            );
        }
        default: {
            // The text first: it is what the count of bytes belongs to.
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
            return row.add_text({text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))}
            );
        }
    }
}

/// Counting what is allocated, which nobody asks for, takes a lock each time. No effect once SQLite
/// is in use.
void count_no_memory() {
    static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(once);
}

}  // namespace

SqliteSession::SqliteSession(const std::string& path, Role role) {
    count_no_memory();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    check(code);
    sqlite3_extended_result_codes(handle_.get(), 1);
    sqlite3_busy_timeout(handle_.get(), kPatienceMs);
    // One that is in memory alone has no log and answers "memory".
    execute("PRAGMA journal_mode=WAL");
    // FULL: a commit that was acknowledged survives the loss of power.
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA foreign_keys=ON");
    execute("PRAGMA wal_autocheckpoint=2000");  // until when_log_grows
    execute(cache_size_of(role));
}

SqliteSession::~SqliteSession() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
}

void SqliteSession::execute(const char* sql) {
    check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr));
}

void SqliteSession::roll_back() noexcept {
    if (sqlite3_get_autocommit(handle_.get()) != 0) return;
    try {
        run("ROLLBACK", {});
    } catch (const StorageError&) {
        // What broke the transaction has ended it, or whoever begins the next one tries again.
    }
}

void SqliteSession::when_log_grows(std::function<void(int pages)> grown) {
    log_grows_ = std::move(grown);
    const auto hook = [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteSession*>(self)->log_grows_(pages);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_.get(), hook, this);
}

std::optional<int> SqliteSession::checkpoint(int mode) {
    // Whoever reads for long, e.g. a backup, must not keep the writer waiting meanwhile.
    if (mode != SQLITE_CHECKPOINT_PASSIVE) sqlite3_busy_timeout(handle_.get(), kRestartPatienceMs);
    int pages = 0, moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, &pages, &moved);
    sqlite3_busy_timeout(handle_.get(), kPatienceMs);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return std::nullopt;
    check(code);
    return moved;
}

void SqliteSession::sync_each(int pages) {
    sqlite3_file* file = nullptr;
    check(sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file));
    // In braces, for clang 14.
    synced_writes_ =
        std::make_unique<SyncedWrites>(SyncedWrites{*file->pMethods, file->pMethods, pages, 0});
    synced_writes_->methods.xWrite = write_synced;
    file->pMethods = &synced_writes_->methods;
}

int SqliteSession::write_synced(
    sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at
) {
    static_assert(std::is_standard_layout_v<SyncedWrites>);
    auto& self = *reinterpret_cast<SyncedWrites*>(const_cast<sqlite3_io_methods*>(file->pMethods));
    const int code = self.below->xWrite(file, bytes, count, at);
    if (code != SQLITE_OK || ++self.unsynced < self.pages) return code;
    self.unsynced = 0;
    return self.below->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/// The file format's section 4.1: a header of 32 bytes, and one of 24 before each page.
std::uint64_t SqliteSession::log_bytes(int pages) {
    return 32 + static_cast<std::uint64_t>(pages) * (24 + 4'096);
}

void SqliteSession::lengthen_log(int pages) {
    // While we have the lock nobody, in no process, writes to the log; and nobody reads behind its
    // last commit (section 4.5), where whatever stands is no page of it.
    run("BEGIN IMMEDIATE", {});
    struct Release {
        SqliteSession& session;
        ~Release() { session.roll_back(); }
    } release{*this};
    sqlite3_file* log = nullptr;
    check(sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log));
    if (log == nullptr || log->pMethods == nullptr) return;
    sqlite3_int64 size = 0;
    check(log->pMethods->xFileSize(log, &size));
    const auto end = static_cast<sqlite3_int64>(log_bytes(pages));
    // No more at a time: it counts a write's bytes in 17 bits.
    static constexpr std::array<char, 65'536> kZeros{};
    while (size < end) {
        const auto bytes = std::min<sqlite3_int64>(kZeros.size(), end - size);
        check(log->pMethods->xWrite(log, kZeros.data(), static_cast<int>(bytes), size));
        size += bytes;
    }
}

SqliteSession::Statement& SqliteSession::prepared(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return found->second;
    Statement statement;
    check(sqlite3_prepare_v3(
        handle_.get(),
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &statement.handle,
        nullptr
    ));
    const auto added = statements_.emplace(std::string{sql}, statement).first;
    added->second.index_of = indexes_of(statement.handle);
    added->second.columns = column_names(statement.handle);
    return added->second;
}

std::size_t SqliteSession::written() const {
    return static_cast<std::size_t>(sqlite3_changes64(handle_.get()));
}

Rows SqliteSession::run(std::string_view sql, std::span<const Value> values) {
    const Statement& statement = prepared(sql);
    // Reset on every way out: a statement left stepping would keep its read snapshot.
    struct Reset {
        sqlite3_stmt* handle;
        ~Reset() {
            sqlite3_reset(handle);
            sqlite3_clear_bindings(handle);
        }
    } reset{statement.handle};
    if (values.size() != statement.index_of.size()) throw error_of(SQLITE_RANGE);
    for (std::size_t i = 0; i < values.size(); ++i) {
        check(bind_one(statement.handle, statement.index_of[i], values[i]));
    }
    Rows rows;
    for (;;) {
        const int code = sqlite3_step(statement.handle);
        if (code == SQLITE_DONE) return rows;
        if (code != SQLITE_ROW) throw error_of(code);
        auto& row = rows.emplace_back(statement.columns);
        const int columns = sqlite3_data_count(statement.handle);
        for (int i = 0; i < columns; ++i) add_column(row, statement.handle, i);
    }
}

}  // namespace chukta::db
