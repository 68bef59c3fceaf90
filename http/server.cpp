#include "http/server.h"

#include <pistache/reactor.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <thread>
#include <utility>

#include "http/core.h"
#include "http/dialogue.h"
#include "http/listener.h"
#include "http/transport.h"

namespace http {
namespace {

constexpr std::chrono::milliseconds kDrainLook{5};

/// A client that hangs up must not end the process (facts/pistache.md D6). Our own writes ask for
/// no signal; libraries of the same process may not. A handler somebody installed is left alone.
void ignore_sigpipe() {
    struct sigaction now {};
    if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
        std::signal(SIGPIPE, SIG_IGN);
    }
}

}  // namespace

struct Server::Impl {
    Impl(ServerOptions options, Handler handler)
        : core{std::make_shared<ServerCore>(std::move(options), std::move(handler))},
          threads{static_cast<std::size_t>(std::max(core->options.threads, 1))},
          listeners{std::make_shared<Listeners>(
              core->options.address,
              core->options.port,
              core->options.backlog,
              static_cast<int>(threads)
          )} {}

    std::vector<std::shared_ptr<Transport>> transports() const {
        std::vector<std::shared_ptr<Transport>> all;
        for (const auto& handler : reactor->handlers(key)) {
            all.push_back(std::static_pointer_cast<Transport>(handler));
        }
        return all;
    }

    const std::shared_ptr<ServerCore> core;
    const std::size_t threads;
    const std::shared_ptr<Listeners> listeners;
    std::shared_ptr<Pistache::Aio::Reactor> reactor;
    Pistache::Aio::Reactor::Key key;
};

Server::Server(ServerOptions options, Handler handler) {
    ignore_sigpipe();
    impl_ = std::make_unique<Impl>(std::move(options), std::move(handler));
    impl_->reactor = Pistache::Aio::Reactor::create();
    impl_->reactor->init(Pistache::Aio::AsyncContext{impl_->threads, "http"});
    // Pistache clones this one for each of its threads.
    impl_->key = impl_->reactor->addHandler(std::make_shared<Transport>(
        impl_->core, impl_->listeners, std::make_shared<Dialogue>(impl_->core)
    ));
    impl_->reactor->run();
}

Server::~Server() { stop(std::chrono::milliseconds{0}); }

std::uint16_t Server::port() const { return impl_->listeners->port(); }

ServerCounts Server::counts() const {
    const auto& core = *impl_->core;
    return {
        core.connections, core.requests_in_flight, core.requests_total, core.protocol_errors_total};
}

bool Server::stop(std::chrono::milliseconds drain) {
    if (!impl_->reactor) return true;
    const auto& core = *impl_->core;
    if (drain.count() > 0) {
        for (const auto& transport : impl_->transports()) transport->mailbox()->ask_to_drain();
        const auto end = std::chrono::steady_clock::now() + drain;
        while ((core.drained_threads < impl_->threads || core.connections > 0) &&
               std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(kDrainLook);
        }
    }
    const bool answered = core.requests_in_flight == 0;
    impl_->reactor->shutdown();
    impl_->reactor.reset();
    return answered;
}

}  // namespace http
