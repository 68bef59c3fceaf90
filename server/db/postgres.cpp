#include "server/db/postgres.h"

#include <condition_variable>
#include <mutex>

#include "server/db/postgres_address.h"
#include "server/db/postgres_session.h"
#include "server/log.h"

namespace chukta::db {
namespace {

using std::chrono::steady_clock;

// For the workers, the loops and the intake together; each holds one only while it works. Four
// instances fit into PostgreSQL's own default of a hundred with room to spare.
constexpr std::size_t kConnectionsMax = 16;
constexpr std::chrono::milliseconds kWaitForOne{5'000};
// While nobody answers, one thread at a time asks, this often; the others fail at once.
constexpr std::chrono::milliseconds kAskAgainAfter{100};

class Pool {
public:
    explicit Pool(std::string url) : url_{std::move(url)} {}

    /// A session that was used before, or a new one. Throws StorageError Lost.
    std::unique_ptr<PostgresSession> take() {
        {
            std::unique_lock lock{mutex_};
            const bool there = returned_.wait_for(lock, kWaitForOne, [this] {
                return !idle_.empty() || lent_ < kConnectionsMax;
            });
            if (!there) throw StorageError{StorageError::Kind::Lost, "53300"};
            if (!idle_.empty()) {
                auto session = std::move(idle_.back());
                idle_.pop_back();
                ++lent_;
                return session;
            }
            const bool wait = away_ && (asking_ || steady_clock::now() < ask_at_);
            if (wait) throw StorageError{StorageError::Kind::Lost, "08001"};
            asking_ = true;
            ++lent_;
        }
        return connect();
    }

    void give_back(std::unique_ptr<PostgresSession> session) {
        {
            const std::lock_guard lock{mutex_};
            --lent_;
            if (session && session->idle()) idle_.push_back(std::move(session));
        }
        returned_.notify_one();
    }

    /// One connection was found dead before anything was done with it: the others that lie idle
    /// are likely to be, too.
    void drop_idle() {
        std::vector<std::unique_ptr<PostgresSession>> dropped;
        const std::lock_guard lock{mutex_};
        dropped.swap(idle_);
    }

private:
    std::unique_ptr<PostgresSession> connect() {
        const log::AtOnce at_once;  // whatever becomes of the transaction that wants it
        try {
            auto session = std::make_unique<PostgresSession>(url_);
            const std::lock_guard lock{mutex_};
            if (away_) log::info("database.back");
            away_ = asking_ = false;
            return session;
        } catch (const StorageError& error) {
            {
                const std::lock_guard lock{mutex_};
                if (!away_) log::error("database.away", {{"storage_code", error.code()}});
                --lent_;
                away_ = true;
                asking_ = false;
                ask_at_ = steady_clock::now() + kAskAgainAfter;
            }
            returned_.notify_one();
            throw;
        }
    }

    const std::string url_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<PostgresSession>> idle_;
    std::size_t lent_ = 0;
    bool away_ = false;    ///< the last attempt to connect failed
    bool asking_ = false;  ///< a thread is connecting
    steady_clock::time_point ask_at_;
};

class PostgresConnection final : public Connection {
public:
    explicit PostgresConnection(Pool& pool) : pool_{pool} {}
    ~PostgresConnection() override {
        if (session_) pool_.give_back(std::move(session_));
    }
    void begin(Mode mode) {
        mode_ = mode;
        session_ = pool_.take();
        session_->begin(mode);
    }
    Rows run(std::string_view sql, std::span<const Value> values) override {
        try {
            return session_->run(sql, values);
        } catch (const StorageError& error) {
            if (mode_ != Mode::Look || error.kind() != StorageError::Kind::Lost) throw;
            if (error.code() == kNoAnswer) throw;  // it would hang again
            // No BEGIN has found out that the connection died while it lay idle.
            pool_.give_back(std::move(session_));
            pool_.drop_idle();
        }
        begin(mode_);
        return session_->run(sql, values);
    }
    std::size_t written() const override { return session_->written(); }
    void post(std::string_view sql, std::span<const Value> values) override {
        session_->post(sql, values);
    }
    PostgresSession& session() { return *session_; }
    void roll_back() noexcept {
        // A look that found no other connection has none.
        if (session_) session_->roll_back();
    }

private:
    Pool& pool_;
    Mode mode_ = Mode::Read;
    std::unique_ptr<PostgresSession> session_;
};

class Postgres final : public Database {
public:
    explicit Postgres(const std::string& url) : pool_{url} {}

    std::unique_ptr<Connection> begin(Mode mode) override {
        try {
            return begun(mode);
        } catch (const StorageError& error) {
            if (error.kind() != StorageError::Kind::Lost) throw;
            // Most likely a connection that died while it lay idle; nothing was done with it.
            pool_.drop_idle();
        }
        return begun(mode);
    }

    void commit(Connection& connection) override {
        static_cast<PostgresConnection&>(connection).session().commit();
    }

    void roll_back(Connection& connection) noexcept override {
        static_cast<PostgresConnection&>(connection).roll_back();
    }

    std::string_view blob_type() const override { return "BYTEA"; }
    std::string_view lock_rows() const override { return " FOR UPDATE"; }
    std::string_view claim_rows() const override { return " FOR UPDATE SKIP LOCKED"; }
    // A lock of a row is in the log, which a standby that commits wait for has to have; without one
    // a transaction that changed nothing waits for nobody. It is in no other's way that does not
    // hold the row itself.
    std::string_view confirm_rows() const override { return " FOR KEY SHARE"; }
    std::size_t rows_per_statement() const override { return 100; }
    bool shared() const override { return true; }

private:
    std::unique_ptr<Connection> begun(Mode mode) {
        auto connection = std::make_unique<PostgresConnection>(pool_);
        connection->begin(mode);
        return connection;
    }

    Pool pool_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url) {
    if (!is_postgres_url(url)) throw std::invalid_argument{"DATABASE_URL cannot be read by libpq"};
    return std::make_unique<Postgres>(url);
}

}  // namespace chukta::db
