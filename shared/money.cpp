#include "shared/money.h"

#include <cassert>

namespace chukta {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "07" of 7 paise.
std::string two_digits(std::int64_t paise) {
    return {static_cast<char>('0' + paise / 10), static_cast<char>('0' + paise % 10)};
}

/// "12345678" → "1,23,45,678": the last three digits, then pairs.
std::string group_indian(const std::string& digits) {
    std::string grouped;
    const std::size_t count = digits.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t after = count - i;  // digits still to come, this one included
        if (i > 0 && after >= 3 && (after == 3 || after % 2 == 1)) grouped += ',';
        grouped += digits[i];
    }
    return grouped;
}

struct Decimal {
    std::string_view whole;
    std::string_view fraction;  ///< empty when there is no point
};

/// Splits "12.50"; nothing for anything but digits, one point and digits.
std::optional<Decimal> split_decimal(std::string_view text) {
    const std::size_t point = text.find('.');
    Decimal parts{text.substr(0, point), {}};
    if (point != std::string_view::npos) {
        parts.fraction = text.substr(point + 1);
        if (parts.fraction.empty()) return std::nullopt;
    }
    if (parts.whole.empty()) return std::nullopt;
    for (const char c : parts.whole) {
        if (!is_digit(c)) return std::nullopt;
    }
    for (const char c : parts.fraction) {
        if (!is_digit(c)) return std::nullopt;
    }
    return parts;
}

}  // namespace

std::optional<Money> Money::from_paise(std::int64_t paise) {
    if (paise < 0 || paise > kPaiseMax) return std::nullopt;
    return Money{paise};
}

Result<Money, MoneyError> Money::parse_rupees(std::string_view text) {
    if (text.empty()) return failure(MoneyError::Empty);
    const bool minus = text.front() == '-';
    const auto parts = split_decimal(minus ? text.substr(1) : text);
    if (!parts) return failure(MoneyError::NotANumber);
    if (minus) return failure(MoneyError::Negative);

    const std::string_view beyond_paise =
        parts->fraction.size() > 2 ? parts->fraction.substr(2) : std::string_view{};
    if (beyond_paise.find_first_not_of('0') != std::string_view::npos) {
        return failure(MoneyError::TooManyDecimals);
    }

    std::int64_t paise = 0;
    const auto append = [&paise](char digit) {
        // Checked before each step, so that no text however long can overflow.
        if (paise > kPaiseMax / 10) return false;
        paise = paise * 10 + (digit - '0');
        return true;
    };
    bool fits = true;
    for (const char c : parts->whole) fits = fits && append(c);
    for (std::size_t i = 0; i < 2; ++i) {
        fits = fits && append(i < parts->fraction.size() ? parts->fraction[i] : '0');
    }
    if (!fits || paise > kPaiseMax) return failure(MoneyError::TooLarge);
    return Money{paise};
}

std::string Money::rupees() const {
    return std::to_string(paise_ / 100) + "." + two_digits(paise_ % 100);
}

std::string Money::display() const {
    return "₹" + group_indian(std::to_string(paise_ / 100)) + "." + two_digits(paise_ % 100);
}

std::optional<Money> checked_add(Money a, Money b) {
    static_assert(Money::kPaiseMax <= INT64_MAX / 2, "the sum of two must not overflow");
    return Money::from_paise(a.paise() + b.paise());
}

}  // namespace chukta
