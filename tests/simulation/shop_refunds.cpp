// The shop's side of money that goes back.
#include "tests/simulation/shop.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {

void Shop::refund_some(const std::string& order_id) {
    auto& dice = world_.dice();
    for (auto count = dice.between(1, 3); count > 0; --count) {
        const auto wish = some_wish(order_id);
        const auto begin = dice.between(0, 600'000);
        world_.after(begin, [this, wish] { refund(wish, 40); });
        if (dice.strikes(500)) {
            // The same again: a clerk who clicks twice, a shop that was restarted.
            const auto again = dice.strikes(500) ? dice.between(0, 50) : dice.between(50, 300'000);
            world_.after(begin + again, [this, wish] { refund(wish, 40); });
        }
        if (dice.strikes(100)) {
            // The same name for another sum, which must not be a second refund.
            auto other = wish;
            other.amount = *Money::from_paise(dice.between(1, 5'000'000));
            world_.after(begin + dice.between(0, 2'000), [this, other] { refund(other, 40); });
        }
    }
}

Wish Shop::some_wish(const std::string& order_id) {
    auto& dice = world_.dice();
    Wish wish;
    wish.order_id = order_id;
    const auto number = std::to_string(++wishes_);
    const bool named = dice.strikes(600);
    if (named) wish.refund_id = "rf_" + number;
    if (!named || dice.strikes(200)) wish.key = "refund-" + number;
    // Another order's name: one of the two must be refused.
    if (named && dice.strikes(50)) wish.refund_id = "rf_same";
    const auto due = world_.ledger().orders[order_id].amount.paise();
    if (!dice.strikes(300)) {
        const auto most = dice.strikes(700) ? due : due / 2 + 1;
        wish.amount = *Money::from_paise(dice.between(1, most));
    }
    return wish;
}

void Shop::refund(const Wish& wish, int tries_left) {
    const auto& name = wish.refund_id.empty() ? wish.key : wish.refund_id;
    world_.ledger().orders[wish.order_id].wishes[name].insert(wish.amount);
    NewRefund wanted;
    wanted.refund_id = RefundId{wish.refund_id};
    wanted.amount = wish.amount;
    wanted.note = "Returned goods";
    std::optional<IdempotencyKey> key;
    if (!wish.key.empty()) key = IdempotencyKey{wish.key};
    bool answered = false;
    world_.ask_server([&](Process& process) {
        const auto made = process.engine.refunds().create(OrderId{wish.order_id}, wanted, key);
        answered = true;
        note_answer(wish, made);
    });
    if (answered || tries_left == 0) return;
    world_.after(world_.dice().between(200, 30'000), [this, wish, tries_left] {
        refund(wish, tries_left - 1);
    });
}

void Shop::note_answer(const Wish& wish, const Result<Refunds::Made, RefundError>& made) {
    const auto& name = wish.refund_id.empty() ? wish.key : wish.refund_id;
    world_.story().tell(
        world_.now(),
        "shop refunds",
        wish.order_id,
        name,
        wish.amount ? std::to_string(wish.amount->paise()) : "all",
        made ? made->refund.refund_id.str() : word(made.error()),
        made ? made->refund.amount.paise() : 0
    );
    if (!made) return;
    if (wish.amount && made->refund.amount != *wish.amount) {
        throw Violation{"a refund was promised of another sum: " + name};
    }
    auto& facts = world_.ledger().orders[wish.order_id];
    const auto [known, first] = facts.promised.emplace(name, made->refund.refund_id.str());
    if (!first && known->second != made->refund.refund_id.str()) {
        throw Violation{"one wish was promised two refunds: " + name};
    }
    if (made->is_new && !facts.made_new.insert(name).second) {
        throw Violation{"one refund was made twice: " + name};
    }
}

}  // namespace chukta::simulation
