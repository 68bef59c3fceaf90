#include "server/db/sqlite.h"

#include <filesystem>

#include "server/db/sqlite_checkpoints.h"
#include "server/db/sqlite_lender.h"
#include "server/db/sqlite_session.h"

namespace chukta::db {
namespace {

// Waiting readers are the page's polls; more connections than this only fight for the cache.
constexpr std::size_t kReaders = 4;

class LentConnection final : public Connection {
public:
    explicit LentConnection(SqliteLender& lender) : session_{lender} {}
    Rows run(std::string_view sql, std::span<const Value> values) override {
        return session_->run(sql, values);
    }
    std::size_t written() const override { return session_->written(); }
    SqliteSession& session() { return *session_; }

private:
    LentSession session_;
};

class Sqlite final : public Database {
public:
    explicit Sqlite(const std::string& path) : path_{path}, in_memory_{path == ":memory:"} {
        using Role = SqliteSession::Role;
        writers_.add(std::make_unique<SqliteSession>(path, Role::Writer));
        if (in_memory_) return;  // another connection would be another database
        for (std::size_t i = 0; i < kReaders; ++i) {
            readers_.add(std::make_unique<SqliteSession>(path, Role::Reader));
        }
    }

    void start() override {
        if (in_memory_ || checkpoints_) return;
        checkpoints_ =
            std::make_unique<SqliteCheckpoints>(path_, writers_, SqliteCheckpoints::Limits{});
        const LentSession writer{writers_};
        writer->when_log_grows([this](int pages) { checkpoints_->note(pages); });
    }

    std::unique_ptr<Connection> begin(Mode mode) override {
        const bool reads = mode == Mode::Read || mode == Mode::Look;
        SqliteLender& lender = !reads || in_memory_ ? writers_ : readers_;
        auto connection = std::make_unique<LentConnection>(lender);
        if (mode == Mode::Look) return connection;
        connection->run(mode == Mode::Read ? "BEGIN" : "BEGIN IMMEDIATE", {});
        return connection;
    }

    void commit(Connection& connection) override {
        static_cast<LentConnection&>(connection).session().run("COMMIT", {});
    }

    void roll_back(Connection& connection) noexcept override {
        static_cast<LentConnection&>(connection).session().roll_back();
    }

    bool writer_is_wanted() const override { return writers_.waiting() > 0; }

    std::string_view blob_type() const override { return "BLOB"; }
    // BEGIN IMMEDIATE: there is no other writer until this one ends.
    std::string_view lock_rows() const override { return ""; }
    std::string_view claim_rows() const override { return ""; }
    std::string_view confirm_rows() const override { return ""; }
    std::size_t rows_per_statement() const override { return 1; }
    bool shared() const override { return false; }

private:
    const std::string path_;
    const bool in_memory_;
    SqliteLender writers_;
    SqliteLender readers_;
    std::unique_ptr<SqliteCheckpoints> checkpoints_;
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
