/// @file
/// Names for new rows: short, time-ordered (so that index inserts land beside each other), unique
/// across instances, and reproducible from a seed for the simulation. Not secrets: see
/// server/crypto.h for those.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

#include "shared/time.h"

namespace chukta {

/// Any thread.
class RowIds {
public:
    explicit RowIds(std::uint64_t seed) : random_{seed} {}
    /// 28 lower-case hex digits: 11 of time, 5 counting, 12 random.
    std::string next(EpochMs now);

private:
    std::mutex mutex_;
    std::mt19937_64 random_;
    std::uint32_t count_ = 0;
};

}  // namespace chukta
