#include "sandbox/view_wire.h"

#include "sandbox/control_wire.h"
#include "sandbox/json_wire.h"
#include "sandbox/state_wire.h"

namespace sandbox::wire {
namespace {

template <class Entity>
Json as_json(const Entity& entity) {
    return Json::parse(document_of(entity));
}

std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string state_view(
    const State& state, std::string_view order_id, EpochMs now_ms, std::int64_t offset_ms
) {
    const auto wanted = [&](const std::string& id) { return order_id.empty() || id == order_id; };
    auto orders = Json::array();
    auto payments = Json::array();
    auto refunds = Json::array();
    auto calls = Json::array();
    auto deliveries = Json::array();
    for (const auto& [id, order] : state.model.orders()) {
        if (!wanted(id)) continue;
        orders.push_back(as_json(order));
        for (const auto* payment : state.model.payments_of(id))
            payments.push_back(as_json(*payment));
        for (const auto* refund : state.model.refunds_of(id)) refunds.push_back(as_json(*refund));
    }
    for (const auto& call : state.calls) {
        if (wanted(call.order_id)) calls.push_back(as_json(call));
    }
    for (const auto& [id, delivery] : state.deliveries.all()) {
        if (wanted(delivery.order_id)) deliveries.push_back(as_json(delivery));
    }
    const auto ledger = state.model.ledger();
    return text_of(Json{
        {"now_ms", now_ms},
        {"clock_offset_ms", offset_ms},
        {"settings", Json::parse(document_of(state.settings))},
        {"faults", Json::parse(faults_view(state.faults))},
        {"ledger",
         {{"captured_paise", ledger.captured.paise()},
          {"refunded_paise", ledger.refunded.paise()}}},
        {"orders", orders},
        {"payments", payments},
        {"refunds", refunds},
        {"order_pay_calls", calls},
        {"order_pay_calls_total", state.calls_total},
        {"deliveries", deliveries},
    });
}

std::string requests_view(const State& state, EpochMs now_ms) {
    constexpr std::int64_t kShownMs = 10 * 60'000;
    auto requests = Json::array();
    for (const auto& [id, payment] : state.model.payments()) {
        const auto ended_at_ms = payment.completed_at_ms.value_or(payment.started_at_ms);
        if (!is_open(payment.status) && now_ms - ended_at_ms > kShownMs) continue;
        requests.push_back({
            {"cf_payment_id", id},
            {"order_id", payment.order_id},
            {"amount", payment.amount.display()},
            {"channel", std::string{word(payment.channel)}},
            {"upi_id", text_or_null(payment.upi_id)},
            {"status", std::string{word(payment.status)}},
            {"open", is_open(payment.status)},
            {"ignored", payment.ignored},
            {"started_at_ms", payment.started_at_ms},
            {"close_out_at_ms", payment.close_out_at_ms},
        });
    }
    return text_of(Json{
        {"merchant", state.merchant.name}, {"now_ms", now_ms}, {"requests", requests}});
}

}  // namespace sandbox::wire
