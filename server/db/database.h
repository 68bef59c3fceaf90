/// @file
/// The thin line between the Store's SQL and an engine. Nothing here knows a domain word; the SQL
/// above it is a portable subset ($1, ON CONFLICT … DO NOTHING, UPDATE … RETURNING).
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/log.h"

namespace chukta::db {

/// Bytes that are not text.
struct Blob {
    std::string_view bytes;
};
/// A value to bind. It points at the caller's text, which must outlive the statement's run: a
/// temporary in the call does.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;

/// An optional integer as a bound value: NULL when there is none.
inline Value nullable(const std::optional<std::int64_t>& number) {
    return number ? Value{*number} : Value{};
}

/// One row of an answer; columns are read by name. A wrong name or type is our bug and asserts.
class Row {
public:
    using Names = std::shared_ptr<const std::vector<std::string>>;
    explicit Row(Names names) : names_{std::move(names)} { cells_.reserve(names_->size()); }

    // For the engines: one call for each column, in order.
    void add_null() { cells_.push_back({}); }
    void add(std::int64_t number) { cells_.push_back({Kind::Integer, 0, number}); }
    void add_text(std::string_view text) { add(Kind::Text, text); }
    void add_blob(std::string_view bytes) { add(Kind::Blob, bytes); }

    /// The first so many columns are done with: where two joined tables have a column of the same
    /// name, it is the second one's from now on.
    void skip(std::size_t columns) { next_ = first_ += columns; }

    std::int64_t integer(std::string_view column) const;
    std::optional<std::int64_t> optional_integer(std::string_view column) const;
    bool is_null(std::string_view column) const;
    std::string text(std::string_view column) const;
    std::string blob(std::string_view column) const;

private:
    enum class Kind : std::uint8_t { Null, Integer, Text, Blob };
    struct Cell {
        Kind kind = Kind::Null;
        std::uint32_t size = 0;
        std::int64_t number = 0;  ///< of text and bytes: where they begin
    };
    void add(Kind kind, std::string_view bytes);
    const Cell& at(std::string_view column) const;
    std::string bytes_of(std::string_view column, Kind kind) const;

    Names names_;
    std::vector<Cell> cells_;
    std::string bytes_;  ///< of all columns: one piece of memory a row
    std::size_t first_ = 0;
    mutable std::size_t next_ = 0;  ///< columns are mostly read in their order
};
using Rows = std::vector<Row>;

/// The machine is broken or busy: caught in the handler guard and at the top of each loop. Carries
/// a code (SQLite's number, PostgreSQL's SQLSTATE), never the engine's text, which can quote a row.
class StorageError : public std::runtime_error {
public:
    enum class Kind {
        Conflict,  ///< two transactions met (busy, serialization failure, deadlock): run it again
        Lost,      ///< the connection is gone. Of a commit: it may or may not have happened
        Broken,    ///< disk full, corrupt, a bug in our SQL
    };
    StorageError(Kind kind, std::string_view code)
        : std::runtime_error{"storage error " + std::string{code}}, kind_{kind}, code_{code} {}
    StorageError(Kind kind, int code) : StorageError{kind, std::to_string(code)} {}
    Kind kind() const { return kind_; }
    /// Whether it was about this transaction's rows, so that one about others may succeed.
    bool others_may_succeed() const { return kind_ != Kind::Lost; }
    std::string_view code() const { return code_; }

private:
    Kind kind_;
    std::string code_;
};

/// One session with the engine, used by one thread at a time.
class Connection {
public:
    virtual ~Connection() = default;
    /// Runs one statement. Throws StorageError.
    virtual Rows run(std::string_view sql, std::span<const Value> values) = 0;
    /// How many rows the last statement wrote, which was one that writes.
    virtual std::size_t written() const = 0;
    /// Runs one statement of whose outcome nobody needs to know before the transaction ends. It
    /// may travel with the next one; that one, or the commit, throws its StorageError then.
    virtual void post(std::string_view sql, std::span<const Value> values) { run(sql, values); }
};

enum class Mode {
    Read,    ///< one snapshot for all its statements
    Look,    ///< one run that reads, and no more: begun and ended by itself
    Write,   ///< each statement sees what was committed before it; rows are locked by lock_rows()
    Schema,  ///< like Write, and may take minutes
};

/// How often a transaction is run again, and how long it waits in between: a random part of a time
/// that doubles, so that those who met do not meet again.
struct Retries {
    int tries_max = 8;
    std::chrono::milliseconds first_wait{2};
    std::chrono::milliseconds longest_wait{800};
    std::chrono::milliseconds none_begins_after{5'000};  ///< somebody waits for the answer
};

/// An engine. Any thread.
class Database {
public:
    virtual ~Database() = default;

    /// From now on, what nobody waits for happens on a thread of its own. May be called again.
    virtual void start() {}

    /// A connection inside a begun transaction; waits for one to be free. SQLite has one writer.
    virtual std::unique_ptr<Connection> begin(Mode mode) = 0;
    /// Makes it durable. Throws StorageError; then nothing of it happened unless the kind is Lost.
    virtual void commit(Connection& connection) = 0;
    /// Undoes it; never throws.
    virtual void roll_back(Connection& connection) noexcept = 0;

    /// Whether another thread waits for the one who writes now. Who writes much looks, and commits
    /// what it has. Never where several write at once.
    virtual bool writer_is_wanted() const { return false; }

    /// The engine's type for bytes ("BLOB", "BYTEA"); migrations say {BLOB}.
    virtual std::string_view blob_type() const = 0;
    /// Ends a SELECT whose rows this transaction is going to decide about: until it ends nobody
    /// else does, and they are read as they are once that is so. Empty where a transaction to
    /// write is alone anyway.
    virtual std::string_view lock_rows() const = 0;
    /// The same for rows of a queue: those that another transaction has are passed over.
    virtual std::string_view claim_rows() const = 0;
    /// Ends a SELECT whose rows this transaction confirms: its commit is as durable as if it had
    /// written them, whatever became of the commit that did. Empty where what can be read is
    /// durable.
    virtual std::string_view confirm_rows() const = 0;
    /// How many rows an INSERT should bring: one where a statement costs no journey.
    virtual std::size_t rows_per_statement() const = 0;
    /// Whether other processes may work on the same rows. If not, whatever a process that died had
    /// in hand is this one's.
    virtual bool shared() const = 0;
    virtual Retries retries() const { return {}; }
};

/// One transaction. Rolled back unless committed.
class Transaction {
public:
    Transaction(Database& database, Mode mode);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    Rows run(std::string_view sql, std::initializer_list<Value> values = {}) {
        return connection_->run(sql, {values.begin(), values.size()});
    }
    Rows run(std::string_view sql, const std::vector<Value>& values) {
        return connection_->run(sql, values);
    }
    /// Runs a statement that answers with no rows: how many it wrote. On SQLite, RETURNING would
    /// open and drop a small database for them each time.
    std::size_t write(std::string_view sql, std::initializer_list<Value> values) {
        connection_->run(sql, {values.begin(), values.size()});
        return connection_->written();
    }
    std::size_t write(std::string_view sql, const std::vector<Value>& values) {
        connection_->run(sql, values);
        return connection_->written();
    }
    /// Runs a statement that answers with nothing: where statements are a journey, together with
    /// the next one, which throws for both.
    void post(std::string_view sql, std::initializer_list<Value> values) {
        connection_->post(sql, {values.begin(), values.size()});
    }
    void post(std::string_view sql, const std::vector<Value>& values) {
        connection_->post(sql, values);
    }
    void commit();

private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
    bool open_ = true;
};

/// Decides whether a transaction that failed is run again, and waits before it is: the one place
/// where that is decided.
class Retry {
public:
    explicit Retry(Retries retries);
    /// False when the error is not one that another try can mend, or there were enough tries.
    bool again(const StorageError& error);

private:
    Retries retries_;
    std::chrono::steady_clock::time_point last_begin_;
    std::chrono::milliseconds wait_;
    int tries_ = 1;
};

/// Runs `work(transaction)` and commits, again when it met another transaction or lost its
/// connection. A lost commit may have happened: work must be safe to repeat upon its own outcome
/// (a unique key, a condition on the row, a value that was chosen outside of it), and must have no
/// effect outside the transaction that cannot be repeated.
///
/// What work logs is about what it does: written when that is committed, and not when it is undone
/// or run again, nor when nobody knows (a lost commit: rather not logged than not so). What is so
/// in any case, about the machine and not about rows, is logged outside or under log::AtOnce.
template <class Work>
auto transact(Database& database, Work&& work, Mode mode = Mode::Write) {
    Retry retry{database.retries()};
    for (;;) {
        try {
            // Ends after the transaction: who waits for the connection does not wait for the log.
            log::Provisional lines;
            Transaction transaction{database, mode};
            const auto commit = [&] {
                transaction.commit();
                lines.confirm();
            };
            if constexpr (std::is_void_v<decltype(work(transaction))>) {
                work(transaction);
                commit();
                return;
            } else {
                auto answer = work(transaction);
                commit();
                return answer;
            }
        } catch (const StorageError& error) {
            if (!retry.again(error)) throw;
        }
    }
}

/// Brings the schema up to date, once, also when several instances start together. Throws
/// StorageError.
void migrate(Database& database, std::int64_t now_ms);

/// Whether open_database knows what to do with such a DATABASE_URL; opens nothing.
bool knows_database(std::string_view url);

/// How what is said to a database gets there.
enum class Way {
    Here,        ///< it stays on this machine: a file, a socket, loopback
    Verified,    ///< by TLS, to nobody but the database
    Open,        ///< without TLS, since somebody said so (sslmode=disable)
    Unverified,  ///< with TLS or without, to whoever answers; what libpq does unless told otherwise
};

/// The way to the database that such a DATABASE_URL names; opens nothing.
Way way_to(std::string_view url);

/// Opens what a DATABASE_URL names: "sqlite:path", "sqlite::memory:", or libpq's
/// "postgresql://user:password@host1,host2/name?parameters" (also "postgres://"). Throws
/// std::invalid_argument (which never quotes the URL) for anything else, StorageError when it
/// cannot be opened. Logs it when nothing will be encrypted on the way.
std::unique_ptr<Database> open_database(std::string_view url);

}  // namespace chukta::db
