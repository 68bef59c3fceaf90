#include "server/loop.h"

#include <exception>

#include "server/db/database.h"
#include "server/log.h"

namespace chukta {

Loop::Loop(std::string_view name, Wakeup& wakeup, std::chrono::milliseconds idle, RunOnce run_once)
    : name_{name},
      wakeup_{wakeup},
      idle_{idle},
      run_once_{std::move(run_once)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void Loop::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    wakeup_.changed_.notify_all();
    thread_.join();
}

void Loop::run(const std::stop_token& stop) {
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
        bool worked = false;
        try {
            worked = run_once_();
        } catch (const db::StorageError& error) {
            log::error("loop.failed", {{"loop", name_}, {"storage_code", error.code()}});
        } catch (const std::exception&) {
            log::error("loop.failed", {{"loop", name_}});
        }
        if (worked) continue;
        std::unique_lock lock{wakeup_.mutex_};
        wakeup_.changed_.wait_for(lock, stop, idle_, [&] { return wakeup_.count_ != seen; });
        seen = wakeup_.count_;
    }
}

}  // namespace chukta
