/// @file
/// The thin line between the Store's SQL and an engine. Nothing here knows a domain word; the SQL
/// above it is a portable subset ($1, ON CONFLICT … DO NOTHING RETURNING, UPDATE … RETURNING).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace chukta::db {

/// Bytes that are not text.
struct Blob {
    std::string bytes;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;

/// An optional integer as a bound value: NULL when there is none.
inline Value nullable(const std::optional<std::int64_t>& number) {
    return number ? Value{*number} : Value{};
}

/// One row of an answer; columns are read by name. A wrong name or type is our bug and asserts.
class Row {
public:
    Row(std::shared_ptr<const std::vector<std::string>> names, std::vector<Value> values)
        : names_{std::move(names)}, values_{std::move(values)} {}

    std::int64_t integer(std::string_view column) const;
    std::optional<std::int64_t> optional_integer(std::string_view column) const;
    const std::string& text(std::string_view column) const;
    const std::string& blob(std::string_view column) const;

private:
    const Value& at(std::string_view column) const;
    std::shared_ptr<const std::vector<std::string>> names_;
    std::vector<Value> values_;
};
using Rows = std::vector<Row>;

/// The machine is broken or busy: caught in the handler guard and at the top of each loop. Carries
/// a code, never the engine's text, which can quote a row.
class StorageError : public std::runtime_error {
public:
    enum class Kind {
        Conflict,  ///< two transactions met (busy, serialization failure, deadlock): run it again
        Lost,      ///< the connection is gone; the transaction's outcome may be unknown
        Broken,    ///< disk full, corrupt, a bug in our SQL
    };
    StorageError(Kind kind, int code)
        : std::runtime_error{"storage error " + std::to_string(code)}, kind_{kind}, code_{code} {}
    Kind kind() const { return kind_; }
    int code() const { return code_; }

private:
    Kind kind_;
    int code_;
};

/// One session with the engine, used by one thread at a time.
class Connection {
public:
    virtual ~Connection() = default;
    /// Runs one statement. Throws StorageError.
    virtual Rows run(std::string_view sql, const std::vector<Value>& values) = 0;
};

enum class Mode { Read, Write };

/// An engine. Any thread.
class Database {
public:
    virtual ~Database() = default;

    /// A connection inside a begun transaction; waits for one to be free. SQLite has one writer.
    virtual std::unique_ptr<Connection> begin(Mode mode) = 0;
    /// Makes it durable. Throws StorageError; then nothing of it happened unless the kind is Lost.
    virtual void commit(Connection& connection) = 0;
    /// Undoes it; never throws.
    virtual void roll_back(Connection& connection) noexcept = 0;

    /// The engine's type for bytes ("BLOB", "BYTEA"); migrations say {BLOB}.
    virtual std::string_view blob_type() const = 0;
};

/// One transaction. Rolled back unless committed.
class Transaction {
public:
    Transaction(Database& database, Mode mode);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    Rows run(std::string_view sql, const std::vector<Value>& values = {}) {
        return connection_->run(sql, values);
    }
    void commit();

private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
    bool open_ = true;
};

/// Runs `work(transaction)` and commits, again when it met another transaction. work must have no
/// effect outside the transaction that cannot be repeated.
template <class Work>
auto transact(Database& database, Work&& work) {
    constexpr int kTriesMax = 8;
    for (int attempt = 1;; ++attempt) {
        try {
            Transaction transaction{database, Mode::Write};
            if constexpr (std::is_void_v<decltype(work(transaction))>) {
                work(transaction);
                transaction.commit();
                return;
            } else {
                auto answer = work(transaction);
                transaction.commit();
                return answer;
            }
        } catch (const StorageError& error) {
            if (error.kind() != StorageError::Kind::Conflict || attempt == kTriesMax) throw;
        }
    }
}

/// Brings the schema up to date, once, also when several instances start together. Throws
/// StorageError.
void migrate(Database& database, std::int64_t now_ms);

/// Opens what a DATABASE_URL names: "sqlite:path" or "sqlite::memory:". Throws
/// std::invalid_argument naming the scheme (never the URL) for anything else, StorageError when it
/// cannot be opened.
std::unique_ptr<Database> open_database(std::string_view url);

}  // namespace chukta::db
