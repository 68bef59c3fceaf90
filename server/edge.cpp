#include "server/edge.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <typeinfo>
#include <utility>

#include "server/crypto.h"
#include "server/db/database.h"
#include "server/pay_page.h"
#include "server/problem.h"

namespace chukta {

namespace {

constexpr RateLimit kLines{.burst = 20, .per_second = 1};

/// A name that may go into a log line and a header as it is.
bool is_request_id(std::string_view text) {
    return text.size() >= 8 && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

log::RequestId request_id_of(const http::Request& request) {
    const auto given = request.headers.find("X-Request-Id");
    if (given && is_request_id(*given)) return log::RequestId{std::string{*given}};
    return log::RequestId{crypto::random_name()};
}

void add_if_absent(http::Headers& headers, const char* name, std::string_view value) {
    if (headers.count(name) == 0) headers.add(name, std::string{value});
}

}  // namespace

Exchange::Exchange(
    Edge& edge,
    const char* route,
    Reader reader,
    const http::PathParameters& path,
    http::Request request,
    http::Responder responder
)
    : edge_{edge},
      route_{route},
      reader_{reader},
      path_{path},
      request_{std::move(request)},
      responder_{std::move(responder)},
      id_{request_id_of(request_)},
      address_{client_address(request_, edge.settings().trusted_proxies)},
      received_at_{edge.clock().now()} {}

const std::string& Exchange::path(std::string_view name) const {
    const auto found = path_.find(name);
    assert(found != path_.end());
    return found->second;
}

std::string_view Exchange::header(std::string_view name) const {
    return request_.headers.find(name).value_or(std::string_view{});
}

void Exchange::send(http::Response response) {
    answered_ = true;
    const int status = response.status;
    if (reader_ == Reader::Person && is_problem(response)) {
        const auto wanted = request_.method == "POST" ? Wanted::Press : Wanted::Page;
        response = refusal_page(response, wanted, edge_.settings().frame_ancestors);
    }
    response.headers.add("X-Request-Id", id_.str());
    edge_.dress(response);
    if (!responder_.send(std::move(response))) return;
    const auto duration_ms = std::max<EpochMs>(edge_.clock().now() - received_at_, 0);
    edge_.metrics().answered(route_, status, duration_ms);
}

Edge::Edge(Workers& workers, Metrics& metrics, const Clock& clock, EdgeSettings settings)
    : workers_{workers},
      metrics_{metrics},
      clock_{clock},
      settings_{std::move(settings)},
      sessions_{clock, settings_.per_session},
      addresses_{clock, settings_.per_address},
      keys_{clock, settings_.per_key},
      lines_{clock, kLines} {}

void Edge::add(
    http::Router& router, const char* method, const char* route, Gate gate, Work work, Reader reader
) {
    // Its jobs may outlive the router.
    const auto shared = std::make_shared<const Work>(std::move(work));
    add_gated(router, method, route, std::move(gate), reader, [this, shared](const auto& exchange) {
        return workers_.submit([this, exchange, shared] { finish(exchange, *shared); });
    });
}

void Edge::add_together(
    http::Router& router, const char* method, const char* route, Gate gate, WorkTogether work
) {
    const auto gathering = std::make_shared<Gathering<ExchangePtr>>(
        workers_,
        workers_.queued_max(),
        [this, work = std::move(work)](const std::vector<ExchangePtr>& exchanges) {
            guard(exchanges, [&] { work(exchanges); });
        }
    );
    gatherings_.push_back(gathering);
    add_gated(
        router,
        method,
        route,
        std::move(gate),
        Reader::Program,
        [gathering](const auto& exchange) { return gathering->add(exchange); }
    );
}

void Edge::add_gated(
    http::Router& router,
    const char* method,
    const char* route,
    Gate gate,
    Reader reader,
    HandOver hand_over
) {
    router.add(
        method,
        route,
        [this, route, reader, gate = std::move(gate), hand_over = std::move(hand_over)](
            const http::PathParameters& path, http::Request&& request, http::Responder responder
        ) {
            const auto exchange = std::make_shared<Exchange>(
                *this, route, reader, path, std::move(request), std::move(responder)
            );
            finish(exchange, [&](const ExchangePtr&) {
                if (auto answer = gate(*exchange)) {
                    exchange->send(*std::move(answer));
                } else if (!hand_over(exchange)) {
                    metrics_.count(Count::QueueFull);
                    exchange->send(unavailable());
                }
            });
        }
    );
}

void Edge::add_light(http::Router& router, const char* method, const char* route, Work work) {
    router.add(
        method,
        route,
        [this, route, work = std::move(work)](
            const http::PathParameters& path, http::Request&& request, http::Responder responder
        ) {
            finish(
                std::make_shared<Exchange>(
                    *this, route, Reader::Program, path, std::move(request), std::move(responder)
                ),
                work
            );
        }
    );
}

void Edge::add_miss(http::Router& router) {
    router.on_miss([this](const http::Request& request, int status, std::string allow) {
        auto response = status == 405 ? problem(405, "method_not_allowed", "See the Allow header.")
                                      : problem(404, "not_found", "There is nothing here.");
        if (!allow.empty()) response.headers.add("Allow", std::move(allow));
        response.headers.add("X-Request-Id", request_id_of(request).str());
        dress(response);
        return response;
    });
}

http::Response Edge::refuse(int status) {
    const log::RequestId id{crypto::random_name()};
    const log::RequestScope scope{id};
    metrics_.count(Count::RequestRefused);
    auto response = server_refusal(status);
    if (is_logged(std::to_string(status))) {
        log::warning("request.refused", {{"status", status}});
    }
    response.headers.add("X-Request-Id", id.str());
    dress(response);
    return response;
}

std::size_t Edge::waiting() const {
    std::size_t all = 0;
    for (const auto& one : gatherings_) all += one->waiting();
    return all;
}

void Edge::resume(const ExchangePtr& exchange, Work work) {
    workers_.resume([this, exchange, work = std::move(work)] { finish(exchange, work); });
}

std::optional<http::Response> Edge::over_limit(
    const Exchange& exchange, const std::optional<std::string>& session_hash
) {
    if (const int wait_s = session_hash ? sessions_.take(*session_hash) : 0) {
        return limited("session", wait_s);
    }
    if (const int wait_s = addresses_.take(address_key(exchange.address()))) {
        return limited("address", wait_s);
    }
    return std::nullopt;
}

std::optional<http::Response> Edge::over_key_limit(std::string_view key_name) {
    const int wait_s = keys_.take(key_name);
    if (wait_s == 0) return std::nullopt;
    return limited("key", wait_s);
}

bool Edge::is_logged(std::string_view kind) { return lines_.take(kind) == 0; }

http::Response Edge::limited(const char* by, int wait_s) {
    metrics_.count(Count::RateLimited);
    if (is_logged(by)) log::warning("request.limited", {{"by", by}});
    return too_many_requests(wait_s);
}

void Edge::dress(http::Response& response) const {
    auto& headers = response.headers;
    add_if_absent(headers, "Cache-Control", "no-store");
    add_if_absent(headers, "X-Content-Type-Options", "nosniff");
    // Not no-referrer: under that a plain form's POST says "Origin: null" (Fetch, "append a request
    // Origin header"), and the Origin is what we check.
    add_if_absent(headers, "Referrer-Policy", "same-origin");
    add_if_absent(headers, "Cross-Origin-Resource-Policy", "same-origin");
    add_if_absent(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (settings_.hsts) add_if_absent(headers, "Strict-Transport-Security", "max-age=31536000");
}

void Edge::finish(const ExchangePtr& exchange, const Work& work) noexcept {
    const log::RequestScope scope{exchange->id()};
    guard({&exchange, 1}, [&] { work(exchange); });
}

template <class Deed>
void Edge::guard(std::span<const ExchangePtr> exchanges, const Deed& deed) noexcept {
    // The type's name, or the database's code, and nothing of the text: that may quote a row.
    const auto fail = [&](const char* type, std::string_view storage_code) {
        for (const auto& exchange : exchanges) {
            // Of several, some may have their answer, or wait for it elsewhere.
            if (exchange->answered()) continue;
            const log::RequestScope scope{exchange->id()};
            log::error(
                "handler.failed",
                {{"route", exchange->route()}, {"type", type}, {"storage_code", storage_code}}
            );
            metrics_.count(Count::HandlerFailed);
            exchange->send(unavailable());
        }
    };
    try {
        deed();
    } catch (const db::StorageError& error) {
        fail("storage_error", error.code());
    } catch (const std::exception& error) {
        fail(typeid(error).name(), {});
    } catch (...) {
        fail("unknown", {});
    }
}

}  // namespace chukta
