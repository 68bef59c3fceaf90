#include "server/orders.h"

#include <algorithm>
#include <limits>

#include "server/channels.h"
#include "server/crypto.h"
#include "server/faults.h"
#include "server/held_requests.h"
#include "server/new_attempt.h"
#include "server/order_change.h"
#include "server/order_view.h"
#include "server/store.h"
#include "server/stored_wire.h"
#include "shared/limits.h"

namespace chukta {
namespace {

/// Cashfree takes an order_expiry_time more than 15 minutes ahead (facts/cashfree.md §2.1).
constexpr std::int64_t kExpiryMsMin = 15 * 60'000;

/// The same request again has the same hash; times and idempotency keys are not part of it.
std::string hash_of(const NewOrder& order) {
    std::string text;
    for (const auto& part :
         {order.order_id.str(),
          std::to_string(order.amount.paise()),
          order.customer_id.str(),
          order.customer_phone,
          order.customer_email,
          order.customer_name,
          StoredItems{order.items}.text(),
          order.return_url,
          std::to_string(order.expires_at.value_or(0))}) {
        text += std::to_string(part.size()) + ":" + part;
    }
    return crypto::sha256_hex(text);
}

std::string hash_of(const wire::StartAttempt& start) {
    std::string text{word(start.channel)};
    text += start.app ? std::string{word(*start.app)} : "-";
    // Only the hash is kept: a UPI ID is personal data.
    text += start.vpa ? start.vpa->str() : "-";
    text += start.replaces ? std::to_string(*start.replaces) : "-";
    return crypto::sha256_hex(text);
}

ShopOrder shop_order_in(Store& store, Transaction& transaction, const Order& order) {
    const auto& id = order.order_id;
    return shop_order_of(
        order, store.attempts_of(transaction, id), store.refunds_of(transaction, id)
    );
}

}  // namespace

Orders::Orders(
    Store& store,
    HeldRequests& held,
    const Clock& clock,
    OrderPolicy policy,
    WatchPolicy watch,
    std::function<void()> outbox_changed
)
    : store_{store},
      held_{held},
      clock_{clock},
      policy_{std::move(policy)},
      watch_{watch},
      outbox_changed_{std::move(outbox_changed)} {}

Result<ShopOrder, ShopError> Orders::create(
    const NewOrder& wanted, const std::optional<IdempotencyKey>& key
) {
    const auto now = clock_.now();
    const auto hash = hash_of(wanted);
    const std::string scope = "orders";
    // Chosen once: a repeat after a lost commit must find the order that it made.
    const OrderId new_id =
        wanted.order_id.empty() ? OrderId{"order_" + crypto::random_id()} : wanted.order_id;
    auto created = store_.transact([&](Transaction& transaction) -> Result<ShopOrder, ShopError> {
        OrderId order_id = new_id;
        if (key) {
            if (const auto made = store_.find_idempotency(transaction, scope, *key)) {
                if (made->request_hash != hash) return failure(ShopError::IdempotencyKeyReused);
                order_id = OrderId{made->made};
            }
        }
        Order order;
        order.order_id = order_id;
        order.request_hash = hash;
        order.amount = wanted.amount;
        order.customer_id = wanted.customer_id;
        order.customer_phone = wanted.customer_phone;
        order.customer_email = wanted.customer_email;
        order.customer_name = wanted.customer_name;
        order.items = StoredItems{wanted.items};
        order.return_url = wanted.return_url;
        order.expires_at = wanted.expires_at;
        order.created_at = order.updated_at = now;
        const bool too_soon = order.expires_at && *order.expires_at <= now + kExpiryMsMin;
        const auto already = too_soon ? store_.find_order(transaction, order_id) : std::nullopt;
        // Only a new order is too late; a repeat of an old request finds its order.
        if (too_soon && !already) return failure(ShopError::ExpiresTooSoon);
        if (!store_.insert_order(transaction, order)) {
            const auto there = store_.find_order(transaction, order_id);
            if (!there || there->request_hash != hash) return failure(ShopError::OrderExists);
            if (key && !store_.find_idempotency(transaction, scope, *key)) {
                store_.insert_idempotency(transaction, scope, *key, {hash, order_id.str()}, now);
            }
            return shop_order_in(store_, transaction, *there);
        }
        if (key) store_.insert_idempotency(transaction, scope, *key, {hash, order_id.str()}, now);
        OutboxRow row;
        row.kind = ErrandKind::CreateOrder;
        row.dedupe_key = "create_order:" + order_id.str();
        row.order_id = order_id;
        row.priority = Priority::Order;
        row.due_at = now;
        store_.insert_outbox(transaction, row, now);
        faults::pass(faults::Point::OrderBeforeCommit);
        return shop_order_of(order, {}, {});
    });
    faults::pass(faults::Point::OrderAfterCommit);
    outbox_changed_();
    return created;
}

std::optional<ShopOrder> Orders::find(const OrderId& order_id) {
    Transaction transaction{store_.database(), db::Mode::Read};
    const auto order = store_.find_order(transaction, order_id);
    if (!order) return std::nullopt;
    return shop_order_in(store_, transaction, *order);
}

Result<ShopOrderPage, ShopError> Orders::list(int limit, const std::string& cursor) {
    EpochMs before = std::numeric_limits<EpochMs>::max();
    std::string before_id;
    Transaction transaction{store_.database(), db::Mode::Read};
    if (!cursor.empty()) {
        // A cursor is the last order of the page before. Bytes that are no text would be the
        // database's error, not the shop's.
        if (!is_order_id(cursor)) return failure(ShopError::CursorInvalid);
        const auto last = store_.find_order(transaction, OrderId{cursor});
        if (!last) return failure(ShopError::CursorInvalid);
        before = last->created_at;
        before_id = cursor;
    }
    ShopOrderPage page;
    for (const auto& order : store_.list_orders(transaction, limit + 1, before, before_id)) {
        if (static_cast<int>(page.orders.size()) == limit) {
            page.next_cursor = page.orders.back().order_id.str();
            break;
        }
        page.orders.push_back(shop_order_in(store_, transaction, order));
    }
    return page;
}

Result<ShopOrder, ShopError> Orders::verify(const OrderId& order_id) {
    auto verified = store_.transact([&](Transaction& transaction) -> Result<ShopOrder, ShopError> {
        auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
        if (!change) return failure(ShopError::OrderNotFound);
        change->ask(ErrandKind::Ask, Priority::Verify, change->now());
        change->ask(ErrandKind::GetOrder, Priority::Verify, change->now());
        // Refunds made in the gateway's dashboard are found so, too.
        if (change->order().payment_status == PaymentStatus::Paid) {
            change->ask(ErrandKind::AskRefunds, Priority::Verify, change->now());
        }
        faults::pass(faults::Point::VerifyOrderBeforeCommit);
        return shop_order_of(change->order(), change->attempts(), change->refunds());
    });
    faults::pass(faults::Point::VerifyOrderAfterCommit);
    outbox_changed_();
    return verified;
}

Result<ShopOrder, ShopError> Orders::cancel(const OrderId& order_id) {
    std::int64_t version = 0;
    auto cancelled = store_.transact([&](Transaction& transaction) -> Result<ShopOrder, ShopError> {
        auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
        if (!change) return failure(ShopError::OrderNotFound);
        auto& order = change->order();
        if (order.payment_status == PaymentStatus::Paid) return failure(ShopError::OrderPaid);
        if (order.fulfillment_status != FulfillmentStatus::Cancelled) {
            order.fulfillment_status = FulfillmentStatus::Cancelled;
            change->note_change();
            for (auto& attempt : change->attempts()) {
                if (is_open(attempt.status)) change->fail(attempt, FailureReason::Superseded);
            }
            change->ask(ErrandKind::TerminateOrder, Priority::Order, change->now());
            change->save();
            version = order.version;
        }
        faults::pass(faults::Point::CancelOrderBeforeCommit);
        return shop_order_of(order, change->attempts(), change->refunds());
    });
    faults::pass(faults::Point::CancelOrderAfterCommit);
    outbox_changed_();
    if (version != 0) held_.wake(order_id, version);
    return cancelled;
}

std::optional<CustomerId> Orders::customer_of(const OrderId& order_id) {
    Transaction transaction{store_.database(), db::Mode::Look};
    const auto order = store_.find_order(transaction, order_id);
    return order ? std::optional{order->customer_id} : std::nullopt;
}

/// Runs `work` on the locked order and answers with the view of what it left. work returns nothing,
/// or why it refused; then nothing is saved.
template <class Work>
auto Orders::change_order(
    const OrderId& order_id, const Shopper& shopper, const faults::Commit& commit, Work&& work
) -> Result<wire::OrderView, StartError> {
    std::int64_t version = 0;
    auto view =
        store_.transact([&](Transaction& transaction) -> Result<wire::OrderView, StartError> {
            auto change = OrderChange::begin(store_, transaction, order_id, watch_, clock_.now());
            if (!change) return failure(StartError::OrderNotFound);
            if (const std::optional<StartError> refused = work(transaction, *change)) {
                return failure(*refused);
            }
            if (change->save()) version = change->order().version;
            faults::pass(commit.before);
            return view_for(shopper, change->order(), change->attempts(), policy_, change->now());
        });
    faults::pass(commit.after);
    if (version != 0) {
        held_.wake(order_id, version);
        outbox_changed_();
    }
    return view;
}

void Orders::prepare(const OrderId& order_id, const Shopper& shopper) {
    if (!wants_prepared(shopper.device, policy_)) return;
    // Nobody asked for it, so nobody is told that it was refused.
    static_cast<void>(change_order(
        order_id,
        shopper,
        {faults::Point::PrepareBeforeCommit, faults::Point::PrepareAfterCommit},
        [&](Transaction&, OrderChange& change) -> std::optional<StartError> {
            prepare_attempt(change, shopper);
            return std::nullopt;
        }
    ));
}

Result<wire::OrderView, StartError> Orders::start(
    const OrderId& order_id,
    const wire::StartAttempt& start,
    const IdempotencyKey& pressed,
    const Shopper& shopper
) {
    const auto key = faults::planted(faults::Bug::PressKeyIgnored)
                         ? IdempotencyKey{store_.ids().next(clock_.now())}
                         : pressed;
    const auto hash = hash_of(start);
    const auto scope = "attempts:" + order_id.str();
    return change_order(
        order_id,
        shopper,
        {faults::Point::AttemptBeforeCommit, faults::Point::AttemptAfterCommit},
        [&](Transaction& transaction, OrderChange& change) -> std::optional<StartError> {
            if (const auto made = store_.find_idempotency(transaction, scope, key)) {
                if (made->request_hash != hash) return StartError::IdempotencyKeyReused;
                return std::nullopt;  // the press that made this key was heard
            }
            Attempt* const open = faults::planted(faults::Bug::SecondTabStarts)
                                      ? nullptr
                                      : open_attempt(change.attempts());
            const bool replaces_it = open && start.replaces && open->index == *start.replaces;
            const bool new_code = replaces_it && start.channel == Channel::QrCode;
            if (open && same_target(*open, start) && !new_code) {
                // Another tab, a key that was lost, the same choice once more: the attempt there
                // is. Of all targets only a code is replaced by another of the same kind.
                if (faults::planted(faults::Bug::SecondTabIsForgotten)) return std::nullopt;
                // No customer presses so often, and each key is a row for good.
                if (store_.has_idempotency_keys(transaction, scope, limits::kKeysPerOrderMax)) {
                    return StartError::AttemptsExhausted;
                }
                store_.insert_idempotency(
                    transaction, scope, key, {hash, open->attempt_id.str()}, change.now()
                );
                return std::nullopt;
            }
            const auto& order = change.order();
            if (const auto refused = why_not_payable(order, change.attempts(), change.now())) {
                return refused;
            }
            if (!channel_allowed(start.channel, shopper.device, policy_)) {
                return StartError::ChannelNotAllowed;
            }
            if (channel_closed(start.channel, order, change.attempts())) {
                return StartError::ChannelClosed;
            }
            if (open && !replaces_it) return StartError::AttemptOpen;
            // All of them: news of a payment that came another way may have opened one, too.
            for (auto& attempt : change.attempts()) {
                if (faults::planted(faults::Bug::ReplacedStaysOpen)) break;
                if (is_open(attempt.status)) change.fail(attempt, FailureReason::Superseded);
            }
            const auto& made = begin_attempt(change, start, shopper, policy_);
            store_.insert_idempotency(
                transaction, scope, key, {hash, made.attempt_id.str()}, change.now()
            );
            return std::nullopt;
        }
    );
}

Result<wire::OrderView, StartError> Orders::cancel_attempt(
    const OrderId& order_id, int index, const Shopper& shopper
) {
    return change_order(
        order_id,
        shopper,
        {faults::Point::CancelAttemptBeforeCommit, faults::Point::CancelAttemptAfterCommit},
        [&](Transaction&, OrderChange& change) -> std::optional<StartError> {
            auto& attempts = change.attempts();
            const auto found = std::find_if(
                attempts.begin(), attempts.end(), [&](const Attempt& a) { return a.index == index; }
            );
            if (found == attempts.end()) return StartError::AttemptNotFound;
            if (!is_open(found->status)) return std::nullopt;
            change.fail(*found, FailureReason::UserCancelled);
            // It may have been approved in the same moment: ask soon.
            change.ask(ErrandKind::Ask, Priority::Verify, change.now());
            return std::nullopt;
        }
    );
}

void Orders::hold(std::vector<Hold> requests) {
    std::vector<OrderId> orders;
    for (auto& one : requests) {
        orders.push_back(one.order_id);
        held_.hold(one.order_id, one.after_version, one.deadline, std::move(one.done));
    }
    // A change between the caller's look and the hold must not be slept through.
    std::vector<Store::Version> versions;
    {
        Transaction transaction{store_.database(), db::Mode::Look};
        versions = store_.versions_of(transaction, orders);
    }
    for (const auto& order_id : orders) {
        const auto found = std::find_if(versions.begin(), versions.end(), [&](const auto& one) {
            return one.order_id == order_id;
        });
        constexpr auto kGone = std::numeric_limits<std::int64_t>::max();
        held_.wake(order_id, found == versions.end() ? kGone : found->version);
    }
}

}  // namespace chukta
