/// @file
/// SQLite's file system with a plug that can be pulled: what was written and not synced when the
/// power goes may be there, torn, or gone. Also a disk that is full or fails now and then.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/dice.h"

namespace chukta::simulation {

/// Rates in a thousand, for each operation on a file.
struct DiskWeather {
    int write_fails = 0;
    int sync_fails = 0;
    int disk_full = 0;
};

/// What happens at one chosen write (or sync, of the power).
enum class Stroke {
    None,
    DiskFull,  ///< from then on no write has room for all of its bytes
    PowerCut,  ///< in the middle of it: nobody will know how much of it was done
};

/// One for the process: becomes SQLite's default file system, above the system's own.
class PowerVfs {
public:
    static PowerVfs& installed();

    void set_weather(const DiskWeather& weather, std::uint64_t seed);
    /// From now on every open file fails, as for a process that is no more; then close them all.
    void pull_plug();
    /// At that operation from now, the first being 1; None ends the wait, and a full disk.
    void strike_in(int operations, Stroke stroke);
    bool has_power() const;
    /// The disk as it is found after the power came back: each write since the last sync of its
    /// file was kept, torn or lost, by chance.
    void power_on();
    /// Forgets what is known of all files: a new world begins on new ones.
    void forget();

    /// How many writes were torn or lost so far: a run that lost none proved nothing.
    std::int64_t writes_lost() const;

private:
    PowerVfs();
};

}  // namespace chukta::simulation
