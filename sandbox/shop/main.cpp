// The demo shop as a program: settings from the environment, until SIGINT or SIGTERM.
#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "sandbox/shop/app.h"
#include "sandbox/shop/config.h"

namespace {

/// Blocked in every thread, so that only the wait below sees them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

}  // namespace

int main() {
    const sigset_t signals = block_stop_signals();
    auto options = shop::options_from_environment();
    if (!options) {
        std::fprintf(stderr, "chukta-shop: %s\n", options.error().c_str());
        return 2;
    }
    try {
        shop::App app{std::move(*options)};
        std::fprintf(stderr, "chukta-shop: open at %s\n", app.public_url().c_str());
        int signal = 0;
        sigwait(&signals, &signal);
        app.stop(std::chrono::seconds{5});
        std::fprintf(stderr, "chukta-shop: closed\n");
        return 0;
    } catch (const std::exception& broken) {
        std::fprintf(stderr, "chukta-shop: %s\n", broken.what());
        return 1;
    }
}
