#include "server/db/postgres_values.h"

#include <libpq-fe.h>

namespace chukta::db {
namespace {

// The fixed object ids of pg_type.dat.
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kName = 19;

constexpr int kBinary = 1;

std::array<char, 8> big_endian(std::int64_t number) {
    std::array<char, 8> bytes{};
    const auto bits = static_cast<std::uint64_t>(number);
    for (unsigned i = 0; i < bytes.size(); ++i) {
        bytes.at(i) = static_cast<char>((bits >> (56 - 8 * i)) & 0xff);
    }
    return bytes;
}

std::uint64_t unsigned_of(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

void add_column(Row& row, Oid type, std::string_view bytes) {
    switch (type) {
        case kInt8:
            return row.add(static_cast<std::int64_t>(unsigned_of(bytes)));
        case kInt4:
            return row.add(std::int64_t{static_cast<std::int32_t>(unsigned_of(bytes))});
        case kText:
        case kName:
            return row.add_text(bytes);
        case kBytea:
            return row.add_blob(bytes);
        default:
            throw StorageError{StorageError::Kind::Broken, "42804"};  // datatype_mismatch
    }
}

/// To libpq a null pointer is NULL; a view of nothing may have one.
const char* not_null(std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); }

}  // namespace

PostgresParameters::PostgresParameters(std::span<const Value> values) {
    integers_.reserve(values.size());  // pointers into it are kept
    types_.reserve(values.size());
    values_.reserve(values.size());
    lengths_.reserve(values.size());
    formats_.reserve(values.size());
    for (const auto& value : values) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            integers_.push_back(big_endian(*number));
            types_.push_back(kInt8);
            values_.push_back(integers_.back().data());
            lengths_.push_back(8);
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            types_.push_back(kText);
            values_.push_back(not_null(*text));
            lengths_.push_back(static_cast<int>(text->size()));
        } else if (const auto* blob = std::get_if<Blob>(&value)) {
            types_.push_back(kBytea);
            values_.push_back(not_null(blob->bytes));
            lengths_.push_back(static_cast<int>(blob->bytes.size()));
        } else {
            types_.push_back(0);  // NULL: the engine infers the column's
            values_.push_back(nullptr);
            lengths_.push_back(0);
        }
        formats_.push_back(kBinary);
    }
}

Rows rows_of(const PGresult* result) {
    const int columns = PQnfields(result);
    auto names = std::make_shared<std::vector<std::string>>();
    for (int column = 0; column < columns; ++column) {
        names->emplace_back(PQfname(result, column));
    }
    Rows rows;
    rows.reserve(static_cast<std::size_t>(PQntuples(result)));
    for (int row = 0; row < PQntuples(result); ++row) {
        auto& read = rows.emplace_back(names);
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0) {
                read.add_null();
                continue;
            }
            const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
            add_column(read, PQftype(result, column), {PQgetvalue(result, row, column), size});
        }
    }
    return rows;
}

}  // namespace chukta::db
