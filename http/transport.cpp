#include "http/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pistache/net.h>
#include <pistache/peer.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>
#include <vector>

#include "http/dialogue.h"

namespace http {
namespace {

using Pistache::Polling::NotifyOn;
using Pistache::Polling::Tag;

/// Events name a connection by its id, never by its descriptor; descriptors are below this.
constexpr std::uint64_t kConnectionTags = std::uint64_t{1} << 32;

constexpr std::size_t kReadBytes = 16384;
/// Then the other connections get their turn.
constexpr int kReadsPerEvent = 4;
constexpr int kAcceptsPerEvent = 64;
/// What the kernel may hold unsent for a connection. By default it takes megabytes at once and then
/// none for minutes, and a slow client that reads all the time looks like one that stopped.
constexpr int kUnsentBytes = 32'768;
/// Connections above the limit that are told so; what comes on top of them is just closed.
constexpr std::size_t kTurnedAwayMax = 256;
/// How late a time-out may come; also how long accepting rests when descriptors have run out.
constexpr long kTickNanoseconds = 100'000'000;

NotifyOn interest_of(bool read, bool write) {
    const int bits = (read ? static_cast<int>(NotifyOn::Read) : 0) |
                     (write ? static_cast<int>(NotifyOn::Write) : 0);
    return static_cast<NotifyOn>(bits);
}

void watch(Pistache::Polling::Epoll& poller, int descriptor) {
    poller.addFd(
        descriptor,
        Pistache::Flags<NotifyOn>{NotifyOn::Read},
        Tag{static_cast<std::uint64_t>(descriptor)}
    );
}

bool may_read(const Connection& connection) {
    return connection.phase == Phase::Receiving || connection.phase == Phase::Lingering;
}

bool no_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Transport::Transport(
    std::shared_ptr<ServerCore> core,
    std::shared_ptr<Listeners> listeners,
    std::shared_ptr<Dialogue> dialogue
)
    : Pistache::Tcp::Transport{dialogue},
      core_{std::move(core)},
      listeners_{std::move(listeners)},
      dialogue_{std::move(dialogue)},
      mailbox_{std::make_shared<Mailbox>()} {}

Transport::~Transport() {
    mailbox_->close();
    for (const auto& [id, connection] : connections_) {
        dialogue_->onDisconnection(connection->peer);
        ::close(connection->peer->fd());
    }
    if (timer_ >= 0) ::close(timer_);
}

std::shared_ptr<Pistache::Aio::Handler> Transport::clone() const {
    return std::make_shared<Transport>(core_, listeners_, std::make_shared<Dialogue>(core_));
}

void Transport::registerPoller(Pistache::Polling::Epoll& poller) {
    Pistache::Tcp::Transport::registerPoller(poller);
    index_ = core_->threads++;
    listener_ = listeners_->descriptor(index_);
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer_ < 0) throw std::system_error{errno, std::generic_category(), "timerfd"};
    itimerspec every{};
    every.it_value.tv_nsec = every.it_interval.tv_nsec = kTickNanoseconds;
    ::timerfd_settime(timer_, 0, &every, nullptr);
    watch(poller, timer_);
    watch(poller, mailbox_->wake_descriptor());
    watch(poller, listener_);
}

void Transport::onReady(const Pistache::Aio::FdSet& events) {
    if (!std::exchange(thread_known_, true)) mailbox_->belongs_to_this_thread();
    for (const auto& event : events) {
        // Anything that escapes here would end the process: one client's bad luck is not
        // everyone's.
        try {
            const auto tag = event.getTag().value();
            if (tag >= kConnectionTags) {
                if (const auto connection = find(tag - kConnectionTags)) serve(connection, event);
            } else if (static_cast<int>(tag) == timer_) {
                tick();
            } else if (static_cast<int>(tag) == listener_) {
                accept_newcomers(kAcceptsPerEvent);
            } else if (static_cast<int>(tag) == mailbox_->wake_descriptor()) {
                mailbox_->clear_wake();
                if (mailbox_->asked_to_drain()) drain();
            }
            // Pistache's own queues stay empty: nobody hands it a peer, a timer or an answer.
        } catch (const std::exception&) {
            core_->log("http: an event could not be served");
        }
    }
    deliver_letters();
}

std::shared_ptr<Connection> Transport::find(ConnectionId id) const {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second;
}

void Transport::serve(
    const std::shared_ptr<Connection>& connection, const Pistache::Aio::FdSet::Entry& event
) {
    if (event.isHangup()) return close(*connection);
    if (event.isWritable() && connection->output_pending()) push_output(*connection);
    if (event.isReadable()) receive(*connection);
}

void Transport::receive(Connection& connection) {
    // The request before it is not answered yet: TCP holds the client back until it is.
    if (!may_read(connection)) return show_interest(connection, false, connection.wants_write);
    std::array<char, kReadBytes> buffer;
    for (int i = 0; i < kReadsPerEvent && may_read(connection); ++i) {
        const auto got = ::recv(connection.peer->fd(), buffer.data(), buffer.size(), 0);
        if (got < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return;
            return close(connection);
        }
        // They will send no more. Nothing whole is unanswered here: while an answer is due we do
        // not read, and so a client that half-closes after its request gets it first.
        if (got == 0) return close(connection);
        const auto count = static_cast<std::size_t>(got);
        dialogue_->onInput(buffer.data(), count, connection.peer);
        if (count < buffer.size()) return;
    }
}

void Transport::push_output(Connection& connection) {
    while (connection.output_pending()) {
        const auto bytes = connection.unsent();
        // A head goes into one segment with what follows it.
        const bool more = connection.output_sent + bytes.size() < connection.output_size();
        const auto sent = ::send(
            connection.peer->fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | (more ? MSG_MORE : 0)
        );
        if (sent > 0) {
            connection.output_sent += static_cast<std::size_t>(sent);
            dialogue_->output_moved(connection);
        } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return show_interest(connection, connection.wants_read, true);
        } else if (sent == 0 || errno != EINTR) {
            return close(connection);
        }
    }
    std::string{}.swap(connection.output);
    connection.shared_output.reset();
    connection.output_sent = 0;
    show_interest(connection, connection.wants_read, false);
    dialogue_->output_left(connection);
}

void Transport::resume_reading(Connection& connection) {
    show_interest(connection, true, connection.wants_write);
}

void Transport::finish_writing(Connection& connection) {
    ::shutdown(connection.peer->fd(), SHUT_WR);
}

void Transport::show_interest(Connection& connection, bool read, bool write) {
    if (connection.phase == Phase::Closed) return;
    if (connection.wants_read == read && connection.wants_write == write) return;
    connection.wants_read = read;
    connection.wants_write = write;
    reactor()->modifyFd(
        key(), connection.peer->fd(), interest_of(read, write), Tag{connection.id + kConnectionTags}
    );
}

void Transport::close(Connection& connection) {
    if (connection.phase == Phase::Closed) return;
    const auto held = find(connection.id);
    dialogue_->onDisconnection(connection.peer);
    connections_.erase(connection.id);
    removePeer(connection.peer);
}

void Transport::accept_newcomers(int most) {
    for (int i = 0; i < most; ++i) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        const int socket = ::accept4(
            listener_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC
        );
        if (socket >= 0) {
            register_newcomer(socket, address);
        } else if (no_resources(errno)) {
            return pause_accepting();
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
    }
}

void Transport::register_newcomer(int socket, const sockaddr_storage& address) {
    if (core_->connections >= core_->options.limits.connections + kTurnedAwayMax) {
        ::close(socket);
        return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof kUnsentBytes);
    auto name = address;
    std::shared_ptr<Connection> connection;
    try {
        const auto peer = Pistache::Tcp::Peer::Create(
            socket, Pistache::Address::fromUnix(reinterpret_cast<sockaddr*>(&name))
        );
        connection = dialogue_->welcome(peer);
        connections_.emplace(connection->id, connection);
        handleNewPeer(peer);
        // Pistache registers edge-triggered and by descriptor number; a bounded read wants the
        // level, and an event must find its connection or nobody.
        reactor()->modifyFd(
            key(), socket, interest_of(true, false), Tag{connection->id + kConnectionTags}
        );
    } catch (const std::exception&) {
        // epoll had no room for it.
        core_->log("http: a connection could not be registered");
        if (connection) dialogue_->onDisconnection(connection->peer);
        if (connection) connections_.erase(connection->id);
        ::close(socket);
        return;
    }
    dialogue_->greet(*connection);
}

/// A listener that cannot be served is ready all the time: left registered it would burn a core.
void Transport::pause_accepting() {
    if (!std::exchange(accept_paused_, true))
        core_->log("http: out of descriptors, accepting rests");
    reactor()->modifyFd(
        key(), listener_, NotifyOn::None, Tag{static_cast<std::uint64_t>(listener_)}
    );
}

void Transport::tick() {
    std::uint64_t ticks = 0;
    if (::read(timer_, &ticks, sizeof ticks) != sizeof ticks) return;
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Connection>> overdue;
    for (const auto& [id, connection] : connections_) {
        if (connection->deadline <= now) overdue.push_back(connection);
    }
    for (const auto& connection : overdue) dialogue_->overdue(*connection);
    if (accept_paused_ && listener_ >= 0) {
        accept_paused_ = false;
        reactor()->modifyFd(
            key(), listener_, NotifyOn::Read, Tag{static_cast<std::uint64_t>(listener_)}
        );
    }
}

void Transport::deliver_letters() {
    for (auto letters = mailbox_->take(); !letters.empty(); letters = mailbox_->take()) {
        for (auto& letter : letters) {
            try {
                dialogue_->deliver(std::move(letter));
            } catch (const std::exception&) {
                core_->log("http: an answer could not be written");
            }
        }
    }
}

void Transport::drain() {
    if (listener_ < 0) return;
    // Who is already in the queue has been promised a connection.
    accept_newcomers(core_->options.backlog);
    reactor()->removeFd(key(), listener_);
    listeners_->close(index_);
    listener_ = -1;
    const auto all = connections_;
    for (const auto& [id, connection] : all) {
        // A request may be lying in its socket unread.
        connection->closing = true;
        receive(*connection);
        dialogue_->retire(*connection);
    }
    ++core_->drained_threads;
}

}  // namespace http
