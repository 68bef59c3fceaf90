/// @file
/// Token buckets: how often one caller may ask.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/clock.h"

namespace chukta {

struct RateLimit {
    std::int64_t burst = 1;       ///< requests at once
    std::int64_t per_second = 1;  ///< refilled
};

/// One bucket per key, in memory of this instance, bounded. Any thread.
class RateLimiter {
public:
    /// Keys beyond keys_max at one time make the oldest half forgotten, i.e. full again: memory
    /// stays bounded, and who can use that many keys is not stopped by a bucket each.
    RateLimiter(const Clock& clock, RateLimit limit, std::size_t keys_max = 200'000);

    /// Takes one token. 0 when there was one, else the whole seconds after which to come again.
    int take(std::string_view key);

private:
    struct Bucket {
        std::int64_t milli_tokens = 0;
        EpochMs at = 0;
    };
    /// By a key's hash: twenty thousand pages that ask find theirs in half of the memory. Two keys
    /// of one hash share a bucket. Of this process's own seed and the key, so that
    /// keys that fall on one another are not known beforehand.
    using Buckets = std::unordered_map<std::size_t, Bucket>;
    static_assert(sizeof(std::size_t) == 8, "else two keys of one hash would not be rare");

    Bucket& find(std::string_view key, EpochMs now);

    const Clock& clock_;
    const RateLimit limit_;
    const std::size_t keys_max_;
    const std::string seed_;
    std::mutex mutex_;
    // Two generations: whoever was not seen for a whole one has a full bucket anyway.
    Buckets young_;
    Buckets old_;
    EpochMs turned_at_ = 0;
};

}  // namespace chukta
