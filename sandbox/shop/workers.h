/// @file
/// A few threads that may wait (for Chukta, for the disk), so that the reactor never does.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/client.h"

namespace shop {

/// A job runs once, on a thread whose client it may use.
using Job = std::function<void(http::Client&)>;

/// Thread-safe. Destruction runs what was taken and then ends the threads.
class Workers {
public:
    explicit Workers(int threads);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// False when too many jobs wait already: the caller says "busy".
    bool take(Job job);

private:
    void work(const std::stop_token& stop);

    static constexpr std::size_t kWaitingMax = 256;  ///< a minute of a busy demo

    std::mutex mutex_;
    std::condition_variable_any waiting_;
    std::deque<Job> jobs_;
    std::vector<std::jthread> threads_;
};

}  // namespace shop
