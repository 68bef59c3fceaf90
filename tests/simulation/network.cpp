#include "tests/simulation/network.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "http/text.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

using sandbox::Endpoint;

/// How long after the end of a call it may still reach the gateway.
constexpr std::int64_t kLateMs = 12'000;

struct Route {
    Endpoint endpoint = Endpoint::Unknown;
    http::PathParameters parameters;
};

/// "/orders/{id}/payments" and the like, as sandbox/app.cpp routes them.
Route route_of(const std::string& method, std::string_view path) {
    Route route;
    constexpr std::string_view kOrders = "/orders";
    if (!path.starts_with(kOrders)) return route;
    path.remove_prefix(kOrders.size());
    if (path.empty()) {
        route.endpoint = Endpoint::CreateOrder;
        return route;
    }
    path.remove_prefix(1);
    const auto slash = path.find('/');
    const auto id = path.substr(0, slash);
    if (id == "sessions") {
        route.endpoint = Endpoint::OrderPay;
        return route;
    }
    route.parameters.emplace("order_id", std::string{id});
    const auto rest = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (rest.empty()) {
        route.endpoint = method == "PATCH" ? Endpoint::TerminateOrder : Endpoint::GetOrder;
    } else if (rest == "payments") {
        route.endpoint = Endpoint::GetPayments;
    } else if (rest == "refunds") {
        route.endpoint = method == "POST" ? Endpoint::CreateRefund : Endpoint::GetRefunds;
    } else if (rest.starts_with("refunds/")) {
        route.endpoint = Endpoint::GetRefund;
        route.parameters.emplace("refund_id", std::string{rest.substr(8)});
    }
    return route;
}

Money money_of(const nlohmann::json& rupees) {
    return *Money::from_paise(static_cast<std::int64_t>(rupees.get<double>() * 100 + 0.5));
}

/// What is known of the order that has this id and this sum, if there is one.
OrderFacts* facts_of_right_sum(Ledger& ledger, const nlohmann::json& order) {
    const auto found = ledger.orders.find(order.at("order_id").get<std::string>());
    const bool right =
        found != ledger.orders.end() && money_of(order.at("order_amount")) == found->second.amount;
    return right ? &found->second : nullptr;
}

void note_success(Ledger& ledger, const nlohmann::json& order, const nlohmann::json& payment) {
    if (payment.value("payment_status", "") != "SUCCESS") return;
    auto* const facts = facts_of_right_sum(ledger, order);
    if (facts == nullptr) return;
    const auto& id = payment.at("cf_payment_id");
    auto& told = facts->successes_told[id.is_string() ? id.get<std::string>() : id.dump()];
    told = std::max(told, money_of(payment.at("payment_amount")));
}

bool is_order_pay(const http::ClientRequest& request) {
    return request.url.ends_with("/orders/sessions");
}

tl::unexpected<http::ClientError> failed(http::ClientError error) { return tl::unexpected{error}; }

}  // namespace

Network::Outcome Network::send(const http::ClientRequest& request) {
    return request.url == kShop ? tell_shop(request) : call_gateway(request);
}

Network::Outcome Network::call_gateway(const http::ClientRequest& request) {
    auto& dice = world_.dice();
    const auto& weather = world_.weather();
    const Process& process = world_.running();
    const auto deadline = request.timeout.count();
    const auto began = world_.now();
    const auto is_long_dead = [this](EpochMs died_at) {
        return died_at != 0 && world_.now() - died_at > kLateMs;
    };
    const auto end = [&](std::int64_t ms, http::ClientError error) -> Outcome {
        world_.pass_time(ms);
        world_.go_on(process);
        return failed(error);
    };
    if (dice.strikes(weather.call_not_sent)) {
        return end(dice.between(1, 3'000), http::ClientError::NotSent);
    }
    note_sent(request);
    if (dice.strikes(weather.call_lost)) return end(deadline, http::ClientError::MaybeSent);
    if (dice.strikes(weather.call_late)) {
        // Within the time in which nobody concludes that it never arrived (UNCLEAR_GRACE_MS), which
        // begins when the caller's patience ends, or its life.
        const auto late = dice.between(1, kLateMs);
        world_.after(deadline + late, [this, is_long_dead, request, died_at = process.died_at] {
            if (!is_long_dead(*died_at)) carry_out(request);
        });
        return end(deadline, http::ClientError::MaybeSent);
    }
    const auto there = dice.between(5, 60);
    world_.pass_time(there);
    // What went on meanwhile took longer than any call may be on its way.
    if (world_.now() - began > deadline) return end(0, http::ClientError::MaybeSent);
    // The process may have died with the request on the wire, or before.
    if (process.dead && !is_long_dead(*process.died_at) && dice.strikes(500)) carry_out(request);
    world_.go_on(process);
    break_answer();
    const auto answer = carry_out(request);
    auto back = dice.between(10, 400) + answer.delay_ms;
    if (dice.strikes(weather.answer_slow)) back += dice.between(1'000, 40'000);
    if (answer.after_delivery != 0) back += dice.between(1, 3'000);
    if (there + back > deadline) return end(deadline - there, http::ClientError::MaybeSent);
    world_.pass_time(back);
    world_.go_on(process);
    const bool too_late = world_.now() - began > deadline;
    if (too_late || answer.drop || dice.strikes(weather.answer_lost)) {
        return failed(http::ClientError::MaybeSent);
    }
    note_told(answer.response.body);
    note_undone(answer.response.body);
    if (is_order_pay(request)) note_pay_answer(request, answer.response.status);
    return http::ClientResponse{
        answer.response.status, answer.response.headers, answer.response.body};
}

/// The sandbox's own faults, one at a time, so that the bytes are the sandbox's.
void Network::break_answer() {
    auto& dice = world_.dice();
    const auto& weather = world_.weather();
    sandbox::FaultRule rule;
    if (dice.strikes(weather.answer_refused)) {
        rule.fault = sandbox::Fault::RateLimited;
        rule.value = dice.between(1, 30);
    } else if (dice.strikes(weather.answer_broken)) {
        rule.fault = dice.one_of<sandbox::Fault>(
            {sandbox::Fault::InternalError,
             sandbox::Fault::HtmlBody,
             sandbox::Fault::BankProcessingFailure}
        );
        if (rule.fault == sandbox::Fault::HtmlBody) {
            rule.value = dice.one_of<std::int64_t>({200, 502, 503, 504});
        }
        // The bank's refusal is definite (facts/cashfree.md §3.5); the others may hide a success.
        rule.accepted = rule.fault != sandbox::Fault::BankProcessingFailure && dice.strikes(500);
    } else {
        return;
    }
    world_.gateway().faults.add(rule);
}

sandbox::Answer Network::carry_out(const http::ClientRequest& request) {
    auto& state = world_.gateway();
    const auto now = world_.now();
    state.advance_to(now);
    const std::string base = std::string{kGateway} + "/pg";
    auto route = route_of(request.method, std::string_view{request.url}.substr(base.size()));
    http::Request received;
    received.method = request.method;
    received.target = request.url.substr(std::string_view{kGateway}.size());
    received.headers = request.headers;
    for (const auto& secret : request.secret_headers) {
        received.headers.add(secret.name, std::string{secret.value});
    }
    received.body = request.body;
    received.peer_address = "192.0.2.1";
    const bool refunds = route.endpoint == Endpoint::CreateRefund;
    if (refunds) {
        state.settings.refund_delay_ms = refund_delay();
        if (world_.dice().strikes(world_.weather().refund_key_forgotten)) {
            sandbox::FaultRule forgotten;
            forgotten.fault = sandbox::Fault::IgnoreIdempotencyKeys;
            state.faults.add(forgotten);
        }
    }
    const auto refunds_before = state.model.refunds().size();
    auto answer = sandbox::answer(state, route.endpoint, route.parameters, received, now);
    state.tell(now);
    note_accepted(request);
    world_.story().tell(
        now, "gateway", sandbox::word(route.endpoint), answer.response.status, answer.drop ? 1 : 0
    );
    if (refunds && state.model.refunds().size() > refunds_before) {
        follow_refund(*state.model.refunds_of(route.parameters.at("order_id")).back());
    }
    return answer;
}

std::int64_t Network::refund_delay() {
    auto& dice = world_.dice();
    return dice.strikes(world_.weather().refund_slow) ? dice.between(10'000, 1'200'000) : 1'500;
}

void Network::follow_refund(const sandbox::Refund& refund) {
    world_.story().tell(
        world_.now(), "gateway refunds", refund.order_id, refund.refund_id, refund.amount.paise()
    );
    world_.inspector().refund_was_made(refund);
    auto& dice = world_.dice();
    const auto settle = [this,
                         id = refund.refund_id](std::int64_t in_ms, sandbox::RefundStatus status) {
        world_.after(in_ms, [this, id, status] {
            auto& state = world_.gateway();
            state.advance_to(world_.now());
            const auto settled = state.model.settle_refund(id, status, world_.now());
            if (!settled) return;
            world_.story().tell(world_.now(), "gateway settles", id, sandbox::word(status));
            world_.let_gateway_act();
        });
    };
    const auto soon = dice.between(0, refund.due_at_ms - refund.created_at_ms);
    if (dice.strikes(world_.weather().refund_cancelled)) {
        settle(soon, sandbox::RefundStatus::Cancelled);
    } else if (dice.strikes(world_.weather().refund_held)) {
        settle(soon, sandbox::RefundStatus::OnHold);
        // Somebody looks at it some day, or nobody ever does.
        const auto later = soon + dice.between(60'000, 7'200'000);
        const auto word = dice.between(0, 2);
        if (word == 0) settle(later, sandbox::RefundStatus::Success);
        if (word == 1) settle(later, sandbox::RefundStatus::Cancelled);
    }
}

/// Every Order Pay call that may reach the gateway: one key for each click, and a collect request
/// is never sent again once its fate is unknown (product.md §2).
void Network::note_sent(const http::ClientRequest& request) {
    if (!is_order_pay(request)) return;
    const std::string key{request.headers.find("x-idempotency-key").value_or("")};
    for (auto& [order_id, facts] : world_.ledger().orders) {
        const auto* order = world_.gateway().model.order(order_id);
        if (order == nullptr || request.body.find(order->payment_session_id) == std::string::npos) {
            continue;
        }
        world_.inspector().order_pay_sent(order_id, key, request.body);
        if (request.body.find("\"collect\"") == std::string::npos) return;
        if (!facts.collect_sent.insert(key).second) {
            throw Violation{"a collect call was sent again: " + order_id + " key " + key};
        }
        return;
    }
    throw Violation{"an Order Pay call of no order: key " + key};
}

/// What became of an Order Pay call over there, whatever is heard of it here.
void Network::note_accepted(const http::ClientRequest& request) {
    if (!is_order_pay(request) || world_.gateway().calls.empty()) return;
    const auto& call = world_.gateway().calls.back();
    if (call.cf_payment_id.empty() || !call.idempotency_key) return;
    world_.ledger().orders[call.order_id].accepted.insert(*call.idempotency_key);
    world_.inspector().order_pay_accepted(call.order_id, *call.idempotency_key);
}

void Network::note_pay_answer(const http::ClientRequest& request, int status) {
    // Refused at the door: the next call with this key is the first.
    if (status != 429 && status != 401 && status != 403) return;
    const std::string key{request.headers.find("x-idempotency-key").value_or("")};
    for (auto& [order_id, facts] : world_.ledger().orders) facts.collect_sent.erase(key);
}

/// A list that says of payments that they failed or were given back.
void Network::note_undone(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_array()) return;
    for (const auto& payment : json) {
        const auto word = payment.value("payment_status", "");
        if (word != "FAILED" && word != "CANCELLED") continue;
        const auto& id = payment.at("cf_payment_id");
        world_.inspector().taking_back_told(
            payment.value("order_id", ""), id.is_string() ? id.get<std::string>() : id.dump()
        );
    }
}

/// Trusted bytes on their way into the server: from now on it may know of a success of the sum they
/// tell. What they say of an order of another sum, or under a type that says otherwise, it may not
/// believe.
void Network::note_told(const std::string& body) {
    if (body.find("SUCCESS") == std::string::npos && body.find("\"PAID\"") == std::string::npos) {
        return;
    }
    auto& ledger = world_.ledger();
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (json.is_array()) {
        for (const auto& payment : json) note_success(ledger, payment, payment);
    }
    if (!json.is_object()) return;
    if (json.value("type", "") == "PAYMENT_SUCCESS_WEBHOOK") {
        note_success(ledger, json.at("data").at("order"), json.at("data").at("payment"));
    }
    if (json.value("order_status", "") != "PAID") return;
    if (auto* const facts = facts_of_right_sum(ledger, json)) facts->paid_told = true;
}

Network::Outcome Network::tell_shop(const http::ClientRequest& request) {
    auto& dice = world_.dice();
    const Process& process = world_.running();
    const bool down = dice.strikes(world_.weather().shop_down);
    const auto how = down ? dice.between(0, 3) : 0;
    world_.pass_time(down && how == 1 ? request.timeout.count() : dice.between(5, 300));
    world_.go_on(process);
    if (down && how == 0) return failed(http::ClientError::NotSent);
    if (down && how == 1) return failed(http::ClientError::MaybeSent);
    if (down && how == 2) return http::ClientResponse{503, {}, {}};
    auto answer = world_.shop().receive(request);
    world_.pass_time(dice.between(5, 300));
    world_.go_on(process);
    // Heard, but the answer is lost: the same webhook-id comes again.
    if (down) return failed(http::ClientError::MaybeSent);
    return answer;
}

}  // namespace chukta::simulation
