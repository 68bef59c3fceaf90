/// @file
/// All chance of one simulated world comes from here, so that a seed is a whole story.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

namespace chukta::simulation {

/// splitmix64: tiny, seedable by any number, the same on every machine (std distributions are not).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_{seed} {}

    std::uint64_t draw() {
        state_ += 0x9E3779B97F4A7C15ULL;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }
    /// True that often in a thousand. Draws nothing when it cannot strike.
    bool strikes(int per_mille) {
        return per_mille > 0 && draw() % 1'000 < static_cast<std::uint64_t>(per_mille);
    }
    /// A whole number within [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high) {
        assert(low <= high);
        const auto span = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<std::int64_t>(draw() % span);
    }
    template <class T>
    const T& one_of(const std::vector<T>& things) {
        assert(!things.empty());
        return things[draw() % things.size()];
    }

private:
    std::uint64_t state_;
};

}  // namespace chukta::simulation
