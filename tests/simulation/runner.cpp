#include "tests/simulation/runner.h"

#include "server/log.h"
#include "tests/simulation/disk_database.h"
#include "tests/simulation/power_vfs.h"

namespace chukta::simulation {

Runner::Runner(const std::string& url) {
    log::set_sink([](std::string_view) {});
    log::set_level(log::Level::Error);
    if (url == "disk") {
        PowerVfs::installed();
        return;
    }
    database_ = db::open_database(url);
    db::migrate(*database_, Story::kBegin);
}

void Runner::empty_tables() {
    db::transact(*database_, [](db::Transaction& transaction) {
        for (const auto* sql :
             {"DELETE FROM orders",
              "DELETE FROM attempts",
              "DELETE FROM refunds",
              "DELETE FROM inbox",
              "DELETE FROM outbox",
              "DELETE FROM idempotency",
              "DELETE FROM gateway_budget"}) {
            transaction.run(sql);
        }
    });
}

Outcome Runner::run(std::uint64_t seed, bool keep_lines) {
    WorldOptions options;
    options.seed = seed;
    options.keep_lines = keep_lines;
    if (database_) {
        empty_tables();
        return run_on(*database_, std::move(options));
    }
    auto& vfs = PowerVfs::installed();
    vfs.set_weather({}, seed);
    DiskDatabase disk{seed ^ 0x10DULL};
    db::migrate(disk, Story::kBegin);
    Dice dice{seed ^ 0xD15CULL};
    const auto rate = [&] { return dice.strikes(400) ? 0 : static_cast<int>(dice.between(1, 6)); };
    const DiskWeather bad{rate(), rate(), rate()};
    vfs.set_weather(bad, seed);
    options.cut_power = [&] { disk.cut_power(); };
    options.tend_log = [&] { return disk.tend_log(); };
    options.good_disk = [&] {
        vfs.set_weather({}, seed);
        disk.end_faults();
    };
    options.at_end = [&] { disk.check_file(); };
    return run_on(disk, std::move(options));
}

Outcome Runner::run_on(db::Database& database, WorldOptions options) {
    Outcome outcome;
    outcome.seed = options.seed;
    const bool told = options.keep_lines;
    World world{database, std::move(options)};
    if (told) outcome.weather = text_of(world.weather());
    try {
        world.run();
    } catch (const Violation& violation) {
        outcome.violation = violation.what();
    } catch (const db::StorageError& error) {
        // Not the server's, which has its own guards: somebody looks at what is stored.
        outcome.violation = "what is stored cannot be read: " + std::string{error.what()};
    }
    outcome.hash = world.story().hash();
    outcome.steps = world.steps();
    outcome.lines = world.story().lines();
    return outcome;
}

}  // namespace chukta::simulation
