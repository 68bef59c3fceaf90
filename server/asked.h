/// @file
/// When a question left whose answer has come.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/time.h"

namespace chukta {

/// What the answer to a question proves depends on when the question left, which is told by the
/// clock of the machine that asked. One that was ahead of `now` has not told it: such an answer
/// proves nothing that depends on time. Any thread.
class Asked {
public:
    Asked(EpochMs at, EpochMs now) : at_{at}, ahead_ms_{std::max<std::int64_t>(0, at - now)} {}

    /// Whether the question left no earlier than `time`, so that the answer shows what was then.
    bool since(EpochMs time) const { return is_known() && time <= at_; }

    bool is_known() const { return ahead_ms_ == 0; }

    /// When it left, where that is known.
    EpochMs at() const { return at_; }

    /// How long to wait before the same question is asked again, of whose answer since(time) is
    /// not true, in ms. A stamp far ahead is another clock's: no reason to hurry, and none to wait
    /// for long.
    std::int64_t wait_ms(EpochMs time) const {
        constexpr std::int64_t kLongestMs = 60'000;
        return std::clamp<std::int64_t>(std::max(ahead_ms_, time - at_), 0, kLongestMs);
    }

private:
    EpochMs at_;
    std::int64_t ahead_ms_;
};

}  // namespace chukta
