#include "shared/wire.h"

#include <utility>

#include "shared/limits.h"
#include "shared/wire_json.h"

namespace chukta::wire {

using namespace json;

namespace {

// ---- writing

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

// ---- reading

// A character of UTF-8 has up to four bytes; the limits of the names count characters.
constexpr std::size_t kNameBytesMax = limits::kNameLengthMax * 4;
constexpr std::size_t kPngBase64Max = (limits::kPngBytesMax + 2) / 3 * 4;
constexpr std::int64_t kVersionMax = (std::int64_t{1} << 53) - 1;  // what JavaScript keeps exact

bool read_item(const Json& json, Item& out) {
    return read(member(json, "name"), out.name, kNameBytesMax) &&
           read(member(json, "quantity"), out.quantity, 1, limits::kItemQuantityMax) &&
           read(member(json, "amount"), out.amount);
}

bool read_channel(const Json& json, ChannelView& out) {
    return read_word(member(json, "channel"), out.channel) &&
           read(member(json, "allowed"), out.allowed) && read(member(json, "closed"), out.closed) &&
           read(
               member(json, "failures_left"), out.failures_left, 0, limits::kFailuresPerChannelMax
           );
}

bool read_href(const Json* json, std::string& out) {
    return read(json, out, limits::kLinkLengthMax);
}

bool read_app(const Json& json, AppView& out) {
    return read_word(member(json, "app"), out.app) &&
           read_optional(member(json, "href"), out.href, read_href);
}

bool read_link(const Json& json, AppLink& out) {
    return read_word(member(json, "app"), out.app) && read_href(member(json, "href"), out.href);
}

bool read_prompt(const Json* json, PaymentPrompt& out) {
    if (json == nullptr || !json->is_object()) return false;
    Channel type{};
    if (!read_word(member(*json, "type"), type)) return false;
    switch (type) {
        case Channel::Intent: {
            IntentPrompt prompt;
            if (!read_list(member(*json, "links"), prompt.links, limits::kAppsMax, read_link)) {
                return false;
            }
            out = std::move(prompt);
            return true;
        }
        case Channel::Collect:
            out = CollectPrompt{};
            return true;
        case Channel::QrCode: {
            QrPrompt prompt;
            if (!read(member(*json, "text"), prompt.text, limits::kLinkLengthMax) ||
                !read(member(*json, "png_base64"), prompt.png_base64, kPngBase64Max)) {
                return false;
            }
            out = std::move(prompt);
            return true;
        }
    }
    return false;
}

bool read_attempt(const Json* json, AttemptView& out) {
    if (json == nullptr || !json->is_object()) return false;
    return read(member(*json, "index"), out.index, 0, limits::kAttemptIndexMax) &&
           read_word(member(*json, "channel"), out.channel) &&
           read_optional(member(*json, "app"), out.app, read_word<UpiApp>) &&
           read(member(*json, "vpa_masked"), out.vpa_masked, limits::kVpaLength) &&
           read_word(member(*json, "status"), out.status) &&
           read_time(member(*json, "created_at"), out.created_at) &&
           read_optional(member(*json, "expires_at"), out.expires_at, read_time) &&
           read_optional(member(*json, "prompt"), out.prompt, read_prompt);
}

bool read_message(const Json* json, Message& out) {
    if (json == nullptr || !json->is_object()) return false;
    std::string situation;
    std::string detail;
    if (!read(member(*json, "situation"), situation, 64) ||
        !read(member(*json, "detail"), detail, 64)) {
        return false;
    }
    out.situation = situation_from(situation).value_or(Situation::Choose);
    out.detail = failure_detail_from(detail).value_or(FailureDetail::None);
    return read_word(member(*json, "failure"), out.failure) &&
           read_optional(member(*json, "channel"), out.channel, read_word<Channel>) &&
           read(member(*json, "no_money_taken"), out.no_money_taken);
}

bool read_order_id(const Json* json, OrderId& out) {
    std::string text;
    if (!read(json, text, limits::kOrderIdLengthMax) || !is_order_id(text)) return false;
    out = OrderId{std::move(text)};
    return true;
}

/// The page makes a link of it, so it must be a web address (or absent).
bool read_return_url(const Json* json, std::string& out) {
    if (!read(json, out, limits::kUrlLengthMax)) return false;
    return out.empty() || out.rfind("https://", 0) == 0 || out.rfind("http://", 0) == 0;
}

bool is_rupees(const Json* currency) {
    std::string text;
    return read(currency, text, 3) && text == "INR";
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

std::optional<OrderView> decode_order_view(std::string_view text) {
    const auto json = parse(text, limits::kOrderViewBytesMax);
    if (!json || !json->is_object()) return std::nullopt;
    const auto at = [&json](const char* name) { return member(*json, name); };
    OrderView view;
    const bool whole =
        read_order_id(at("order_id"), view.order_id) &&
        read(at("version"), view.version, 0, kVersionMax) &&
        read(at("merchant_name"), view.merchant_name, kNameBytesMax) &&
        read(at("amount"), view.amount) && is_rupees(at("currency")) &&
        read_list(at("items"), view.items, limits::kItemsMax, read_item) &&
        read_word(at("payment_status"), view.payment_status) &&
        read_word(at("fulfillment_status"), view.fulfillment_status) &&
        read(at("under_review"), view.under_review) && read(at("payable"), view.payable) &&
        read_list(at("channels"), view.channels, limits::kAppsMax, read_channel) &&
        read_list(at("apps"), view.apps, limits::kAppsMax, read_app) &&
        read(at("attempts_left"), view.attempts_left, 0, limits::kAttemptsPerOrderMax) &&
        read_optional(at("attempt"), view.attempt, read_attempt) &&
        read_message(at("message"), view.message) &&
        read_return_url(at("return_url"), view.return_url) &&
        read_optional(at("paid_at"), view.paid_at, read_time) &&
        read(at("bank_reference"), view.bank_reference, limits::kBankReferenceLengthMax) &&
        read_time(at("server_time"), view.server_time);
    if (!whole) return std::nullopt;
    return view;
}

}  // namespace chukta::wire
