// What the pages that ask about their orders are told, several in one statement: on PostgreSQL each
// costs a round trip and half of its time before it reads a row, and pages ask all the time.
#include <algorithm>
#include <array>
#include <bit>

#include "server/store.h"
#include "server/stored_rows.h"

namespace chukta {
namespace {

constexpr std::size_t kQuestionsMax = 16;

std::string shown_sql(std::size_t questions) {
    std::string sql = "WITH asked (question, session_hash, order_id) AS (VALUES ";
    for (std::size_t i = 0; i < questions; ++i) {
        sql += (i == 0 ? "(" : ", (") + std::to_string(i) + ", $" + std::to_string(2 * i + 3) +
               ", $" + std::to_string(2 * i + 4) + ")";
    }
    sql +=
        ") SELECT asked.question, o.*, a.* FROM asked JOIN sessions AS s ON s.merchant_id = $1 "
        "AND s.session_hash = asked.session_hash AND s.order_id = asked.order_id "
        "AND s.expires_at_ms > $2 JOIN (SELECT ";
    sql += stored::order_columns();
    sql +=
        " FROM orders WHERE merchant_id = $1) AS o ON o.order_id = asked.order_id "
        "LEFT JOIN (SELECT order_id AS attempt_of, ";
    sql += stored::attempt_columns();
    sql += " FROM attempts WHERE merchant_id = $1) AS a ON a.attempt_of = asked.order_id";
    return sql;
}

// By the number of questions. Of powers of two alone, so that an engine that keeps statements has
// few to keep.
std::array<std::string, kQuestionsMax + 1> shown_sqls() {
    std::array<std::string, kQuestionsMax + 1> all;
    for (std::size_t many = 1; many <= kQuestionsMax; many *= 2) all[many] = shown_sql(many);
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
    static const std::size_t kOrderColumns = count_of(stored::order_columns());
    std::vector<std::optional<Shown>> answers(questions.size());
    for (std::size_t begin = 0; begin < questions.size(); begin += kQuestionsMax) {
        const auto end = std::min(begin + kQuestionsMax, questions.size());
        std::vector<db::Value> values{merchant_, now};
        for (auto i = begin; i < end; ++i) {
            values.emplace_back(questions[i].session_hash);
            values.emplace_back(questions[i].order_id.str());
        }
        const auto asked = std::bit_ceil(end - begin);
        values.resize(2 + 2 * asked, std::string_view{});  // nobody's session
        for (auto& row : transaction.run(kSqls[asked], values)) {
            auto& answer = answers[begin + static_cast<std::size_t>(row.integer("question"))];
            row.skip(1);
            if (!answer) answer = Shown{stored::read_order(row), {}};
            row.skip(kOrderColumns + 1);
            // An order without attempts has one row without one.
            if (!row.is_null("attempt_id")) answer->attempts.push_back(stored::read_attempt(row));
        }
    }
    for (auto& answer : answers) {
        if (answer) stored::sort(answer->attempts);
    }
    return answers;
}

}  // namespace chukta
