#include "server/db/postgres_session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "server/db/postgres_errors.h"
#include "server/db/postgres_values.h"

namespace chukta::db {
namespace {

using std::chrono::steady_clock;

// The server ends a statement, a wait for a row and a transaction whose client has gone to sleep.
// lock_timeout is above deadlock_timeout (1 s), so that a deadlock is named as one.
constexpr const char* kBeginRead =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 5000; "
    "SET LOCAL idle_in_transaction_session_timeout = 10000";
constexpr const char* kBeginWrite =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 5000; "
    "SET LOCAL lock_timeout = 3000; SET LOCAL idle_in_transaction_session_timeout = 10000";
constexpr const char* kBeginSchema =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 0; "
    "SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

// The server's own for a statement, as above.
constexpr std::chrono::milliseconds kStatementTimeout{5'000};

// When the server itself says nothing any more. Longer than its own timeouts, whose word is better.
constexpr std::chrono::milliseconds kPatience{8'000};
constexpr std::chrono::milliseconds kBeginPatience{3'000};  // BEGIN alone has nothing to wait for
constexpr std::chrono::milliseconds kSchemaPatience{600'000};

constexpr std::size_t kPreparedMax = 100;
constexpr int kPreparedParametersMax = 34;  // 16 pages that ask; an attempt has 29
// Statements of a connection until all its plans are made anew. A plan that was made for a table of
// three rows reads all of it, and would still do so when it has a million: statistics that are made
// meanwhile end it, but no sooner than autovacuum comes by.
constexpr std::uint64_t kFirstPlansLast = 64;
constexpr std::uint64_t kPlansLast = 8'192;
constexpr const char* kBackendPid = "SELECT CAST(pg_backend_pid() AS TEXT) AS pid";

bool is_good(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool is_lost(const PGresult* failed) {
    return kind_of(sqlstate_of(failed)) == StorageError::Kind::Lost;
}

/// Why there is no connection. libpq 15 keeps the SQLSTATE to itself and has only a text, which is
/// matched and never shown: it can name what the address names.
[[noreturn]] void refuse(PGconn* connection) {
    const std::string_view text{PQerrorMessage(connection)};
    std::string_view code = "08001";
    auto kind = StorageError::Kind::Lost;
    const auto says = [&](std::string_view part) { return text.find(part) != text.npos; };
    if (says("authentication failed") || says("no password supplied") || says("pg_hba.conf")) {
        code = "28P01";  // another try would be refused, too
        kind = StorageError::Kind::Broken;
    } else if (says("database \"") && says("does not exist")) {
        code = "3D000";
        kind = StorageError::Kind::Broken;
    } else if (says("too many clients") || says("remaining connection slots")) {
        code = "53300";
    }
    PQfinish(connection);
    throw StorageError{kind, code};
}

}  // namespace

class PostgresSession::Result {
public:
    explicit Result(PGresult* result) : result_{result} {}
    PGresult* get() const { return result_.get(); }

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

PostgresSession::PostgresSession(const std::string& url) : plans_last_{kFirstPlansLast} {
    // What stands before dbname the URL may change, what stands after it may not. The keepalives
    // and the user timeout find a peer that vanished without a word.
    const std::array<const char*, 10> keywords = {
        "connect_timeout",
        "target_session_attrs",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "application_name",
        "dbname",
        "client_encoding",
        nullptr};
    const std::array<const char*, 10> values = {
        "3", "read-write", "10", "5", "2", "8000", "chukta", url.c_str(), "UTF8", nullptr};
    connection_ = PQconnectdbParams(keywords.data(), values.data(), 1);
    if (PQstatus(connection_) != CONNECTION_OK) refuse(connection_);
    PQsetnonblocking(connection_, 1);
    // libpq prints notices, which can quote a row, unless told otherwise.
    PQsetNoticeReceiver(connection_, &PostgresSession::note_warning, this);
}

bool PostgresSession::is_direct() {
    patience_ = kBeginPatience;
    const auto rows = rows_of(execute(kBackendPid).get());
    // A pooler tells its clients a number of its own.
    if (rows.front().text("pid") != std::to_string(PQbackendPID(connection_))) return false;
    // For looks, which set nothing themselves; what a transaction sets for itself wins.
    execute("SET statement_timeout = 5000");
    return true;
}

void PostgresSession::begin_look() {
    // A setting of the session would be another client's next through a pooler.
    if (!*direct_) execute(kBeginRead);
    patience_ = kPatience;
}

PostgresSession::~PostgresSession() { PQfinish(connection_); }

void PostgresSession::note_warning(void* self, const PGresult* notice) {
    const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && std::strcmp(severity, "WARNING") == 0) {
        static_cast<PostgresSession*>(self)->warned_ = true;
    }
}

bool PostgresSession::idle() const noexcept {
    return connection_ && PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

void PostgresSession::begin(Mode mode) {
    mode_ = mode;
    if (!direct_) direct_ = is_direct();
    if (mode == Mode::Look) return begin_look();
    patience_ = kBeginPatience;
    execute(mode == Mode::Read ? kBeginRead : mode == Mode::Write ? kBeginWrite : kBeginSchema);
    patience_ = mode == Mode::Schema ? kSchemaPatience : kPatience;
}

Rows PostgresSession::run(std::string_view sql, std::span<const Value> values) {
    if (!connection_) lose(kConnectionFailure);
    const PostgresParameters parameters{values};
    const std::string text{sql};
    const auto name = prepared(text, parameters);
    if (name.empty()) return run_nameless(text, parameters);
    send_prepared(name, parameters);
    if (posted_ == 0) return take(answer().get());
    ++posted_;
    return take(settle().get());
}

Rows PostgresSession::run_nameless(const std::string& text, const PostgresParameters& parameters) {
    settle();
    send(
        PQsendQueryParams(
            connection_,
            text.c_str(),
            parameters.count(),
            parameters.types(),
            parameters.values(),
            parameters.lengths(),
            parameters.formats(),
            1
        ) == 1
    );
    return take(answer().get());
}

void PostgresSession::post(std::string_view sql, std::span<const Value> values) {
    if (!connection_) lose(kConnectionFailure);
    const PostgresParameters parameters{values};
    const std::string text{sql};
    const auto name = prepared(text, parameters);
    if (name.empty()) {
        run_nameless(text, parameters);
        return;
    }
    if (posted_ == 0) send(PQenterPipelineMode(connection_) == 1);
    send_prepared(name, parameters);
    ++posted_;
}

void PostgresSession::send_prepared(std::string_view name, const PostgresParameters& parameters) {
    send(
        PQsendQueryPrepared(
            connection_,
            name.data(),
            parameters.count(),
            parameters.values(),
            parameters.lengths(),
            parameters.formats(),
            1
        ) == 1
    );
}

Rows PostgresSession::take(pg_result* result) {
    const std::string_view count{PQcmdTuples(result)};  // empty where it is no such statement
    written_ = 0;
    std::from_chars(count.data(), count.data() + count.size(), written_);
    return rows_of(result);
}

std::string_view PostgresSession::prepared(
    const std::string& sql, const PostgresParameters& parameters
) {
    // A named statement belongs to a session, which a pooler in transaction mode does not keep
    // (pgbouncer before 1.21): through one, each is parsed anew.
    if (!direct_.value_or(false)) return {};
    if (mode_ == Mode::Schema) return {};  // runs once
    if (++uses_ > plans_last_) {
        settle();
        execute("DISCARD PLANS");
        uses_ = 0;
        plans_last_ = std::min(2 * plans_last_, kPlansLast);
    }
    if (const auto found = prepared_.find(sql); found != prepared_.end()) return found->second;
    // What takes any number of rows has a text for each number.
    if (parameters.count() > kPreparedParametersMax || prepared_.size() >= kPreparedMax) return {};
    settle();
    auto name = "chukta_" + std::to_string(prepared_.size());
    // A NULL has no type of its own, so the server names that parameter's.
    send(
        PQsendPrepare(
            connection_, name.c_str(), sql.c_str(), parameters.count(), parameters.types()
        ) == 1
    );
    answer();
    return prepared_.emplace(sql, std::move(name)).first->second;
}

void PostgresSession::commit() {
    settle();
    warned_ = false;
    const auto result = execute("COMMIT");
    // COMMIT of a transaction that failed before succeeds, as a rollback.
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") != 0) {
        throw StorageError{StorageError::Kind::Broken, "25P02"};
    }
    // "The transaction has already committed locally, but might not have been replicated": somebody
    // ended the wait for the standby. That is not the durability that was promised.
    if (warned_) lose("08007");  // transaction_resolution_unknown
}

void PostgresSession::roll_back() noexcept {
    try {
        if (!connection_ || idle()) return;
        try {
            settle();
        } catch (const StorageError&) {
            if (!connection_) return;  // else a posted statement failed, which is undone, too
        }
        if (PQtransactionStatus(connection_) == PQTRANS_ACTIVE) lose(kConnectionFailure);
        execute("ROLLBACK");
    } catch (const StorageError&) {
        // The server undoes what a connection that went away had begun.
        PQfinish(connection_);
        connection_ = nullptr;
    }
}

PostgresSession::Result PostgresSession::execute(const char* statements) {
    if (!connection_) lose(kConnectionFailure);
    send(PQsendQuery(connection_, statements) == 1);
    return answer();
}

void PostgresSession::send(bool sent) {
    if (!sent) lose(kConnectionFailure);
}

PostgresSession::Result PostgresSession::answer() {
    const auto deadline = steady_clock::now() + patience_;
    Result last{nullptr};
    for (;;) {
        wait_until_read(deadline);
        Result next{PQgetResult(connection_)};
        if (!next.get()) break;
        const bool good = is_good(next.get());
        // The first error is the reason; what follows it is its consequence.
        if (!last.get() || is_good(last.get())) last = std::move(next);
        if (!good && PQstatus(connection_) == CONNECTION_BAD) break;
    }
    if (!last.get()) lose(kConnectionFailure);
    if (!is_good(last.get())) fail(last.get());
    return last;
}

PostgresSession::Result PostgresSession::settle() {
    Result last{nullptr};
    if (posted_ == 0) return last;
    send(PQpipelineSync(connection_) == 1);
    // The server keeps its answers until it has them all, and may need its time for each.
    const auto deadline =
        steady_clock::now() + patience_ + static_cast<int>(posted_ - 1) * kStatementTimeout;
    for (;;) {
        wait_until_read(deadline);
        Result next{PQgetResult(connection_)};
        if (PQstatus(connection_) == CONNECTION_BAD) lose(sqlstate_of(next.get()));
        if (!next.get()) continue;  // the end of one statement's answer
        if (PQresultStatus(next.get()) == PGRES_PIPELINE_SYNC) break;
        // The server passes over what follows a failed statement, and says so of each.
        if (last.get() && !is_good(last.get())) continue;
        last = std::move(next);
        // One that ends us says why and nothing more.
        if (!is_good(last.get()) && is_lost(last.get())) fail(last.get());
    }
    posted_ = 0;
    send(PQexitPipelineMode(connection_) == 1);
    if (!is_good(last.get())) fail(last.get());
    return last;
}

void PostgresSession::wait_until_read(steady_clock::time_point deadline) {
    for (;;) {
        const int unsent = PQflush(connection_);
        if (unsent < 0) lose(kConnectionFailure);
        if (unsent == 0 && PQisBusy(connection_) == 0) return;
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
        if (left.count() <= 0) lose(kNoAnswer);
        pollfd socket{PQsocket(connection_), POLLIN, 0};
        if (unsent > 0) socket.events = POLLIN | POLLOUT;
        const int ready = poll(&socket, 1, static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR) lose(kConnectionFailure);
        if (ready > 0 && (socket.revents & ~POLLOUT) != 0 && PQconsumeInput(connection_) == 0) {
            // A server that ends us says why before it closes: what was read is still an answer.
            if (PQisBusy(connection_) != 0) lose(kConnectionFailure);
            return;
        }
    }
}

void PostgresSession::fail(const PGresult* result) {
    const std::string code{sqlstate_of(result)};
    if (kind_of(code) == StorageError::Kind::Lost) lose(code);
    throw StorageError{kind_of(code), code};
}

void PostgresSession::lose(std::string_view code) {
    const std::string kept{code};
    posted_ = 0;
    PQfinish(connection_);
    connection_ = nullptr;
    throw StorageError{StorageError::Kind::Lost, kept};
}

}  // namespace chukta::db
