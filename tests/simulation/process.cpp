#include "tests/simulation/process.h"

#include "tests/simulation/world.h"

namespace chukta::simulation {

EpochMs MachineClock::now() const { return world_.now() + skew_ms; }

std::unique_ptr<db::Connection> ProcessDatabase::begin(db::Mode mode) {
    world_.between_transactions(process_);
    return shared_.begin(mode);
}

void ProcessDatabase::commit(db::Connection& connection) {
    world_.before_commit(process_);
    shared_.commit(connection);
    world_.after_commit(process_);
}

bool ProcessDatabase::writer_is_wanted() const { return world_.writer_is_wanted(); }

bool ProcessDatabase::shared() const { return shared_.shared() || world_.machines() > 1; }

db::Retries ProcessDatabase::retries() const {
    auto retries = shared_.retries();
    retries.first_wait = std::chrono::milliseconds{0};
    retries.longest_wait = std::chrono::milliseconds{0};
    retries.none_begins_after = std::chrono::hours{1};
    return retries;
}

bool Process::run_once(Part part) {
    switch (part) {
        case Part::Applier:
            return engine.applier().run_once();
        case Part::Dispatcher:
            return engine.dispatcher().run_once();
        case Part::Reconciler:
            return engine.reconciler().run_once();
    }
    return false;
}

}  // namespace chukta::simulation
