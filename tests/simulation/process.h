/// @file
/// One run of the server on one machine, from its boot to its crash: the real engine without its
/// threads, on a clock and a database that the world watches.
#pragma once

#include <array>
#include <memory>

#include "server/engine.h"

namespace chukta::simulation {

class World;
class Process;

/// What a crash throws through the frames of the process that died. Not a std::exception: nothing
/// in the server may take it for an error of its own.
struct Crashed {};

/// The machine's own idea of the time.
class MachineClock final : public Clock {
public:
    explicit MachineClock(const World& world) : world_{world} {}
    EpochMs now() const override;
    std::int64_t skew_ms = 0;

private:
    const World& world_;
};

/// The shared database as one process sees it: between any two transactions other things may
/// happen, and at any commit the process may end, or be told less than the truth.
class ProcessDatabase final : public db::Database {
public:
    ProcessDatabase(World& world, Process& process, db::Database& shared)
        : world_{world}, process_{process}, shared_{shared} {}

    std::unique_ptr<db::Connection> begin(db::Mode mode) override;
    void commit(db::Connection& connection) override;
    void roll_back(db::Connection& connection) noexcept override { shared_.roll_back(connection); }
    bool writer_is_wanted() const override;
    std::string_view blob_type() const override { return shared_.blob_type(); }
    std::string_view lock_rows() const override { return shared_.lock_rows(); }
    std::string_view claim_rows() const override { return shared_.claim_rows(); }
    std::string_view confirm_rows() const override { return shared_.confirm_rows(); }
    std::size_t rows_per_statement() const override { return shared_.rows_per_statement(); }
    /// Two machines are two, also where the engine below knows only one.
    bool shared() const override;
    /// As often as the engine wants, without waiting: real time does not pass here.
    db::Retries retries() const override;

private:
    World& world_;
    Process& process_;
    db::Database& shared_;
};

/// The loops of the engine, as the world calls them.
enum class Part { Applier, Dispatcher, Reconciler };
constexpr std::size_t kParts = 3;

class Process {
public:
    Process(
        World& world,
        int machine_number,
        const Clock& clock,
        db::Database& shared,
        Gateway& gateway,
        EngineSettings settings,
        std::uint64_t seed
    )
        : machine{machine_number},
          database{world, *this, shared},
          engine{database, gateway, clock, std::move(settings), seed} {}

    bool run_once(Part part);

    const int machine;
    bool dead = false;
    /// When it died; 0 while it lives. Outlives it, in whatever it had sent.
    std::shared_ptr<EpochMs> died_at = std::make_shared<EpochMs>(0);
    /// How many threads of a part are at work, in calls that have not come back.
    std::array<int, kParts> busy{};
    /// A part that found nothing to do looks again after this.
    std::array<EpochMs, kParts> rests_until{};
    EpochMs looked_at = 0;  ///< the Reconciler, for what is far; a new process looks at once
    ProcessDatabase database;
    Engine engine;
};

}  // namespace chukta::simulation
