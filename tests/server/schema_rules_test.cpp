// The rules that keep a sharded or distributed PostgreSQL (Citus, YugabyteDB) open as a next step,
// held against the catalog of a migrated database and the SQL in the sources (docs/decisions/0006).
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "server/db/database.h"
#include "tests/support/test_database.h"

namespace chukta {
namespace {

namespace fs = std::filesystem;
using testing::TestDatabase;

/// The literal that begins at `at`, a quote or the R of a raw one; `at` ends behind it.
std::string literal_of(const std::string& source, std::size_t& at) {
    std::string text;
    if (source[at] == 'R') {
        const auto begin = source.find('(', at) + 1;
        const auto end = source.find(")\"", begin);
        at = end + 2;
        return source.substr(begin, end - begin);
    }
    for (++at; at < source.size() && source[at] != '"'; ++at) {
        if (source[at] == '\\') ++at;
        text += source[at];
    }
    ++at;
    return text;
}

/// Every text in the source, neighbours joined as the compiler joins them; comments are left out.
std::vector<std::string> texts_of(const std::string& source) {
    std::vector<std::string> texts;
    bool joins = false;
    for (std::size_t at = 0; at < source.size();) {
        const bool raw = source.compare(at, 3, "R\"(") == 0;
        if (source.compare(at, 2, "//") == 0) {
            at = std::min(source.find('\n', at), source.size());
        } else if (source.compare(at, 3, "'\"'") == 0) {
            at += 3;
        } else if (raw || source[at] == '"') {
            const auto text = literal_of(source, at);
            if (joins) {
                texts.back() += text;
            } else {
                texts.push_back(text);
            }
            joins = true;
        } else {
            joins = joins && std::isspace(static_cast<unsigned char>(source[at])) != 0;
            ++at;
        }
    }
    return texts;
}

std::vector<fs::path> server_sources() {
    std::vector<fs::path> paths;
    const fs::path root = fs::path{CHUKTA_SOURCE_DIR} / "server";
    for (const auto& entry : fs::recursive_directory_iterator{root}) {
        if (entry.path().extension() == ".cpp") paths.push_back(entry.path());
    }
    return paths;
}

std::string read(const fs::path& path) {
    std::ifstream stream{path};
    std::ostringstream whole;
    whole << stream.rdbuf();
    return whole.str();
}

std::vector<std::string> sql_texts() {
    std::vector<std::string> texts;
    for (const auto& path : server_sources()) {
        for (auto& text : texts_of(read(path))) texts.push_back(std::move(text));
    }
    return texts;
}

bool is_sql(const std::string& text) {
    static const std::regex kBegins{
        R"rx(^\)? ?(SELECT|INSERT|UPDATE|DELETE|WITH|FROM|(LEFT )?JOIN|CREATE|ALTER|BEGIN|SET|DROP)\b)rx"};
    return std::regex_search(text, kBegins);
}

std::ptrdiff_t times(const std::regex& what, const std::string& text) {
    return std::distance(std::sregex_iterator{text.begin(), text.end(), what}, {});
}

class DatabaseRules : public ::testing::Test {
protected:
    void SetUp() override {
        if (!testing::on_postgres()) GTEST_SKIP() << "the catalog is PostgreSQL's";
        place = std::make_unique<TestDatabase>();
        database = place->open();
        db::migrate(*database, 1);
    }
    /// The names that break a rule; `query` selects them as `name`.
    std::vector<std::string> found(const std::string& query) {
        db::Transaction transaction{*database, db::Mode::Read};
        std::vector<std::string> names;
        for (const auto& row : transaction.run(query)) names.push_back(row.text("name"));
        return names;
    }
    using Names = std::vector<std::string>;

    std::unique_ptr<TestDatabase> place;
    std::unique_ptr<db::Database> database;
};

// The tables that are the same for all merchants: small, and copied to every shard.
constexpr auto kReferenceTables = "('migrations')";

TEST_F(DatabaseRules, EveryTableBelongsToAMerchant) {
    const std::string query =
        "SELECT CAST(c.relname AS TEXT) AS name FROM pg_class c WHERE c.relkind = 'r' AND "
        "c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relname NOT IN " +
        std::string{kReferenceTables} +
        " AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = "
        "'merchant_id' AND a.attnotnull)";
    EXPECT_EQ(found(query), Names{});
    EXPECT_GE(
        found("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()").size(),
        10U
    ) << "the question itself finds tables";
}

TEST_F(DatabaseRules, TheMerchantLeadsEveryKeyAndEveryIndex) {
    const std::string query =
        "SELECT CAST(i.relname AS TEXT) AS name FROM pg_index x JOIN pg_class i ON i.oid = "
        "x.indexrelid JOIN pg_class t ON t.oid = x.indrelid JOIN pg_attribute a ON a.attrelid = "
        "t.oid AND a.attnum = x.indkey[0] WHERE t.relnamespace = CAST(current_schema() AS "
        "regnamespace) AND t.relname NOT IN " +
        std::string{kReferenceTables} + " AND a.attname <> 'merchant_id'";
    EXPECT_EQ(found(query), Names{});
}

TEST_F(DatabaseRules, NoIdComesFromASequence) {
    EXPECT_EQ(
        found("SELECT CAST(relname AS TEXT) AS name FROM pg_class WHERE relkind = 'S' AND "
              "relnamespace = CAST(current_schema() AS regnamespace)"),
        Names{}
    );
    EXPECT_EQ(
        found(
            "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns WHERE "
            "table_schema = current_schema() AND (column_default LIKE 'nextval%' OR is_identity = "
            "'YES')"
        ),
        Names{}
    );
}

TEST_F(DatabaseRules, MoneyAndTimesAreIntegersAndNothingIsAFraction) {
    EXPECT_EQ(
        found("SELECT CAST(table_name || '.' || column_name AS TEXT) AS name FROM "
              "information_schema.columns WHERE table_schema = current_schema() AND data_type NOT "
              "IN ('bigint', 'text', 'bytea')"),
        Names{}
    );
    EXPECT_EQ(
        found("SELECT CAST(table_name || '.' || column_name AS TEXT) AS name FROM "
              "information_schema.columns WHERE table_schema = current_schema() AND (column_name "
              "LIKE '%\\_paise' OR column_name LIKE '%\\_ms') AND data_type <> 'bigint'"),
        Names{}
    );
}

TEST_F(DatabaseRules, NothingIsPromisedThatADistributedEngineLacks) {
    EXPECT_EQ(
        found("SELECT CAST(conname AS TEXT) AS name FROM pg_constraint WHERE connamespace = "
              "CAST(current_schema() AS regnamespace) AND (contype IN ('x', 't') OR condeferrable "
              "OR contype = 'f')"),
        Names{}
    );
    EXPECT_EQ(
        found("SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns WHERE "
              "table_schema = current_schema() AND is_generated <> 'NEVER'"),
        Names{}
    );
    EXPECT_EQ(
        found("SELECT CAST(t.tgname AS TEXT) AS name FROM pg_trigger t JOIN pg_class c ON c.oid = "
              "t.tgrelid WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND NOT "
              "t.tgisinternal"),
        Names{}
    );
}

TEST_F(DatabaseRules, TheLockOfTheMigrationsIsARow) {
    EXPECT_EQ(found("SELECT 'row' AS name FROM migrations WHERE number = 0"), Names{"row"});
}

TEST(DatabaseSql, HoldsNothingOfASessionAndNothingThatADistributedEngineLacks) {
    const std::regex banned{
        R"rx(\b(pg_(try_)?advisory|LISTEN|NOTIFY|LOCK TABLE|WITH HOLD|PREPARE|DEALLOCATE|TEMP(ORARY)? TABLE|)rx"
        R"rx(NEXTVAL|SERIAL|EXCLUDE|DEFERRABLE|GENERATED|TRIGGER|SET (?!LOCAL\b)(SESSION|TIME ZONE|search_path|statement_timeout|lock_timeout))\b)rx"};
    int seen = 0;
    for (const auto& text : sql_texts()) {
        if (!is_sql(text)) continue;
        ++seen;
        // The one setting of a session: sent to the server itself only, never through a pooler.
        if (text == "SET statement_timeout = 5000") continue;
        EXPECT_FALSE(std::regex_search(text, banned)) << text;
        EXPECT_EQ(text.find(" / "), text.npos) << "a division: " << text;
    }
    EXPECT_GE(seen, 40) << "the sources have SQL, and it is found";
}

TEST(DatabaseSql, NamesTheMerchantInEveryStatementAboutItsRows) {
    const std::regex about_rows{
        R"rx(\b(FROM|JOIN|INTO|UPDATE) (orders|attempts|refunds|inbox|outbox|idempotency|sessions|used_tokens|gateway_budget)\b)rx"};
    const std::regex merchant{"merchant_id"};
    int seen = 0;
    for (const auto& text : sql_texts()) {
        if (!is_sql(text) || !std::regex_search(text, about_rows)) continue;
        ++seen;
        // Halves of a statement: the macro that ends it names the merchant.
        const bool has_macro_end = text == "DELETE FROM outbox" ||
                                   text.find("UPDATE outbox SET due_at_ms = ") != text.npos;
        // For each table of several, too.
        EXPECT_TRUE(times(about_rows, text) <= times(merchant, text) || has_macro_end) << text;
    }
    EXPECT_GE(seen, 60) << seen;
}

TEST(DatabaseSql, IsRunAgainInOnePlaceOnly) {
    for (const auto& path : server_sources()) {
        if (path.generic_string().find("/server/db/") != std::string::npos) continue;
        const auto source = read(path);
        EXPECT_EQ(source.find("Kind::Conflict"), source.npos) << path;
        EXPECT_EQ(source.find("Kind::Lost"), source.npos) << path;
    }
}

}  // namespace
}  // namespace chukta
