/// @file
/// PostgreSQL 15 or newer, for several instances of the server on one database: a pool of
/// connections over libpq, none of which keeps anything of a session, so that a pooler in
/// transaction mode may stand in between.
#pragma once

#include <memory>
#include <string>

#include "server/db/database.h"

namespace chukta::db {

/// A pool that connects when it is first needed, and again whenever a connection was lost. With
/// several hosts in the URL, to the one that takes writes. Throws std::invalid_argument for a URL
/// that libpq cannot read.
std::unique_ptr<Database> open_postgres(const std::string& url);

}  // namespace chukta::db
