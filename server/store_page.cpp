// What a page that asks about its order is told, in one statement: on PostgreSQL each costs a
// round trip, and pages ask all the time.
#include <algorithm>

#include "server/store.h"
#include "server/stored_rows.h"

namespace chukta {
namespace {

std::string shown_sql() {
    std::string sql = "SELECT * FROM (SELECT ";
    sql += stored::order_columns();
    sql += " FROM orders WHERE merchant_id = $1 AND order_id = $3) AS o LEFT JOIN (SELECT ";
    sql += stored::attempt_columns();
    sql +=
        " FROM attempts WHERE merchant_id = $1 AND order_id = $3) AS a ON TRUE "
        "WHERE EXISTS (SELECT 1 FROM sessions WHERE merchant_id = $1 AND session_hash = $2 "
        "AND order_id = $3 AND expires_at_ms > $4)";
    return sql;
}

std::size_t count_of(std::string_view columns) {
    return 1 + static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ','));
}

}  // namespace

std::optional<Store::Shown> Store::find_shown(
    Transaction& transaction, const std::string& session_hash, const OrderId& order_id, EpochMs now
) {
    static const std::string kSql = shown_sql();
    static const std::size_t kOrderColumns = count_of(stored::order_columns());
    auto rows = transaction.run(kSql, {merchant_, session_hash, order_id.str(), now});
    if (rows.empty()) return std::nullopt;
    Shown shown{stored::read_order(rows.front()), {}};
    for (auto& row : rows) {
        row.skip(kOrderColumns);
        // An order without attempts has one row without one.
        if (!row.is_null("attempt_id")) shown.attempts.push_back(stored::read_attempt(row));
    }
    stored::sort(shown.attempts);
    return shown;
}

}  // namespace chukta
