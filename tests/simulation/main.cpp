// simulate: runs simulated worlds (docs/simulation.md). scripts/simulate builds and starts it.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/simulation/memory.h"
#include "tests/simulation/planted.h"
#include "tests/simulation/runner.h"

namespace chukta::simulation {
namespace {

struct Plan {
    std::uint64_t from = 1;
    std::uint64_t seeds = 1'000;
    double seconds = 0;  ///< 0: no limit of time
    int jobs = 1;
    std::string database = "sqlite::memory:";
    bool twice = false;
    std::size_t story_lines = 60;
    std::string bug;  ///< planted
};

/// The lines that have to do with the order that broke its promise, without whose turn it was.
std::vector<std::string> short_story(const Outcome& outcome) {
    const std::string_view what = *outcome.violation;
    const auto at = what.find("order_");
    const auto order = at == std::string_view::npos ? what : what.substr(at, sizeof "order_1" - 1);
    std::vector<std::string> lines;
    for (const auto& line : outcome.lines) {
        const bool turn = line.ends_with(" dispatches") || line.ends_with(" applies") ||
                          line.ends_with(" reconciles");
        const bool others = at != std::string_view::npos &&
                            line.find("order_") != std::string::npos &&
                            line.find(order) == std::string::npos;
        if (!turn && !others) lines.push_back(line);
    }
    return lines;
}

void print_story(const std::vector<std::string>& lines, std::size_t most) {
    const auto first = lines.size() > most ? lines.size() - most : 0;
    if (first > 0) std::printf("  ... %zu lines before\n", first);
    for (auto i = first; i < lines.size(); ++i) std::printf("  %s\n", lines[i].c_str());
}

void print_failure(Runner& runner, const Outcome& outcome, const Plan& plan) {
    const auto told = runner.run(outcome.seed, true);
    std::printf(
        "FAILED seed %llu: %s\n",
        static_cast<unsigned long long>(outcome.seed),
        outcome.violation->c_str()
    );
    std::printf("  weather: %s\n", told.weather.c_str());
    print_story(told.violation ? short_story(told) : told.lines, plan.story_lines);
    std::printf("  %s\n", outcome.violation->c_str());
    std::printf(
        "replay, with every step: scripts/simulate --seed %llu --trace%s%s%s%s\n",
        static_cast<unsigned long long>(outcome.seed),
        plan.database == Plan{}.database ? "" : " --database ",
        plan.database == Plan{}.database ? "" : plan.database.c_str(),
        plan.bug.empty() ? "" : " --bug ",
        plan.bug.c_str()
    );
    std::fflush(stdout);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>{std::chrono::steady_clock::now() - begin}.count();
}

/// What one job tells the process that started it.
struct Share {
    std::uint64_t worlds = 0;
    std::uint64_t steps = 0;
    std::uint64_t failures = 0;
};

/// One job's share of the seeds.
Share run_share(const Plan& plan, int job) {
    constexpr int kPrinted = 5;
    Runner runner{plan.database};
    Share share;
    const auto begin = std::chrono::steady_clock::now();
    const auto step = static_cast<std::uint64_t>(plan.jobs);
    for (auto i = static_cast<std::uint64_t>(job); i < plan.seeds; i += step) {
        if (plan.seconds > 0 && seconds_since(begin) > plan.seconds) break;
        auto outcome = runner.run(plan.from + i);
        ++share.worlds;
        share.steps += static_cast<std::uint64_t>(outcome.steps);
        if (!outcome.violation && plan.twice && runner.run(outcome.seed).hash != outcome.hash) {
            outcome.violation = "another story at the second run";
        }
        if (outcome.violation && ++share.failures <= kPrinted) print_failure(runner, outcome, plan);
    }
    return share;
}

int run_all(const Plan& plan) {
    const auto begin = std::chrono::steady_clock::now();
    int wire[2];
    if (pipe(wire) != 0) return 2;
    std::fflush(stdout);
    std::vector<pid_t> jobs;
    for (int job = 0; job < plan.jobs; ++job) {
        const auto pid = fork();
        if (pid == 0) {
            const auto share = run_share(plan, job);
            std::fflush(stdout);
            const auto written = write(wire[1], &share, sizeof share);
            _exit(written == static_cast<ssize_t>(sizeof share) ? 0 : 2);
        }
        jobs.push_back(pid);
    }
    Share all;
    bool whole = true;
    for (const auto pid : jobs) {
        int status = 0;
        waitpid(pid, &status, 0);
        Share share;
        // A job that an assert ended says nothing.
        const bool said = status == 0 && read(wire[0], &share, sizeof share) > 0;
        whole = whole && said;
        all.worlds += share.worlds;
        all.steps += share.steps;
        all.failures += share.failures;
    }
    const auto took = seconds_since(begin);
    std::printf(
        "%llu worlds from seed %llu, %llu steps, in %.1f s (%.0f worlds a second, %d jobs): %s\n",
        static_cast<unsigned long long>(all.worlds),
        static_cast<unsigned long long>(plan.from),
        static_cast<unsigned long long>(all.steps),
        took,
        static_cast<double>(all.worlds) / took,
        plan.jobs,
        !whole              ? "A JOB DIED"
        : all.failures == 0 ? "every promise was kept"
                            : "PROMISES WERE BROKEN"
    );
    if (all.failures > 0) {
        std::printf("%llu worlds failed\n", static_cast<unsigned long long>(all.failures));
    }
    return whole && all.failures == 0 ? 0 : 1;
}

int run_one(const Plan& plan, std::uint64_t seed, bool trace) {
    Runner runner{plan.database};
    const auto outcome = runner.run(seed, trace);
    if (trace) std::printf("  weather: %s\n", outcome.weather.c_str());
    if (trace) print_story(outcome.lines, outcome.lines.size());
    std::printf(
        "seed %llu: %lld steps, story %016llx, %s\n",
        static_cast<unsigned long long>(seed),
        static_cast<long long>(outcome.steps),
        static_cast<unsigned long long>(outcome.hash),
        outcome.violation ? outcome.violation->c_str() : "every promise was kept"
    );
    return outcome.violation ? 1 : 0;
}

}  // namespace
}  // namespace chukta::simulation

int main(int argc, char** argv) {
    chukta::simulation::settle_memory();
    chukta::simulation::Plan plan;
    std::uint64_t seed = 0;
    bool trace = false;
    bool planted = false;
    CLI::App options{"Simulated worlds of Chukta: see docs/simulation.md"};
    options.add_option("--seeds", plan.seeds, "How many worlds");
    options.add_option("--from", plan.from, "The first seed");
    options.add_option("--seconds", plan.seconds, "Begin no world after so many seconds");
    options.add_option("--jobs", plan.jobs, "Processes at the same time");
    options.add_option("--database", plan.database, "A DATABASE_URL; its tables are emptied");
    options.add_flag("--twice", plan.twice, "Run each world twice and compare the stories");
    options.add_option("--lines", plan.story_lines, "Lines of a failing world's story");
    const auto* one = options.add_option("--seed", seed, "Only this world");
    options.add_flag("--trace", trace, "Tell its whole story");
    options.add_option("--bug", plan.bug, "Plant this bug (server/faults.h)");
    options.add_flag("--planted", planted, "Every planted bug must be found within --seeds worlds");
    CLI11_PARSE(options, argc, argv);
    if (!chukta::simulation::plant(plan.bug)) {
        std::fprintf(stderr, "simulate: no bug is called %s\n", plan.bug.c_str());
        return 2;
    }
    if (planted) return chukta::simulation::run_planted(plan.seeds, plan.jobs);
    return *one ? chukta::simulation::run_one(plan, seed, trace)
                : chukta::simulation::run_all(plan);
}
