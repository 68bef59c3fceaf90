/// @file
/// Everything behind the routes, built in order, with its threads. What a test or the simulation
/// wants to drive by hand it drives through the run_once of the parts.
#pragma once

#include <memory>
#include <vector>

#include "server/applier.h"
#include "server/dispatcher.h"
#include "server/held_requests.h"
#include "server/intake.h"
#include "server/loop.h"
#include "server/notifier.h"
#include "server/orders.h"
#include "server/reconciler.h"
#include "server/refunds.h"
#include "server/store.h"
#include "server/version_watch.h"

namespace chukta {

struct EngineSettings {
    OrderPolicy policy;
    WatchPolicy watch;
    DispatchPolicy dispatch;
    NotifierSettings notifier;
    int dispatchers = 4;  ///< calls to the outside that run at the same time
};

/// The database must be migrated. start() begins the threads, the destructor ends them.
class Engine final : public Readiness {
public:
    Engine(
        db::Database& database,
        Gateway& gateway,
        const Clock& clock,
        EngineSettings settings,
        std::uint64_t seed
    );
    ~Engine() override;

    void start();
    /// What a process before this one had claimed is due: the first that start does.
    void take_over();
    /// Ends the loops: each finishes what it has in hand.
    void stop();

    Orders& orders() { return orders_; }
    Refunds& refunds() { return refunds_; }
    Store& store() { return store_; }
    HeldRequests& held() { return held_; }
    Intake& intake() { return intake_; }
    Dispatcher& dispatcher() { return dispatcher_; }
    Applier& applier() { return applier_; }
    Reconciler& reconciler() { return reconciler_; }
    VersionWatch& version_watch() { return version_watch_; }
    bool database_ready() override { return store_.database_ready(); }

private:
    const Clock& clock_;
    int dispatchers_;
    Wakeup inbox_;
    Wakeup outbox_;
    Wakeup watch_;
    RowIds ids_;
    Store store_;
    HeldRequests held_;
    Orders orders_;
    Refunds refunds_;
    Notifier notifier_;
    Dispatcher dispatcher_;
    Applier applier_;
    Reconciler reconciler_;
    VersionWatch version_watch_;
    Intake intake_;
    std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace chukta
