#include "server/workers.h"

#include <limits>
#include <utility>

namespace chukta {

Workers::Workers(int threads, std::size_t queued_max) : queued_max_{queued_max} {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() { stop(); }

bool Workers::submit(Job job) { return push(std::move(job), queued_max_); }

bool Workers::resume(Job job) {
    return push(std::move(job), std::numeric_limits<std::size_t>::max());
}

bool Workers::push(Job job, std::size_t queued_max) {
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || queue_.size() >= queued_max) return false;
        queue_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

std::size_t Workers::queued() const {
    const std::lock_guard lock{mutex_};
    return queue_.size();
}

void Workers::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    threads_.clear();  // joins
}

void Workers::run() {
    for (;;) {
        Job job;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        job();
    }
}

}  // namespace chukta
