#include "bench/load/histogram.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace load {

Micros now() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

Micros Histogram::quantile(double share) const {
    if (values_.empty()) return 0;
    if (!sorted_) std::sort(values_.begin(), values_.end());
    sorted_ = true;
    const auto rank = std::ceil(share * static_cast<double>(values_.size()));
    return values_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

std::string Histogram::json() const {
    std::string text = "{\"n\":" + std::to_string(count());
    for (const auto& [name, share] :
         {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1.0}}) {
        text += std::string{",\""} + name + "\":" + std::to_string(quantile(share));
    }
    return text + "}";
}

}  // namespace load
