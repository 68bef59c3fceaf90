#include "server/dispatcher.h"

#include <algorithm>

#include "server/attempt.h"
#include "server/faults.h"
#include "server/log.h"

namespace chukta {
namespace {

// Longer than any call may take (connect and whole-call deadlines of the client together).
constexpr std::int64_t kLeaseMs = 60'000;
static_assert(
    kLongestCall.count() <= kLeaseMs / 2, "most of a lease is for what comes before the call"
);
// The budget is kept in windows of a sixth of a minute, so that a burst cannot use two minutes'
// worth.
constexpr std::int64_t kWindowMs = 10'000;
// An attempt without a session waits for create order; its answer wakes the row sooner.
constexpr std::int64_t kSessionWaitMs = 1'000;

struct Api {
    std::string_view name;
    std::int64_t per_minute;
};

/// Whether a call that was queued earlier may still start something.
bool still_payable(const Order& order, EpochMs now) {
    return order.payment_status != PaymentStatus::Paid &&
           order.fulfillment_status != FulfillmentStatus::Cancelled &&
           order.gateway_state != GatewayState::Refused &&
           order.gateway_state != GatewayState::Closed &&
           !(order.expires_at && *order.expires_at <= now);
}

/// The planted bug's: the key of a second click on the same choice, empty where there was one.
std::string second_click(Store& store, const Attempt& attempt) {
    constexpr auto kSql =
        "SELECT i.idempotency_key FROM idempotency AS i JOIN attempts AS a "
        "ON a.merchant_id = i.merchant_id AND a.attempt_id = i.made WHERE i.made = $1 "
        "ORDER BY i.created_at_ms, i.idempotency_key";
    Transaction transaction{store.database(), db::Mode::Look};
    const auto clicks = transaction.run(kSql, {attempt.attempt_id.str()});
    return clicks.size() > 1 ? clicks[1].text("idempotency_key") : std::string{};
}

Api api_of(ErrandKind kind, const GatewayLimits& limits) {
    switch (kind) {
        case ErrandKind::CreateOrder:
            return {"create_order", limits.create_order};
        case ErrandKind::GetOrder:
        case ErrandKind::TerminateOrder:
            return {"get_order", limits.get_order};
        case ErrandKind::Ask:
            return {"get_payments", limits.get_payments};
        case ErrandKind::Pay:
            return {"pay", limits.pay};
        case ErrandKind::Refund:
            return {"refund", limits.refund};
        case ErrandKind::AskRefunds:
            return {"get_refunds", limits.get_refunds};
        case ErrandKind::Notify:
        case ErrandKind::OfAnotherProgram:
            break;
    }
    return {};
}

}  // namespace

Dispatcher::Dispatcher(
    Store& store,
    Gateway& gateway,
    Notifier& notifier,
    const Clock& clock,
    DispatchPolicy policy,
    std::function<void()> inbox_changed
)
    : store_{store},
      gateway_{gateway},
      notifier_{notifier},
      clock_{clock},
      policy_{policy},
      inbox_changed_{std::move(inbox_changed)} {}

bool Dispatcher::run_once(Takes takes) {
    const auto now = clock_.now();
    // What an instance queued that knows the shop's address is left to it.
    const bool notifies = takes == Takes::Everything && notifier_.tells_anybody();
    const auto left_out = notifies ? std::nullopt : std::optional{ErrandKind::Notify};
    {
        Transaction transaction{store_.database(), db::Mode::Look};
        if (!store_.outbox_is_due(transaction, now, left_out)) return false;
    }
    constexpr std::int64_t kForEverMs = 30LL * 24 * 3'600'000;
    const auto lease = faults::planted(faults::Bug::LeaseNeverEnds) ? kForEverMs : kLeaseMs;
    const auto row = store_.transact([&](Transaction& transaction) {
        auto claimed = store_.claim_outbox(transaction, now, now + lease, left_out);
        if (claimed) faults::pass(faults::Point::DispatcherBeforeClaim);
        return claimed;
    });
    if (!row) return false;
    faults::pass(faults::Point::DispatcherAfterClaim);
    const log::RequestScope scope{row->request_id};
    switch (row->kind) {
        case ErrandKind::CreateOrder:
            create_order(*row);
            break;
        case ErrandKind::GetOrder:
        case ErrandKind::TerminateOrder:
        case ErrandKind::Ask:
        case ErrandKind::AskRefunds:
            fetch(*row);
            break;
        case ErrandKind::Pay:
            pay(*row);
            break;
        case ErrandKind::Refund:
            refund(*row);
            break;
        case ErrandKind::Notify:
            notify(*row);
            break;
        case ErrandKind::OfAnotherProgram:
            leave(*row);
            break;
    }
    return true;
}

bool Dispatcher::may_call(const OutboxRow& row) {
    const auto api = api_of(row.kind, policy_.limits);
    if (api.name.empty()) return true;
    const auto now = clock_.now();
    auto limit = std::max<std::int64_t>(1, api.per_minute * kWindowMs / 60'000);
    // Prepared links leave half of the window to customers who have chosen.
    if (row.priority == Priority::Prepare) limit = std::max<std::int64_t>(1, limit / 2);
    const bool taken = store_.transact([&](Transaction& transaction) {
        const bool ok = store_.take_budget(transaction, api.name, now, kWindowMs, limit);
        if (!ok) {
            const auto next_window = now - now % kWindowMs + kWindowMs;
            store_.release_outbox(transaction, row, next_window);
            // And all that would only find the same out, one commit each.
            store_.put_off_outbox(transaction, row, now, next_window);
        }
        faults::pass(
            ok ? faults::Point::DispatcherBeforeBudget : faults::Point::DispatcherBeforeGiveBack
        );
        return ok;
    });
    faults::pass(
        taken ? faults::Point::DispatcherAfterBudget : faults::Point::DispatcherAfterGiveBack
    );
    if (!taken) log::info("budget.exhausted", {{"api", api.name}, {"order", row.order_id}});
    if (!taken) return false;
    // What is called now may arrive until its deadline, and by the end of the lease the errand is
    // another's. So much time can have passed, in this very commit, too.
    if (clock_.now() + kLongestCall.count() <= row.due_at) return true;
    log::warning("call.held_up", {{"kind", word(row.kind)}, {"order", row.order_id}});
    give_back(row, clock_.now());
    return false;
}

void Dispatcher::give_back(const OutboxRow& row, EpochMs due_at) {
    store_.transact([&](Transaction& transaction) {
        store_.release_outbox(transaction, row, due_at);
        faults::pass(faults::Point::DispatcherBeforeGiveBack);
    });
    faults::pass(faults::Point::DispatcherAfterGiveBack);
}

std::int64_t Dispatcher::backoff(std::int64_t tries) const {
    const auto doublings = std::clamp<std::int64_t>(tries - 1, 0, 16);
    return std::min(policy_.retry_first_ms << doublings, policy_.retry_longest_ms);
}

void Dispatcher::answered(const OutboxRow& row, InboxRow news) {
    news.order_id = row.order_id;
    news.attempt_id = row.attempt_id;
    if (row.kind == ErrandKind::Refund) news.refund_id = RefundId{row.payload};
    // One answer to one claim: a repeat after a lost commit writes nothing. An answer that comes
    // after the lease is news all the same.
    news.dedupe_key = "answer:" + row.outbox_id + ":" + std::to_string(row.tries);
    if (faults::planted(faults::Bug::DoneBeforeNews)) {
        store_.transact([&](Transaction& transaction) {
            store_.finish_outbox(transaction, row, clock_.now());
        });
    }
    store_.transact([&](Transaction& transaction) {
        store_.insert_inbox(transaction, news);
        store_.finish_outbox(transaction, row, clock_.now());
        faults::pass(faults::Point::DispatcherBeforeRecord);
    });
    faults::pass(faults::Point::DispatcherAfterRecord);
    inbox_changed_();
}

void Dispatcher::note(const OutboxRow& row, NewsKind kind) {
    InboxRow news;
    news.kind = kind;
    news.received_at = clock_.now();
    answered(row, std::move(news));
}

void Dispatcher::later(const OutboxRow& row, const GatewayFailure& failure, Store::Sent sent) {
    const auto wait =
        std::max(backoff(row.tries), static_cast<std::int64_t>(failure.retry_after_s) * 1'000);
    log::warning(
        "call.failed",
        {{"kind", word(row.kind)},
         {"order", row.order_id},
         {"next_step", failure.error == GatewayError::Retry ? "retry" : "unclear"},
         {"tries", row.tries},
         {"again_in_ms", wait}}
    );
    store_.transact([&](Transaction& transaction) {
        const auto now = clock_.now();
        if (failure.retry_after_s > 0) {
            // A 429 speaks for the whole API: the next row would only be refused, too. First the
            // budget, then the row, as in may_call: two orders of locks can meet in a deadlock.
            const auto api = api_of(row.kind, policy_.limits).name;
            const auto until = now + failure.retry_after_s * std::int64_t{1'000};
            store_.close_budget(transaction, api, now, until, kWindowMs);
        }
        store_.reschedule_outbox(transaction, row, now + wait, sent);
        faults::pass(faults::Point::DispatcherBeforeLater);
    });
    faults::pass(faults::Point::DispatcherAfterLater);
}

void Dispatcher::pay(const OutboxRow& row) {
    std::optional<Order> order;
    std::vector<Attempt> attempts;
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        order = store_.find_order(transaction, row.order_id);
        attempts = store_.attempts_of(transaction, row.order_id);
    }
    const auto found = std::find_if(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
        return attempt.attempt_id == row.attempt_id;
    });
    if (!order || found == attempts.end()) return note(row, NewsKind::PayNotSent);
    const bool perhaps_sent = row.was_in_flight && !faults::planted(faults::Bug::CrashIsForgotten);
    if (perhaps_sent && found->channel == Channel::Collect) {
        // A crash or a deadline in the middle of the call: a request may be on the customer's
        // phone.
        return note(row, NewsKind::PayOvertaken);
    }
    const bool wanted = is_open(found->status) || found->status == AttemptStatus::Prepared;
    if (!wanted || !still_payable(*order, clock_.now())) {
        return note(row, perhaps_sent ? NewsKind::PayGivenUp : NewsKind::PayNotSent);
    }
    // Somebody waits since the tap, however long the link's call has been queued.
    const auto wanted_since = std::max(row.created_at, found->created_at);
    if (clock_.now() - wanted_since > policy_.give_up_ms) return note(row, NewsKind::PayGivenUp);
    if (order->gateway_session.empty()) return give_back(row, clock_.now() + kSessionWaitMs);
    if (may_call(row)) pay_now(row, *order, *found);
}

void Dispatcher::pay_now(const OutboxRow& row, const Order& order, const Attempt& attempt) {
    GatewayPay call;
    call.attempt_id = attempt.attempt_id;
    if (faults::planted(faults::Bug::KeyForEachTry)) {
        call.attempt_id = AttemptId{attempt.attempt_id.str() + "-" + std::to_string(row.tries)};
    }
    call.session = order.gateway_session;
    call.channel = attempt.channel;
    if (attempt.channel == Channel::Collect) {
        const auto vpa = Vpa::parse(attempt.vpa);
        if (!vpa) return note(row, NewsKind::PayNotSent);
        call.vpa = *vpa;
    }
    // Cashfree takes 5 to 15 minutes; our own shorter time only ends the waiting on the page.
    call.collect_expiry_minutes =
        static_cast<int>(std::clamp<std::int64_t>(policy_.collect_ttl_ms / 60'000, 5, 15));
    call.device = attempt.device;
    call.user_agent = attempt.user_agent;
    faults::pass(faults::Point::DispatcherBeforeCall);
    if (call.channel != Channel::Collect && faults::planted(faults::Bug::SecondTabCalls)) {
        if (const auto key = second_click(store_, attempt); !key.empty()) {
            auto again = call;
            again.attempt_id = AttemptId{key};
            static_cast<void>(gateway_.pay(again));
        }
    }
    const auto answer = gateway_.pay(call);
    faults::pass(faults::Point::DispatcherAfterCall);
    if (answer) {
        InboxRow news;
        news.kind = answer->http_status < 300 ? NewsKind::PayAnswer : NewsKind::PayRefused;
        news.http_status = answer->http_status;
        news.body = answer->body;
        news.received_at = clock_.now();
        return answered(row, std::move(news));
    }
    if (answer.error().error == GatewayError::Retry) {
        return later(row, answer.error(), Store::Sent::No);
    }
    if (faults::planted(faults::Bug::TimeoutIsFailure)) return note(row, NewsKind::PayGivenUp);
    const bool ask_first = !faults::planted(faults::Bug::CollectSentAgain);
    if (attempt.channel == Channel::Collect && ask_first) return note(row, NewsKind::PayUnclear);
    if (!ask_first) return later(row, answer.error(), Store::Sent::No);
    // A link or a code nobody saw cannot be paid: the same key again.
    later(row, answer.error(), Store::Sent::Perhaps);
}

void Dispatcher::leave(const OutboxRow& row) {
    constexpr std::int64_t kWaitMs = 30'000;
    log::warning("errand.of_another_program", {{"order", row.order_id}});
    give_back(row, clock_.now() + kWaitMs);
}

void Dispatcher::notify(const OutboxRow& row) {
    faults::pass(faults::Point::NotifierBeforeCall);
    const auto outcome = notifier_.send(row);
    faults::pass(faults::Point::NotifierAfterCall);
    store_.transact([&](Transaction& transaction) {
        if (outcome.finished || faults::planted(faults::Bug::ToldOnce)) {
            store_.finish_outbox(transaction, row, clock_.now());
        } else {
            store_.reschedule_outbox(
                transaction, row, clock_.now() + outcome.again_in_ms, Store::Sent::No
            );
        }
        faults::pass(faults::Point::NotifierBeforeRecord);
    });
    faults::pass(faults::Point::NotifierAfterRecord);
}

}  // namespace chukta
