/// @file
/// Requests that wait for an order to change (product.md §1.8). In memory only: a lost wait costs
/// the page one more question.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/clock.h"
#include "shared/ids.h"

namespace chukta {

/// Any thread. Callbacks run on the thread that wakes them or on its own timer thread, without a
/// lock.
class HeldRequests {
public:
    using Done = std::function<void()>;

    explicit HeldRequests(const Clock& clock) : clock_{clock} {}
    ~HeldRequests();  // releases whoever still waits

    /// Starts the timer thread; without it deadlines are met only by run_once.
    void start();

    /// `done` is called once: when wake names a version above after_version, or at the deadline; or
    /// when the order has so many others that this one's place is needed (limits.h). Who hangs up
    /// keeps a place: no proxy says so before the answer.
    void hold(const OrderId& order_id, std::int64_t after_version, EpochMs deadline, Done done);

    /// The order has this version now.
    void wake(const OrderId& order_id, std::int64_t version);

    /// Calls who waited past their deadline.
    void run_once(EpochMs now);

    /// Calls everybody, e.g. before a stop.
    void release_all();

    std::size_t size() const;
    /// The orders somebody waits for, each once.
    std::vector<OrderId> orders() const;

private:
    using Number = std::uint64_t;  ///< of a request, in the order of hold()
    struct Held {
        OrderId order_id;
        std::int64_t after_version;
        EpochMs deadline;
        Done done;
    };
    using Requests = std::unordered_map<Number, Held>;
    /// Out of all three indexes. Under the lock.
    Done take(Requests::iterator request);

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Number next_ = 0;
    Requests requests_;
    // Thousands wait: neither news of one order nor the clock looks at those it does not concern.
    std::unordered_map<std::string, std::vector<Number>> by_order_;
    std::set<std::pair<EpochMs, Number>> by_deadline_;
    std::jthread timer_;
};

}  // namespace chukta
