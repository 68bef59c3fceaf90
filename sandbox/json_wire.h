/// @file
/// JSON as Cashfree writes and reads it. Included by the sandbox's `*_wire.cpp` files only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sandbox/errors.h"
#include "shared/money.h"
#include "shared/time.h"

namespace sandbox::wire {

using Json = nlohmann::ordered_json;

/// An amount: a JSON number that is written with two decimals (`5.00`).
Json rupees(chukta::Money amount);
/// Nothing unless it is a number of rupees with at most two decimals, not negative.
std::optional<chukta::Money> money_of(const Json& number);

Json text_or_null(const std::optional<std::string>& text);

/// "2026-03-01T10:00:00+05:30": always Indian time, no fraction (facts/cashfree.md §1.7).
std::string indian_time(chukta::EpochMs at_ms);

/// An API answer: the entity's keys in alphabetical order, those of objects inside it as given,
/// & < > escaped as \u0026 …, amounts with two decimals.
std::string api_text(const Json& value);
/// A webhook body: keys in the order given, nothing escaped beyond JSON's need.
std::string webhook_text(const Json& value);

/// The JSON of a request body, or the decoder's words.
chukta::Result<Json, ApiError> decode(std::string_view body);

/// What is wrong with a request, sorted as Cashfree does: wrong JSON types before missing fields
/// before invalid ones (facts/cashfree.md §11.10).
class Problems {
public:
    void wrong_type(std::string_view path, std::string_view wanted, const Json& got);
    void missing(std::string_view path);
    void invalid(std::string_view path, std::string_view rule, const Json& got);
    void invalid(ApiError error);
    std::optional<ApiError> first() const;

private:
    std::vector<ApiError> wrong_types_;
    std::vector<ApiError> missing_;
    std::vector<ApiError> invalid_;
};

/// Reads the fields of one JSON object. Null counts as absent, and so does "" (their server is Go).
class Fields {
public:
    /// prefix: "order_meta." for the codes of nested fields. object may be null or absent.
    Fields(const Json* object, std::string prefix, Problems& problems);

    std::optional<std::string> text(std::string_view name);
    std::optional<std::string> required_text(std::string_view name);
    const Json* number(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    const Json* object(std::string_view name);
    const Json* array(std::string_view name);

    std::string path(std::string_view name) const { return prefix_ + std::string{name}; }

private:
    const Json* find(std::string_view name) const;

    const Json* object_;
    std::string prefix_;
    Problems& problems_;
};

}  // namespace sandbox::wire
