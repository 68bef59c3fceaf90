#include "sandbox/late_answers.h"

#include <algorithm>

namespace sandbox {
namespace {

/// A webhook may be tried before its answer is held; that many are remembered.
constexpr std::size_t kTriedRemembered = 64;

}  // namespace

LateAnswers::LateAnswers() : thread_{[this] { run(); }} {}

LateAnswers::~LateAnswers() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
}

void LateAnswers::hold(
    std::chrono::milliseconds delay, std::uint64_t delivery_id, std::function<void()> send
) {
    const std::lock_guard lock{mutex_};
    const bool already =
        delivery_id != 0 && std::find(tried_.begin(), tried_.end(), delivery_id) != tried_.end();
    const auto now = std::chrono::steady_clock::now();
    held_.push_back({already ? now : now + delay, delivery_id, std::move(send)});
    changed_.notify_all();
}

void LateAnswers::tried(std::uint64_t delivery_id) {
    const std::lock_guard lock{mutex_};
    tried_.push_back(delivery_id);
    if (tried_.size() > kTriedRemembered) tried_.erase(tried_.begin());
    for (auto& held : held_) {
        if (held.delivery_id == delivery_id) held.due = std::chrono::steady_clock::now();
    }
    changed_.notify_all();
}

std::vector<std::function<void()>> LateAnswers::take_due(Time now) {
    std::vector<std::function<void()>> due;
    const auto keep = [&](const Held& held) { return !stopping_ && held.due > now; };
    const auto first = std::stable_partition(held_.begin(), held_.end(), keep);
    for (auto it = first; it != held_.end(); ++it) due.push_back(std::move(it->send));
    held_.erase(first, held_.end());
    return due;
}

void LateAnswers::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        const auto due = take_due(std::chrono::steady_clock::now());
        lock.unlock();
        for (const auto& send : due) send();
        lock.lock();
        if (stopping_ && held_.empty()) return;
        if (!due.empty() || stopping_) continue;
        if (held_.empty()) {
            changed_.wait(lock);
        } else {
            const auto next =
                std::min_element(held_.begin(), held_.end(), [](const Held& a, const Held& b) {
                    return a.due < b.due;
                });
            // A copy: the wait reads it again without the lock, and hold may have moved the list.
            const Time due_at = next->due;
            changed_.wait_until(lock, due_at);
        }
    }
}

}  // namespace sandbox
