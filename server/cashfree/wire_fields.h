/// @file
/// Single fields of Cashfree's JSON. Each returns nothing (or an empty text) for null, absent, of
/// another type or out of bounds. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/cashfree/wire_value.h"
#include "shared/money.h"
#include "shared/time.h"

namespace chukta::cashfree {

/// Cashfree's own bounds of order_id; a payment link's order made at their side stays inside too.
constexpr std::size_t kOrderIdMax = 64;
constexpr std::size_t kWordMax = 64;

/// `"name":value,` of an object that is being written, with the value already JSON.
void add_member(std::string& json, std::string_view name, std::string_view value);
void add_text(std::string& json, std::string_view name, std::string_view text);

/// Rupees, as a JSON number or as a string (payment links and offers send strings). Exact, from the
/// text: "0.29", "170.00", "1e2" (one hundred). Nothing when negative, when a paisa would be
/// broken, or above Money's range.
std::optional<Money> read_money(const Value& value);

/// A cf_… id: a string, or a number in webhooks of refunds and in older versions (§12, fact 4).
/// Letters, digits, '_' and '-', at most 64; else empty.
std::string read_id(const Value& value);

/// A string of printable ASCII without spaces, at most max characters; else empty.
std::string read_word(const Value& value, std::size_t max);

/// The UTR. Empty also for their "NA" and "null" (§5.4).
std::string read_bank_reference(const Value& value);

/// RFC 3339, usually with +05:30.
std::optional<EpochMs> read_time(const Value& value);

}  // namespace chukta::cashfree
