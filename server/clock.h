/// @file
/// The only way to the time of day in server/: injected, so that tests and the simulation own it.
#pragma once

#include "shared/time.h"

namespace chukta {

/// Any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual EpochMs now() const = 0;
};

class SystemClock final : public Clock {
public:
    EpochMs now() const override;
};

}  // namespace chukta
