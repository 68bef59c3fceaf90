/// @file
/// A whole sandbox in one object: a test holds one on port 0, main.cpp holds one on 8081.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "sandbox/clock.h"
#include "sandbox/options.h"

namespace sandbox {

/// Listens from construction to stop. Construction throws std::runtime_error when the port is taken
/// or the state file is not ours.
class App {
public:
    explicit App(const Options& options);
    /// clock: instead of the system's; must outlive the App.
    App(const Options& options, const Clock& clock);
    ~App();  // stops
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    std::uint16_t port() const;
    /// "http://127.0.0.1:<port>", without a slash at the end.
    std::string url() const;

    /// What POST /sandbox/clock does.
    void advance(std::chrono::milliseconds by);
    /// Waits until no webhook is due or on its way; false when the limit came first.
    bool wait_until_idle(std::chrono::milliseconds limit);

    void stop();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sandbox
