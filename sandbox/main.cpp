// chukta-sandbox: a Cashfree that lives here, until SIGINT or SIGTERM.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include "sandbox/app.h"
#include "sandbox/config.h"

int main() {
    // Before any thread starts, so that all of them leave the signals to sigwait below.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    auto options = sandbox::options_from_environment();
    if (!options) {
        std::fprintf(stderr, "chukta-sandbox: %s\n", options.error().c_str());
        return 2;
    }
    options->log = [](std::string_view line) {
        std::fprintf(stderr, "chukta-sandbox: %.*s\n", static_cast<int>(line.size()), line.data());
    };
    try {
        sandbox::App app{*options};
        std::fprintf(stderr, "chukta-sandbox: listening on %s\n", app.url().c_str());
        int signal = 0;
        sigwait(&signals, &signal);
        app.stop();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "chukta-sandbox: %s\n", error.what());
        return 1;
    }
    return 0;
}
