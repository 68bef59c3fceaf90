#include "sandbox/model.h"

#include <cassert>

namespace sandbox {
namespace {

/// "default = creation + 30 days exactly" (facts/cashfree.md §2.1).
constexpr std::int64_t kOrderLifeMs = 30LL * 24 * 3600 * 1000;

enum DueKind : int { kPlanned = 0, kRefund = 1, kCloseOut = 2, kExpiry = 3 };

}  // namespace

Model::Model(std::uint64_t seed, int id_digits, std::string merchant_id)
    : ids_{seed, id_digits}, merchant_id_{std::move(merchant_id)} {}

std::string Model::fresh_cf_id() {
    // Drawn again when taken: after a restart with the same seed the generator starts over.
    for (;;) {
        auto id = ids_.cf_id();
        if (!payments_.contains(id) && !refunds_.contains(id)) return id;
    }
}

ModelResult<Order> Model::create_order(Order order, EpochMs now_ms) {
    if (order.order_id.empty()) {
        do {
            order.order_id = "order_" + merchant_id_ + ids_.alphanumeric(27);
        } while (orders_.contains(order.order_id));
    }
    if (orders_.contains(order.order_id)) return chukta::failure(ModelError::OrderExists);
    order.cf_order_id = ids_.cf_id();
    do {
        order.payment_session_id = ids_.payment_session_id();
    } while (order_of_session_.contains(order.payment_session_id));
    order.status = OrderStatus::Active;
    order.created_at_ms = now_ms;
    if (order.expires_at_ms == 0) order.expires_at_ms = now_ms + kOrderLifeMs;
    changes_.orders.insert(order.order_id);
    auto made = order;
    restore(std::move(order));
    return made;
}

ModelResult<Order> Model::terminate(std::string_view order_id) {
    const auto found = orders_.find(order_id);
    if (found == orders_.end()) return chukta::failure(ModelError::OrderNotFound);
    auto& order = found->second;
    if (order.status == OrderStatus::TerminationRequested) return order;
    if (order.status != OrderStatus::Active) return chukta::failure(ModelError::OrderInactive);
    order.status =
        has_open_payment(order_id) ? OrderStatus::TerminationRequested : OrderStatus::Terminated;
    changes_.orders.insert(order.order_id);
    return order;
}

ModelResult<Payment> Model::pay(const NewPayment& asked, EpochMs now_ms) {
    const auto* order = order_of_session(asked.payment_session_id);
    if (order == nullptr) return chukta::failure(ModelError::SessionInvalid);
    if (order->status != OrderStatus::Active) return chukta::failure(ModelError::OrderInactive);
    Payment payment;
    payment.cf_payment_id = fresh_cf_id();
    payment.order_id = order->order_id;
    payment.amount = order->amount;
    payment.channel = asked.channel;
    payment.upi_id = asked.upi_id;
    payment.web_token = ids_.uuid();
    // "ATC" and another number than the payment's own: nobody may join payments by `tr` (§3.3).
    payment.upi_reference = "ATC" + ids_.digits(12);
    payment.started_at_ms = now_ms;
    payment.close_out_at_ms =
        now_ms +
        (asked.channel == Channel::Collect ? asked.expiry_minutes * 60'000LL : asked.close_out_ms);
    payment.planned = asked.planned;
    payment.planned_at_ms = now_ms + asked.planned_delay_ms;
    changes_.payments.insert(payment.cf_payment_id);
    auto made = payment;
    restore(std::move(payment));
    return made;
}

ModelResult<Payment> Model::ignore(std::string_view cf_payment_id) {
    const auto found = payments_.find(cf_payment_id);
    if (found == payments_.end()) return chukta::failure(ModelError::PaymentNotFound);
    if (!is_open(found->second.status)) return chukta::failure(ModelError::PaymentFinal);
    found->second.ignored = true;
    changes_.payments.insert(found->first);
    return found->second;
}

ModelResult<Simulation> Model::record_simulation(Simulation simulation) {
    simulation.simulation_id = "sim_" + ids_.alphanumeric(20);
    changes_.simulations.insert(simulation.simulation_id);
    auto made = simulation;
    restore(std::move(simulation));
    return made;
}

void Model::advance_to(EpochMs now_ms) {
    while (!due_.empty() && due_.begin()->at_ms <= now_ms) {
        const auto due = *due_.begin();
        due_.erase(due_.begin());
        happen(due);
    }
}

void Model::happen(const Due& due) {
    switch (due.kind) {
        case kPlanned: {
            auto& payment = payments_.find(due.id)->second;
            if (!is_open(payment.status) || !payment.planned) return;
            const auto outcome = *payment.planned;
            payment.planned.reset();
            apply(payment, outcome, due.at_ms);
            return;
        }
        case kCloseOut: {
            auto& payment = payments_.find(due.id)->second;
            if (!is_open(payment.status)) return;
            Outcome dropped;
            dropped.status = PaymentStatus::UserDropped;
            dropped.message = "User dropped and did not complete the two factor authentication";
            apply(payment, dropped, due.at_ms);
            return;
        }
        case kRefund: {
            auto& refund = refunds_.find(due.id)->second;
            if (refund.status == RefundStatus::Pending) {
                finish_refund(refund, RefundStatus::Success, due.at_ms);
            }
            return;
        }
        default: {
            assert(due.kind == kExpiry);
            auto& order = orders_.find(due.id)->second;
            if (order.status != OrderStatus::Active) return;
            order.status = OrderStatus::Expired;
            changes_.orders.insert(order.order_id);
            return;
        }
    }
}

std::optional<EpochMs> Model::next_due_ms() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->at_ms;
}

std::vector<Event> Model::take_events() { return std::exchange(events_, {}); }
Changes Model::take_changes() { return std::exchange(changes_, {}); }

void Model::restore(Order order) {
    if (order.status == OrderStatus::Active) {
        due_.insert({order.expires_at_ms, kExpiry, order.order_id});
    }
    order_of_session_[order.payment_session_id] = order.order_id;
    auto id = order.order_id;
    orders_.insert_or_assign(std::move(id), std::move(order));
}

void Model::restore(Payment payment) {
    const auto id = payment.cf_payment_id;
    if (is_open(payment.status)) {
        if (payment.planned) due_.insert({payment.planned_at_ms, kPlanned, id});
        due_.insert({payment.close_out_at_ms, kCloseOut, id});
    }
    payment_of_reference_[payment.upi_reference] = id;
    payments_of_[payment.order_id].push_back(id);
    payments_.insert_or_assign(id, std::move(payment));
}

void Model::restore(Refund refund) {
    const auto id = refund.cf_refund_id;
    if (refund.status == RefundStatus::Pending) due_.insert({refund.due_at_ms, kRefund, id});
    if (!refund.refund_id.empty()) refund_of_id_[refund.refund_id] = id;
    refunds_of_[refund.order_id].push_back(id);
    refunds_.insert_or_assign(id, std::move(refund));
}

void Model::restore(Simulation simulation) {
    auto id = simulation.simulation_id;
    simulations_.insert_or_assign(std::move(id), std::move(simulation));
}

}  // namespace sandbox
