/// @file
/// What one run of the load generator does.
#pragma once

#include <cstdint>
#include <string>

namespace load {

struct Settings {
    std::uint16_t port = 0;
    std::string secret;       ///< the gateway's, for signatures
    std::int64_t first = 0;   ///< number of the first order that is used
    std::int64_t orders = 0;  ///< how many there are from it on
    int connections = 64;
    double seconds = 5;
    double warm_up_seconds = 0.5;  ///< sent, not measured
    double duplicates = 0;         ///< share of webhooks that repeat the one before, byte for byte
    int held = 10'000;             ///< requests that wait
    int rate = 1'000;              ///< webhooks a second
};

/// As many webhooks, polls or pages as the connections allow, each connection one after another.
/// Print one line of JSON.
void run_webhooks(const Settings& settings, bool forged);
void run_polls(const Settings& settings, bool pages);

/// `held` pages wait for an order each; `rate` webhooks a second each pay one of them.
void run_held(const Settings& settings);

}  // namespace load
