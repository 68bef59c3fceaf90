/// @file
/// A thread that works while there is work, and sleeps until it is woken or a while has passed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace chukta {

/// "There may be work." A notify before the wait is not lost. Any thread.
class Wakeup {
public:
    void notify() {
        {
            const std::lock_guard lock{mutex_};
            ++count_;
        }
        changed_.notify_all();
    }

private:
    friend class Loop;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t count_ = 0;
};

/// Runs `run_once` again and again on its own thread. run_once does one piece of work and says
/// whether it found any. An exception is a broken machine: logged without its text, then tried
/// again.
class Loop {
public:
    using RunOnce = std::function<bool()>;

    Loop(std::string_view name, Wakeup& wakeup, std::chrono::milliseconds idle, RunOnce run_once);
    ~Loop() { stop(); }
    void stop();

private:
    void run(const std::stop_token& stop);

    std::string_view name_;
    Wakeup& wakeup_;
    std::chrono::milliseconds idle_;
    RunOnce run_once_;
    std::jthread thread_;
};

}  // namespace chukta
