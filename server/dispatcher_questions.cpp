// The Dispatcher's questions, and create order, which may be repeated like one.
#include <charconv>

#include "server/dispatcher.h"
#include "server/faults.h"
#include "server/log.h"

namespace chukta {
namespace {

// A question whose answer is of no use is asked so often, within a minute or two; longer after an
// outage, whose tries count for the wait alone.
constexpr int kInVainMax = 8;

/// How often it was asked in vain: stands in its payload.
int times_in_vain(const OutboxRow& row) {
    int times = 0;
    std::from_chars(row.payload.data(), row.payload.data() + row.payload.size(), times);
    return times;
}

/// Whether a 2xx says what was asked. JSON of another shape is somebody's between us, such as a
/// page of maintenance, or a parser's mistake.
bool is_answer(const Gateway& gateway, const OutboxRow& row, const std::string& body) {
    if (row.kind == ErrandKind::Ask) return gateway.read_payments(body).has_value();
    if (row.kind == ErrandKind::AskRefunds) return gateway.read_refunds(body).has_value();
    const auto order = gateway.read_order(body);
    if (!order || order->order_id != row.order_id) return false;
    // Without its session a new order cannot be paid.
    return row.kind != ErrandKind::CreateOrder || order->status != GatewayOrderStatus::Active ||
           !order->session.empty();
}

/// Where every call to the gateway goes out and its answer comes in.
template <class Call>
GatewayResult through(Call&& call) {
    faults::pass(faults::Point::DispatcherBeforeCall);
    auto answer = call();
    faults::pass(faults::Point::DispatcherAfterCall);
    return answer;
}

}  // namespace

bool Dispatcher::asks_again(const OutboxRow& row) {
    const int times = times_in_vain(row) + 1;
    if (times >= kInVainMax) return false;
    auto again = row;
    again.payload = std::to_string(times);
    later(again, GatewayFailure{}, Store::Sent::No);
    return true;
}

void Dispatcher::create_order(const OutboxRow& row) {
    std::optional<Order> order;
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        order = store_.find_order(transaction, row.order_id);
    }
    if (!order || !may_call(row)) return;
    GatewayOrder wanted;
    wanted.order_id = order->order_id;
    wanted.amount = order->amount;
    wanted.customer_id = order->customer_id;
    wanted.customer_phone = order->customer_phone;
    wanted.customer_email = order->customer_email;
    wanted.customer_name = order->customer_name;
    wanted.return_url = order->return_url;
    wanted.expires_at = order->expires_at;
    const auto asked_at = clock_.now();
    const auto answer = through([&] { return gateway_.create_order(wanted); });
    // Creating the same order again returns it or says that it is there: repeating is safe.
    if (!answer) return later(row, answer.error(), Store::Sent::No);
    const bool refused = answer->http_status >= 300;
    if (!refused && !is_answer(gateway_, row, answer->body) && asks_again(row)) return;
    InboxRow news;
    news.kind = refused ? NewsKind::CreateRefused : NewsKind::OrderAnswer;
    news.http_status = answer->http_status;
    news.body = answer->body;
    news.received_at = asked_at;
    answered(row, std::move(news));
}

void Dispatcher::fetch(const OutboxRow& row) {
    if (!may_call(row)) return;
    // When the question left, not when the answer came: what it says is at least that fresh.
    const auto asked_at = clock_.now();
    auto kind = NewsKind::OrderAnswer;
    GatewayResult answer;
    if (row.kind == ErrandKind::Ask) {
        kind = NewsKind::PaymentsAnswer;
        answer = through([&] { return gateway_.get_payments(row.order_id); });
    } else if (row.kind == ErrandKind::AskRefunds) {
        kind = NewsKind::RefundsAnswer;
        answer = through([&] { return gateway_.get_refunds(row.order_id); });
    } else if (row.kind == ErrandKind::TerminateOrder) {
        answer = through([&] { return gateway_.terminate_order(row.order_id); });
    } else {
        answer = through([&] { return gateway_.get_order(row.order_id); });
    }
    if (!answer) return later(row, answer.error(), Store::Sent::No);
    if (answer->http_status >= 300) {
        const auto refusal = gateway_.read_refusal(answer->http_status, answer->body);
        log::warning(
            "question.refused",
            {{"kind", word(row.kind)},
             {"order", row.order_id},
             {"http_status", answer->http_status},
             {"code", std::string_view{refusal.code}}}
        );
        // Whoever asked believes nothing until there is an answer.
        if (row.kind != ErrandKind::TerminateOrder && asks_again(row)) return;
        store_.transact([&](Transaction& transaction) {
            store_.finish_outbox(transaction, row, clock_.now());
            faults::pass(faults::Point::DispatcherBeforeDrop);
        });
        faults::pass(faults::Point::DispatcherAfterDrop);
        return;
    }
    // The last one is kept for whoever repairs the parser. What terminates has done so already, and
    // a second one would be refused.
    const bool once = row.kind == ErrandKind::TerminateOrder;
    if (!once && !is_answer(gateway_, row, answer->body) && asks_again(row)) return;
    InboxRow news;
    news.kind = kind;
    news.http_status = answer->http_status;
    news.body = answer->body;
    news.received_at = asked_at;
    answered(row, std::move(news));
}

}  // namespace chukta
