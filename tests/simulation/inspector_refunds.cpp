// The promises about money that goes back.
#include <algorithm>

#include "tests/simulation/inspector.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

using RefundAtGateway = sandbox::RefundStatus;

[[noreturn]] void broken(const Order& order, const Refund& refund, const std::string& what) {
    throw Violation{what + ": " + order.order_id.str() + " " + refund.refund_id.str()};
}

bool is_ours(const Refund& refund) {
    return refund.origin == RefundOrigin::Shop || refund.origin == RefundOrigin::Duplicate;
}

const Refund* find(const std::vector<Refund>& refunds, const RefundId& id) {
    for (const auto& refund : refunds) {
        if (refund.refund_id == id) return &refund;
    }
    return nullptr;
}

/// The same refund in the gateway's books; null when it has none.
const sandbox::Refund* at_gateway(
    const sandbox::Model& model, const Order& order, const Refund& refund
) {
    const auto* theirs = model.refund_of(order.order_id.str(), refund.refund_id.str());
    return theirs ? theirs : model.refund_by_cf_id(refund.gateway_refund_id);
}

std::int64_t held_paise(const Order& order, const std::vector<Attempt>& attempts) {
    std::int64_t paise = 0;
    for (const auto& attempt : attempts) {
        const bool completed = attempt.status == AttemptStatus::Completed;
        if (!completed && attempt.sum_state != SumState::Mismatch) continue;
        paise += attempt.paid ? attempt.paid->paise() : completed ? order.amount.paise() : 0;
    }
    return paise;
}

std::size_t completed_count(const std::vector<Attempt>& attempts) {
    return static_cast<std::size_t>(std::count_if(
        attempts.begin(),
        attempts.end(),
        [](const Attempt& attempt) { return attempt.status == AttemptStatus::Completed; }
    ));
}

}  // namespace

void Inspector::check_refunds(const Seen* before, const Seen& now) {
    std::int64_t ours = 0;
    std::size_t duplicates = 0;
    const Refund* fresh = nullptr;
    for (const auto& refund : now.refunds) {
        const auto* was = before ? find(before->refunds, refund.refund_id) : nullptr;
        check_refund(was, refund, now);
        if (!is_ours(refund)) continue;
        if (!was) fresh = &refund;
        if (refund.status != RefundStatus::Failed) ours += refund.amount.paise();
        if (refund.origin == RefundOrigin::Duplicate) ++duplicates;
    }
    if (before && before->refunds.size() > now.refunds.size()) {
        throw Violation{"a refund is gone: " + now.order.order_id.str()};
    }
    if (fresh && ours > held_paise(now.order, now.attempts)) {
        broken(now.order, *fresh, "more is given back than came in");
    }
    if (duplicates > 0 && duplicates >= completed_count(now.attempts)) {
        throw Violation{"more surplus goes back than was paid: " + now.order.order_id.str()};
    }
}

void Inspector::check_refund(const Refund* was, const Refund& refund, const Seen& now) {
    check_wished(refund, now);
    if (was && was->status == RefundStatus::Completed && refund.status != RefundStatus::Completed) {
        broken(now.order, refund, "a completed refund was taken back");
    }
    if (was && is_ours(refund) && was->amount != refund.amount) {
        broken(now.order, refund, "the sum of a refund changed");
    }
    const bool over = world_.now() - refund.created_at > World::kRefundWindowMs;
    const bool under_way = refund.status == RefundStatus::Pending && !refund.gateway_status.empty();
    if (under_way && !refund.next_ask_at && !over &&
        is_by_right_clocks(now.order.order_id.str() + refund.refund_id.str())) {
        broken(now.order, refund, "a refund under way is not watched");
    }
    if (was && was->status == refund.status) return;
    const auto* theirs = at_gateway(world_.gateway().model, now.order, refund);
    if (!theirs && !is_ours(refund)) broken(now.order, refund, "a refund that nobody made");
    switch (refund.status) {
        case RefundStatus::Pending:
            return;
        case RefundStatus::Completed:
            if (!theirs || theirs->status != RefundAtGateway::Success) {
                broken(now.order, refund, "completed, and the gateway did not give it back");
            }
            if (theirs->amount != refund.amount) broken(now.order, refund, "of another sum");
            return;
        case RefundStatus::Failed:
            if (theirs && theirs->status != RefundAtGateway::Cancelled) {
                broken(now.order, refund, "a refund that the gateway has was called failed");
            }
            return;
    }
}

/// Nothing goes back that the shop did not ask for, or, where the setting says so, was paid twice.
void Inspector::check_wished(const Refund& refund, const Seen& now) {
    const auto& facts = world_.ledger().orders[now.order.order_id.str()];
    if (refund.origin == RefundOrigin::Duplicate) {
        if (!world_.surplus_goes_back()) broken(now.order, refund, "nobody wanted this refund");
        return;
    }
    if (refund.origin != RefundOrigin::Shop) return;
    if (facts.wishes.contains(refund.refund_id.str())) {
        const auto& sums = facts.wishes.at(refund.refund_id.str());
        if (sums.contains(std::nullopt) || sums.contains(refund.amount)) return;
        broken(now.order, refund, "a refund of a sum that nobody wanted");
    }
    // Of those whose id the server makes, no more than there are keys.
    const auto unnamed = [&](const Refund& other) {
        return other.origin == RefundOrigin::Shop && !facts.wishes.contains(other.refund_id.str());
    };
    const auto made = std::count_if(now.refunds.begin(), now.refunds.end(), unnamed);
    const auto keys = std::count_if(facts.wishes.begin(), facts.wishes.end(), [](const auto& wish) {
        return wish.first.starts_with("refund-");
    });
    if (made > keys) broken(now.order, refund, "more refunds than wishes");
}

void Inspector::refund_was_made(const sandbox::Refund& theirs) {
    std::optional<Order> order;
    std::vector<Attempt> attempts;
    std::vector<Refund> refunds;
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        order = store_.find_order(transaction, OrderId{theirs.order_id});
        attempts = store_.attempts_of(transaction, OrderId{theirs.order_id});
        refunds = store_.refunds_of(transaction, OrderId{theirs.order_id});
    }
    const auto* refund = find(refunds, RefundId{theirs.refund_id});
    if (!order || !refund) {
        throw Violation{"the gateway gives money back that is in no row: " + theirs.refund_id};
    }
    if (refund->amount != theirs.amount) broken(*order, *refund, "called for another sum");
    // What goes back by itself leaves the price of the order at the gateway.
    const bool by_itself = std::all_of(refunds.begin(), refunds.end(), [](const Refund& other) {
        return other.origin == RefundOrigin::Duplicate || other.origin == RefundOrigin::Gateway;
    });
    const auto& facts = world_.ledger().orders[theirs.order_id];
    if (!by_itself || !facts.at_dashboard.empty() || !facts.taken_back.empty()) return;
    std::int64_t left = 0;
    for (const auto* payment : world_.gateway().model.payments_of(theirs.order_id)) {
        if (payment->status == sandbox::PaymentStatus::Success) left += payment->amount.paise();
    }
    for (const auto* other : world_.gateway().model.refunds_of(theirs.order_id)) {
        const bool gone = other->status != RefundAtGateway::Cancelled && !other->automatic;
        if (gone) left -= other->amount.paise();
    }
    if (left < order->amount.paise()) {
        broken(*order, *refund, "the price of a paid order went back by itself");
    }
}

void Inspector::told_of_refund(const Heard& heard) {
    const auto seen = seen_.find(heard.order_id);
    const auto* refund =
        seen == seen_.end() ? nullptr : find(seen->second.refunds, RefundId{heard.refund_id});
    if (!refund) throw Violation{"the shop is told of a refund that is not: " + heard.refund_id};
    const auto* theirs = at_gateway(world_.gateway().model, seen->second.order, *refund);
    const bool completed = theirs && theirs->status == RefundAtGateway::Success;
    if (heard.refund_status == "completed" && !completed) {
        broken(seen->second.order, *refund, "the shop is told of money that did not go back");
    }
    if (heard.refund_status == "failed" && theirs && theirs->status != RefundAtGateway::Cancelled) {
        broken(seen->second.order, *refund, "the shop is told that a refund failed, which did not");
    }
}

void Inspector::check_quiet_refunds(const Seen& now) {
    const auto at_quiet = [&](const Refund& refund, const std::string& what) {
        broken(now.order, refund, "at quiet: " + what);
    };
    for (const auto& refund : now.refunds) {
        const auto* theirs = at_gateway(world_.gateway().model, now.order, refund);
        const bool held = theirs && theirs->status == RefundAtGateway::OnHold;
        if (refund.status == RefundStatus::Pending && !held) at_quiet(refund, "it never ended");
        if (refund.next_ask_at) at_quiet(refund, "a refund is still watched");
        std::set<std::string> finals;
        const Heard* last = nullptr;
        for (const auto& heard : world_.ledger().heard) {
            if (heard.order_id != now.order.order_id.str()) continue;
            if (heard.refund_id != refund.refund_id.str()) continue;
            if (heard.refund_status != "pending") finals.insert(heard.webhook_id);
            if (!last || heard.version >= last->version) last = &heard;
        }
        if (refund.status == RefundStatus::Pending) continue;
        if (!last || last->refund_status != word(refund.status)) {
            at_quiet(refund, "the shop does not know how a refund ended");
        }
        if (finals.size() > 1) {
            at_quiet(refund, "its end was told " + std::to_string(finals.size()) + " times");
        }
    }
    for (const auto& [name, refund_id] :
         world_.ledger().orders[now.order.order_id.str()].promised) {
        if (find(now.refunds, RefundId{refund_id})) continue;
        throw Violation{"at quiet: a promised refund is gone: " + refund_id};
    }
}

/// Where the setting says so, what was paid twice went back, unless a refund of somebody else's is
/// there or the gateway itself gave money back.
void Inspector::check_quiet_surplus(const Seen& now) {
    const auto completed = completed_count(now.attempts);
    if (!world_.surplus_goes_back() || completed < 2) return;
    const auto& facts = world_.ledger().orders[now.order.order_id.str()];
    if (facts.foreign || !facts.taken_back.empty()) return;
    std::size_t duplicates = 0;
    for (const auto& refund : now.refunds) {
        if (refund.origin == RefundOrigin::Duplicate) ++duplicates;
        if (refund.origin != RefundOrigin::Duplicate && refund.status != RefundStatus::Failed) {
            return;
        }
    }
    if (duplicates + 1 != completed) {
        throw Violation{"at quiet: a surplus stayed: " + now.order.order_id.str()};
    }
}

}  // namespace chukta::simulation
