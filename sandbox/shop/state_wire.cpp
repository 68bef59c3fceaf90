#include "sandbox/shop/state_wire.h"

#include <nlohmann/json.hpp>

namespace shop {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;

// The file is our own, so the readers below may throw on a wrong type; decode_state catches it all.

Json to_json(const OrderLine& line) {
    return {{"name", line.name}, {"quantity", line.quantity}, {"amount", line.amount.paise()}};
}

Json lines_json(const std::vector<OrderLine>& lines) {
    Json list = Json::array();
    for (const OrderLine& line : lines) list.push_back(to_json(line));
    return list;
}

chukta::Money money_from(const Json& json) {
    return chukta::Money::from_paise(json.get<std::int64_t>()).value();
}

OrderLine line_from(const Json& json) {
    return {
        json.at("name").get<std::string>(),
        json.at("quantity").get<int>(),
        money_from(json.at("amount")),
    };
}

Json to_json(const std::vector<RefundNews>& refunds) {
    Json list = Json::array();
    for (const RefundNews& refund : refunds) {
        list.push_back(
            {{"refund_id", refund.refund_id},
             {"amount", refund.amount.paise()},
             {"status", refund.status},
             {"origin", refund.origin}}
        );
    }
    return list;
}

Json to_json(const OrderNews& news) {
    return {
        {"order_id", news.order_id},
        {"version", news.version},
        {"amount", news.amount.paise()},
        {"payment_status", news.payment_status},
        {"fulfillment_status", news.fulfillment_status},
        {"review_reason", news.review_reason},
        {"pay_url", news.pay_url},
        {"paid_at", news.paid_at ? Json(*news.paid_at) : Json(nullptr)},
        {"refundable", news.refundable.paise()},
        {"refunds", to_json(news.refunds)},
    };
}

OrderNews news_from(const Json& json) {
    OrderNews news;
    news.order_id = json.at("order_id").get<std::string>();
    news.version = json.at("version").get<std::int64_t>();
    news.amount = money_from(json.at("amount"));
    news.payment_status = json.at("payment_status").get<std::string>();
    news.fulfillment_status = json.at("fulfillment_status").get<std::string>();
    news.review_reason = json.at("review_reason").get<std::string>();
    news.pay_url = json.at("pay_url").get<std::string>();
    if (!json.at("paid_at").is_null()) news.paid_at = json.at("paid_at").get<chukta::EpochMs>();
    // A book written before there were refunds has neither.
    if (json.contains("refundable")) news.refundable = money_from(json.at("refundable"));
    for (const Json& row : json.value("refunds", Json::array())) {
        news.refunds.push_back(
            {row.at("refund_id").get<std::string>(),
             money_from(row.at("amount")),
             row.at("status").get<std::string>(),
             row.at("origin").get<std::string>()}
        );
    }
    return news;
}

Json to_json(const Order& order) {
    return {
        {"order_id", order.order_id},
        {"customer_id", order.customer_id},
        {"checkout_key", order.checkout_key},
        {"lines", lines_json(order.lines)},
        {"amount", order.amount.paise()},
        {"placed_at", order.placed_at},
        {"told", order.told ? to_json(*order.told) : Json(nullptr)},
    };
}

Order order_from(const Json& json) {
    Order order;
    order.order_id = json.at("order_id").get<std::string>();
    order.customer_id = json.at("customer_id").get<std::string>();
    order.checkout_key = json.at("checkout_key").get<std::string>();
    for (const Json& line : json.at("lines")) order.lines.push_back(line_from(line));
    order.amount = money_from(json.at("amount"));
    order.placed_at = json.at("placed_at").get<chukta::EpochMs>();
    if (!json.at("told").is_null()) order.told = news_from(json.at("told"));
    return order;
}

Json to_json(const ReceivedWebhook& webhook) {
    return {
        {"id", webhook.id},
        {"type", webhook.type},
        {"order_id", webhook.order_id},
        {"version", webhook.version},
        {"received_at", webhook.received_at},
        {"deliveries", webhook.deliveries},
    };
}

ReceivedWebhook webhook_from(const Json& json) {
    ReceivedWebhook webhook;
    webhook.id = json.at("id").get<std::string>();
    webhook.type = json.at("type").get<std::string>();
    webhook.order_id = json.at("order_id").get<std::string>();
    webhook.version = json.at("version").get<std::int64_t>();
    webhook.received_at = json.at("received_at").get<chukta::EpochMs>();
    webhook.deliveries = json.at("deliveries").get<int>();
    return webhook;
}

State state_from(const Json& json) {
    State state;
    state.form_key = json.at("form_key").get<std::string>();
    for (const Json& session : json.at("sessions")) {
        state.sessions.push_back(
            {session.at("token_hash").get<std::string>(),
             session.at("customer_id").get<std::string>(),
             session.at("expires_at").get<chukta::EpochMs>()}
        );
    }
    for (const auto& [customer_id, lines] : json.at("carts").items()) {
        for (const Json& line : lines) {
            state.carts[customer_id].push_back(
                {line.at("tea_id").get<std::string>(), line.at("quantity").get<int>()}
            );
        }
    }
    for (const Json& order : json.at("orders")) state.orders.push_back(order_from(order));
    for (const Json& webhook : json.at("webhooks")) {
        state.webhooks.push_back(webhook_from(webhook));
    }
    state.webhooks_refused = json.at("webhooks_refused").get<std::int64_t>();
    return state;
}

}  // namespace

std::string encode_state(const State& state) {
    Json json{
        {"format", kFormat},
        {"form_key", state.form_key},
        {"sessions", Json::array()},
        {"carts", Json::object()},
        {"orders", Json::array()},
        {"webhooks", Json::array()},
        {"webhooks_refused", state.webhooks_refused},
    };
    for (const Session& session : state.sessions) {
        json["sessions"].push_back(
            {{"token_hash", session.token_hash},
             {"customer_id", session.customer_id},
             {"expires_at", session.expires_at}}
        );
    }
    for (const auto& [customer_id, cart] : state.carts) {
        Json lines = Json::array();
        for (const CartLine& line : cart) {
            lines.push_back({{"tea_id", line.tea_id}, {"quantity", line.quantity}});
        }
        json["carts"][customer_id] = std::move(lines);
    }
    for (const Order& order : state.orders) json["orders"].push_back(to_json(order));
    for (const ReceivedWebhook& webhook : state.webhooks) {
        json["webhooks"].push_back(to_json(webhook));
    }
    return json.dump(1);
}

std::optional<State> decode_state(std::string_view text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format").get<int>() != kFormat) return std::nullopt;
        return state_from(json);
    } catch (const std::exception&) {
        return std::nullopt;  // the caller names the file; what is wrong in it is not repairable
    }
}

std::string encode_state_view(const State& state) {
    Json orders = Json::array();
    for (const Order& order : state.orders) {
        Json row{
            {"order_id", order.order_id},
            {"customer_id", order.customer_id},
            {"amount", order.amount.paise()},
            {"currency", "INR"},
            {"items", lines_json(order.lines)},
            {"placed_at", chukta::to_rfc3339(order.placed_at)},
            {"version", order.told ? order.told->version : 0},
            {"payment_status", nullptr},
            {"fulfillment_status", nullptr},
            {"review_reason", nullptr},
        };
        if (order.told) {
            row["payment_status"] = order.told->payment_status;
            row["fulfillment_status"] = order.told->fulfillment_status;
            row["review_reason"] = order.told->review_reason;
            row["refunds"] = to_json(order.told->refunds);
        }
        orders.push_back(std::move(row));
    }
    Json webhooks = Json::array();
    for (const ReceivedWebhook& webhook : state.webhooks) {
        Json row = to_json(webhook);
        row["received_at"] = chukta::to_rfc3339(webhook.received_at);
        webhooks.push_back(std::move(row));
    }
    return Json{
        {"orders", std::move(orders)},
        {"webhooks", std::move(webhooks)},
        {"webhooks_refused", state.webhooks_refused},
    }
        .dump();
}

}  // namespace shop
