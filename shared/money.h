/// @file
/// Money is integer paise with a name. No arithmetic that can overflow silently, no doubles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/result.h"

namespace chukta {

/// Why a text is not a sum of rupees.
enum class MoneyError { Empty, NotANumber, TooManyDecimals, Negative, TooLarge };

/// A sum of Indian rupees in paise, 0 .. 1e15. A value type; any thread.
class Money {
public:
    /// The largest sum that can be held: ten lakh crore rupees, far under 2^53 so JSON keeps it
    /// exact.
    static constexpr std::int64_t kPaiseMax = 1'000'000'000'000'000;

    constexpr Money() = default;

    /// Nothing when paise is negative or above kPaiseMax.
    static std::optional<Money> from_paise(std::int64_t paise);

    /// Reads plain decimal rupees: "1", "1.2", "1.20", "0.29". At most two decimals that are not
    /// zero
    /// ("170.000" is read, "1.005" is TooManyDecimals). No sign, no grouping, no exponent, no
    /// spaces.
    static Result<Money, MoneyError> parse_rupees(std::string_view text);

    constexpr std::int64_t paise() const { return paise_; }

    /// "100000.00": what UPI's `am` and the gateway want.
    std::string rupees() const;

    /// "₹1,00,000.00": what a person in India reads (UTF-8, Indian grouping).
    std::string display() const;

    friend constexpr bool operator==(Money a, Money b) { return a.paise_ == b.paise_; }
    friend constexpr auto operator<=>(Money a, Money b) { return a.paise_ <=> b.paise_; }

private:
    constexpr explicit Money(std::int64_t paise) : paise_{paise} {}
    std::int64_t paise_ = 0;
};

/// Nothing when the sum leaves Money's range.
std::optional<Money> checked_add(Money a, Money b);

}  // namespace chukta
