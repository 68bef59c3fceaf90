/// @file
/// Answers that are held back: for a time, or until a webhook went out.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sandbox {

/// Any thread. What is still held when it ends is let go.
class LateAnswers {
public:
    using Time = std::chrono::steady_clock::time_point;

    LateAnswers();
    ~LateAnswers();
    LateAnswers(const LateAnswers&) = delete;
    LateAnswers& operator=(const LateAnswers&) = delete;

    /// Calls send after the delay, or as soon as that delivery was tried; 0: there is none.
    void hold(
        std::chrono::milliseconds delay, std::uint64_t delivery_id, std::function<void()> send
    );
    void tried(std::uint64_t delivery_id);

private:
    struct Held {
        Time due;
        std::uint64_t delivery_id;
        std::function<void()> send;
    };

    void run();
    std::vector<std::function<void()>> take_due(Time now);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Held> held_;
    std::vector<std::uint64_t> tried_;
    bool stopping_ = false;
    std::jthread thread_;
};

}  // namespace sandbox
