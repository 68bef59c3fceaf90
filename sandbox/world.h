/// @file
/// The state with what it needs to live: a lock, the clock, the file. Every thread comes through
/// act().
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "sandbox/clock.h"
#include "sandbox/state.h"
#include "sandbox/store.h"

namespace sandbox {

class World {
public:
    /// Reads the state file. Throws when it is not ours or damaged.
    World(const Options& options, const Clock& system);

    /// Runs `deed(state, now_ms)` alone, after everything that was due by now has happened; then
    /// turns its news into webhooks, saves, and wakes whoever waits.
    template <class Deed>
    auto act(Deed&& deed) {
        const std::unique_lock lock{mutex_};
        const auto now_ms = clock_.now_ms();
        state_.advance_to(now_ms);
        struct Finish {
            World& world;
            EpochMs now_ms;
            // Called by hand: a destructor must not throw, and saving may.
            void operator()() const { world.finish(now_ms); }
        } finish{*this, now_ms};
        if constexpr (std::is_void_v<decltype(deed(state_, now_ms))>) {
            deed(state_, now_ms);
            finish();
        } else {
            auto result = deed(state_, now_ms);
            finish();
            return result;
        }
    }

    /// Moves the clock and lets what is due by then happen.
    void advance(std::int64_t ms);
    void reset();

    /// Waits until something may be due in that lane, or woken() was called; nothing when stopping.
    std::optional<Parcel> wait_for_parcel(std::size_t lane);
    /// Waits for the next thing of the model to be due; false when stopping.
    bool wait_for_due();
    /// False when webhooks were still due at the deadline.
    bool wait_until_idle(std::chrono::milliseconds limit);
    /// Lets all waits end.
    void stop();

    EpochMs now_ms() const { return clock_.now_ms(); }
    std::int64_t offset_ms() const { return clock_.offset_ms(); }
    void set_public_url(std::string url);

private:
    void finish(EpochMs now_ms);
    void save();
    void load();
    void wait(std::unique_lock<std::mutex>& lock, std::optional<EpochMs> due_ms);

    const Options options_;
    OffsetClock clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    State state_;
    Store store_;
    std::uint64_t saved_calls_ = 0;
};

}  // namespace sandbox
