/// @file
/// The sandbox's time: the system's plus an offset that a test may push forward.
#pragma once

#include <atomic>
#include <chrono>

#include "shared/time.h"

namespace sandbox {

using chukta::EpochMs;

/// Any thread. Virtual because the process ends here: tests bring their own.
class Clock {
public:
    virtual ~Clock() = default;
    virtual EpochMs now_ms() const = 0;
};

class SystemClock final : public Clock {
public:
    EpochMs now_ms() const override {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch()
        )
            .count();
    }
};

/// Never goes back by itself: POST /sandbox/clock only adds.
class OffsetClock final : public Clock {
public:
    explicit OffsetClock(const Clock& base) : base_{base} {}
    EpochMs now_ms() const override { return base_.now_ms() + offset_ms_.load(); }
    void advance(std::int64_t ms) { offset_ms_ += ms; }
    std::int64_t offset_ms() const { return offset_ms_.load(); }

private:
    const Clock& base_;
    std::atomic<std::int64_t> offset_ms_{0};
};

}  // namespace sandbox
