#include "server/held_requests.h"

#include <chrono>

namespace chukta {

HeldRequests::~HeldRequests() {
    if (timer_.joinable()) {
        timer_.request_stop();
        changed_.notify_all();
        timer_.join();
    }
    release_all();
}

void HeldRequests::start() {
    timer_ = std::jthread{[this](std::stop_token stop) {
        // Deadlines are whole seconds away; a quarter of one is exact enough and costs nothing.
        constexpr std::chrono::milliseconds kTick{250};
        while (!stop.stop_requested()) {
            {
                std::unique_lock lock{mutex_};
                changed_.wait_for(lock, stop, kTick, [] { return false; });
            }
            run_once(clock_.now());
        }
    }};
}

void HeldRequests::hold(
    const OrderId& order_id, std::int64_t after_version, EpochMs deadline, Done done
) {
    const std::lock_guard lock{mutex_};
    held_.emplace(order_id, Held{after_version, deadline, std::move(done)});
}

void HeldRequests::wake(const OrderId& order_id, std::int64_t version) {
    std::vector<Done> woken;
    {
        const std::lock_guard lock{mutex_};
        auto [at, end] = held_.equal_range(order_id);
        while (at != end) {
            if (at->second.after_version < version) {
                woken.push_back(std::move(at->second.done));
                at = held_.erase(at);
            } else {
                ++at;
            }
        }
    }
    for (const auto& done : woken) done();
}

void HeldRequests::run_once(EpochMs now) {
    std::vector<Done> woken;
    {
        const std::lock_guard lock{mutex_};
        for (auto at = held_.begin(); at != held_.end();) {
            if (at->second.deadline <= now) {
                woken.push_back(std::move(at->second.done));
                at = held_.erase(at);
            } else {
                ++at;
            }
        }
    }
    for (const auto& done : woken) done();
}

void HeldRequests::release_all() {
    std::multimap<OrderId, Held> all;
    {
        const std::lock_guard lock{mutex_};
        all.swap(held_);
    }
    for (const auto& [order_id, held] : all) held.done();
}

std::vector<OrderId> HeldRequests::orders() const {
    const std::lock_guard lock{mutex_};
    std::vector<OrderId> orders;
    for (const auto& [order_id, held] : held_) {
        if (orders.empty() || orders.back() != order_id) orders.push_back(order_id);
    }
    return orders;
}

std::size_t HeldRequests::size() const {
    const std::lock_guard lock{mutex_};
    return held_.size();
}

}  // namespace chukta
