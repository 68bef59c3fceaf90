/// @file
/// Webhooks on their way: when each is due, what became of each attempt (facts/cashfree.md §5.6).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shared/time.h"

namespace sandbox {

using chukta::EpochMs;

enum class DeliveryStatus { Waiting, Sending, Delivered, Failed, Lost };
std::string_view word(DeliveryStatus);
std::optional<DeliveryStatus> delivery_status_of(std::string_view word);

struct DeliveryAttempt {
    EpochMs at_ms = 0;
    int http_status = 0;  ///< 0: no answer
    std::string fault;    ///< word of the fault that struck this attempt, or empty
};

struct Delivery {
    std::uint64_t id = 0;
    std::string url;
    std::string order_id;
    std::string type;
    std::string body;  ///< built once; these bytes are signed and sent
    DeliveryStatus status = DeliveryStatus::Waiting;
    EpochMs created_at_ms = 0;
    EpochMs due_at_ms = 0;
    bool held = false;  ///< waits for another one of its order to go first
    std::vector<DeliveryAttempt> attempts;
};

/// Deliveries of one order go one after another; four orders can be told at once.
constexpr std::size_t kLanes = 4;

/// Not thread-safe. Pure: it sends nothing.
class Deliveries {
public:
    /// Sets its id. A lost one is only remembered.
    std::uint64_t add(Delivery delivery);
    /// Sends a finished one again, as the dashboard's resend does.
    bool resend(std::uint64_t id, EpochMs now_ms);

    /// The next one due in that lane, now Sending; nothing when there is none.
    Delivery* take_due(std::size_t lane, EpochMs now_ms);
    /// What became of the attempt: 2xx is delivered; anything else waits 2, 10, then 30 minutes and
    /// is then given up.
    void report(std::uint64_t id, DeliveryAttempt attempt, EpochMs now_ms);

    std::optional<EpochMs> next_due_ms(std::size_t lane) const;
    /// None is being sent and none is due.
    bool idle(EpochMs now_ms) const;
    const Delivery* find(std::uint64_t id) const;
    const std::map<std::uint64_t, Delivery>& all() const { return all_; }

    void restore(Delivery delivery);
    /// Forgets everything but the last id, so that an answer still on its way finds nobody.
    void clear();
    std::set<std::uint64_t> take_changes();
    /// Ids forgotten because there are too many.
    std::vector<std::uint64_t> take_forgotten();

private:
    void schedule(const Delivery& delivery);
    void release_held(const std::string& order_id, EpochMs now_ms);
    void forget_old();

    std::uint64_t last_id_ = 0;
    std::size_t sending_ = 0;
    std::map<std::uint64_t, Delivery> all_;
    std::array<std::set<std::pair<EpochMs, std::uint64_t>>, kLanes> waiting_;
    std::set<std::uint64_t> changes_;
    std::vector<std::uint64_t> forgotten_;
};

}  // namespace sandbox
