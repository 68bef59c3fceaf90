// What a page that asks about its order is told, in one statement, and several pages in one
// journey: on PostgreSQL each costs a round trip, and pages ask all the time.
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

std::vector<std::optional<Store::Shown>> Store::find_shown(
    Transaction& transaction, const std::vector<PageQuestion>& questions, EpochMs now
) {
    static const std::string kSql = shown_sql();
    static const std::size_t kOrderColumns = count_of(stored::order_columns());
    std::vector<std::vector<db::Value>> values;
    for (const auto& one : questions) {
        values.push_back({merchant_, one.session_hash, one.order_id.str(), now});
    }
    std::vector<std::optional<Shown>> answers;
    for (auto& rows : transaction.run_each(kSql, values)) {
        auto& answer = answers.emplace_back();
        if (rows.empty()) continue;
        answer = Shown{stored::read_order(rows.front()), {}};
        for (auto& row : rows) {
            row.skip(kOrderColumns);
            // An order without attempts has one row without one.
            if (!row.is_null("attempt_id")) {
                answer->attempts.push_back(stored::read_attempt(row));
            }
        }
        stored::sort(answer->attempts);
    }
    return answers;
}

}  // namespace chukta
