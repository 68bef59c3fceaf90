#include "server/new_attempt.h"

#include <algorithm>

#include "server/attempt.h"
#include "server/channels.h"

namespace chukta {
namespace {

/// A prepared link older than this may have run out at the gateway.
constexpr std::int64_t kPreparedForMs = 10 * 60'000;
constexpr std::size_t kUserAgentMax = 512;
/// Links that were prepared and never tapped: reloads must not use the gateway's limit up.
constexpr std::ptrdiff_t kPreparedMax = 3;

std::string cut(std::string text, std::size_t most) {
    if (text.size() > most) text.resize(most);
    return text;
}

}  // namespace

bool same_target(const Attempt& attempt, const wire::StartAttempt& start) {
    if (attempt.channel != start.channel) return false;
    switch (start.channel) {
        case Channel::Intent:
            return attempt.app == start.app;
        case Channel::Collect:
            return start.vpa && attempt.vpa == start.vpa->str();
        case Channel::QrCode:
            return true;
    }
    return false;
}

bool lacks_link(const Order& order, const std::vector<Attempt>& attempts, EpochMs now) {
    if (why_not_payable(order, attempts, now)) return false;
    if (channel_closed(Channel::Intent, order, attempts) || open_attempt(attempts)) return false;
    const auto made = std::count_if(attempts.begin(), attempts.end(), [](const Attempt& attempt) {
        return attempt.status == AttemptStatus::Prepared;
    });
    if (made >= kPreparedMax) return false;
    const Attempt* there = tappable_attempt(attempts);
    return !there || now - there->created_at >= kPreparedForMs;
}

void prepare_attempt(OrderChange& change, const Shopper& shopper) {
    if (!lacks_link(change.order(), change.attempts(), change.now())) return;
    Attempt attempt;
    attempt.channel = Channel::Intent;
    attempt.status = AttemptStatus::Prepared;
    attempt.device = shopper.device;
    attempt.user_agent = cut(shopper.user_agent, kUserAgentMax);
    change.queue_pay(change.add(std::move(attempt)), Priority::Prepare);
}

const Attempt& begin_attempt(
    OrderChange& change,
    const wire::StartAttempt& start,
    const Shopper& shopper,
    const OrderPolicy& policy
) {
    if (start.channel == Channel::Intent) {
        // The link that the page shows, whatever its age: the tap has opened it by now.
        if (const Attempt* tappable = tappable_attempt(change.attempts())) {
            Attempt* prepared = change.find(tappable->attempt_id);
            prepared->app = start.app;
            const bool has_link = !prepared->prompt.empty();
            prepared->status = has_link ? AttemptStatus::Pending : AttemptStatus::Created;
            // It begins now: what the page says, and how soon the gateway is asked.
            prepared->created_at = change.now();
            if (has_link) {
                prepared->asks = 1;
                change.watch_again(*prepared);
            }
            change.give_index(*prepared);
            change.touch(*prepared);
            if (!has_link) change.hurry_pay();
            return *prepared;
        }
    }
    Attempt attempt;
    attempt.channel = start.channel;
    attempt.app = start.app;
    attempt.device = shopper.device;
    attempt.user_agent = cut(shopper.user_agent, kUserAgentMax);
    if (start.channel == Channel::Collect) {
        attempt.vpa = start.vpa->str();
        attempt.vpa_masked = start.vpa->masked();
        attempt.expires_at = change.now() + policy.collect_ttl_ms;
    }
    if (start.channel == Channel::QrCode) attempt.expires_at = change.now() + policy.qr_ttl_ms;
    const auto& added = change.add(std::move(attempt));
    change.queue_pay(added, Priority::Customer);
    return added;
}

}  // namespace chukta
