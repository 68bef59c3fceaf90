/// @file
/// SQLite as the embedded engine: WAL, synchronous=FULL, one writer, several readers.
#pragma once

#include <memory>
#include <string>

#include "server/db/database.h"

namespace chukta::db {

/// Opens or creates the file; its folder is made when missing. ":memory:" is one private database
/// without a file. Throws StorageError.
std::unique_ptr<Database> open_sqlite(const std::string& path);

}  // namespace chukta::db
