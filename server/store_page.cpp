// What the pages that ask about their orders are told, several in one statement: on PostgreSQL each
// costs a round trip and half of its time before it reads a row, and pages ask all the time.
#include <algorithm>
#include <array>
#include <bit>

#include "server/store.h"
#include "server/stored_rows.h"

namespace chukta {
namespace {

/// "o.order_id, o.version, …"
std::string of_table(char table, std::string_view columns) {
    std::string all;
    for (std::size_t begin = 0; begin < columns.size();) {
        const auto end = std::min(columns.find(", ", begin), columns.size());
        all += (begin == 0 ? "" : ", ") + std::string{table, '.'};
        all += columns.substr(begin, end - begin);
        begin = end + 2;
    }
    return all;
}

// The merchant is a column of what is asked, and the session is looked up by itself: joined by what
// is the same in every row, a table would be read by that alone while PostgreSQL knows no table's
// size yet. CROSS JOIN has SQLite begin with what is asked.
std::string shown_sql(std::size_t questions) {
    std::string sql = "WITH asked (question, merchant_id, session_hash, order_id) AS (VALUES ";
    for (std::size_t i = 0; i < questions; ++i) {
        sql += (i == 0 ? "(" : ", (") + std::to_string(i) + ", $1, $" + std::to_string(2 * i + 2) +
               ", $" + std::to_string(2 * i + 3) + ")";
    }
    sql +=
        ") SELECT asked.question, (SELECT s.expires_at_ms FROM sessions AS s "
        "WHERE s.merchant_id = asked.merchant_id AND s.session_hash = asked.session_hash "
        "AND s.order_id = asked.order_id) AS session_ends_at, ";
    sql += of_table('o', stored::shown_order_columns()) + ", ";
    sql += of_table('a', stored::shown_attempt_columns());
    sql +=
        " FROM asked CROSS JOIN orders AS o LEFT JOIN attempts AS a "
        "ON a.merchant_id = asked.merchant_id AND a.order_id = asked.order_id "
        "WHERE o.merchant_id = asked.merchant_id AND o.order_id = asked.order_id";
    return sql;
}

// By the number of questions. Of powers of two alone, so that an engine that keeps statements has
// few to keep.
std::array<std::string, Store::kShownTogether + 1> shown_sqls() {
    std::array<std::string, Store::kShownTogether + 1> all;
    for (std::size_t many = 1; many <= Store::kShownTogether; many *= 2)
        all[many] = shown_sql(many);
    return all;
}

std::size_t count_of(std::string_view columns) {
    return 1 + static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ','));
}

}  // namespace

std::vector<std::optional<Store::Shown>> Store::find_shown(
    Transaction& transaction, const std::vector<PageQuestion>& questions, EpochMs now
) {
    static const auto kSqls = shown_sqls();
    static const std::size_t kOrderColumns = count_of(stored::shown_order_columns());
    std::vector<std::optional<Shown>> answers(questions.size());
    for (std::size_t begin = 0; begin < questions.size(); begin += Store::kShownTogether) {
        const auto end = std::min(begin + Store::kShownTogether, questions.size());
        std::vector<db::Value> values{merchant_};
        for (auto i = begin; i < end; ++i) {
            values.emplace_back(questions[i].session_hash);
            values.emplace_back(questions[i].order_id.str());
        }
        const auto asked = std::bit_ceil(end - begin);
        values.resize(1 + 2 * asked, std::string_view{});  // nobody's session
        for (auto& row : transaction.run(kSqls[asked], values)) {
            auto& answer = answers[begin + static_cast<std::size_t>(row.integer("question"))];
            if (row.optional_integer("session_ends_at").value_or(0) <= now) continue;
            row.skip(2);
            if (!answer) answer = Shown{stored::read_shown_order(row), {}};
            row.skip(kOrderColumns);
            // An order without attempts has one row without one.
            if (!row.is_null("attempt_id"))
                answer->attempts.push_back(stored::read_shown_attempt(row));
        }
    }
    for (auto& answer : answers) {
        if (answer) stored::sort(answer->attempts);
    }
    return answers;
}

}  // namespace chukta
