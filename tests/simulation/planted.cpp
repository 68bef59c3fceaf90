#include "tests/simulation/planted.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "tests/simulation/runner.h"

namespace chukta::simulation {

namespace {

/// Whether a world caught it. An assert of the server that ends the process catches it, too.
int hunt(faults::Bug bug, std::uint64_t seeds_max) {
    faults::plant(bug, true);
    Runner runner{"sqlite::memory:"};
    const std::string name{faults::word(bug)};
    for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
        const auto outcome = runner.run(seed);
        if (!outcome.violation) continue;
        std::printf(
            "%-34s caught by seed %-5llu %s\n",
            name.c_str(),
            static_cast<unsigned long long>(seed),
            outcome.violation->c_str()
        );
        return 0;
    }
    std::printf(
        "%-34s SURVIVED %llu worlds\n", name.c_str(), static_cast<unsigned long long>(seeds_max)
    );
    return 1;
}

/// Whether the next hunter to end was successful. Who was killed, or read where nothing is, was
/// not.
bool caught() {
    int status = 0;
    wait(&status);
    return WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) == 0;
}

}  // namespace

bool plant(const std::string& name) { return faults::plant_all(name); }

int run_planted(std::uint64_t seeds_max, int jobs) {
    int running = 0;
    int survivors = 0;
    for (const auto bug : faults::all_bugs()) {
        std::fflush(stdout);
        if (running == jobs) {
            survivors += caught() ? 0 : 1;
            --running;
        }
        if (fork() == 0) {
            const int code = hunt(bug, seeds_max);
            std::fflush(stdout);
            _exit(code);
        }
        ++running;
    }
    for (; running > 0; --running) survivors += caught() ? 0 : 1;
    std::printf("%zu bugs planted, %d survived\n", faults::all_bugs().size(), survivors);
    return survivors == 0 ? 0 : 1;
}

}  // namespace chukta::simulation
