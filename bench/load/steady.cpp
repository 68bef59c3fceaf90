#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bench/load/loop.h"
#include "bench/load/requests.h"
#include "bench/load/settings.h"

namespace load {
namespace {

struct Tally {
    Histogram latency;
    std::map<int, std::int64_t> by_status;
    std::int64_t sent = 0;
    double seconds = 0;
};

void print(const Tally& tally) {
    std::string statuses;
    for (const auto& [status, count] : tally.by_status) {
        statuses += (statuses.empty() ? "\"" : ",\"") + std::to_string(status) +
                    "\":" + std::to_string(count);
    }
    const auto rate = static_cast<double>(tally.latency.count()) / tally.seconds;
    std::printf(
        "{\"rate\":%.1f,\"seconds\":%.3f,\"sent\":%lld,\"us\":%s,\"status\":{%s}}\n",
        rate,
        tally.seconds,
        static_cast<long long>(tally.sent),
        tally.latency.json().c_str(),
        statuses.c_str()
    );
}

/// Every connection sends, waits for its answer, and sends again. `next` makes a request.
Tally run_closed(const Settings& settings, const std::function<std::string()>& next) {
    const Micros begin = now() + static_cast<Micros>(settings.warm_up_seconds * 1e6);
    const Micros end = begin + static_cast<Micros>(settings.seconds * 1e6);
    Tally tally;
    Loop loop{settings.port};
    std::vector<Micros> sent_at(static_cast<std::size_t>(settings.connections));
    int waiting = 0;
    const auto send = [&](int connection) {
        auto request = next();
        ++waiting;
        ++tally.sent;
        sent_at[static_cast<std::size_t>(connection)] = now();
        loop.send(connection, std::move(request));
    };
    loop.on_answer([&](int connection, const Answer& answer) {
        const Micros at = now();
        --waiting;
        ++tally.by_status[answer.status];
        if (at >= begin && at < end) {
            tally.latency.add(at - sent_at[static_cast<std::size_t>(connection)]);
        }
        if (at < end) send(connection);
    });
    for (int i = 0; i < settings.connections; ++i) send(loop.connect());
    const Micros give_up = end + 30'000'000;
    while (waiting > 0) {
        loop.turn(100);
        if (now() > give_up) die("answers are missing");
    }
    tally.seconds = static_cast<double>(end - begin) / 1e6;
    return tally;
}

}  // namespace

void run_webhooks(const Settings& settings, bool forged) {
    std::int64_t k = 0;
    double owed = 0;
    std::string last;
    const auto how = forged ? Signed::Forged : Signed::Well;
    print(run_closed(settings, [&]() -> std::string {
        owed += settings.duplicates;
        if (owed >= 1 && !last.empty()) {
            owed -= 1;
            return last;
        }
        if (k == settings.orders) die("there are not enough orders for this speed");
        last = webhook(settings.first + k++, settings.secret, how);
        return last;
    }));
}

void run_polls(const Settings& settings, bool pages) {
    std::int64_t k = 0;
    print(run_closed(settings, [&] {
        const auto order = settings.first + k++ % settings.orders;
        return pages ? page(order) : poll(order, -1);
    }));
}

}  // namespace load
