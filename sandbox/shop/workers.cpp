#include "sandbox/shop/workers.h"

#include <utility>

namespace shop {

Workers::Workers(int threads) {
    for (int i = 0; i < threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
}

Workers::~Workers() {
    for (std::jthread& thread : threads_) thread.request_stop();
    threads_.clear();
}

bool Workers::take(Job job) {
    {
        const std::lock_guard lock{mutex_};
        if (jobs_.size() >= kWaitingMax) return false;
        jobs_.push_back(std::move(job));
    }
    waiting_.notify_one();
    return true;
}

void Workers::work(const std::stop_token& stop) {
    http::Client client;
    for (;;) {
        Job job;
        {
            std::unique_lock lock{mutex_};
            waiting_.wait(lock, stop, [this] { return !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job(client);
    }
}

}  // namespace shop
