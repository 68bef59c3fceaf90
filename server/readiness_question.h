/// @file
/// One question to the database for everybody who asks whether the service is ready. Anybody may
/// ask, as often as they like: a slow database must not cost the customers more than one worker.
#pragma once

#include <mutex>
#include <vector>

#include "server/edge.h"
#include "server/intake_port.h"

namespace chukta {

/// Any thread.
class ReadinessQuestion {
public:
    ReadinessQuestion(Edge& edge, Readiness& readiness) : edge_{edge}, readiness_{readiness} {}

    /// Answers with what was heard within the last second; otherwise asks, or waits with the others
    /// for the question that is under way; where some hundreds wait already, with a 503 that says
    /// nothing of the database, as nothing is known. Never blocks.
    void answer(const ExchangePtr& exchange);

private:
    void ask() noexcept;

    Edge& edge_;
    Readiness& readiness_;
    std::mutex mutex_;
    std::vector<ExchangePtr> waiting_;
    bool asking_ = false;
    bool ready_ = false;
    EpochMs heard_at_ = 0;  ///< 0: not yet
};

}  // namespace chukta
