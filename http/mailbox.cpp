#include "http/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <system_error>
#include <utility>

namespace http {

Mailbox::Mailbox() : wake_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (wake_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

Mailbox::~Mailbox() { ::close(wake_); }

bool Mailbox::post(Letter letter) {
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        if (closed_) return false;
        first = letters_.empty();
        letters_.push_back(std::move(letter));
    }
    // The reactor thread looks into its box after every round of events anyway.
    if (first && std::this_thread::get_id() != reader_.load()) wake();
    return true;
}

void Mailbox::ask_to_drain() {
    drain_ = true;
    wake();
}

void Mailbox::belongs_to_this_thread() { reader_ = std::this_thread::get_id(); }

void Mailbox::wake() {
    const std::uint64_t one = 1;
    const auto written = ::write(wake_, &one, sizeof one);
    // EAGAIN means that the counter is full, so the reader is awake already.
    assert(written == sizeof one || errno == EAGAIN);
}

void Mailbox::clear_wake() {
    std::uint64_t count = 0;
    const auto got = ::read(wake_, &count, sizeof count);
    assert(got == sizeof count || errno == EAGAIN || errno == EINTR);
}

std::vector<Letter> Mailbox::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(letters_, {});
}

void Mailbox::close() {
    std::vector<Letter> unread;
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        unread.swap(letters_);
    }
}

}  // namespace http
