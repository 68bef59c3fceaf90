// What only the server writes, by nlohmann/json; the page's module has no use for it and leaves it
// out.

#include <nlohmann/json.hpp>
#include <utility>

#include "shared/wire.h"

namespace chukta::wire {
namespace {

using Json = nlohmann::json;

/// JSON text. Bytes that are not UTF-8 become replacement characters: an answer with a smudge beats
/// an abort.
std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Enum>
Json word_or_null(const std::optional<Enum>& value) {
    return value ? Json(word(*value)) : Json(nullptr);
}

Json time_or_null(const std::optional<EpochMs>& at) {
    return at ? Json(to_rfc3339(*at)) : Json(nullptr);
}

Json to_json(const AppLink& link) { return {{"app", word(link.app)}, {"href", link.href}}; }

Json to_json(const PaymentPrompt& prompt) {
    if (const auto* intent = std::get_if<IntentPrompt>(&prompt)) {
        Json links = Json::array();
        for (const AppLink& link : intent->links) links.push_back(to_json(link));
        return {{"type", word(Channel::Intent)}, {"links", std::move(links)}};
    }
    if (const auto* qr = std::get_if<QrPrompt>(&prompt)) {
        return {
            {"type", word(Channel::QrCode)}, {"text", qr->text}, {"png_base64", qr->png_base64}};
    }
    // Not braces in braces: compilers differ on whether that is an object or a list.
    return Json::object({{"type", word(Channel::Collect)}});
}

Json to_json(const AttemptView& attempt) {
    return {
        {"index", attempt.index},
        {"channel", word(attempt.channel)},
        {"app", word_or_null(attempt.app)},
        {"vpa_masked", attempt.vpa_masked},
        {"status", word(attempt.status)},
        {"created_at", to_rfc3339(attempt.created_at)},
        {"expires_at", time_or_null(attempt.expires_at)},
        {"prompt", attempt.prompt ? to_json(*attempt.prompt) : Json(nullptr)},
    };
}

Json to_json(const Message& message) {
    return {
        {"situation", word(message.situation)},
        {"failure", word(message.failure)},
        {"detail", word(message.detail)},
        {"channel", word_or_null(message.channel)},
        {"no_money_taken", message.no_money_taken},
    };
}

Json items_json(const std::vector<Item>& items) {
    Json list = Json::array();
    for (const Item& item : items) {
        list.push_back(
            {{"name", item.name}, {"quantity", item.quantity}, {"amount", item.amount.paise()}}
        );
    }
    return list;
}

Json channels_json(const std::vector<ChannelView>& channels) {
    Json list = Json::array();
    for (const ChannelView& view : channels) {
        list.push_back({
            {"channel", word(view.channel)},
            {"allowed", view.allowed},
            {"closed", view.closed},
            {"failures_left", view.failures_left},
        });
    }
    return list;
}

Json apps_json(const std::vector<AppView>& apps) {
    Json list = Json::array();
    for (const AppView& view : apps) {
        list.push_back(
            {{"app", word(view.app)}, {"href", view.href ? Json(*view.href) : Json(nullptr)}}
        );
    }
    return list;
}

}  // namespace

std::string encode(const OrderView& view) {
    return dump({
        {"order_id", view.order_id.str()},
        {"version", view.version},
        {"merchant_name", view.merchant_name},
        {"amount", view.amount.paise()},
        {"currency", "INR"},
        {"items", items_json(view.items)},
        {"payment_status", word(view.payment_status)},
        {"fulfillment_status", word(view.fulfillment_status)},
        {"under_review", view.under_review},
        {"payable", view.payable},
        {"channels", channels_json(view.channels)},
        {"apps", apps_json(view.apps)},
        {"attempts_left", view.attempts_left},
        {"attempt", view.attempt ? to_json(*view.attempt) : Json(nullptr)},
        {"message", to_json(view.message)},
        {"return_url", view.return_url},
        {"paid_at", time_or_null(view.paid_at)},
        {"bank_reference", view.bank_reference},
        {"server_time", to_rfc3339(view.server_time)},
    });
}

std::string encode(const Problem& problem) {
    return dump({
        {"type", "about:blank"},
        {"title", problem.title},
        {"status", problem.status},
        {"detail", problem.detail},
        {"code", problem.code},
    });
}

}  // namespace chukta::wire
