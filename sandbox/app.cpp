#include "sandbox/app.h"

#include "http/router.h"
#include "http/server.h"
#include "sandbox/api.h"
#include "sandbox/control.h"
#include "sandbox/errors.h"
#include "sandbox/late_answers.h"
#include "sandbox/order_wire.h"
#include "sandbox/pages.h"
#include "sandbox/sender.h"
#include "sandbox/world.h"

namespace sandbox {
namespace {

const SystemClock kSystemClock;

/// An answer held for a webhook goes out after this at the latest.
constexpr std::chrono::milliseconds kHeldMax{3'000};

void deliver(LateAnswers& late, Answer answer, const http::Responder& responder) {
    auto send = [responder, response = std::move(answer.response), drop = answer.drop]() mutable {
        if (drop) {
            responder.hang_up();
        } else {
            responder.send(std::move(response));
        }
    };
    if (answer.after_delivery != 0) {
        late.hold(kHeldMax, answer.after_delivery, std::move(send));
    } else if (answer.delay_ms > 0) {
        late.hold(std::chrono::milliseconds{answer.delay_ms}, 0, std::move(send));
    } else {
        send();
    }
}

void add_api_routes(http::Router& router, World& world, LateAnswers& late) {
    const auto add = [&](const char* method, const char* pattern, Endpoint endpoint) {
        router.add(
            method,
            pattern,
            [&world, &late, endpoint](
                const http::PathParameters& parameters,
                http::Request&& request,
                const http::Responder& responder
            ) {
                auto given = world.act([&](State& state, EpochMs now_ms) {
                    return answer(state, endpoint, parameters, request, now_ms);
                });
                deliver(late, std::move(given), responder);
            }
        );
    };
    add("POST", "/pg/orders", Endpoint::CreateOrder);
    add("POST", "/pg/orders/sessions", Endpoint::OrderPay);
    add("GET", "/pg/orders/{order_id}", Endpoint::GetOrder);
    add("PATCH", "/pg/orders/{order_id}", Endpoint::TerminateOrder);
    add("GET", "/pg/orders/{order_id}/payments", Endpoint::GetPayments);
    add("GET", "/pg/orders/{order_id}/payments/{cf_payment_id}", Endpoint::GetPayment);
    add("POST", "/pg/orders/{order_id}/refunds", Endpoint::CreateRefund);
    add("GET", "/pg/orders/{order_id}/refunds", Endpoint::GetRefunds);
    add("GET", "/pg/orders/{order_id}/refunds/{refund_id}", Endpoint::GetRefund);
    add("POST", "/pg/simulate", Endpoint::Simulate);
    add("GET", "/pg/simulate/{simulation_id}", Endpoint::GetSimulation);
}

http::Response miss(const http::Request&, int, const std::string&) {
    http::Response response;
    const auto error = bad_url();
    response.status = error.status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = wire::error_text(error);
    return response;
}

http::ServerOptions server_options(const Options& options) {
    http::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.threads = options.threads;
    server.log = options.log;
    // GET /sandbox/state of a long run is large.
    server.limits.response_bytes = 256 << 20;
    return server;
}

}  // namespace

struct App::Parts {
    Parts(const Options& options, const Clock& clock)
        : world{options, clock},
          server{server_options(options), handler()},
          sender{world, [this](std::uint64_t delivery_id) { late.tried(delivery_id); }},
          ticker{[this] {
              while (world.wait_for_due()) world.act([](State&, EpochMs) {});
          }} {
        url = "http://" + options.address + ":" + std::to_string(server.port());
        world.set_public_url(options.public_url.empty() ? url : options.public_url);
    }

    ~Parts() {
        server.stop(std::chrono::milliseconds{500});
        world.stop();
    }

    http::Handler handler() {
        add_api_routes(router, world, late);
        add_control_routes(router, world);
        add_page_routes(router, world);
        router.on_miss(miss);
        return [this](http::Request&& request, http::Responder responder) {
            router.route(std::move(request), std::move(responder));
        };
    }

    World world;
    LateAnswers late;
    http::Router router;
    // Before the threads that only end when told to: its constructor may throw.
    http::Server server;
    Sender sender;
    std::jthread ticker;
    std::string url;
};

App::App(const Options& options) : App{options, kSystemClock} {}

App::App(const Options& options, const Clock& clock)
    : parts_{std::make_unique<Parts>(options, clock)} {}

App::~App() = default;

std::uint16_t App::port() const { return parts_->server.port(); }
std::string App::url() const { return parts_->url; }

void App::advance(std::chrono::milliseconds by) { parts_->world.advance(by.count()); }

bool App::wait_until_idle(std::chrono::milliseconds limit) {
    return parts_->world.wait_until_idle(limit);
}

void App::stop() { parts_.reset(); }

}  // namespace sandbox
