// The part of the model that moves money: outcomes of payments, refunds, the ledger.
#include <algorithm>
#include <cassert>

#include "sandbox/model.h"

namespace sandbox {

ModelResult<Payment> Model::settle(
    std::string_view cf_payment_id, const Outcome& outcome, EpochMs now_ms
) {
    const auto found = payments_.find(cf_payment_id);
    if (found == payments_.end()) return chukta::failure(ModelError::PaymentNotFound);
    auto& payment = found->second;
    // A failed attempt may still succeed: retried inside the app, or authorised late (§4.1).
    const bool ended_unpaid =
        payment.status == PaymentStatus::Failed || payment.status == PaymentStatus::UserDropped;
    const bool allowed =
        is_open(payment.status) || (ended_unpaid && outcome.status == PaymentStatus::Success);
    if (!allowed) return chukta::failure(ModelError::PaymentFinal);
    apply(payment, outcome, now_ms);
    return payment;
}

void Model::apply(Payment& payment, const Outcome& outcome, EpochMs now_ms) {
    auto& order = orders_.find(payment.order_id)->second;
    changes_.payments.insert(payment.cf_payment_id);
    payment.planned.reset();
    payment.ignored = false;
    payment.message = outcome.message;
    payment.error = outcome.error;
    if (outcome.amount) payment.amount = *outcome.amount;
    if (is_open(outcome.status)) {
        payment.status = outcome.status;
        return;  // no webhook tells of a pending payment (§5.4)
    }
    payment.completed_at_ms = now_ms;
    payment.bank_reference = outcome.bank_reference;
    if (outcome.status == PaymentStatus::Success) {
        if (payment.channel != Channel::Collect && outcome.payer) payment.upi_id = outcome.payer;
        const bool taken = order.status == OrderStatus::Paid && !keep_second_success_;
        const bool closed = order.status == OrderStatus::Terminated;
        const bool late = now_ms >= payment.close_out_at_ms && !outcome.honoured_late;
        if (taken || closed || late) {
            give_back(payment, order, now_ms);
        } else {
            succeed(payment, order, now_ms);
        }
    } else {
        payment.status = outcome.status;
        if (outcome.status != PaymentStatus::Cancelled) {
            tell(Event::Kind::Payment, payment, nullptr, now_ms);
        }
    }
    end_termination(order);
}

void Model::succeed(Payment& payment, Order& order, EpochMs now_ms) {
    payment.status = PaymentStatus::Success;
    order.status = OrderStatus::Paid;
    changes_.orders.insert(order.order_id);
    tell(Event::Kind::Payment, payment, nullptr, now_ms);
}

/// A success that cannot be kept: "payment marked CANCELLED and auto-refunded" (§2.2), and no
/// payment webhook.
void Model::give_back(Payment& payment, const Order& order, EpochMs now_ms) {
    payment.status = PaymentStatus::Cancelled;
    Refund refund;
    refund.cf_refund_id = fresh_cf_id();
    refund.order_id = order.order_id;
    refund.cf_payment_id = payment.cf_payment_id;
    refund.amount = payment.amount;
    refund.automatic = true;
    refund.status = RefundStatus::Success;
    refund.arn = ids_.digits(12);
    refund.created_at_ms = now_ms;
    refund.processed_at_ms = now_ms;
    changes_.refunds.insert(refund.cf_refund_id);
    tell(Event::Kind::AutoRefund, payment, &refund, now_ms);
    restore(std::move(refund));
}

ModelResult<Payment> Model::take_back(std::string_view cf_payment_id, Undone how, EpochMs now_ms) {
    const auto found = payments_.find(cf_payment_id);
    if (found == payments_.end()) return chukta::failure(ModelError::PaymentNotFound);
    auto& payment = found->second;
    if (payment.status != PaymentStatus::Success) return chukta::failure(ModelError::PaymentFinal);
    auto& order = orders_.find(payment.order_id)->second;
    payment.status = PaymentStatus::Failed;
    changes_.payments.insert(payment.cf_payment_id);
    if (!has_success(order.order_id)) {
        order.status = now_ms < order.expires_at_ms ? OrderStatus::Active : OrderStatus::Expired;
        changes_.orders.insert(order.order_id);
    }
    if (how == Undone::GivenBack) {
        give_back(payment, order, now_ms);
    } else {
        payment.message = kTakenBack;
        tell(Event::Kind::Payment, payment, nullptr, now_ms);
    }
    return payment;
}

void Model::end_termination(Order& order) {
    if (order.status != OrderStatus::TerminationRequested) return;
    if (has_open_payment(order.order_id)) return;
    order.status = OrderStatus::Terminated;
    changes_.orders.insert(order.order_id);
}

bool Model::has_open_payment(std::string_view order_id) const {
    const auto all = payments_of(order_id);
    return std::any_of(all.begin(), all.end(), [](const Payment* payment) {
        return is_open(payment->status);
    });
}

bool Model::has_success(std::string_view order_id) const {
    const auto all = payments_of(order_id);
    return std::any_of(all.begin(), all.end(), [](const Payment* payment) {
        return payment->status == PaymentStatus::Success;
    });
}

void Model::tell(Event::Kind kind, const Payment& payment, const Refund* refund, EpochMs now_ms) {
    Event event;
    event.kind = kind;
    event.at_ms = now_ms;
    event.order = orders_.find(payment.order_id)->second;
    event.payment = payment;
    if (refund != nullptr) event.refund = *refund;
    events_.push_back(std::move(event));
}

Money Model::left_of(const Payment& payment) const {
    auto left = payment.amount.paise();
    for (const auto* refund : refunds_of(payment.order_id)) {
        if (refund->cf_payment_id != payment.cf_payment_id) continue;
        if (refund->status != RefundStatus::Cancelled) left -= refund->amount.paise();
    }
    return Money::from_paise(std::max<std::int64_t>(left, 0)).value_or(Money{});
}

/// The API names no payment: the money comes from the first success that has enough left.
const Payment* Model::payment_to_refund(std::string_view order_id, Money amount) const {
    for (const auto* payment : payments_of(order_id)) {
        if (payment->status == PaymentStatus::Success && left_of(*payment) >= amount) {
            return payment;
        }
    }
    return nullptr;
}

ModelResult<Refund> Model::refund(const NewRefund& asked, EpochMs now_ms) {
    const auto* of_order = order(asked.order_id);
    if (of_order == nullptr) return chukta::failure(ModelError::OrderNotFound);
    if (of_order->status != OrderStatus::Paid) return chukta::failure(ModelError::OrderNotPaid);
    if (refund_of_id_.contains(asked.refund_id)) return chukta::failure(ModelError::RefundIdTaken);
    const auto* payment = payment_to_refund(asked.order_id, asked.amount);
    if (payment == nullptr) return chukta::failure(ModelError::RefundTooLarge);
    Refund refund;
    refund.cf_refund_id = fresh_cf_id();
    refund.refund_id = asked.refund_id;
    refund.order_id = asked.order_id;
    refund.cf_payment_id = payment->cf_payment_id;
    refund.amount = asked.amount;
    refund.note = asked.note;
    refund.speed = asked.speed;
    refund.created_at_ms = now_ms;
    refund.due_at_ms = now_ms + asked.delay_ms;
    changes_.refunds.insert(refund.cf_refund_id);
    auto made = refund;
    restore(std::move(refund));
    return made;
}

ModelResult<Refund> Model::settle_refund(
    std::string_view refund_id, RefundStatus status, EpochMs now_ms
) {
    const auto found = refund_of_id_.find(refund_id);
    if (found == refund_of_id_.end()) return chukta::failure(ModelError::RefundNotFound);
    auto& refund = refunds_.find(found->second)->second;
    const bool open =
        refund.status == RefundStatus::Pending || refund.status == RefundStatus::OnHold;
    if (!open) return chukta::failure(ModelError::RefundFinal);
    finish_refund(refund, status, now_ms);
    return refund;
}

void Model::finish_refund(Refund& refund, RefundStatus status, EpochMs now_ms) {
    refund.status = status;
    changes_.refunds.insert(refund.cf_refund_id);
    // "Sent on SUCCESS and CANCELLED, not on PENDING" (§5.5).
    if (status != RefundStatus::Success && status != RefundStatus::Cancelled) return;
    refund.processed_at_ms = now_ms;
    if (status == RefundStatus::Success) refund.arn = ids_.digits(12);
    tell(Event::Kind::Refund, payments_.find(refund.cf_payment_id)->second, &refund, now_ms);
}

Ledger Model::ledger() const {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    for (const auto& [id, payment] : payments_) {
        const bool reached_us =
            payment.status == PaymentStatus::Success || payment.status == PaymentStatus::Cancelled;
        if (reached_us) captured += payment.amount.paise();
    }
    for (const auto& [id, refund] : refunds_) {
        if (refund.status != RefundStatus::Cancelled) refunded += refund.amount.paise();
    }
    return {
        Money::from_paise(captured).value_or(Money{}),
        Money::from_paise(refunded).value_or(Money{})};
}

const Order* Model::order(std::string_view order_id) const {
    const auto found = orders_.find(order_id);
    return found == orders_.end() ? nullptr : &found->second;
}

const Order* Model::order_of_session(std::string_view payment_session_id) const {
    const auto found = order_of_session_.find(payment_session_id);
    return found == order_of_session_.end() ? nullptr : order(found->second);
}

const Payment* Model::payment(std::string_view cf_payment_id) const {
    const auto found = payments_.find(cf_payment_id);
    return found == payments_.end() ? nullptr : &found->second;
}

const Payment* Model::payment_of_reference(std::string_view upi_reference) const {
    const auto found = payment_of_reference_.find(upi_reference);
    return found == payment_of_reference_.end() ? nullptr : payment(found->second);
}

std::vector<const Payment*> Model::payments_of(std::string_view order_id) const {
    std::vector<const Payment*> all;
    const auto found = payments_of_.find(order_id);
    if (found == payments_of_.end()) return all;
    for (const auto& id : found->second) all.push_back(payment(id));
    return all;
}

std::vector<const Refund*> Model::refunds_of(std::string_view order_id) const {
    std::vector<const Refund*> all;
    const auto found = refunds_of_.find(order_id);
    if (found == refunds_of_.end()) return all;
    for (const auto& id : found->second) all.push_back(refund_by_cf_id(id));
    return all;
}

const Refund* Model::refund_by_cf_id(std::string_view cf_refund_id) const {
    const auto found = refunds_.find(cf_refund_id);
    return found == refunds_.end() ? nullptr : &found->second;
}

const Refund* Model::refund_of(std::string_view order_id, std::string_view refund_id) const {
    const auto found = refund_of_id_.find(refund_id);
    if (found == refund_of_id_.end()) return nullptr;
    const auto* refund = refund_by_cf_id(found->second);
    return refund->order_id == order_id ? refund : nullptr;
}

const Simulation* Model::simulation(std::string_view simulation_id) const {
    const auto found = simulations_.find(simulation_id);
    return found == simulations_.end() ? nullptr : &found->second;
}

}  // namespace sandbox
