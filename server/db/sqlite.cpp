#include "server/db/sqlite.h"

#include <sqlite3.h>

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>

namespace chukta::db {
namespace {

// Waiting readers are the page's polls; more connections than this only fight for the cache.
constexpr std::size_t kReaders = 4;

StorageError error_of(int code) {
    const int primary = code & 0xff;
    const auto kind = primary == SQLITE_BUSY || primary == SQLITE_LOCKED
                          ? StorageError::Kind::Conflict
                          : StorageError::Kind::Broken;
    return StorageError{kind, code};
}

/// One sqlite3 handle with its prepared statements.
class Session {
public:
    Session(const std::string& path, bool in_memory) {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        check(sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr));
        sqlite3_extended_result_codes(handle_, 1);
        sqlite3_busy_timeout(handle_, 5'000);
        if (!in_memory) execute("PRAGMA journal_mode=WAL");
        // FULL: a commit that was acknowledged survives the loss of power.
        execute("PRAGMA synchronous=FULL");
        execute("PRAGMA foreign_keys=ON");
        execute("PRAGMA wal_autocheckpoint=2000");
    }

    ~Session() {
        for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
        sqlite3_close(handle_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void execute(const char* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr)); }

    void roll_back() noexcept {
        if (sqlite3_get_autocommit(handle_) == 0) {
            sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
        }
    }

    Rows run(std::string_view sql, const std::vector<Value>& values) {
        sqlite3_stmt* statement = prepared(sql);
        // Reset on every way out: a statement left stepping would keep its read snapshot.
        struct Reset {
            sqlite3_stmt* statement;
            ~Reset() {
                sqlite3_reset(statement);
                sqlite3_clear_bindings(statement);
            }
        } reset{statement};
        bind(statement, values);
        std::shared_ptr<std::vector<std::string>> names;
        Rows rows;
        for (;;) {
            const int code = sqlite3_step(statement);
            if (code == SQLITE_DONE) return rows;
            if (code != SQLITE_ROW) throw error_of(code);
            if (!names) names = column_names(statement);
            rows.emplace_back(names, read(statement));
        }
    }

private:
    void check(int code) const {
        if (code != SQLITE_OK) throw error_of(code);
    }

    sqlite3_stmt* prepared(std::string_view sql) {
        const auto found = statements_.find(sql);
        if (found != statements_.end()) return found->second;
        sqlite3_stmt* statement = nullptr;
        const char* rest = nullptr;
        check(sqlite3_prepare_v3(
            handle_,
            sql.data(),
            static_cast<int>(sql.size()),
            SQLITE_PREPARE_PERSISTENT,
            &statement,
            &rest
        ));
        statements_.emplace(std::string{sql}, statement);
        return statement;
    }

    void bind(sqlite3_stmt* statement, const std::vector<Value>& values) const {
        for (std::size_t i = 0; i < values.size(); ++i) {
            // SQLite numbers $1, $2 by first appearance, PostgreSQL by the digits: bind by name.
            const std::string name = "$" + std::to_string(i + 1);
            const int index = sqlite3_bind_parameter_index(statement, name.c_str());
            if (index == 0) throw StorageError{StorageError::Kind::Broken, SQLITE_RANGE};
            check(bind_one(statement, index, values[i]));
        }
    }

    static int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            return sqlite3_bind_int64(statement, index, *number);
        }
        if (const auto* text = std::get_if<std::string>(&value)) {
            return sqlite3_bind_text64(
                statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8
            );
        }
        if (const auto* blob = std::get_if<Blob>(&value)) {
            return sqlite3_bind_blob64(
                statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC
            );
        }
        return sqlite3_bind_null(statement, index);
    }

    static std::shared_ptr<std::vector<std::string>> column_names(sqlite3_stmt* statement) {
        auto names = std::make_shared<std::vector<std::string>>();
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            names->emplace_back(sqlite3_column_name(statement, i));
        }
        return names;
    }

    static std::vector<Value> read(sqlite3_stmt* statement) {
        std::vector<Value> values;
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
            switch (sqlite3_column_type(statement, i)) {
                case SQLITE_NULL:
                    values.emplace_back();
                    break;
                case SQLITE_INTEGER:
                    values.emplace_back(std::int64_t{sqlite3_column_int64(statement, i)});
                    break;
                case SQLITE_BLOB: {
                    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
                    values.emplace_back(Blob{size == 0 ? std::string{} : std::string{bytes, size}});
                    break;
                }
                default: {
                    const auto* text =
                        reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
                    values.emplace_back(std::string{text, size});
                    break;
                }
            }
        }
        return values;
    }

    sqlite3* handle_ = nullptr;
    std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

/// A set of sessions that are lent out one at a time.
class Lender {
public:
    void add(std::unique_ptr<Session> session) { free_.push_back(std::move(session)); }

    std::unique_ptr<Session> take() {
        std::unique_lock lock{mutex_};
        returned_.wait(lock, [this] { return !free_.empty(); });
        auto session = std::move(free_.back());
        free_.pop_back();
        return session;
    }

    void give_back(std::unique_ptr<Session> session) {
        {
            const std::lock_guard lock{mutex_};
            free_.push_back(std::move(session));
        }
        returned_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Session>> free_;
};

class LentConnection final : public Connection {
public:
    LentConnection(Lender& lender, std::unique_ptr<Session> session)
        : lender_{lender}, session_{std::move(session)} {}
    ~LentConnection() override {
        if (session_) lender_.give_back(std::move(session_));
    }
    Rows run(std::string_view sql, const std::vector<Value>& values) override {
        return session_->run(sql, values);
    }
    Session& session() { return *session_; }

private:
    Lender& lender_;
    std::unique_ptr<Session> session_;
};

class Sqlite final : public Database {
public:
    explicit Sqlite(const std::string& path) : in_memory_{path == ":memory:"} {
        writers_.add(std::make_unique<Session>(path, in_memory_));
        if (in_memory_) return;  // another connection would be another database
        for (std::size_t i = 0; i < kReaders; ++i) {
            readers_.add(std::make_unique<Session>(path, in_memory_));
        }
    }

    std::unique_ptr<Connection> begin(Mode mode) override {
        Lender& lender = mode != Mode::Read || in_memory_ ? writers_ : readers_;
        auto connection = std::make_unique<LentConnection>(lender, lender.take());
        connection->session().execute(mode == Mode::Read ? "BEGIN" : "BEGIN IMMEDIATE");
        return connection;
    }

    void commit(Connection& connection) override {
        static_cast<LentConnection&>(connection).session().execute("COMMIT");
    }

    void roll_back(Connection& connection) noexcept override {
        static_cast<LentConnection&>(connection).session().roll_back();
    }

    std::string_view blob_type() const override { return "BLOB"; }
    // BEGIN IMMEDIATE: there is no other writer until this one ends.
    std::string_view lock_rows() const override { return ""; }
    std::string_view claim_rows() const override { return ""; }
    std::size_t rows_per_statement() const override { return 1; }
    bool shared() const override { return false; }

private:
    bool in_memory_;
    Lender writers_;
    Lender readers_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    if (path != ":memory:" && !folder.empty()) {
        std::error_code ignored;  // opening the file says it better
        std::filesystem::create_directories(folder, ignored);
    }
    return std::make_unique<Sqlite>(path);
}

}  // namespace chukta::db
