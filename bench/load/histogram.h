/// @file
/// Every latency that was seen, exactly: a run has a few hundred thousand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace load {

/// Microseconds of a steady clock.
using Micros = std::int64_t;
Micros now();

class Histogram {
public:
    void add(Micros value) { values_.push_back(value); }
    std::size_t count() const { return values_.size(); }
    /// The value that `share` (0 to 1) of all values do not exceed; 0 when there is none.
    Micros quantile(double share) const;
    /// {"n":…,"p50":…,"p90":…,"p99":…,"p999":…,"max":…}
    std::string json() const;

private:
    mutable std::vector<Micros> values_;
    mutable bool sorted_ = false;
};

}  // namespace load
