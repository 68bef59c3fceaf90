#include "server/refunds.h"

#include <algorithm>

#include "server/crypto.h"
#include "server/faults.h"
#include "server/held_requests.h"
#include "server/order_change.h"
#include "server/order_view.h"
#include "server/refund.h"
#include "server/store.h"
#include "shared/limits.h"

namespace chukta {
namespace {

/// The same request again has the same hash. A refund of "all" stays one, whatever "all" was.
std::string hash_of(const NewRefund& refund) {
    std::string text;
    const auto amount = refund.amount ? std::to_string(refund.amount->paise()) : "all";
    for (const auto& part : {refund.refund_id.str(), amount, refund.note}) {
        text += std::to_string(part.size()) + ":" + part;
    }
    return crypto::sha256_hex(text);
}

/// What a refund without an amount is about: what is left of the payment that counts, and never the
/// surplus of an order paid twice.
Money all_of(OrderChange& change, const Money& left) {
    const auto* const paid = paid_attempt(change.attempts());
    if (!paid) return left;
    auto of_it = paid->paid.value_or(change.order().amount).paise();
    for (const auto& refund : change.refunds()) {
        const bool of_surplus =
            refund.origin == RefundOrigin::Duplicate ||
            (!refund.payment_id.empty() && refund.payment_id != paid->payment_id);
        if (refund.status != RefundStatus::Failed && !of_surplus) of_it -= refund.amount.paise();
    }
    const auto none_less = std::max<std::int64_t>(of_it, 0);
    return std::min(left, Money::from_paise(none_less).value_or(left));
}

Result<Refund, RefundError> new_refund(
    OrderChange& change, const RefundId& refund_id, const NewRefund& wanted
) {
    if (captured(change.order(), change.attempts()).paise() == 0) {
        return failure(RefundError::OrderNotPaid);
    }
    auto left = refundable(change.order(), change.attempts(), change.refunds());
    if (faults::planted(faults::Bug::ReservedIsFree)) {
        left = captured(change.order(), change.attempts());
    }
    Refund refund;
    refund.refund_id = refund_id;
    refund.request_hash = hash_of(wanted);
    refund.amount = wanted.amount.value_or(all_of(change, left));
    refund.note = wanted.note;
    if (refund.amount > left || refund.amount.paise() == 0) {
        return failure(RefundError::AmountTooLarge);
    }
    if (change.refunds().size() >= limits::kRefundsPerOrderMax) {
        return failure(RefundError::RefundsExhausted);
    }
    return refund;
}

}  // namespace

std::string_view word(RefundError error) {
    switch (error) {
        case RefundError::OrderNotFound:
            return "order_not_found";
        case RefundError::OrderNotPaid:
            return "order_not_paid";
        case RefundError::AmountTooLarge:
            return "refund_amount_too_large";
        case RefundError::RefundExists:
            return "refund_already_exists";
        case RefundError::IdempotencyKeyReused:
            return "idempotency_key_reused";
        case RefundError::RefundsExhausted:
            return "refunds_exhausted";
    }
    return {};
}

Refunds::Refunds(
    Store& store,
    HeldRequests& held,
    const Clock& clock,
    WatchPolicy watch,
    std::function<void()> outbox_changed
)
    : store_{store},
      held_{held},
      clock_{clock},
      watch_{watch},
      outbox_changed_{std::move(outbox_changed)} {}

Result<Refunds::Made, RefundError> Refunds::create(
    const OrderId& order_id, const NewRefund& wanted, const std::optional<IdempotencyKey>& key
) {
    const auto hash = hash_of(wanted);
    const auto scope = "refunds:" + order_id.str();
    // Chosen once: a repeat after a lost commit must find the refund that it made.
    const RefundId new_id = wanted.refund_id.empty()
                                ? RefundId{"rf_" + store_.ids().next(clock_.now())}
                                : wanted.refund_id;
    std::int64_t version = 0;
    auto made = store_.transact([&](Transaction& transaction) -> Result<Made, RefundError> {
        version = 0;
        auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
        if (!change) return failure(RefundError::OrderNotFound);
        const bool repeatable = key && !faults::planted(faults::Bug::RefundKeyIgnored);
        const auto known =
            repeatable ? store_.find_idempotency(transaction, scope, *key) : std::nullopt;
        if (known && known->request_hash != hash) {
            return failure(RefundError::IdempotencyKeyReused);
        }
        const RefundId refund_id = known ? RefundId{known->made} : new_id;
        const auto keep_key = [&] {
            if (!repeatable || known) return;
            store_.insert_idempotency(
                transaction, scope, *key, {hash, refund_id.str()}, change->now()
            );
        };
        if (const auto* there = change->find(refund_id)) {
            if (there->request_hash != hash) return failure(RefundError::RefundExists);
            keep_key();
            return Made{shop_refund_of(order_id, *there), false};
        }
        if (store_.refund_id_elsewhere(transaction, order_id, refund_id)) {
            return failure(RefundError::RefundExists);
        }
        auto refund = new_refund(*change, refund_id, wanted);
        if (!refund) return failure(refund.error());
        if (!store_.claim_refund_id(transaction, order_id, refund_id, change->now())) {
            return failure(RefundError::RefundExists);
        }
        keep_key();
        auto& added = change->add(*std::move(refund));
        change->queue(added);
        change->save();
        version = change->order().version;
        faults::pass(faults::Point::RefundBeforeCommit);
        return Made{shop_refund_of(order_id, added), true};
    });
    if (version != 0) faults::pass(faults::Point::RefundAfterCommit);
    if (version != 0) {
        held_.wake(order_id, version);
        outbox_changed_();
    }
    return made;
}

}  // namespace chukta
