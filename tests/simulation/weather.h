/// @file
/// How cruel one simulated world is. Each rate is drawn per seed and is zero in four of ten worlds
/// (swarm testing): rare combinations get worlds of their own.
#pragma once

#include <set>
#include <string>

#include "sandbox/faults.h"
#include "tests/simulation/dice.h"

namespace chukta::simulation {

/// Rates in a thousand, unless said otherwise.
struct Weather {
    // A call to the gateway.
    int call_not_sent = 0;   ///< no connection
    int call_lost = 0;       ///< never arrives; our side waits for its deadline
    int call_late = 0;       ///< arrives after our deadline
    int answer_lost = 0;     ///< carried out, the answer is not heard
    int answer_broken = 0;   ///< 5xx or HTML, carried out or not
    int answer_refused = 0;  ///< 429, with seconds to wait
    int answer_slow = 0;     ///< seconds, sometimes beyond the deadline
    // A webhook of the gateway.
    int webhook_lost = 0;       ///< for good, as an attempt: the sender repeats three times
    int webhook_late = 0;       ///< minutes, sometimes a day
    int webhook_twice = 0;      ///< up to five times
    int webhook_forged = 0;     ///< another one, by somebody who has not the key
    int webhook_unheard = 0;    ///< kept, but the sender does not hear our 200
    int webhook_wrong_sum = 0;  ///< signed, with a smaller sum that the gateway does not stand by
    // The server.
    int crash_at_point = 0;   ///< at a fault point (server/faults.h)
    int crash_at_commit = 0;  ///< just before or just after a commit
    int commit_conflict = 0;  ///< another transaction was met
    int commit_unknown = 0;   ///< it was committed, but the connection is lost before we hear it
    int disk_error = 0;       ///< nothing was committed
    int descheduled = 0;      ///< a thread stands still between two transactions
    int kill = 0;             ///< a machine, per customer's look
    int clock_jump = 0;       ///< of one machine, per customer's look
    // The people.
    int shop_down = 0;  ///< its webhook receiver
    int click_twice = 0;
    int click_again_late = 0;  ///< the same request once more, up to minutes later
    int shop_cancels = 0;      ///< per order
    int foreign_order = 0;     ///< per order: its id names another order over there
    // Money that goes back.
    int shop_refunds = 0;          ///< per order that the shop hears is paid
    int refund_early = 0;          ///< per order: asked for at any time, paid or not
    int dashboard_refund = 0;      ///< per order that is paid: somebody makes one at the gateway
    int refund_key_forgotten = 0;  ///< per call: a repeat is refused, as the refund is there
    int refund_slow = 0;           ///< per refund: minutes instead of seconds
    int refund_held = 0;           ///< per refund: on hold, perhaps for ever
    int refund_cancelled = 0;      ///< per refund: by the gateway
    int success_taken_back = 0;    ///< per order: a success at the gateway is none after all
    bool two_machines = false;
    /// What the sandbox does by itself to bodies and behaviour, in percent at each place.
    int chaos_percent = 0;
    std::set<sandbox::Fault> chaos;
};

Weather draw_weather(Dice& dice);

/// What is bad in it, in one line: "call_late 12, webhook_lost 700".
std::string text_of(const Weather& weather);

}  // namespace chukta::simulation
