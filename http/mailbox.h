/// @file
/// The only way from other threads to a reactor thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "http/message.h"

namespace http {

/// Never used twice in a process, unlike a descriptor's number: an answer that comes after its
/// client has gone finds nobody, instead of the next client that got the number.
using ConnectionId = std::uint64_t;

/// Which request of which connection.
struct Address {
    ConnectionId connection = 0;
    std::uint64_t sequence = 0;
};

/// What becomes of a request.
enum class Ending {
    Answered,
    HungUp,     ///< closed without an answer
    Forgotten,  ///< nobody answered and nobody will
};

/// An answer on its way to the connection it names.
struct Letter {
    Address to;
    Ending ending = Ending::Answered;
    Response response{};  ///< when answered
};

/// Letters wait here for the reactor thread, which is woken through an eventfd. A letter posted
/// before a wake-up is read is always taken by it: no wake-up is lost (Pistache's own queue loses
/// one in 130,000, facts/pistache.md D5).
class Mailbox {
public:
    Mailbox();  ///< throws std::system_error when no descriptor is left
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Any thread. False once the server is gone.
    bool post(Letter letter);
    /// Any thread: asks the reactor thread to stop accepting.
    void ask_to_drain();

    /// Reactor thread: names itself as the one that needs no waking.
    void belongs_to_this_thread();
    int wake_descriptor() const { return wake_; }
    void clear_wake();
    std::vector<Letter> take();
    bool asked_to_drain() const { return drain_; }
    /// From here on nothing is taken in.
    void close();

private:
    void wake();

    std::mutex mutex_;
    std::vector<Letter> letters_;
    bool closed_ = false;
    std::atomic<std::thread::id> reader_{};
    std::atomic<bool> drain_{false};
    int wake_ = -1;
};

}  // namespace http
