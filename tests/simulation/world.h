/// @file
/// One simulated world: machines that run the real engine over the real Store, the sandbox's model
/// as the gateway, a shop, customers; one thread, virtual time, all chance from one seed.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <stdexcept>
#include <string>
#include <vector>

#include "sandbox/state.h"
#include "server/cashfree/gateway.h"
#include "server/faults.h"
#include "tests/simulation/customer.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/inspector.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"
#include "tests/simulation/shop.h"
#include "tests/simulation/story.h"
#include "tests/simulation/weather.h"

namespace chukta::simulation {

/// A promise that was broken: what, in one line.
class Violation : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct WorldOptions {
    std::uint64_t seed = 1;
    bool keep_lines = false;
    /// Power cuts (tests/simulation/power_vfs.h): called when every machine loses its power at
    /// once; the shared database must be as after a reboot when it returns. Empty: no power cuts.
    std::function<void()> cut_power{};
    /// Between any two steps: what a thread of the database does by itself. False when the power
    /// went meanwhile. May be empty.
    std::function<bool()> tend_log{};
    /// Called when the faults are over, for a disk that fails. May be empty.
    std::function<void()> good_disk{};
    /// A last look at what is stored; throws Violation. May be empty.
    std::function<void()> at_end{};
};

/// Built, run once, thrown away. The database is migrated and empty.
class World {
public:
    World(db::Database& database, WorldOptions options);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// How long attempts are watched here. The same rules in fewer steps than a day's: the gateway
    /// closes every payment after half an hour.
    static constexpr std::int64_t kWindowMs = 3 * 3'600'000;
    static constexpr std::int64_t kRefundWindowMs = 12 * 3'600'000;
    /// Longer than anybody works on with the time at which the work began.
    static constexpr std::int64_t kAtWorkMs = 3 * 60'000;

    /// Throws Violation.
    void run();

    EpochMs now() const { return now_; }
    Dice& dice() { return dice_; }
    const Weather& weather() const { return weather_; }
    Story& story() { return story_; }
    Ledger& ledger() { return ledger_; }
    sandbox::State& gateway() { return sandbox_; }
    const Gateway& reader() const { return *gateway_; }
    Inspector& inspector() { return inspector_; }
    Shop& shop() { return shop_; }
    db::Database& shared() { return shared_; }
    bool calm() const { return calm_at_.has_value(); }
    /// Whether every machine's clock is right, and was all the time since then and for that long
    /// before: rules of time hold for what began by then, and what began earlier was perhaps seen
    /// by a machine whose clock says otherwise.
    bool clocks_right_since(EpochMs began, std::int64_t before_ms = kAtWorkMs) const;
    /// Commits whose answer was lost.
    int commits_unheard() const { return commits_unheard_; }
    /// Whether AUTO_REFUND_DUPLICATES is on in this world.
    bool surplus_goes_back() const { return surplus_goes_back_; }
    std::int64_t steps() const { return steps_; }
    std::size_t machines() const { return machines_.size(); }

    /// Happens at that time or a little later.
    void at(EpochMs when, std::function<void()> deed);
    void after(std::int64_t ms, std::function<void()> deed) { at(now_ + ms, std::move(deed)); }
    /// Lets the world go on until then: what another thread, machine or person does meanwhile.
    void pass_time(std::int64_t ms);
    /// The sandbox does what is due by now.
    void let_gateway_act();

    /// Runs a request on a machine that is up. False when there is none, or when the process died
    /// or its storage failed before the answer.
    bool ask_server(const std::function<void(Process&)>& request);
    /// The work of a process, in a frame that ends when the process does.
    bool run_in(const std::shared_ptr<Process>& process, const std::function<void()>& work);
    std::shared_ptr<Process> pick_process();
    const Clock& clock_of(const Process& process) const {
        return *machines_[static_cast<std::size_t>(process.machine)].clock;
    }
    std::string some_order();

    /// Where chance may strike a process (tests/simulation/process.cpp).
    void between_transactions(Process& process);
    void before_commit(Process& process);
    void after_commit(Process& process);
    /// Whether somebody else wants to write, where one at a time does.
    bool writer_is_wanted() { return !shared_.shared() && dice_.strikes(500); }
    /// Throws Crashed when the process in whose frame we are has died meanwhile.
    void go_on(const Process& process) const;
    Process& running() { return *running_.back(); }

    void disturb_machines();

private:
    struct Event {
        EpochMs at;
        std::uint64_t number;
        std::function<void()> deed;
        bool operator>(const Event& other) const {
            return at != other.at ? at > other.at : number > other.number;
        }
    };
    struct Machine {
        std::unique_ptr<MachineClock> clock;
        std::shared_ptr<Process> process;
    };
    struct Ready {
        EpochMs at;
        std::size_t machine;
        Part part;
    };

    void begin_orders();
    void add_foreign(const NewOrder& wanted);
    void plan_refunds(const std::string& order_id, std::int64_t begin);
    void plan_taking_back(const std::string& order_id, std::int64_t begin);
    void end_faults();
    void set_clock(std::size_t machine, std::int64_t skew_ms);
    void boot(std::size_t machine);
    [[noreturn]] void die(Process& process);
    void kill(Process& process, std::int64_t down_ms);
    void cut_power();
    void tend_log();
    void pass_point(faults::Point point);

    bool step(EpochMs until);
    std::optional<EpochMs> next_gateway_time() const;
    std::optional<Ready> next_ready();
    void read_due();
    void work(const Ready& ready);
    EngineSettings settings();

    WorldOptions options_;
    Dice dice_;
    Weather weather_;
    Story story_;
    db::Database& shared_;
    EpochMs now_ = Story::kBegin;
    bool surplus_goes_back_;
    std::optional<EpochMs> calm_at_;  ///< when the faults ended
    int commits_unheard_ = 0;
    EpochMs clocks_wrong_until_ = 0;  ///< the last time that any of them was put right
    std::int64_t steps_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t boots_ = 0;
    int depth_ = 0;
    bool due_known_ = false;
    std::array<std::optional<EpochMs>, kParts> due_{};
    bool any_is_far_ = false;  ///< a call or news is due later than any honest clock says
    std::priority_queue<Event, std::vector<Event>, std::greater<>> queue_;
    Ledger ledger_;
    sandbox::State sandbox_;
    Shop shop_;
    Network network_;
    std::unique_ptr<cashfree::Gateway> gateway_;
    std::vector<Machine> machines_;
    std::vector<Process*> running_;
    std::deque<Customer> customers_;
    Inspector inspector_;
};

}  // namespace chukta::simulation
