/// @file
/// The promises (docs/simulation.md), checked after every step and once more when all is quiet.
/// Reads the database through a Store of its own; what is true it takes from the ledger and the
/// gateway's model, never from the server.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox/entities.h"
#include "server/store.h"
#include "tests/simulation/ledger.h"

namespace chukta::simulation {

class World;

class Inspector {
public:
    Inspector(World& world, db::Database& database);

    /// Cheap when nothing was committed since the last call.
    void after_step();
    void after_commit() { dirty_ = true; }
    /// Everything that was acknowledged must be there.
    void after_power_cut();
    /// A webhook was answered with 200.
    void acknowledged(const std::string& body);
    /// A customer was shown what became of the click with this key.
    void click_answered(const std::string& order_id, const std::string& key);
    /// An Order Pay call with this key may reach the gateway: it is of this order, and the only key
    /// that any click of its payment has.
    void order_pay_sent(
        const std::string& order_id, const std::string& key, const std::string& body
    );
    /// The gateway started a payment for the call with this key: nobody may have given it up.
    void order_pay_accepted(const std::string& order_id, const std::string& key);
    /// Trusted bytes say that a payment which succeeded did not.
    void taking_back_told(const std::string& order_id, const std::string& payment_id);
    /// The gateway took a refund: a row of it was here before the call.
    void refund_was_made(const sandbox::Refund& refund);
    /// The shop hears of a refund: it must be true by the gateway's books.
    void told_of_refund(const Heard& heard);
    void at_quiet();

private:
    struct Seen {
        Order order;
        std::vector<Attempt> attempts;
        std::vector<Refund> refunds;
    };
    /// Ids of attempts, by the keys of the clicks that they belong to.
    using Clicks = std::map<std::string, std::string>;

    /// What an order had at any time.
    struct Ever {
        std::set<int> failed;  ///< indexes of attempts; a choice that was replaced did not fail
        std::set<std::string> reviews;
    };
    /// The webhook-ids of one order's webhooks, by what they told.
    struct Told {
        std::set<std::string> paid;
        std::map<int, std::set<std::string>> failures;
        std::map<std::string, std::set<std::string>> reviews;
    };

    std::vector<Seen> read_changed(Transaction& transaction);
    void tell(const Seen& now);
    void check(const Seen* before, const Seen& now);
    void remember(const Seen* before, const Seen& now);
    void note_first_seen(const Seen& now);
    /// Whether no machine with a wrong clock can have seen this attempt or refund.
    bool is_by_right_clocks(const std::string& id) const;
    void check_paid(const Seen* before, const Seen& now);
    void check_attempts(const Seen* before, const Seen& now);
    void check_clicks(Transaction& transaction, const Seen& now);
    static Clicks read_clicks(Transaction& transaction, const std::string& order_id);
    void check_superseded(const Seen* before, const Seen& now);
    void check_watched(const Seen& now);
    void check_calls_in_hand(Transaction& transaction);
    static bool is_for_a_person(const Seen& now, const Attempt& attempt);
    void check_expired_once(const Seen* before, const Seen& now);
    void check_limits(const Seen* before, const Seen& now);
    void check_failures(const Seen* before, const Seen& now);
    void check_refunds(const Seen* before, const Seen& now);
    void check_refund(const Refund* was, const Refund& refund, const Seen& now);
    void check_wished(const Refund& refund, const Seen& now);
    void check_successes_took_effect(Transaction& transaction);
    void note_taking_back(const std::string& body);
    void check_quiet_queues();
    void check_quiet_money(const Seen& now);
    void check_quiet_attempts(const Seen& now);
    void check_quiet_shop(const Seen& now);
    void check_told_failures(const Seen& now, const Told& told);
    void check_told_reviews(const Seen& now, const Told& told);
    void check_quiet_refunds(const Seen& now);
    void check_quiet_surplus(const Seen& now);

    World& world_;
    RowIds ids_{0};
    Store store_;
    bool dirty_ = true;
    std::map<std::string, Seen> seen_;
    std::map<std::string, Ever> ever_;
    std::map<std::string, Clicks> clicks_;                   ///< of each order, as they were seen
    std::map<std::string, std::set<std::string>> prepared_;  ///< attempts that no click began
    std::int64_t applied_rows_ = 0;
    std::set<std::string> applied_;              ///< inbox rows that were looked at
    std::map<std::string, EpochMs> first_seen_;  ///< attempts and refunds, by their ids
    std::set<std::string> reopened_;             ///< attempts that our own fetch brought back
    std::set<std::string> expired_;  ///< attempts that our clock closed before their window ended
};

}  // namespace chukta::simulation
