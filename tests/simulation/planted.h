/// @file
/// The proof that the simulation bites: every planted bug (server/faults.h) must break a promise.
#pragma once

#include <cstdint>
#include <string>

namespace chukta::simulation {

/// False when there is no such bug. An empty name plants none.
bool plant(const std::string& name);

/// Plants each bug alone, in a process of its own, and runs worlds until a promise breaks. Prints
/// which seed caught it and by which promise; 0 when all were caught within `seeds_max` worlds.
int run_planted(std::uint64_t seeds_max, int jobs);

}  // namespace chukta::simulation
