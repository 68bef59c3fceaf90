#include "server/readiness_question.h"

#include <utility>

#include "server/problem.h"

namespace chukta {

namespace {

// An operator's probe asks every few seconds and wants several failures before it acts.
constexpr EpochMs kLastsMs = 1'000;
// Far more than probe at once. Who waits is kept until the database answers, gone or not.
constexpr std::size_t kMostWaiting = 256;

http::Response told(bool ready) {
    return ready ? json_answer(200, R"({"status":"ready"})")
                 : problem(503, "not_ready", "The database is away.");
}

}  // namespace

void ReadinessQuestion::answer(const ExchangePtr& exchange) {
    const auto now = edge_.clock().now();
    std::unique_lock lock{mutex_};
    // A clock that was set back must not keep an old answer.
    if (heard_at_ != 0 && now >= heard_at_ && now - heard_at_ < kLastsMs) {
        const bool ready = ready_;
        lock.unlock();
        return exchange->send(told(ready));
    }
    if (waiting_.size() >= kMostWaiting) {
        lock.unlock();
        return exchange->send(unavailable());
    }
    waiting_.push_back(exchange);
    if (std::exchange(asking_, true)) return;
    lock.unlock();
    // One at a time, so that no bound of the queue is needed; refused only while the server stops.
    edge_.resume(exchange, [this](const ExchangePtr&) { ask(); });
}

void ReadinessQuestion::ask() noexcept {
    bool ready = false;
    try {
        ready = readiness_.database_ready();
    } catch (...) {
        ready = false;
    }
    std::vector<ExchangePtr> all;
    {
        const std::lock_guard lock{mutex_};
        all.swap(waiting_);
        asking_ = false;
        ready_ = ready;
        heard_at_ = edge_.clock().now();
    }
    for (const auto& one : all) one->send(told(ready));
}

}  // namespace chukta
