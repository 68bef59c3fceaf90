#include "sandbox/store.h"

#include <memory>
#include <stdexcept>

#include <sqlite3.h>

namespace sandbox {
namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

sqlite3* of(void* database) { return static_cast<sqlite3*>(database); }

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
    sqlite3_bind_text(
        statement, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT
    );
}

}  // namespace

void Store::fail(const char* doing) {
    throw std::runtime_error(
        std::string{"state file: "} + doing + ": " + sqlite3_errmsg(of(database_))
    );
}

Store::Store(const std::string& path) {
    if (path.empty()) return;
    sqlite3* database = nullptr;
    const auto opened = sqlite3_open(path.c_str(), &database);
    database_ = database;
    try {
        if (opened != SQLITE_OK) fail("open");
        // A crash of the machine may lose the last moments of a sandbox; a crash of the process
        // loses nothing.
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=OFF");
        run("CREATE TABLE IF NOT EXISTS documents ("
            "place INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, "
            "text TEXT NOT NULL, UNIQUE (kind, id))");
    } catch (const std::runtime_error&) {
        sqlite3_close(database);
        throw;
    }
}

Store::~Store() { sqlite3_close(of(database_)); }

void Store::run(const char* sql) {
    if (sqlite3_exec(of(database_), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("run");
}

void Store::load(std::string_view kind, const std::function<void(std::string_view)>& each) {
    if (database_ == nullptr) return;
    constexpr auto kSelect = "SELECT text FROM documents WHERE kind = ?1 ORDER BY place";
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(of(database_), kSelect, -1, &raw, nullptr) != SQLITE_OK) fail("load");
    const Statement statement{raw};
    bind_text(raw, 1, kind);
    int step = 0;
    while ((step = sqlite3_step(raw)) == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
        each({text, static_cast<std::size_t>(sqlite3_column_bytes(raw, 0))});
    }
    if (step != SQLITE_DONE) fail("load");
}

void Store::save(
    const std::vector<Document>& documents,
    const std::vector<std::pair<std::string, std::string>>& gone
) {
    if (database_ == nullptr || (documents.empty() && gone.empty())) return;
    constexpr auto kUpsert =
        "INSERT INTO documents (kind, id, text) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (kind, id) DO UPDATE SET text = excluded.text";
    constexpr auto kDelete = "DELETE FROM documents WHERE kind = ?1 AND id = ?2";
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(of(database_), kUpsert, -1, &raw, nullptr) != SQLITE_OK) fail("save");
    const Statement upsert{raw};
    if (sqlite3_prepare_v2(of(database_), kDelete, -1, &raw, nullptr) != SQLITE_OK) fail("save");
    const Statement remove{raw};
    run("BEGIN");
    const auto step = [&](sqlite3_stmt* statement) {
        const bool done = sqlite3_step(statement) == SQLITE_DONE;
        const std::string problem = done ? "" : sqlite3_errmsg(of(database_));
        sqlite3_reset(statement);
        if (done) return;
        sqlite3_exec(of(database_), "ROLLBACK", nullptr, nullptr, nullptr);
        throw std::runtime_error("state file: save: " + problem);
    };
    for (const auto& document : documents) {
        bind_text(upsert.get(), 1, document.kind);
        bind_text(upsert.get(), 2, document.id);
        bind_text(upsert.get(), 3, document.text);
        step(upsert.get());
    }
    for (const auto& [kind, id] : gone) {
        bind_text(remove.get(), 1, kind);
        bind_text(remove.get(), 2, id);
        step(remove.get());
    }
    run("COMMIT");
}

void Store::clear() {
    if (database_ != nullptr) run("DELETE FROM documents");
}

}  // namespace sandbox
