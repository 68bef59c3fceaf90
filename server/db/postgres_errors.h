/// @file
/// What PostgreSQL's error codes ask of who gets them. Pure; any thread.
#pragma once

#include <string_view>

#include "server/db/database.h"

struct pg_result;

namespace chukta::db {

inline constexpr std::string_view kConnectionFailure = "08006";

/// What an SQLSTATE asks of the caller (PostgreSQL's Appendix A, Error Codes).
StorageError::Kind kind_of(std::string_view code);

/// Of a result that failed; libpq makes some itself, and those have none.
std::string_view sqlstate_of(const pg_result* result);

}  // namespace chukta::db
