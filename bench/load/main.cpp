// chukta-load: the load of bench/run, on one thread. Prints one line of JSON.
#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "bench/load/loop.h"
#include "bench/load/settings.h"

int main(int argc, char** argv) {
    load::Settings settings;
    CLI::App options{"Sends what Cashfree and payment pages would send"};
    options.add_option("--port", settings.port)->required();
    options.add_option("--secret", settings.secret);
    options.add_option("--first", settings.first);
    options.add_option("--orders", settings.orders)->required();
    options.add_option("--connections", settings.connections);
    options.add_option("--seconds", settings.seconds);
    options.add_option("--warm-up", settings.warm_up_seconds);
    options.add_option("--duplicates", settings.duplicates);
    options.add_option("--held", settings.held);
    options.add_option("--rate", settings.rate);
    options.require_subcommand(1);
    options.fallthrough();
    options.add_subcommand("webhooks")->callback([&] { load::run_webhooks(settings, false); });
    options.add_subcommand("forged")->callback([&] { load::run_webhooks(settings, true); });
    options.add_subcommand("polls")->callback([&] { load::run_polls(settings, false); });
    options.add_subcommand("pages")->callback([&] { load::run_polls(settings, true); });
    options.add_subcommand("held")->callback([&] { load::run_held(settings); });

    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    CLI11_PARSE(options, argc, argv);
    return 0;
}
