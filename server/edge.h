/// @file
/// What every request passes, whatever its route: a request id, limits, a guard around the handler,
/// the security headers of the answer, and its counting (product.md §5).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.h"
#include "server/client_address.h"
#include "server/clock.h"
#include "server/gathering.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/rate_limiter.h"
#include "server/workers.h"

namespace chukta {

struct EdgeSettings {
    bool hsts = false;            ///< PUBLIC_URL is https
    std::string frame_ancestors;  ///< the CSP directive's value
    std::vector<AddressBlock> trusted_proxies;
    // Hundreds of customers may share one mobile carrier's address; one page asks a few times a
    // second at most (its button presses, and a held request that ends every 25 s).
    RateLimit per_session{60, 5};
    RateLimit per_address{2'000, 400};
    /// One shop's server, which may work a queue off after a pause.
    RateLimit per_key{1'000, 500};
};

class Edge;

/// Who reads the answers of a route. For a person a problem becomes a page of words.
enum class Reader { Program, Person };

/// One request on its way to its one answer. Shared by whoever still has to answer; when the last
/// of them goes without answering, the client gets a 500 (http::Responder).
class Exchange {
public:
    Exchange(
        Edge& edge,
        const char* route,
        Reader reader,
        const http::PathParameters& path,
        http::Request request,
        http::Responder responder
    );

    const http::Request& request() const { return request_; }
    http::Request& request() { return request_; }
    const log::RequestId& id() const { return id_; }
    const std::string& address() const { return address_; }
    const char* route() const { return route_; }

    /// A {name} of the pattern, decoded.
    const std::string& path(std::string_view name) const;
    /// The first value of a header, empty when absent.
    std::string_view header(std::string_view name) const;

    bool client_is_there() const { return responder_.alive(); }

    /// Adds what every answer has, counts it and sends it. Once; a second answer is dropped.
    void send(http::Response response);
    bool answered() const { return answered_; }

private:
    Edge& edge_;
    const char* route_;
    Reader reader_;
    http::PathParameters path_;
    http::Request request_;
    http::Responder responder_;
    log::RequestId id_;
    std::string address_;
    EpochMs received_at_;
    std::atomic<bool> answered_{false};
};
using ExchangePtr = std::shared_ptr<Exchange>;

/// Any thread.
class Edge {
public:
    /// Answers, now or later. Runs on a worker, inside the guard.
    using Work = std::function<void(const ExchangePtr&)>;
    /// Runs first, on the reactor thread: an answer that ends the request, or nothing to go on.
    /// Must not wait.
    using Gate = std::function<std::optional<http::Response>(Exchange&)>;

    Edge(Workers& workers, Metrics& metrics, const Clock& clock, EdgeSettings settings);

    /// `route` is the pattern, for metrics and logs: a literal.
    void add(
        http::Router& router,
        const char* method,
        const char* route,
        Gate gate,
        Work work,
        Reader reader = Reader::Program
    );
    /// Answers each of them, by finish() once it may throw for one alone. Runs on a worker; what it
    /// throws is an answer to all.
    using WorkTogether = std::function<void(const std::vector<ExchangePtr>&)>;
    /// The same for a route that everybody asks all the time: requests that wait for a worker are
    /// answered together.
    void add_together(
        http::Router& router, const char* method, const char* route, Gate gate, WorkTogether work
    );
    /// The same for a route that never waits and is answered on the reactor thread.
    void add_light(http::Router& router, const char* method, const char* route, Work work);
    /// 404 and 405 for what no route matches, with the request's id.
    void add_miss(http::Router& router);

    /// What a client is told that no route can answer (http::ServerOptions), with an id of its own
    /// that the log has, too.
    http::Response refuse(int status);

    /// Runs the rest of an exchange on a worker, inside the guard: for held requests.
    void resume(const ExchangePtr& exchange, Work work);

    /// Does the rest of an exchange here, inside the guard: one of several that came together.
    void finish(const ExchangePtr& exchange, const Work& work) noexcept;

    /// 429 when this caller asks too often: first by session (may be absent), then by address.
    std::optional<http::Response> over_limit(
        const Exchange& exchange, const std::optional<std::string>& session_hash
    );

    /// 429 when the holder of this API key asks too often. The name is not the key.
    std::optional<http::Response> over_key_limit(std::string_view key_name);

    /// Requests that wait to be answered together.
    std::size_t waiting() const;

    /// From now on no request should be held: the server is about to stop.
    void stop_holding() { holding_ = false; }
    bool may_hold() const { return holding_; }

    Metrics& metrics() { return metrics_; }
    const Clock& clock() const { return clock_; }
    const EdgeSettings& settings() const { return settings_; }

    /// The headers that every answer has, unless the answer itself brought them.
    void dress(http::Response& response) const;

    /// Whether one more line of this kind, which a stranger or a customer can cause, is written:
    /// enough to see what is wrong, and no way for anybody to fill the disk. The metrics have every
    /// refusal.
    bool is_logged(std::string_view kind);

private:
    /// To whom an exchange goes that its gate let through; false when nobody can take it.
    using HandOver = std::function<bool(const ExchangePtr&)>;
    void add_gated(
        http::Router& router,
        const char* method,
        const char* route,
        Gate gate,
        Reader reader,
        HandOver hand_over
    );
    template <class Deed>
    void guard(std::span<const ExchangePtr> exchanges, const Deed& deed) noexcept;
    http::Response limited(const char* by, int wait_s);

    Workers& workers_;
    Metrics& metrics_;
    const Clock& clock_;
    EdgeSettings settings_;
    RateLimiter sessions_;
    RateLimiter addresses_;
    RateLimiter keys_;
    RateLimiter lines_;
    std::atomic<bool> holding_{true};
    std::vector<std::shared_ptr<Gathering<ExchangePtr>>> gatherings_;
};

}  // namespace chukta
