#include "tests/simulation/shop.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "tests/simulation/world.h"

namespace chukta::simulation {

Shop::Shop(World& world) : world_{world}, key_{*shop::WebhookKey::parse(kSecret)} {}

void Shop::order(const NewOrder& wanted) {
    bool answered = false;
    world_.ask_server([&](Process& process) {
        const auto made = process.engine.orders().create(wanted, std::nullopt);
        world_.story().tell(
            world_.now(), "shop orders", wanted.order_id.str(), made ? "made" : word(made.error())
        );
        // A repeat after the expiry's last moment finds its order; a first one may be too late.
        if (!made && made.error() != ShopError::ExpiresTooSoon) {
            throw Violation{"the shop's own order was refused"};
        }
        answered = true;
        if (made) world_.ledger().orders[wanted.order_id.str()].created = true;
    });
    auto& dice = world_.dice();
    const bool doubles = dice.strikes(world_.weather().click_twice);
    if (!answered || doubles) {
        world_.after(dice.between(200, 5'000), [this, wanted] { order(wanted); });
    }
}

void Shop::cancel(const OrderId& order_id) {
    bool answered = false;
    world_.ask_server([&](Process& process) {
        const auto cancelled = process.engine.orders().cancel(order_id);
        world_.story().tell(world_.now(), "shop cancels", order_id.str(), cancelled ? 1 : 0);
        answered = true;
    });
    if (!answered) world_.after(2'000, [this, order_id] { cancel(order_id); });
}

void Shop::verify(const OrderId& order_id) {
    world_.ask_server([&](Process& process) {
        const auto verified = process.engine.orders().verify(order_id);
        world_.story().tell(world_.now(), "shop verifies", order_id.str(), verified ? 1 : 0);
    });
}

http::ClientResponse Shop::receive(const http::ClientRequest& request) {
    http::Request received;
    received.method = request.method;
    received.target = "/webhooks/chukta";
    received.headers = request.headers;
    received.body = request.body;
    const auto id = shop::verify_webhook(key_, received, world_.now());
    if (!id) {
        world_.story().tell(world_.now(), "shop does not believe a webhook");
        // The server's clock is wrong, or was when a call was signed that was slow on its way: of
        // a machine that came to a halt more than a minute (seed 3045099).
        const bool wrong_clock = id.error() == shop::WebhookError::TimestampWrong &&
                                 !world_.clocks_right_since(world_.now());
        if (!wrong_clock) {
            throw Violation{"the shop cannot verify a webhook"};
        }
        return {401, {}, {}};
    }
    const auto json = nlohmann::json::parse(request.body);
    const auto& data = json.at("data");
    Heard heard;
    heard.at = world_.now();
    heard.webhook_id = *id;
    heard.type = json.at("type");
    heard.order_id = data.at("order_id");
    heard.version = data.at("version");
    heard.payment_status = data.at("payment_status");
    heard.review_reason = data.at("review_reason");
    heard.attempt_index = data.value("attempt_index", 0);
    heard.refund_id = data.value("refund_id", "");
    for (const auto& refund : data.at("refunds")) {
        if (refund.at("refund_id") == heard.refund_id) heard.refund_status = refund.at("status");
    }
    note(std::move(heard));
    return {200, {}, {}};
}

void Shop::note(Heard heard) {
    world_.story().tell(
        world_.now(),
        "shop hears",
        heard.type,
        heard.order_id,
        heard.version,
        heard.payment_status,
        heard.refund_id,
        heard.refund_status
    );
    if (heard.type == "order.paid" && heard.payment_status != "paid") {
        throw Violation{"the shop is told order.paid of an order that is not"};
    }
    if (heard.type == "refund.updated") world_.inspector().told_of_refund(heard);
    const bool begins_refunds = heard.type == "order.paid" && !world_.calm() &&
                                world_.dice().strikes(world_.weather().shop_refunds);
    if (begins_refunds) refund_some(heard.order_id);
    world_.ledger().heard.push_back(std::move(heard));
}

}  // namespace chukta::simulation
