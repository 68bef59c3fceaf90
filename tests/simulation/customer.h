/// @file
/// Somebody who pays, or tries to: looks at the page, presses buttons (twice, again, in two tabs),
/// changes their mind, and decides in their UPI app what becomes of a payment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/orders.h"

namespace chukta::simulation {

class World;

class Customer {
public:
    Customer(World& world, OrderId order_id, int number);

    /// One look at the page and what follows from it; comes back by itself until patience ends.
    void look();

private:
    /// What kind of person this is.
    enum class Mood {
        Plain,      ///< does what the page says
        Restless,   ///< switches, regenerates, cancels
        Unlucky,    ///< every payment fails
        Absent,     ///< starts and leaves
        Insistent,  ///< wants another code each time, to the limits of an order
    };
    struct Press {
        wire::StartAttempt start;
        IdempotencyKey key;
    };

    void open_page();
    void see(const wire::OrderView& view);
    void decide(const wire::OrderView& view);
    void begin(const wire::OrderView& view);
    void press(const Press& press, int tries_left);
    void cancel(int index);
    /// In the UPI app: any payment this person has a link, a code or a request for.
    void act_in_app();
    void settle(const std::string& cf_payment_id);
    wire::StartAttempt choice();
    Press press_of(wire::StartAttempt start);

    World& world_;
    OrderId order_id_;
    int number_;
    Mood mood_;
    std::optional<Channel> favourite_;
    Shopper shopper_;
    int looks_left_;
    int presses_ = 0;
    std::int64_t seen_version_ = 0;
    bool seen_paid_ = false;
    std::vector<std::string> links_;  ///< seen so far, newest last
    std::vector<Press> pressed_;
};

}  // namespace chukta::simulation
