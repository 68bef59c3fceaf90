/// @file
/// Values over PostgreSQL's wire in its binary format: integers as eight bytes, text and bytes as
/// they are.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "server/db/database.h"

struct pg_result;

namespace chukta::db {

/// Bound values as libpq takes them. Points into `values`, which must outlive it.
class PostgresParameters {
public:
    explicit PostgresParameters(std::span<const Value> values);

    int count() const { return static_cast<int>(types_.size()); }
    const std::uint32_t* types() const { return types_.data(); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

private:
    std::vector<std::array<char, 8>> integers_;
    std::vector<std::uint32_t> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

/// The rows of a binary answer. Throws StorageError Broken for a type that no statement of ours
/// selects.
Rows rows_of(const pg_result* result);

}  // namespace chukta::db
