#include "sandbox/shop/wire.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace shop {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kWordLengthMax = 64;
constexpr std::size_t kUrlLengthMax = 2048;

/// Null when the text is not JSON: no exceptions over what others send.
Json parse(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json{} : json;
}

std::optional<std::string> text_at(const Json& object, const char* key, std::size_t length_max) {
    const auto field = object.find(key);
    if (field == object.end() || !field->is_string()) return std::nullopt;
    auto text = field->get<std::string>();
    if (text.empty() || text.size() > length_max) return std::nullopt;
    return text;
}

/// A status word: kept as told, but nothing that is not a word.
std::optional<std::string> word_at(const Json& object, const char* key) {
    auto word = text_at(object, key, kWordLengthMax);
    const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    if (!word || !std::ranges::all_of(*word, is_word)) return std::nullopt;
    return word;
}

std::optional<std::int64_t> integer_at(const Json& object, const char* key) {
    const auto field = object.find(key);
    if (field == object.end() || !field->is_number_integer()) return std::nullopt;
    return field->get<std::int64_t>();
}

/// A refund that is not as documented is left out; the sums beside the list still count it.
std::vector<RefundNews> refunds_from(const Json& json) {
    std::vector<RefundNews> refunds;
    const auto list = json.find("refunds");
    if (list == json.end() || !list->is_array()) return refunds;
    for (const Json& row : *list) {
        if (!row.is_object()) continue;
        const auto refund_id = text_at(row, "refund_id", kWordLengthMax);
        const auto paise = integer_at(row, "amount");
        const auto amount = paise ? chukta::Money::from_paise(*paise) : std::nullopt;
        const auto status = word_at(row, "status");
        const auto origin = word_at(row, "origin");
        if (!refund_id || !amount || !status || !origin) continue;
        refunds.push_back({*refund_id, *amount, *status, *origin});
    }
    return refunds;
}

std::optional<OrderNews> order_from(const Json& json) {
    if (!json.is_object()) return std::nullopt;
    const auto order_id = text_at(json, "order_id", kWordLengthMax);
    const auto version = integer_at(json, "version");
    const auto paise = integer_at(json, "amount");
    const auto amount = paise ? chukta::Money::from_paise(*paise) : std::nullopt;
    const auto payment = word_at(json, "payment_status");
    const auto fulfillment = word_at(json, "fulfillment_status");
    const auto pay_url = text_at(json, "pay_url", kUrlLengthMax);
    const bool rupees = text_at(json, "currency", kWordLengthMax) == "INR";
    if (!order_id || !version || !amount || !payment || !fulfillment || !pay_url || !rupees) {
        return std::nullopt;
    }
    OrderNews news;
    news.order_id = *order_id;
    news.version = *version;
    news.amount = *amount;
    news.payment_status = *payment;
    news.fulfillment_status = *fulfillment;
    news.review_reason = word_at(json, "review_reason").value_or("none");
    news.pay_url = *pay_url;
    if (const auto paid_at = text_at(json, "paid_at", kWordLengthMax)) {
        news.paid_at = chukta::from_rfc3339(*paid_at);
    }
    const auto refundable = integer_at(json, "amount_refundable").value_or(0);
    news.refundable = chukta::Money::from_paise(refundable).value_or(chukta::Money{});
    news.refunds = refunds_from(json);
    return news;
}

}  // namespace

std::string encode_order(
    const Order& order, const Customer& customer, std::string_view return_url
) {
    Json items = Json::array();
    for (const OrderLine& line : order.lines) {
        items.push_back(
            {{"name", line.name}, {"quantity", line.quantity}, {"amount", line.amount.paise()}}
        );
    }
    const Json body{
        {"order_id", order.order_id},
        {"amount", order.amount.paise()},
        {"currency", "INR"},
        {"customer",
         {{"id", customer.id},
          {"phone", customer.phone},
          {"email", customer.email},
          {"name", customer.name}}},
        {"items", std::move(items)},
        {"return_url", return_url},
    };
    return body.dump();
}

std::string encode_refund(std::string_view refund_id) {
    return Json{{"refund_id", refund_id}}.dump();
}

std::optional<std::string> decode_refund_id(std::string_view json) {
    const Json body = parse(json);
    if (!body.is_object()) return std::nullopt;
    return text_at(body, "refund_id", kWordLengthMax);
}

std::optional<OrderNews> decode_order(std::string_view json) { return order_from(parse(json)); }

std::optional<WebhookNews> decode_webhook(std::string_view json) {
    const Json body = parse(json);
    if (!body.is_object()) return std::nullopt;
    const auto type = text_at(body, "type", kWordLengthMax);
    const auto data = body.find("data");
    if (!type || data == body.end() || !data->is_object()) return std::nullopt;
    return WebhookNews{*type, order_from(*data)};
}

std::string decode_problem_code(std::string_view json) {
    const Json body = parse(json);
    if (!body.is_object()) return "unknown";
    return word_at(body, "code").value_or("unknown");
}

}  // namespace shop
