/// @file
/// The columns of the two tables that are read together, and how such a row is read. For the
/// store's own files.
#pragma once

#include <string_view>
#include <vector>

#include "server/db/database.h"
#include "server/rows.h"

namespace chukta::stored {

/// What a page is shown, as it stands in a SELECT: "order_id, version, …". The rest is as a row
/// begins: whose order it is, the gateway's session, whom the attempt asked.
std::string_view shown_order_columns();
Order read_shown_order(const db::Row& row);

std::string_view shown_attempt_columns();
Attempt read_shown_attempt(const db::Row& row);
/// As they began. Here and not by ORDER BY, for which SQLite would open a sorter each time.
void sort(std::vector<Attempt>& attempts);

}  // namespace chukta::stored
