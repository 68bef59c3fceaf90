/// @file
/// Runs worlds one after another over one database that is emptied between them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/db/database.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {

struct Outcome {
    std::uint64_t seed = 0;
    std::uint64_t hash = 0;  ///< of the whole story: the same seed gives the same
    std::int64_t steps = 0;
    std::optional<std::string> violation;
    std::string weather;             ///< in words, when the story was asked for
    std::vector<std::string> lines;  ///< the story, when it was asked for
};

class Runner {
public:
    /// url: a DATABASE_URL whose tables are this runner's alone, and are emptied. "disk": for each
    /// world a new SQLite file on a disk that fails and a plug that is pulled (power_vfs.h).
    explicit Runner(const std::string& url);

    Outcome run(std::uint64_t seed, bool keep_lines = false);

private:
    Outcome run_on(db::Database& database, WorldOptions options);
    void empty_tables();
    std::unique_ptr<db::Database> database_;  ///< none: a disk for each world
};

}  // namespace chukta::simulation
