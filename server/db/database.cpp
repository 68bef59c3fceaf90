#include "server/db/database.h"

#include <algorithm>
#include <cassert>
#include <random>
#include <thread>

#include "server/db/postgres.h"
#include "server/db/postgres_address.h"
#include "server/db/sqlite.h"

namespace chukta::db {

void Row::add(Kind kind, std::string_view bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    // Words and ids, mostly: one piece of memory, and not one after the other, each twice as large.
    if (bytes_.empty()) bytes_.reserve(16 * names_->size());
    cells_.push_back({kind, size, static_cast<std::int64_t>(bytes_.size())});
    bytes_ += bytes;
}

const Row::Cell& Row::at(std::string_view column) const {
    if (next_ < names_->size() && (*names_)[next_] == column) return cells_[next_++];
    for (std::size_t i = first_; i < names_->size(); ++i) {
        if ((*names_)[i] != column) continue;
        next_ = i + 1;
        return cells_[i];
    }
    assert(false && "a column that the statement does not select");
    std::abort();
}

std::int64_t Row::integer(std::string_view column) const {
    const auto& cell = at(column);
    assert(cell.kind == Kind::Integer);
    return cell.number;
}

std::optional<std::int64_t> Row::optional_integer(std::string_view column) const {
    const auto& cell = at(column);
    if (cell.kind == Kind::Null) return std::nullopt;
    assert(cell.kind == Kind::Integer);
    return cell.number;
}

bool Row::is_null(std::string_view column) const { return at(column).kind == Kind::Null; }

std::string Row::bytes_of(std::string_view column, [[maybe_unused]] Kind kind) const {
    const auto& cell = at(column);
    assert(cell.kind == kind);
    return bytes_.substr(static_cast<std::size_t>(cell.number), cell.size);
}

std::string Row::text(std::string_view column) const { return bytes_of(column, Kind::Text); }
std::string Row::blob(std::string_view column) const { return bytes_of(column, Kind::Blob); }

Transaction::Transaction(Database& database, Mode mode)
    : database_{database}, connection_{database.begin(mode)} {}

Transaction::~Transaction() {
    if (open_) database_.roll_back(*connection_);
}

void Transaction::commit() {
    assert(open_);
    database_.commit(*connection_);
    open_ = false;
}

Retry::Retry(Retries retries)
    : retries_{retries},
      last_begin_{std::chrono::steady_clock::now() + retries.none_begins_after},
      wait_{retries.first_wait} {}

bool Retry::again(const StorageError& error) {
    if (error.kind() == StorageError::Kind::Broken || tries_ >= retries_.tries_max) return false;
    // A database that went away takes longer to come back than a transaction to end.
    if (error.kind() == StorageError::Kind::Lost)
        wait_ = std::max(wait_, retries_.longest_wait / 4);
    // Only the length of a pause hangs on it: nothing that a seed has to reproduce.
    static thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> part{0, wait_.count()};
    const std::chrono::milliseconds wait{part(random)};
    if (std::chrono::steady_clock::now() + wait > last_begin_) return false;
    std::this_thread::sleep_for(wait);
    wait_ = std::min(wait_ * 2, retries_.longest_wait);
    ++tries_;
    return true;
}

namespace {

constexpr std::string_view kSqlite = "sqlite:";

bool is_postgres(std::string_view url) {
    return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

}  // namespace

bool knows_database(std::string_view url) {
    return is_postgres(url) ? is_postgres_url(std::string{url}) : url.starts_with(kSqlite);
}

Way way_to(std::string_view url) {
    return is_postgres(url) ? way_to_postgres(std::string{url}) : Way::Here;
}

std::unique_ptr<Database> open_database(std::string_view url) {
    if (url.starts_with(kSqlite)) return open_sqlite(std::string{url.substr(kSqlite.size())});
    if (is_postgres(url)) {
        auto database = open_postgres(std::string{url});
        if (way_to(url) == Way::Open) log::warning("database.unencrypted");
        return database;
    }
    throw std::invalid_argument{"DATABASE_URL must begin with sqlite: or postgresql://"};
}

}  // namespace chukta::db
