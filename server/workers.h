/// @file
/// The threads on which handlers meet the database, so that reactor threads never wait for it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace chukta {

/// A fixed number of threads over one bounded queue. Any thread may hand in jobs. A job must not
/// throw.
class Workers {
public:
    using Job = std::function<void()>;

    Workers(int threads, std::size_t queued_max);
    ~Workers();  // stops
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// False when the queue is full or the workers have stopped: the caller answers 503.
    bool submit(Job job);

    /// The rest of a request that was admitted before (a held one): refused only after stop, since
    /// their number is bounded by the server's connections.
    bool resume(Job job);

    std::size_t queued() const;
    std::size_t queued_max() const { return queued_max_; }

    /// Runs what is queued, then ends the threads. Idempotent; not from a job.
    void stop();

private:
    bool push(Job job, std::size_t queued_max);
    void run();

    const std::size_t queued_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_;
    bool stopping_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace chukta
