#include "sandbox/control.h"

#include "http/text.h"
#include "sandbox/control_wire.h"
#include "sandbox/links.h"
#include "sandbox/order_wire.h"
#include "sandbox/state_wire.h"
#include "sandbox/view_wire.h"
#include "sandbox/webhook_wire.h"

namespace sandbox {
namespace {

using http::PathParameters;
using http::Request;
using http::Response;

Response json(int status, std::string body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    response.body = std::move(body);
    return response;
}

Response refuse(int status, std::string_view sentence) {
    return json(status, wire::control_error(sentence));
}

Response refuse(ModelError error) {
    const auto as_cashfree = error_of(error);
    return refuse(as_cashfree.status == 400 ? 409 : as_cashfree.status, as_cashfree.message);
}

Response show_state(World& world, const Request& request) {
    const auto order_id = http::query_parameter(request.query(), "order_id").value_or("");
    return world.act([&](State& state, EpochMs now_ms) {
        return json(200, wire::state_view(state, order_id, now_ms, world.offset_ms()));
    });
}

Response show_requests(World& world) {
    return world.act([](State& state, EpochMs now_ms) {
        return json(200, wire::requests_view(state, now_ms));
    });
}

Response show_faults(World& world) {
    return world.act([](State& state, EpochMs) {
        return json(200, wire::faults_view(state.faults));
    });
}

Response add_faults(World& world, const Request& request) {
    auto asked = wire::read_faults(request.body);
    if (!asked) return refuse(400, asked.error());
    return world.act([&](State& state, EpochMs) {
        if (asked->clear) state.faults.clear();
        for (auto& rule : asked->rules) state.faults.add(std::move(rule));
        if (asked->chaos) state.faults.unleash(std::move(*asked->chaos));
        return json(200, wire::faults_view(state.faults));
    });
}

Response clear_faults(World& world) {
    return world.act([](State& state, EpochMs) {
        state.faults.clear();
        return json(200, wire::faults_view(state.faults));
    });
}

Response show_settings(World& world) {
    return world.act([](State& state, EpochMs) {
        return json(200, wire::document_of(state.settings));
    });
}

Response change_settings(World& world, const Request& request) {
    return world.act([&](State& state, EpochMs) {
        auto changed = wire::read_settings(request.body, state.settings);
        if (!changed) return refuse(400, changed.error());
        state.settings = std::move(*changed);
        state.new_settings = true;
        return json(200, wire::document_of(state.settings));
    });
}

Response advance_clock(World& world, const Request& request) {
    const auto ms = wire::read_advance(request.body);
    if (!ms) return refuse(400, ms.error());
    world.advance(*ms);
    return json(200, wire::control_number("now_ms", world.now_ms()));
}

Response act_on_payment(World& world, const PathParameters& parameters, const Request& request) {
    const auto asked = wire::read_action(request.body);
    if (!asked) return refuse(400, asked.error());
    const auto& id = parameters.find("cf_payment_id")->second;
    return world.act([&](State& state, EpochMs now_ms) {
        const auto payment = asked->action == "ignore"
                                 ? state.model.ignore(id)
                                 : state.model.settle(id, asked->outcome, now_ms);
        if (!payment) return refuse(payment.error());
        return json(200, wire::document_of(*payment));
    });
}

Response act_on_refund(World& world, const PathParameters& parameters, const Request& request) {
    const auto action = wire::read_text(request.body, "action");
    if (!action) return refuse(400, action.error());
    std::optional<RefundStatus> status;
    if (*action == "approve") status = RefundStatus::Success;
    if (*action == "cancel") status = RefundStatus::Cancelled;
    if (*action == "hold") status = RefundStatus::OnHold;
    if (!status) return refuse(400, "action is approve, cancel or hold");
    return world.act([&](State& state, EpochMs now_ms) {
        const auto refund =
            state.model.settle_refund(parameters.find("refund_id")->second, *status, now_ms);
        if (!refund) return refuse(refund.error());
        return json(200, wire::document_of(*refund));
    });
}

Response resend(World& world, const Request& request) {
    const auto asked = wire::read_resend(request.body);
    if (!asked) return refuse(400, asked.error());
    return world.act([&](State& state, EpochMs now_ms) {
        std::int64_t sent = 0;
        if (asked->test && !state.settings.webhook_url.empty()) {
            const auto webhook = wire::test_webhook(now_ms);
            Delivery delivery;
            delivery.url = state.settings.webhook_url;
            delivery.type = webhook.type;
            delivery.body = webhook.body;
            delivery.created_at_ms = now_ms;
            delivery.due_at_ms = now_ms;
            state.deliveries.add(std::move(delivery));
            ++sent;
        }
        std::vector<std::uint64_t> ids;
        for (const auto& [id, delivery] : state.deliveries.all()) {
            const bool wanted = asked->delivery_id == id ||
                                (!asked->order_id.empty() && asked->order_id == delivery.order_id);
            if (wanted) ids.push_back(id);
        }
        for (const auto id : ids) sent += state.deliveries.resend(id, now_ms) ? 1 : 0;
        return sent == 0 ? refuse(404, "no such webhook")
                         : json(200, wire::control_number("sent", sent));
    });
}

/// A pasted link's payment: what scanning a code does on a phone.
Response open_link(World& world, const Request& request) {
    const auto link = wire::read_text(request.body, "link");
    if (!link) return refuse(400, link.error());
    return world.act([&](State& state, EpochMs) {
        const auto name = payment_named_by(*link);
        const auto* payment = state.model.payment(name);
        if (payment == nullptr) payment = state.model.payment_of_reference(name);
        if (payment == nullptr) return refuse(404, "this link is not of this sandbox");
        return json(200, wire::control_text("cf_payment_id", payment->cf_payment_id));
    });
}

Response reset(World& world) {
    world.reset();
    return json(200, "{}");
}

}  // namespace

void add_control_routes(http::Router& router, World& world) {
    const auto add = [&](const char* method, const char* pattern, auto handler) {
        router.add(
            method,
            pattern,
            [handler](
                const PathParameters& parameters, Request&& request, const http::Responder& out
            ) { out.send(handler(parameters, request)); }
        );
    };
    using P = const PathParameters&;
    using R = const Request&;
    add("GET", "/sandbox/state", [&world](P, R request) { return show_state(world, request); });
    add("GET", "/sandbox/requests", [&world](P, R) { return show_requests(world); });
    add("GET", "/sandbox/faults", [&world](P, R) { return show_faults(world); });
    add("POST", "/sandbox/faults", [&world](P, R request) { return add_faults(world, request); });
    add("DELETE", "/sandbox/faults", [&world](P, R) { return clear_faults(world); });
    add("GET", "/sandbox/settings", [&world](P, R) { return show_settings(world); });
    add("POST", "/sandbox/settings", [&world](P, R request) {
        return change_settings(world, request);
    });
    add("POST", "/sandbox/clock", [&world](P, R request) { return advance_clock(world, request); });
    add("POST", "/sandbox/payments/{cf_payment_id}", [&world](P parameters, R request) {
        return act_on_payment(world, parameters, request);
    });
    add("POST", "/sandbox/refunds/{refund_id}", [&world](P parameters, R request) {
        return act_on_refund(world, parameters, request);
    });
    add("POST", "/sandbox/webhooks/resend", [&world](P, R request) {
        return resend(world, request);
    });
    add("POST", "/sandbox/open", [&world](P, R request) { return open_link(world, request); });
    add("POST", "/sandbox/reset", [&world](P, R) { return reset(world); });
}

}  // namespace sandbox
