/// @file
/// Webhooks on their way into the inbox: those that arrive together are committed together, on
/// SQLite with what they do to their orders, and each is answered after its commit.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/applier.h"
#include "server/intake_port.h"
#include "server/store.h"

namespace chukta {

/// accept: any thread. One writer thread. Why what follows from a webhook is in its commit on one
/// engine and not on the other: docs/decisions/0008.
class Intake final : public WebhookIntake {
public:
    Intake(Store& store, Applier& applier, std::function<void()> inbox_changed);
    ~Intake() override;

    /// Starts the writer thread; without it run_once commits.
    void start();
    /// Commits and answers what was accepted, then ends the thread.
    void stop();

    void accept(std::string raw_body, EpochMs received_at, std::function<void(bool stored)> done)
        override;

    /// Commits together what was accepted, then answers each. False when nothing waited.
    bool run_once();

private:
    struct Waiting {
        Applier::Arrived news;
        std::function<void(bool)> done;
    };
    void run(const std::stop_token& stop);
    std::vector<Waiting> next_group();
    /// With what they do to their orders. False when the database refused: nothing is stored then.
    bool commit_applied(std::vector<Waiting>& group);
    bool commit(const std::vector<Waiting>& group);

    Store& store_;
    Applier& applier_;
    std::function<void()> inbox_changed_;
    /// Where nobody else works on the rows, applying waits for no one.
    const bool applies_;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::vector<Waiting> waiting_;
    std::jthread writer_;
};

}  // namespace chukta
