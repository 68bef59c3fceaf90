#include "server/held_requests.h"

#include <chrono>

#include "shared/limits.h"

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
    timer_ = std::jthread{[this](const std::stop_token& stop) {
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
    Done oldest;
    {
        const std::lock_guard lock{mutex_};
        const Number number = next_++;
        auto& of_order = by_order_[order_id.str()];
        of_order.push_back(number);
        by_deadline_.emplace(deadline, number);
        requests_.emplace(number, Held{order_id, after_version, deadline, std::move(done)});
        if (of_order.size() > limits::kHeldRequestsPerOrderMax) {
            oldest = take(requests_.find(of_order.front()));
        }
    }
    if (oldest) oldest();
}

HeldRequests::Done HeldRequests::take(Requests::iterator request) {
    const auto& [number, held] = *request;
    by_deadline_.erase({held.deadline, number});
    const auto order = by_order_.find(held.order_id.str());
    std::erase(order->second, number);
    if (order->second.empty()) by_order_.erase(order);
    auto done = std::move(request->second.done);
    requests_.erase(request);
    return done;
}

void HeldRequests::wake(const OrderId& order_id, std::int64_t version) {
    std::vector<Done> woken;
    {
        const std::lock_guard lock{mutex_};
        const auto order = by_order_.find(order_id.str());
        if (order == by_order_.end()) return;
        const auto numbers = order->second;
        for (const auto number : numbers) {
            const auto request = requests_.find(number);
            if (request->second.after_version < version) woken.push_back(take(request));
        }
    }
    for (const auto& done : woken) done();
}

void HeldRequests::run_once(EpochMs now) {
    std::vector<Done> woken;
    {
        const std::lock_guard lock{mutex_};
        while (!by_deadline_.empty() && by_deadline_.begin()->first <= now) {
            woken.push_back(take(requests_.find(by_deadline_.begin()->second)));
        }
    }
    for (const auto& done : woken) done();
}

void HeldRequests::release_all() {
    std::vector<Done> all;
    {
        const std::lock_guard lock{mutex_};
        while (!requests_.empty()) all.push_back(take(requests_.begin()));
    }
    for (const auto& done : all) done();
}

std::vector<OrderId> HeldRequests::orders() const {
    const std::lock_guard lock{mutex_};
    std::vector<OrderId> all;
    all.reserve(by_order_.size());
    for (const auto& [order_id, numbers] : by_order_) all.emplace_back(order_id);
    return all;
}

std::size_t HeldRequests::size() const {
    const std::lock_guard lock{mutex_};
    return requests_.size();
}

}  // namespace chukta
