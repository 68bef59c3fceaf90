/// @file
/// Names made from a seeded generator, so that a run can be repeated.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace sandbox {

/// Not thread-safe.
class IdMaker {
public:
    /// digits: 10 to 19, the length of cf ids.
    IdMaker(std::uint64_t seed, int digits);

    std::string cf_id();               ///< decimal, never with a leading zero, fits a signed 64 bit
    std::string payment_session_id();  ///< "session_" and 108 of [A-Za-z0-9_-] (§11.5)
    std::string uuid();
    std::string digits(int count);  ///< first one not zero
    std::string hex(int count);
    std::string alphanumeric(int count);

private:
    std::string pick(std::string_view alphabet, int count);

    std::mt19937_64 random_;
    int digits_;
};

/// A decimal id in base 32 with the digits 0-9a-v, as in the `web` link (facts/cashfree.md §3.3:
/// 885899755 is qcrgfb). Empty when the text is not a number of up to 19 digits.
std::string base32_of(std::string_view decimal);
/// The reverse; empty when the text is not such a number.
std::string decimal_of(std::string_view base32);

}  // namespace sandbox
