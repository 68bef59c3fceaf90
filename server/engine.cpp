#include "server/engine.h"

#include "server/faults.h"

namespace chukta {
namespace {

// Every commit that adds a row notifies; these only bound how late a time-out is seen.
constexpr std::chrono::milliseconds kInboxIdle{250};
constexpr std::chrono::milliseconds kOutboxIdle{100};
constexpr std::chrono::milliseconds kWatchIdle{250};
constexpr std::chrono::milliseconds kVersionsIdle{50};  // VersionWatch itself is the slower

// SQLite has one writer. Where each statement is a round trip, one applier mostly waits; a third
// takes from the intake on two cores what it gives.
constexpr int kAppliersOfAShared = 2;

}  // namespace

Engine::Engine(
    db::Database& database,
    Gateway& gateway,
    const Clock& clock,
    EngineSettings settings,
    std::uint64_t seed
)
    : clock_{clock},
      dispatchers_{settings.dispatchers},
      ids_{seed},
      store_{database, settings.policy.merchant_id, ids_},
      held_{clock},
      orders_{store_, held_, clock, settings.policy, settings.watch, [this] { outbox_.notify(); }},
      refunds_{store_, held_, clock, settings.watch, [this] { outbox_.notify(); }},
      notifier_{store_, clock, std::move(settings.notifier)},
      dispatcher_{
          store_, gateway, notifier_, clock, settings.dispatch, [this] { inbox_.notify(); }},
      applier_{store_, gateway, held_, clock, settings.watch, [this] { outbox_.notify(); }},
      reconciler_{store_, held_, clock, settings.watch, [this] { outbox_.notify(); }},
      version_watch_{store_, held_, clock},
      intake_{store_, applier_, [this] { inbox_.notify(); }} {}

Engine::~Engine() { stop(); }

void Engine::take_over() {
    store_.transact([&](Transaction& transaction) {
        store_.release_leases(transaction, clock_.now());
        faults::pass(faults::Point::StartBeforeCommit);
    });
    faults::pass(faults::Point::StartAfterCommit);
}

void Engine::start() {
    store_.database().start();
    take_over();
    held_.start();
    intake_.start();
    const int appliers = store_.database().shared() ? kAppliersOfAShared : 1;
    for (int i = 0; i < appliers; ++i) {
        loops_.push_back(std::make_unique<Loop>("applier", inbox_, kInboxIdle, [this] {
            return applier_.run_once();
        }));
    }
    for (int i = 0; i < dispatchers_; ++i) {
        const auto takes = i == 0 && dispatchers_ > 1 ? Dispatcher::Takes::AllButNotifications
                                                      : Dispatcher::Takes::Everything;
        loops_.push_back(std::make_unique<Loop>("dispatcher", outbox_, kOutboxIdle, [this, takes] {
            return dispatcher_.run_once(takes);
        }));
    }
    loops_.push_back(std::make_unique<Loop>("reconciler", watch_, kWatchIdle, [this] {
        return reconciler_.run_once();
    }));
    if (!store_.database().shared()) return;
    loops_.push_back(std::make_unique<Loop>("version_watch", watch_, kVersionsIdle, [this] {
        return version_watch_.run_once();
    }));
}

void Engine::stop() {
    held_.release_all();
    intake_.stop();
    for (auto& loop : loops_) loop->stop();
    loops_.clear();
}

}  // namespace chukta
