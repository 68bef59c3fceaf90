#include "sandbox/operations.h"

#include <algorithm>
#include <charconv>

#include "sandbox/order_wire.h"
#include "sandbox/payment_wire.h"
#include "sandbox/refund_wire.h"
#include "sandbox/test_ids.h"

namespace sandbox {
namespace {

const std::string& parameter(const Asked& asked, std::string_view name) {
    return asked.parameters.find(name)->second;
}

Done done(std::string body) {
    Done result;
    result.body = std::move(body);
    return result;
}

Done create_order(State& state, const Asked& asked) {
    auto order = wire::read_new_order(asked.body, asked.now_ms);
    if (!order) return refusal(order.error());
    const auto made = state.model.create_order(std::move(*order), asked.now_ms);
    if (!made) return refusal(error_of(made.error()));
    return done(wire::order_text(*made));
}

Done terminate(State& state, const Asked& asked) {
    const auto read = wire::read_terminate(asked.body);
    if (!read) return refusal(read.error());
    const auto order = state.model.terminate(parameter(asked, "order_id"));
    if (!order) return refusal(error_of(order.error()));
    return done(wire::order_text(*order));
}

Distortion distortion_of(State& state, const Asked& asked, const Payment& payment) {
    const Place place{word(asked.endpoint), payment.order_id, {}};
    const auto strikes = [&](Fault fault) { return state.faults.take(fault, place).has_value(); };
    Distortion distortion;
    distortion.numeric_cf_payment_id = strikes(Fault::NumericCfPaymentId);
    distortion.null_upi_channel = strikes(Fault::NullUpiChannel);
    distortion.unknown_status = strikes(Fault::UnknownStatus);
    if (const auto rule = state.faults.take(Fault::AmountDifferent, place)) {
        const auto more = rule->value == 0 ? -100 : rule->value;
        distortion.amount = Money::from_paise(payment.amount.paise() + more);
    }
    return distortion;
}

Done payments(State& state, const Asked& asked, const Order& order) {
    std::vector<wire::PaymentView> views;
    for (const auto* payment : state.model.payments_of(order.order_id)) {
        views.push_back({payment, distortion_of(state, asked, *payment)});
    }
    return done(wire::payments_text(order, views));
}

Done payment(State& state, const Asked& asked, const Order& order) {
    const auto& id = parameter(asked, "cf_payment_id");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error == std::errc::result_out_of_range) {
        return refusal(refused("payment_get_failed", "cf_payment_id is out of range"));
    }
    if (error != std::errc{} || end != id.data() + id.size()) {
        return refusal(field_invalid("payment_id", "numeric", id));
    }
    const auto* found = state.model.payment(id);
    if (found == nullptr || found->order_id != order.order_id) {
        return refusal(error_of(ModelError::PaymentNotFound));
    }
    return done(wire::payment_text(order, {found, distortion_of(state, asked, *found)}));
}

Done create_refund(State& state, const Asked& asked) {
    auto refund = wire::read_refund(asked.body);
    if (!refund) return refusal(refund.error());
    refund->order_id = parameter(asked, "order_id");
    refund->delay_ms = state.settings.refund_delay_ms;
    const auto made = state.model.refund(*refund, asked.now_ms);
    if (!made) return refusal(error_of(made.error()));
    return done(wire::refund_text(*made));
}

Done simulate(State& state, const Asked& asked) {
    const auto request = wire::read_simulate(asked.body);
    if (!request) return refusal(request.error());
    if (state.model.payment(request->cf_payment_id) == nullptr) {
        return refusal(error_of(ModelError::EntityNotFound));
    }
    auto outcome = success_outcome();
    if (request->status == PaymentStatus::Failed) {
        outcome = failure_outcome(request->error_code.value_or(""));
    } else if (request->status == PaymentStatus::UserDropped) {
        outcome = dropped_outcome();
    } else if (request->status == PaymentStatus::Pending) {
        outcome = Outcome{};
        outcome.status = PaymentStatus::Pending;
        outcome.message = "Transaction pending";
    }
    const auto settled = state.model.settle(request->cf_payment_id, outcome, asked.now_ms);
    if (!settled) return refusal(error_of(settled.error()));
    Simulation simulation;
    simulation.entity_id = request->cf_payment_id;
    simulation.payment_status = word(request->status);
    simulation.payment_error_code = request->error_code;
    return done(wire::simulation_text(*state.model.record_simulation(std::move(simulation))));
}

/// The reads below an order, which all fail alike when there is no such order.
Done read_of_order(State& state, const Asked& asked) {
    const auto* order = state.model.order(parameter(asked, "order_id"));
    if (order == nullptr) return refusal(error_of(ModelError::OrderNotFound));
    if (asked.endpoint == Endpoint::GetOrder) return done(wire::order_text(*order));
    if (asked.endpoint == Endpoint::GetPayments) return payments(state, asked, *order);
    if (asked.endpoint == Endpoint::GetPayment) return payment(state, asked, *order);
    if (asked.endpoint == Endpoint::GetRefunds) {
        return done(wire::refunds_text(state.model.refunds_of(order->order_id)));
    }
    const auto* refund = state.model.refund_of(order->order_id, parameter(asked, "refund_id"));
    if (refund == nullptr) return refusal(error_of(ModelError::RefundNotFound));
    return done(wire::refund_text(*refund));
}

Done simulation(State& state, const Asked& asked) {
    const auto* found = state.model.simulation(parameter(asked, "simulation_id"));
    if (found == nullptr) return refusal(error_of(ModelError::SimulationNotFound));
    return done(wire::simulation_text(*found));
}

}  // namespace

Done refusal(const ApiError& error) {
    Done result;
    result.status = error.status;
    result.body = wire::error_text(error);
    // Of refusals, those after the JSON was read are remembered (§1.4).
    result.cached = error.status < 500 && error.code != "request_failed";
    return result;
}

Done operate(State& state, const Asked& asked) {
    switch (asked.endpoint) {
        case Endpoint::CreateOrder:
            return create_order(state, asked);
        case Endpoint::TerminateOrder:
            return terminate(state, asked);
        case Endpoint::OrderPay:
            return order_pay(state, asked);
        case Endpoint::GetOrder:
        case Endpoint::GetPayments:
        case Endpoint::GetPayment:
        case Endpoint::GetRefunds:
        case Endpoint::GetRefund:
            return read_of_order(state, asked);
        case Endpoint::CreateRefund:
            return create_refund(state, asked);
        case Endpoint::Simulate:
            return simulate(state, asked);
        case Endpoint::GetSimulation:
            return simulation(state, asked);
        case Endpoint::Unknown:
            return refusal(bad_url());
    }
    return refusal(internal_error());
}

}  // namespace sandbox
