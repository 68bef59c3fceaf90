/// @file
/// The edge's three doors into the core, and nothing more of the core than that.
#pragma once

#include <functional>
#include <string>

#include "shared/time.h"

namespace chukta {

/// Where a verified webhook goes. Any thread.
class WebhookIntake {
public:
    virtual ~WebhookIntake() = default;

    /// Hands over the raw bytes. Returns at once; calls done once, from any thread: true after the
    /// bytes are durably committed, false when they could not be (the sender must repeat).
    virtual void accept(
        std::string raw_body, EpochMs received_at, std::function<void(bool stored)> done
    ) = 0;
};

/// Whether the service can do its work. Any thread; may take a database round trip.
class Readiness {
public:
    virtual ~Readiness() = default;

    /// The database answers and its migrations are the ones this binary knows.
    virtual bool database_ready() = 0;
};

}  // namespace chukta
