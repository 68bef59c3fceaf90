#include "server/db/database.h"

#include <cassert>

#include "server/db/sqlite.h"

namespace chukta::db {

const Value& Row::at(std::string_view column) const {
    for (std::size_t i = 0; i < names_->size(); ++i) {
        if ((*names_)[i] == column) return values_[i];
    }
    assert(!"a column that the statement does not select");
    std::abort();
}

std::int64_t Row::integer(std::string_view column) const {
    const auto* number = std::get_if<std::int64_t>(&at(column));
    assert(number);
    return *number;
}

std::optional<std::int64_t> Row::optional_integer(std::string_view column) const {
    const auto& value = at(column);
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
    return std::get<std::int64_t>(value);
}

const std::string& Row::text(std::string_view column) const {
    const auto* text = std::get_if<std::string>(&at(column));
    assert(text);
    return *text;
}

const std::string& Row::blob(std::string_view column) const {
    const auto* blob = std::get_if<Blob>(&at(column));
    assert(blob);
    return blob->bytes;
}

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

std::unique_ptr<Database> open_database(std::string_view url) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (url.starts_with(kSqlite)) return open_sqlite(std::string{url.substr(kSqlite.size())});
    throw std::invalid_argument{"DATABASE_URL must begin with sqlite:"};
}

}  // namespace chukta::db
