// POST /orders/sessions (facts/cashfree.md §3).
#include "sandbox/links.h"
#include "sandbox/operations.h"
#include "sandbox/payment_wire.h"
#include "sandbox/png.h"
#include "sandbox/test_ids.h"

namespace sandbox {
namespace {

/// "Amount cap in a table: 1,000,000" (§3).
constexpr std::int64_t kPaiseMax = 100'000'000;

/// What only the sandbox knows to refuse, before the order is looked at.
std::optional<ApiError> refusal_of_collect(
    State& state, const wire::PayRequest& request, const Place& place
) {
    if (request.channel != Channel::Collect) return std::nullopt;
    // The real answer to a blocked collect was not found; this one is inferred (§8).
    if (state.faults.take(Fault::CollectBlocked, place)) {
        return refused(
            "payment_method_unsupported", "UPI collect is not supported for this transaction"
        );
    }
    const auto* test_id = find_test_id(*request.upi_id);
    const bool strict = test_id == nullptr && state.faults.take(Fault::StrictIds, place);
    if (strict) {
        return refused(
            "upi_id_invalid", "Invalid UPI ID entered. Valid test UPI IDs are: " + test_id_list()
        );
    }
    if (test_id != nullptr && test_id->plan == TestPlan::Refuse) {
        return refused("upi_id_invalid", "Invalid UPI ID entered");
    }
    return std::nullopt;
}

NewPayment new_payment(const State& state, const wire::PayRequest& request) {
    NewPayment asked;
    asked.payment_session_id = request.payment_session_id;
    asked.channel = request.channel;
    asked.expiry_minutes = request.expiry_minutes;
    asked.close_out_ms = state.settings.close_out_ms;
    if (request.channel != Channel::Collect) return asked;
    asked.upi_id = request.upi_id;
    if (const auto* test_id = find_test_id(*request.upi_id)) {
        asked.planned = test_id->outcome;
        asked.planned_delay_ms = state.settings.collect_success_delay_ms;
    }
    return asked;
}

std::string qr_image(State& state, const Payment& payment, const Place& place) {
    if (state.faults.take(Fault::UnreadableQr, place)) return unreadable_png();
    auto amount = payment.amount;
    if (state.faults.take(Fault::WrongAmountQr, place)) {
        amount = Money::from_paise(amount.paise() + 100).value_or(amount);
    }
    return qr_png(qr_text(state.merchant, state.settings.link_mode, payment, amount));
}

std::string answer_text(
    State& state,
    const wire::PayRequest& request,
    const Order& order,
    const Payment& payment,
    const Place& place
) {
    const bool numeric = state.faults.take(Fault::NumericCfPaymentId, place).has_value();
    switch (payment.channel) {
        case Channel::Link:
            return wire::link_answer(
                payment, links_of(state.merchant, state.settings.link_mode, order, payment), numeric
            );
        case Channel::QrCode:
            return wire::qr_answer(payment, png_data_uri(qr_image(state, payment, place)), numeric);
        case Channel::Collect: {
            std::optional<std::string> page;
            if (request.wants_waiting_page) page = web_url(state.merchant, order, payment);
            return wire::collect_answer(payment, page, numeric);
        }
    }
    return {};
}

}  // namespace

Done order_pay(State& state, const Asked& asked) {
    const auto request = wire::read_pay(asked.body);
    if (!request) return refusal(request.error());
    const auto* order = state.model.order_of_session(request->payment_session_id);
    if (order == nullptr) return refusal(error_of(ModelError::SessionInvalid));
    const Place place{word(Endpoint::OrderPay), order->order_id, {}};
    const auto refuse = [&](const ApiError& error) {
        auto result = refusal(error);
        result.order_id = order->order_id;
        return result;
    };
    if (const auto error = refusal_of_collect(state, *request, place)) return refuse(*error);
    if (order->amount.paise() > kPaiseMax) {
        return refuse(field_invalid("order_amount", "at most 1000000", order->amount.rupees()));
    }
    const auto payment = state.model.pay(new_payment(state, *request), asked.now_ms);
    if (!payment) return refuse(error_of(payment.error()));
    Done result;
    result.order_id = order->order_id;
    result.cf_payment_id = payment->cf_payment_id;
    result.body = answer_text(state, *request, *order, *payment, place);
    if (state.faults.take(Fault::WebhookBeforeReply, place)) {
        auto outcome = success_outcome();
        outcome.payer = "customer@upi";
        const auto settled = state.model.settle(payment->cf_payment_id, outcome, asked.now_ms);
        const auto deliveries = settled ? state.tell(asked.now_ms) : std::vector<std::uint64_t>{};
        if (!deliveries.empty()) result.after_delivery = deliveries.front();
    }
    return result;
}

}  // namespace sandbox
