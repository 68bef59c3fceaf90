/// @file
/// What each kind of news does to one order. Every function works on an OrderChange and nothing
/// else.
#pragma once

#include <string_view>
#include <vector>

#include "server/asked.h"
#include "server/gateway.h"
#include "server/order_change.h"

namespace chukta::news {

/// News of an unknown payment waits this long before it is looked at again.
constexpr std::int64_t kWaitMs = 1'000;

/// For so long after it ended can a call whose end nobody heard still become a payment; ms.
std::int64_t grace_of(const WatchPolicy& watch);

/// One event of one payment. `Waits` means: its payment id is unknown and an Order Pay reply of
/// this order is outstanding, so it may be that attempt's (product.md §2, Whose news).
enum class Told { Applied, Waits };
struct EventOutcome {
    Told told = Told::Applied;
    std::string_view verdict;
};
EventOutcome on_event(OrderChange& change, const GatewayEvent& event, NewsSource source);

/// The gateway is asked so long after a success that its own last word on the payment came before:
/// a list that is behind would raise an alarm that stays; ms.
constexpr std::int64_t kLaterLookMs = 300'000;

/// Something that we do not understand happened at the gateway, which is asked then: always where
/// it may not stand by a success, and else where a payment may move that nobody watches.
void on_unknown(OrderChange& change, Denies denies);

/// The reply to an Order Pay call.
void on_pay_answer(OrderChange& change, Attempt& attempt, const GatewayPayNews& news);
void on_pay_refused(OrderChange& change, Attempt& attempt, const GatewayRefusal& refusal);
/// Our patience with a collect call ended now.
void on_pay_unclear(OrderChange& change, Attempt& attempt, const WatchPolicy& watch);
/// A collect call's errand fell to somebody else. Whoever had it died, or is calling still: the
/// lease was of a clock that jumped or is not the other machine's. So the call may have begun just
/// now.
void on_pay_overtaken(OrderChange& change, Attempt& attempt, const WatchPolicy& watch);
void on_pay_given_up(OrderChange& change, Attempt& attempt);
void on_pay_not_sent(OrderChange& change, Attempt& attempt);

/// The gateway's copy of the order.
void on_order(OrderChange& change, const GatewayOrderNews& news, const Asked& asked);
void on_create_refused(OrderChange& change, const GatewayRefusal& refusal);

/// All payments of the order as our own fetch saw them.
void on_payments(
    OrderChange& change,
    const std::vector<GatewayEvent>& events,
    const Asked& asked,
    const WatchPolicy& watch
);

}  // namespace chukta::news
