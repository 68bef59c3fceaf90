/// @file
/// What the world itself knows to be true, written down as it happens and never read from the
/// server: what the invariants compare the server with.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shared/money.h"
#include "shared/time.h"
#include "shared/wire.h"

namespace chukta::simulation {

/// One webhook that the shop believed.
struct Heard {
    EpochMs at = 0;
    std::string webhook_id;
    std::string type;
    std::string order_id;
    std::int64_t version = 0;
    std::string payment_status;
    std::string review_reason;
    int attempt_index = 0;
    std::string refund_id;  ///< of refund.updated only, like the status
    std::string refund_status;
};

/// One refund that the shop wants. It is named by its refund_id, or by its key when the server is
/// to make the id.
struct Wish {
    std::string order_id;
    std::string refund_id;        ///< empty: the server makes one
    std::optional<Money> amount;  ///< none: what is left of the payment
    std::string key;              ///< empty: none
};

/// What the world knows of one order.
struct OrderFacts {
    Money amount;
    bool created = false;  ///< the shop was told so
    bool foreign = false;  ///< the id names another order at the gateway
    /// What each click of a customer's chose, by its idempotency key: more than one thing where a
    /// page used a key twice.
    std::map<std::string, std::vector<wire::StartAttempt>> clicks;
    int openings = 0;  ///< page openings that may prepare a link
    /// The most that trusted bytes said of each payment that it succeeded with.
    std::map<std::string, Money> successes_told;
    bool paid_told = false;              ///< such bytes called the order PAID
    std::set<std::string> collect_sent;  ///< keys of collect calls that may have been accepted
    std::set<std::string> accepted;      ///< keys of Order Pay calls that started a payment
    /// Gateway payments that ended without money at least once (a success may follow).
    std::set<std::string> ended_unpaid;
    /// Gateway payments that succeeded, and then had not.
    std::set<std::string> taken_back;
    /// Those of them that trusted bytes said so of when they were known here.
    std::set<std::string> taking_back_told;
    /// Indexes of attempts that a press said it replaces.
    std::set<int> replaced;
    /// Sums that the shop asked to give back, by refund_id, and by key where it named none.
    std::map<std::string, std::set<std::optional<Money>>> wishes;
    /// The refund that the server named in its answer to a wish, by the same names.
    std::map<std::string, std::string> promised;
    std::set<std::string> made_new;      ///< those that an answer called new
    std::set<std::string> at_dashboard;  ///< refunds that somebody made at the gateway
};

struct Ledger {
    std::map<std::string, OrderFacts> orders;
    std::vector<Heard> heard;
    /// Bodies of webhooks that were answered with 200.
    std::set<std::string> acknowledged;
};

}  // namespace chukta::simulation
