/// @file
/// The shop's only look at the time, so that a test can hold it still.
#pragma once

#include <chrono>
#include <functional>

#include "shared/time.h"

namespace shop {

/// Answers with the current time. Called from any thread.
using Now = std::function<chukta::EpochMs()>;

inline chukta::EpochMs system_now() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

}  // namespace shop
