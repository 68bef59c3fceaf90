// The promise of one charge for each click: a click has one attempt for ever, an attempt one key.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/simulation/inspector.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

const std::string kMerchant = "chai";

[[noreturn]] void broken(const std::string& order_id, const std::string& what) {
    throw Violation{what + ": " + order_id};
}

const Attempt* find(const std::vector<Attempt>& attempts, const std::string& id) {
    const auto found = std::find_if(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
        return attempt.attempt_id.str() == id;
    });
    return found == attempts.end() ? nullptr : &*found;
}

/// A link that nobody has tapped: the bank's own news may have given it an index all the same.
bool is_untapped(const Attempt& attempt) {
    return !attempt.index || (attempt.channel == Channel::Intent && !attempt.app);
}

bool is_choice(const wire::StartAttempt& chosen, const Attempt& attempt) {
    if (chosen.channel != attempt.channel) return false;
    switch (chosen.channel) {
        case Channel::Intent:
            return chosen.app == attempt.app;
        case Channel::Collect:
            return chosen.vpa && chosen.vpa->masked() == attempt.vpa_masked;
        case Channel::QrCode:
            return true;
    }
    return false;
}

/// The gateway's words for what a call asks (facts/cashfree.md §3.1).
bool asks_for(const nlohmann::json& upi, const wire::StartAttempt& chosen) {
    const auto channel = upi.at("channel").get<std::string>();
    switch (chosen.channel) {
        case Channel::Intent:
            return channel == "link";
        case Channel::Collect:
            return channel == "collect" && chosen.vpa && upi.at("upi_id") == chosen.vpa->str();
        case Channel::QrCode:
            return channel == "qrcode";
    }
    return false;
}

}  // namespace

Inspector::Clicks Inspector::read_clicks(Transaction& transaction, const std::string& order_id) {
    constexpr auto kSql =
        "SELECT idempotency_key, made FROM idempotency WHERE merchant_id = $1 AND scope = $2";
    Clicks clicks;
    for (const auto& row : transaction.run(kSql, {kMerchant, "attempts:" + order_id})) {
        clicks.emplace(row.text("idempotency_key"), row.text("made"));
    }
    return clicks;
}

/// Each click that the server knows was made, and has the attempt it chose and always had; each
/// attempt of the customer's has a click, and each other one an opened page.
void Inspector::check_clicks(Transaction& transaction, const Seen& now) {
    const auto order_id = now.order.order_id.str();
    const auto& facts = world_.ledger().orders[order_id];
    auto clicks = read_clicks(transaction, order_id);
    for (const auto& [key, attempt_id] : clicks_[order_id]) {
        const auto still = clicks.find(key);
        if (still == clicks.end() || still->second != attempt_id) {
            broken(order_id, "a click lost its attempt, key " + key);
        }
    }
    std::set<std::string> clicked;
    for (const auto& [key, attempt_id] : clicks) {
        const auto chosen = facts.clicks.find(key);
        if (chosen == facts.clicks.end()) broken(order_id, "a click that nobody made, key " + key);
        const auto* attempt = find(now.attempts, attempt_id);
        const bool right =
            attempt &&
            std::any_of(chosen->second.begin(), chosen->second.end(), [&](const auto& start) {
                return is_choice(start, *attempt);
            });
        if (!right) broken(order_id, "a click has an attempt that it did not choose, key " + key);
        clicked.insert(attempt_id);
    }
    clicks_[order_id] = std::move(clicks);
    for (const auto& attempt : now.attempts) {
        if (attempt.pay_state == PayState::Found || clicked.contains(attempt.attempt_id.str())) {
            continue;
        }
        if (!is_untapped(attempt)) broken(order_id, "an attempt that no click began");
        prepared_[order_id].insert(attempt.attempt_id.str());
    }
    // A commit whose answer was lost is tried again, when its link may have been refused already.
    const auto openings = facts.openings + world_.commits_unheard();
    if (prepared_[order_id].size() > static_cast<std::size_t>(openings)) {
        broken(order_id, "more links were prepared than pages opened");
    }
}

void Inspector::click_answered(const std::string& order_id, const std::string& key) {
    Transaction transaction{store_.database(), db::Mode::Read};
    const auto clicks = read_clicks(transaction, order_id);
    const auto found = clicks.find(key);
    // Else a repeat of it could begin another attempt.
    if (found == clicks.end()) broken(order_id, "an answered click has no attempt, key " + key);
    const auto [known, is_new] = clicks_[order_id].insert(*found);
    if (!is_new && *known != *found) broken(order_id, "a click has a second attempt, key " + key);
}

void Inspector::order_pay_sent(
    const std::string& order_id, const std::string& key, const std::string& body
) {
    if (key.empty()) broken(order_id, "an Order Pay call without a key");
    std::vector<Attempt> attempts;
    Clicks clicks;
    {
        Transaction transaction{store_.database(), db::Mode::Read};
        attempts = store_.attempts_of(transaction, OrderId{order_id});
        clicks = read_clicks(transaction, order_id);
    }
    const auto* attempt = find(attempts, key);
    if (!attempt) broken(order_id, "an Order Pay call with the key of no attempt, " + key);
    const auto upi = nlohmann::json::parse(body).at("payment_method").at("upi");
    const auto& facts = world_.ledger().orders[order_id];
    bool wanted = is_untapped(*attempt) && upi.at("channel") == "link";
    for (const auto& [click, attempt_id] : clicks) {
        const auto chosen = facts.clicks.find(click);
        if (attempt_id != key || chosen == facts.clicks.end()) continue;
        wanted = wanted || std::any_of(
                               chosen->second.begin(),
                               chosen->second.end(),
                               [&](const wire::StartAttempt& start) { return asks_for(upi, start); }
                           );
    }
    if (!wanted) broken(order_id, "an Order Pay call that no click wanted, key " + key);
}

}  // namespace chukta::simulation
