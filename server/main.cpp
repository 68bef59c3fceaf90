#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>

#include "http/client.h"
#include "http/open_files.h"
#include "server/app.h"
#include "server/clock.h"
#include "server/config.h"
#include "server/log.h"
#include "server/start_pages.h"
#include "server/zbar_library.h"

namespace {

// Under a container runtime's usual 10 s before it kills.
constexpr std::chrono::milliseconds kDrain{8'000};
// By then every loop has looked for work once, and what only the start needed will not be read
// again.
constexpr std::chrono::milliseconds kFirstRounds{500};

/// Blocked before any thread starts, so that all inherit it and main alone receives them.
sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // A peer that closes early must cost one write, not the process.
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

/// The signal that came within the time; 0 when none did.
int wait_for(const sigset_t& signals, std::chrono::milliseconds time) {
    const timespec longest{
        time.count() / 1'000, static_cast<long>(time.count() % 1'000) * 1'000'000};
    return std::max(sigtimedwait(&signals, nullptr, &longest), 0);
}

int ask_health() {
    http::Client client;
    http::ClientRequest request;
    request.url = chukta::health_url_from_environment();
    request.timeout = std::chrono::milliseconds{3'000};
    const auto answer = client.send(request);
    const bool ready = answer && answer->status == 200;
    std::fputs(ready ? "ready\n" : "not ready\n", stderr);
    return ready ? 0 : 1;
}

int run(chukta::Config config) {
    const sigset_t signals = block_signals();
    http::allow_open_files();
    const chukta::SystemClock clock;
    chukta::App app{std::move(config), clock};
    int signal = wait_for(signals, kFirstRounds);
    if (signal == 0) {
        chukta::give_back_start_pages();
        sigwait(&signals, &signal);
    }
    chukta::log::info("server.stopping", {{"signal", signal}});
    app.stop(kDrain);
    chukta::log::info("server.stopped");
    return 0;
}

int begin(int argc, char** argv) {
    CLI::App options{"Chukta: a self-hosted Make Payment page and backend for UPI"};
    options.footer("Settings come from the environment: see docs/operations.md.");
    bool check_only = false;
    options.add_flag("--check", check_only, "Check the settings, look for ZBar, and exit");
    options.set_version_flag("--version", "chukta " CHUKTA_VERSION);
    const auto* health = options.add_subcommand("health", "Ask a running server if it is ready");
    CLI11_PARSE(options, argc, argv);
    if (*health) return ask_health();

    auto config = chukta::Config::from_environment();
    if (!config) {
        for (const auto& complaint : config.error())
            std::fprintf(stderr, "%s\n", complaint.c_str());
        return 2;
    }
    chukta::require_zbar();
    if (check_only) {
        std::fputs("the settings are good\n", stderr);
        return 0;
    }
    return run(*std::move(config));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return begin(argc, argv);
    } catch (const std::exception& error) {
        // Thrown before anybody is served: a taken port, a missing page, a database that is away.
        std::fprintf(stderr, "chukta cannot start: %s\n", error.what());
        return 1;
    }
}
