// What pages are told of their orders.
#include "server/channels.h"
#include "server/new_attempt.h"
#include "server/order_view.h"
#include "server/orders.h"
#include "server/store.h"

namespace chukta {
namespace {

std::vector<std::optional<Store::Shown>> rows_in_sessions(
    Store& store, const std::vector<Orders::PageQuestion>& questions, EpochMs now
) {
    std::vector<Store::PageQuestion> asked;
    asked.reserve(questions.size());
    for (const auto& one : questions) asked.push_back({one.session_hash, one.order_id});
    Transaction transaction{store.database(), db::Mode::Look};
    return store.find_shown(transaction, asked, now);
}

}  // namespace

std::vector<std::optional<wire::OrderView>> Orders::views_in_sessions(
    const std::vector<PageQuestion>& questions
) {
    static_assert(kViewsTogether <= Store::kShownTogether);
    const auto now = clock_.now();
    const auto found = rows_in_sessions(store_, questions, now);
    std::vector<std::optional<wire::OrderView>> views;
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto& view = views.emplace_back();
        if (const auto& shown = found[i]) {
            view = view_for(questions[i].shopper, shown->order, shown->attempts, policy_, now);
        }
    }
    return views;
}

std::optional<wire::OrderView> Orders::view(const OrderId& order_id, const Shopper& shopper) {
    Transaction transaction{store_.database(), db::Mode::Read};
    const auto order = store_.find_order(transaction, order_id);
    if (!order) return std::nullopt;
    const auto attempts = store_.attempts_of(transaction, order_id);
    return view_for(shopper, *order, attempts, policy_, clock_.now());
}

std::optional<wire::OrderView> Orders::open_page(const PageQuestion& question) {
    const auto& shopper = question.shopper;
    // Anew each time: a link can be long in waiting for the order.
    const auto read = [&] { return rows_in_sessions(store_, {question}, clock_.now()).front(); };
    auto shown = read();
    // Most that are opened have their link, or want none: only the others wait for the order.
    if (shown && wants_prepared(shopper.device, policy_) &&
        lacks_link(shown->order, shown->attempts, clock_.now())) {
        prepare(question.order_id, shopper);
        shown = read();
    }
    if (!shown) return std::nullopt;
    return view_for(shopper, shown->order, shown->attempts, policy_, clock_.now());
}

}  // namespace chukta
