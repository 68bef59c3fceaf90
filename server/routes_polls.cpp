// A page that asks about its order, and waits for news of it.
#include "server/db/database.h"
#include "server/problem.h"
#include "server/routes.h"
#include "shared/limits.h"

namespace chukta {

static_assert(Gathering<ExchangePtr>::kTogetherMax <= Orders::kViewsTogether);

void PageRoutes::note_wrong_session(const Exchange& exchange) {
    edge_.metrics().count(Count::SessionRefused);
    if (edge_.is_logged("session.refused")) {
        log::info("session.refused", {{"order", order_id_of(exchange)}});
    }
}

/// Asked by every page every few seconds: session, order and attempts are read together, and those
/// of several pages.
void PageRoutes::show(const std::vector<ExchangePtr>& exchanges) {
    std::vector<Orders::PageQuestion> questions;
    std::vector<ExchangePtr> asking, strangers;
    for (const auto& exchange : exchanges) {
        const auto order_id = order_id_of(*exchange);
        auto session = Sessions::session_hash(order_id, exchange->header("Cookie"));
        (session ? asking : strangers).push_back(exchange);
        if (session) questions.push_back({*std::move(session), order_id, shopper_of(*exchange)});
    }
    for (const auto& exchange : strangers) exchange->send(order_not_found());
    if (questions.empty()) return;
    std::vector<std::optional<wire::OrderView>> views;
    try {
        views = orders_.views_in_sessions(questions);
    } catch (const db::StorageError& error) {
        if (questions.size() == 1 || !error.others_may_succeed()) throw;
        // One of them must not keep the others.
        for (const auto& one : asking) {
            edge_.finish(one, [this](const ExchangePtr& exchange) { show({exchange}); });
        }
        return;
    }
    std::vector<Orders::Hold> held;
    for (std::size_t i = 0; i < views.size(); ++i) {
        edge_.finish(asking[i], [&](const ExchangePtr& exchange) {
            if (!views[i]) {
                note_wrong_session(*exchange);
                return exchange->send(order_not_found());
            }
            if (auto hold = show(exchange, *views[i])) held.push_back(*std::move(hold));
        });
    }
    if (!held.empty()) orders_.hold(std::move(held));
}

/// Answers, or says how the request is held.
std::optional<Orders::Hold> PageRoutes::show(
    const ExchangePtr& exchange, const wire::OrderView& view
) {
    bool invalid = false;
    constexpr auto kVersionMax = std::int64_t{1} << 53;  // what JSON keeps exactly
    const auto& request = exchange->request();
    const auto after = number_parameter(request, "after", 0, kVersionMax, &invalid);
    const auto wait_s = number_parameter(request, "wait_s", 0, 600, &invalid).value_or(0);
    if (invalid) {
        exchange->send(problem(400, "parameter_invalid", "after and wait_s must be whole numbers.")
        );
        return std::nullopt;
    }
    if (!after || wait_s == 0 || view.version > *after || !edge_.may_hold()) {
        exchange->send(told(*exchange, view));
        return std::nullopt;
    }
    const EpochMs now = edge_.clock().now();
    EpochMs deadline = now + 1000 * std::min<EpochMs>(wait_s, limits::kHeldRequestSecondsMax);
    // A code that ends while we wait changes the view without any news.
    const auto ends_at = view.attempt ? view.attempt->expires_at : std::nullopt;
    if (ends_at && *ends_at > now) deadline = std::min(deadline, *ends_at);
    return Orders::Hold{order_id_of(*exchange), *after, deadline, [this, exchange] {
                            edge_.resume(exchange, [this](const ExchangePtr& e) { show_now(e); });
                        }};
}

void PageRoutes::show_now(const ExchangePtr& exchange) {
    if (!exchange->client_is_there()) return;
    const auto view = orders_.view(order_id_of(*exchange), shopper_of(*exchange));
    exchange->send(view ? told(*exchange, *view) : order_not_found());
}

}  // namespace chukta
