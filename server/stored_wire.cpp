#include "server/stored_wire.h"

#include <nlohmann/json.hpp>

namespace chukta {
namespace {

using Json = nlohmann::json;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t integer_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

IntentPrompt intent_of(const Json& json) {
    IntentPrompt prompt;
    const auto links = json.find("links");
    if (links == json.end() || !links->is_array()) return prompt;
    for (const auto& link : *links) {
        if (!link.is_object()) continue;
        const auto app = from_word<UpiApp>(text_of(link, "app"));
        if (app) prompt.links.push_back({*app, text_of(link, "href")});
    }
    return prompt;
}

}  // namespace

StoredItems::StoredItems(const std::vector<wire::Item>& items) {
    Json json = Json::array();
    for (const auto& item : items) {
        json.push_back(
            {{"name", item.name}, {"quantity", item.quantity}, {"amount", item.amount.paise()}}
        );
    }
    text_ = dump(json);
}

std::vector<wire::Item> StoredItems::read() const {
    std::vector<wire::Item> items;
    const auto json = Json::parse(text_, nullptr, /*allow_exceptions=*/false);
    if (!json.is_array()) return items;
    for (const auto& entry : json) {
        if (!entry.is_object()) continue;
        const auto amount = Money::from_paise(integer_of(entry, "amount"));
        if (!amount) continue;
        items.push_back(
            {text_of(entry, "name"), static_cast<int>(integer_of(entry, "quantity")), *amount}
        );
    }
    return items;
}

StoredPrompt::StoredPrompt(const PaymentPrompt& prompt) {
    Json json;
    if (const auto* intent = std::get_if<IntentPrompt>(&prompt)) {
        json = {{"kind", "intent"}, {"links", Json::array()}};
        for (const auto& link : intent->links) {
            json["links"].push_back({{"app", word(link.app)}, {"href", link.href}});
        }
    } else if (const auto* qr = std::get_if<QrPrompt>(&prompt)) {
        json = {{"kind", "qrcode"}, {"text", qr->text}, {"png", qr->png_base64}};
    } else {
        json = {{"kind", "collect"}};
    }
    text_ = dump(json);
}

std::optional<PaymentPrompt> StoredPrompt::read() const {
    if (text_.empty()) return std::nullopt;
    const auto json = Json::parse(text_, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return std::nullopt;
    const auto kind = text_of(json, "kind");
    if (kind == "intent") return intent_of(json);
    if (kind == "qrcode") return QrPrompt{text_of(json, "text"), text_of(json, "png")};
    if (kind == "collect") return CollectPrompt{};
    return std::nullopt;
}

}  // namespace chukta
