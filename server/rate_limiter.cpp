#include "server/rate_limiter.h"

#include <algorithm>
#include <cassert>
#include <functional>

#include "server/crypto.h"

namespace chukta {

RateLimiter::RateLimiter(const Clock& clock, RateLimit limit, std::size_t keys_max)
    : clock_{clock},
      limit_{limit},
      keys_max_{keys_max},
      seed_{crypto::random_bytes(8)},
      turned_at_{clock.now()} {
    assert(limit.burst >= 1 && limit.per_second >= 1 && keys_max >= 2);
}

int RateLimiter::take(std::string_view key) {
    const EpochMs now = clock_.now();
    const std::lock_guard lock{mutex_};
    Bucket& bucket = find(key, now);
    // A wall clock may step back; a bucket never loses tokens by that. Longer than a refill is
    // full.
    const std::int64_t full_ms = limit_.burst * 1000 / limit_.per_second + 1;
    const std::int64_t elapsed = std::clamp<std::int64_t>(now - bucket.at, 0, full_ms);
    bucket.milli_tokens =
        std::min(limit_.burst * 1000, bucket.milli_tokens + elapsed * limit_.per_second);
    bucket.at = now;
    if (bucket.milli_tokens >= 1000) {
        bucket.milli_tokens -= 1000;
        return 0;
    }
    const std::int64_t missing = 1000 - bucket.milli_tokens;
    const std::int64_t wait_ms = (missing + limit_.per_second - 1) / limit_.per_second;
    return static_cast<int>((wait_ms + 999) / 1000);
}

RateLimiter::Bucket& RateLimiter::find(std::string_view key, EpochMs now) {
    const std::int64_t full_ms = limit_.burst * 1000 / limit_.per_second + 1;
    if (young_.size() >= keys_max_ / 2 || now - turned_at_ > full_ms || now < turned_at_) {
        old_ = std::move(young_);
        young_.clear();
        young_.reserve(old_.size());
        turned_at_ = now;
    }
    const auto name = std::hash<std::string>{}(seed_ + std::string{key});
    if (const auto found = young_.find(name); found != young_.end()) return found->second;
    Bucket bucket{limit_.burst * 1000, now};
    if (const auto found = old_.find(name); found != old_.end()) bucket = found->second;
    return young_.insert_or_assign(name, bucket).first->second;
}

}  // namespace chukta
