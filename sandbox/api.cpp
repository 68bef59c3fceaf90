#include "sandbox/api.h"

#include <array>

#include "sandbox/errors.h"
#include "sandbox/operations.h"
#include "sandbox/order_wire.h"

namespace sandbox {
namespace {

constexpr std::string_view kVersion = "2023-08-01";

/// What one request has come to know of itself on its way in.
struct Visit {
    State& state;
    Endpoint endpoint;
    const http::PathParameters& parameters;
    const http::Request& request;
    EpochMs now_ms;
    std::string order_id;
    Allowance allowance;
    bool limited = false;
    bool replayed = false;
    std::string request_id;

    Place place() const { return {word(endpoint), order_id, {}}; }
};

/// So that a rule for one order strikes its calls, also where the address does not name it.
std::string order_named_by(
    const State& state,
    Endpoint endpoint,
    const http::PathParameters& parameters,
    const std::string& body
) {
    const auto named = parameters.find("order_id");
    if (named != parameters.end()) return named->second;
    if (endpoint == Endpoint::CreateOrder) return wire::peek(body, "order_id");
    if (endpoint != Endpoint::OrderPay) return {};
    const auto* order = state.model.order_of_session(wire::peek(body, "payment_session_id"));
    return order == nullptr ? std::string{} : order->order_id;
}

std::string_view header(const http::Request& request, std::string_view name) {
    return request.headers.find(name).value_or(std::string_view{});
}

bool is_write(Endpoint endpoint) {
    switch (endpoint) {
        case Endpoint::CreateOrder:
        case Endpoint::TerminateOrder:
        case Endpoint::OrderPay:
        case Endpoint::CreateRefund:
        case Endpoint::Simulate:
            return true;
        case Endpoint::GetOrder:
        case Endpoint::GetPayments:
        case Endpoint::GetPayment:
        case Endpoint::GetRefunds:
        case Endpoint::GetRefund:
        case Endpoint::GetSimulation:
        case Endpoint::Unknown:
            return false;
    }
    return false;
}

std::optional<Done> version_problem(const Visit& visit) {
    const auto version = header(visit.request, "x-api-version");
    if (version.empty()) return refusal(version_missing());
    if (version != kVersion) return refusal(version_invalid(version));
    return std::nullopt;
}

std::optional<Done> credential_problem(const Visit& visit) {
    // "Exactly two have empty security" (§1.2); keys sent there are ignored.
    if (visit.endpoint == Endpoint::OrderPay) return std::nullopt;
    const bool known = header(visit.request, "x-client-id") == visit.state.client_id &&
                       header(visit.request, "x-client-secret") == visit.state.client_secret;
    if (known) return std::nullopt;
    return refusal(authentication_failed());
}

std::optional<Done> rate_problem(Visit& visit) {
    const auto& who =
        visit.endpoint == Endpoint::OrderPay ? visit.request.peer_address : visit.state.client_id;
    visit.allowance = visit.state.limiter.take(
        visit.state.settings.rate_limits, visit.endpoint, who, visit.now_ms
    );
    visit.limited = visit.allowance.limit > 0;
    const auto fault = visit.state.faults.take(Fault::RateLimited, visit.place());
    if (fault) {
        visit.limited = true;
        visit.allowance.allowed = false;
        visit.allowance.remaining = 0;
        visit.allowance.retry_s = fault->value == 0 ? 2 : static_cast<int>(fault->value);
        if (visit.allowance.limit == 0) visit.allowance.limit = 100;
    }
    if (visit.allowance.allowed) return std::nullopt;
    return refusal(too_many_requests());
}

std::string scope_of(const Visit& visit) {
    // The address names the order or the refund; Order Pay has no credentials to be scoped by.
    auto scope = visit.request.method + ":" + std::string{visit.request.path()};
    return visit.endpoint == Endpoint::OrderPay ? scope : scope + ":" + visit.state.client_id;
}

Done carry_out(Visit& visit) {
    auto& state = visit.state;
    const Asked asked{visit.endpoint, visit.parameters, visit.request.body, visit.now_ms};
    const std::string key{header(visit.request, "x-idempotency-key")};
    if (key.empty() || !is_write(visit.endpoint)) return operate(state, asked);
    if (state.faults.take(Fault::IgnoreIdempotencyKeys, visit.place()))
        return operate(state, asked);
    const auto scope = scope_of(visit);
    if (const auto* known = state.replays.find(scope, key, visit.now_ms)) {
        if (known->request_body != visit.request.body) return refusal(idempotency_mismatch());
        visit.replayed = true;
        Done result;
        result.status = known->status;
        result.body = known->response_body;
        return result;
    }
    auto result = operate(state, asked);
    if (result.cached) {
        const Replay replay{
            scope, key, visit.request.body, result.status, result.body, visit.now_ms};
        state.new_replays.push_back(state.replays.keep(replay));
    }
    return result;
}

void add_headers(const Visit& visit, http::Response& response) {
    auto& headers = response.headers;
    const bool html = response.body.starts_with("<html>");
    headers.add("Content-Type", html ? "text/html" : "application/json");
    headers.add("x-api-version", std::string{kVersion});
    headers.add("x-request-id", visit.request_id);
    const auto key = header(visit.request, "x-idempotency-key");
    if (!key.empty()) {
        headers.add("x-idempotency-key", std::string{key});
        headers.add("x-idempotency-replayed", visit.replayed ? "true" : "false");
    }
    if (!visit.limited) return;
    headers.add("x-ratelimit-limit", std::to_string(visit.allowance.limit));
    headers.add("x-ratelimit-remaining", std::to_string(visit.allowance.remaining));
    headers.add("x-ratelimit-retry", std::to_string(visit.allowance.retry_s));
    headers.add("x-ratelimit-type", visit.endpoint == Endpoint::OrderPay ? "ip" : "app_id");
}

/// Answers that stand in for the real one. The rule says whether the request is carried out.
std::optional<std::pair<FaultRule, Done>> broken_answer(Visit& visit) {
    auto& faults = visit.state.faults;
    if (auto rule = faults.take(Fault::InternalError, visit.place())) {
        return {{*rule, refusal(internal_error())}};
    }
    if (auto rule = faults.take(Fault::BankProcessingFailure, visit.place())) {
        return {{*rule, refusal(bank_failure())}};
    }
    if (auto rule = faults.take(Fault::HtmlBody, visit.place())) {
        Done page;
        page.status = rule->value == 0 ? 502 : static_cast<int>(rule->value);
        page.body =
            "<html><head><title>502 Bad Gateway</title></head>"
            "<body><h1>502 Bad Gateway</h1></body></html>";
        return {{*rule, page}};
    }
    return std::nullopt;
}

void log_call(Visit& visit, const Done& result, bool dropped) {
    if (visit.endpoint != Endpoint::OrderPay) return;
    // By name: the credentials are x-client- headers too, and must not be kept.
    constexpr std::array<std::string_view, 6> kKept = {
        "x-client-device",
        "x-client-os",
        "x-client-browser",
        "x-client-rendering-type",
        "x-request-id",
        "x-api-version"};
    Call call;
    call.at_ms = visit.now_ms;
    if (const auto key = visit.request.headers.find("x-idempotency-key")) {
        call.idempotency_key = std::string{*key};
    }
    for (const auto name : kKept) {
        if (const auto value = visit.request.headers.find(name)) {
            call.headers.emplace_back(std::string{name}, std::string{*value});
        }
    }
    call.credentials_sent = visit.request.headers.find("x-client-secret").has_value();
    call.body = visit.request.body;
    call.status = dropped ? 0 : result.status;
    call.order_id = visit.order_id;
    call.cf_payment_id = result.cf_payment_id;
    call.replayed = visit.replayed;
    visit.state.add_call(std::move(call));
}

Done pass(Visit& visit) {
    if (auto problem = version_problem(visit)) return *problem;
    if (visit.endpoint == Endpoint::Unknown) return refusal(bad_url());
    if (auto problem = credential_problem(visit)) return *problem;
    if (auto problem = rate_problem(visit)) return *problem;
    if (auto broken = broken_answer(visit)) {
        if (!broken->first.accepted) return broken->second;
        auto carried_out = carry_out(visit);
        carried_out.status = broken->second.status;
        carried_out.body = broken->second.body;
        return carried_out;
    }
    return carry_out(visit);
}

std::string made_request_id(const State& state, EpochMs now_ms) {
    // 32 hex digits, as peers see when they send none.
    constexpr std::string_view kHex = "0123456789abcdef";
    auto mixed = static_cast<std::uint64_t>(now_ms) * 0x9E3779B97F4A7C15ULL + state.calls_total;
    std::string text;
    for (int i = 0; i < 32; ++i) {
        mixed ^= mixed << 13;
        mixed ^= mixed >> 7;
        mixed ^= mixed << 17;
        text += kHex[mixed % 16];
    }
    return text;
}

}  // namespace

Answer answer(
    State& state,
    Endpoint endpoint,
    const http::PathParameters& parameters,
    const http::Request& request,
    EpochMs now_ms
) {
    Visit visit{
        state,
        endpoint,
        parameters,
        request,
        now_ms,
        order_named_by(state, endpoint, parameters, request.body),
        {},
        false,
        false,
        std::string{header(request, "x-request-id")}};
    if (visit.request_id.empty()) visit.request_id = made_request_id(state, now_ms);
    Answer answer;
    if (state.faults.take(Fault::DropBeforeAccept, visit.place())) {
        answer.drop = true;
        log_call(visit, {}, true);
        return answer;
    }
    const auto result = pass(visit);
    answer.drop = state.faults.take(Fault::DropAfterAccept, visit.place()).has_value();
    if (const auto slow = state.faults.take(Fault::Slow, visit.place())) {
        answer.delay_ms = slow->value == 0 ? 1'000 : slow->value;
    }
    answer.after_delivery = result.after_delivery;
    answer.response.status = result.status;
    answer.response.body = result.body;
    add_headers(visit, answer.response);
    log_call(visit, result, answer.drop);
    return answer;
}

}  // namespace sandbox
