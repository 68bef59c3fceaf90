/// @file
/// The sockets of one reactor thread.
#pragma once

#include <pistache/reactor.h>
#include <pistache/transport.h>

#include <memory>
#include <unordered_map>

#include "http/connection.h"
#include "http/core.h"
#include "http/listener.h"
#include "http/mailbox.h"

namespace http {

class Dialogue;

/// Pistache's transport keeps the table of peers and their registration with the reactor;
/// accepting, reading, writing and closing are done here, on the reactor thread while the
/// descriptor is open. Pistache's would queue an answer for a descriptor's number and spin on a
/// slow reader (facts/pistache.md D1, D4); its read loop goes on for as long as a client sends and
/// drops a client that half-closed. Nothing here blocks.
class Transport : public Pistache::Tcp::Transport {
public:
    Transport(
        std::shared_ptr<ServerCore> core,
        std::shared_ptr<Listeners> listeners,
        std::shared_ptr<Dialogue> dialogue
    );
    ~Transport() override;

    // What Pistache's reactor calls.
    std::shared_ptr<Pistache::Aio::Handler> clone() const override;
    void registerPoller(Pistache::Polling::Epoll& poller) override;
    void onReady(const Pistache::Aio::FdSet& events) override;

    const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
    /// Nothing once it is closed.
    std::shared_ptr<Connection> find(ConnectionId id) const;

    /// Writes what the kernel takes now; the rest follows when the client reads.
    void push_output(Connection& connection);
    void resume_reading(Connection& connection);
    void finish_writing(Connection& connection);
    /// The connection is gone after this; its shared_ptr may be the last thing left of it.
    void close(Connection& connection);

private:
    void serve(
        const std::shared_ptr<Connection>& connection, const Pistache::Aio::FdSet::Entry& event
    );
    void receive(Connection& connection);
    void show_interest(Connection& connection, bool read, bool write);
    void accept_newcomers(int most);
    void register_newcomer(int socket, const sockaddr_storage& address);
    void pause_accepting();
    void tick();
    void deliver_letters();
    void drain();

    const std::shared_ptr<ServerCore> core_;
    const std::shared_ptr<Listeners> listeners_;
    const std::shared_ptr<Dialogue> dialogue_;
    const std::shared_ptr<Mailbox> mailbox_;
    std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
    std::size_t index_ = 0;  ///< of this thread's listener
    int listener_ = -1;      ///< -1 once it is closed
    int timer_ = -1;
    bool accept_paused_ = false;
    bool thread_known_ = false;
};

}  // namespace http
