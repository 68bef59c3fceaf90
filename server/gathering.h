/// @file
/// Requests of one kind that wait for a worker, handed to it together: answering ten at a time
/// costs the database one journey instead of ten.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "server/workers.h"

namespace chukta {

/// Any thread. Nobody waits for company: together are those whom the workers had no time for yet.
/// Outlives the workers' last job.
template <class One>
class Gathering {
public:
    /// Runs on a worker. Must not throw.
    using Work = std::function<void(const std::vector<One>&)>;

    static constexpr std::size_t kTogetherMax = 16;

    Gathering(Workers& workers, std::size_t waiting_max, Work work)
        : workers_{workers}, waiting_max_{waiting_max}, work_{std::move(work)} {}

    /// False when too many wait or the workers have stopped: the caller answers 503.
    bool add(One one) {
        {
            const std::lock_guard lock{mutex_};
            if (waiting_.size() >= waiting_max_) return false;
            waiting_.push_back(std::move(one));
            if (rounds_ == kRoundsMax) return true;
            ++rounds_;
        }
        if (workers_.resume([this] { round(); })) return true;
        const std::lock_guard lock{mutex_};
        --rounds_;
        waiting_.clear();
        return false;
    }

    std::size_t waiting() const {
        const std::lock_guard lock{mutex_};
        return waiting_.size();
    }

private:
    // More would share out among themselves what one can carry.
    static constexpr int kRoundsMax = 2;

    void round() {
        std::vector<One> together;
        {
            const std::lock_guard lock{mutex_};
            const auto end = waiting_.begin() +
                             static_cast<std::ptrdiff_t>(std::min(kTogetherMax, waiting_.size()));
            together.assign(
                std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)
            );
            waiting_.erase(waiting_.begin(), end);
        }
        if (!together.empty()) work_(together);
        {
            const std::lock_guard lock{mutex_};
            if (waiting_.empty()) {
                --rounds_;
                return;
            }
        }
        // Behind whatever else waits for a worker.
        if (!workers_.resume([this] { round(); })) round();
    }

    Workers& workers_;
    const std::size_t waiting_max_;
    const Work work_;
    mutable std::mutex mutex_;
    std::vector<One> waiting_;
    int rounds_ = 0;  ///< that are queued or at work
};

}  // namespace chukta
