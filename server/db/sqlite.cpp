#include "server/db/sqlite.h"

#include <filesystem>

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

}  // namespace

Sqlite::Sqlite(const std::string& path) : path_{path}, in_memory_{path == ":memory:"} {
    using Role = SqliteSession::Role;
    writers_.add(std::make_unique<SqliteSession>(path, Role::Writer));
    if (in_memory_) return;  // another connection would be another database
    for (std::size_t i = 0; i < kReaders; ++i) {
        readers_.add(std::make_unique<SqliteSession>(path, Role::Reader));
    }
}

void Sqlite::start() {
    if (in_memory_ || checkpoints_) return;
    tend_log_within({});
    checkpoints_->start();
}

void Sqlite::tend_log_within(SqliteCheckpoints::Limits limits) {
    checkpoints_ = std::make_unique<SqliteCheckpoints>(path_, writers_, limits);
    const LentSession writer{writers_};
    writer->when_log_grows([this](int pages) { checkpoints_->note(pages); });
}

std::unique_ptr<Connection> Sqlite::begin(Mode mode) {
    const bool reads = mode == Mode::Read || mode == Mode::Look;
    SqliteLender& lender = !reads || in_memory_ ? writers_ : readers_;
    auto connection = std::make_unique<LentConnection>(lender);
    // Nothing, unless the one before could not be rolled back.
    connection->session().roll_back();
    if (mode == Mode::Look) return connection;
    connection->run(mode == Mode::Read ? "BEGIN" : "BEGIN IMMEDIATE", {});
    return connection;
}

void Sqlite::commit(Connection& connection) {
    static_cast<LentConnection&>(connection).session().run("COMMIT", {});
}

void Sqlite::roll_back(Connection& connection) noexcept {
    static_cast<LentConnection&>(connection).session().roll_back();
}

std::unique_ptr<Database> open_sqlite(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    if (path != ":memory:" && !folder.empty()) {
        std::error_code ignored;  // opening the file says it better
        std::filesystem::create_directories(folder, ignored);
    }
    return std::make_unique<Sqlite>(path);
}

}  // namespace chukta::db
