/// @file
/// What one of libpq's addresses says, as libpq itself reads it. Connects to nothing.
#pragma once

#include <string>

#include "server/db/database.h"

namespace chukta::db {

/// Whether libpq can read it as an address.
bool is_postgres_url(const std::string& url);

/// How it gets to the farthest of its hosts. What the address leaves unsaid is what libpq takes in
/// its place: PGHOST, PGHOSTADDR, PGSSLMODE, the file of PGSERVICE, its own default. Of one that
/// names a service, only what it says itself counts: the file may say anything.
Way way_to_postgres(const std::string& url);

}  // namespace chukta::db
