#include "server/db/postgres_errors.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>

namespace chukta::db {

StorageError::Kind kind_of(std::string_view code) {
    using Kind = StorageError::Kind;
    constexpr std::array<std::string_view, 6> kConflicts = {
        "40001",  // serialization_failure
        "40P01",  // deadlock_detected
        "55P03",  // lock_not_available: lock_timeout
        "23505",  // unique_violation: whoever inserts without ON CONFLICT looked first, and met one
        "42P07",  // duplicate_table, and
        "42710",  // duplicate_object: a CREATE TABLE IF NOT EXISTS that met another
    };
    constexpr std::array<std::string_view, 10> kLost = {
        "57P01",  // admin_shutdown
        "57P02",  // crash_shutdown
        "57P03",  // cannot_connect_now
        "57P05",  // idle_session_timeout
        "26000",  // invalid_sql_statement_name: somebody between us keeps no names after all
        "42P05",  // duplicate_prepared_statement, for the same reason
        "25P03",  // idle_in_transaction_session_timeout
        "25006",  // read_only_sql_transaction: a primary that became a standby
        "40003",  // statement_completion_unknown
        "53300",  // too_many_connections
    };
    const auto is = [&](std::string_view other) { return other == code; };
    if (std::any_of(kConflicts.begin(), kConflicts.end(), is)) return Kind::Conflict;
    if (code.starts_with("08") || std::any_of(kLost.begin(), kLost.end(), is)) return Kind::Lost;
    return Kind::Broken;
}

std::string_view sqlstate_of(const pg_result* result) {
    const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return sqlstate ? std::string_view{sqlstate} : kConnectionFailure;
}

}  // namespace chukta::db
