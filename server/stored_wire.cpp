#include "server/stored_wire.h"

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "server/rapid_json.h"

namespace chukta {
namespace {

using Json = nlohmann::json;
using Read = rapidjson::Value;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A text that was read, as every poll does: it lies on the caller's stack where it is of the usual
/// size, and null is its root when it is no JSON.
class ReadText {
public:
    explicit ReadText(std::string_view text) {
        const auto room_of = [&](std::size_t size) {
            if (size > usual_.size()) large_.resize(size);
            return large_.empty() ? usual_.data() : large_.data();
        };
        read_in_place(text, room_of, [&](char* copy, auto flags) {
            // Iterative, since a parser that recurses can be made to run out of stack.
            constexpr unsigned kFlags = decltype(flags)::value | rapidjson::kParseIterativeFlag;
            document_.ParseInsitu<kFlags>(copy);
        });
    }
    ReadText(const ReadText&) = delete;
    ReadText& operator=(const ReadText&) = delete;
    const Read& root() const { return document_; }

private:
    using Allocator = rapidjson::MemoryPoolAllocator<>;
    using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Allocator, Allocator>;
    std::array<char, 2048> usual_;
    std::vector<char> large_;
    alignas(std::max_align_t) std::array<char, 4096> values_memory_;
    alignas(std::max_align_t) std::array<char, 2048> stack_memory_;
    Allocator values_{values_memory_.data(), values_memory_.size()};
    Allocator stack_{stack_memory_.data(), stack_memory_.size()};
    Document document_{&values_, 1024, &stack_};
};

std::string_view text_of(const Read& object, const char* key) {
    const auto found = object.FindMember(key);
    if (found == object.MemberEnd() || !found->value.IsString()) return {};
    return {found->value.GetString(), found->value.GetStringLength()};
}

std::int64_t integer_of(const Read& object, const char* key) {
    const auto found = object.FindMember(key);
    return found != object.MemberEnd() && found->value.IsInt64() ? found->value.GetInt64() : 0;
}

IntentPrompt intent_of(const Read& object) {
    IntentPrompt prompt;
    const auto links = object.FindMember("links");
    if (links == object.MemberEnd() || !links->value.IsArray()) return prompt;
    for (const auto& link : links->value.GetArray()) {
        if (!link.IsObject()) continue;
        const auto app = from_word<UpiApp>(text_of(link, "app"));
        if (app) prompt.links.push_back({*app, std::string{text_of(link, "href")}});
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
    const ReadText json{text_};
    if (!json.root().IsArray()) return items;
    for (const auto& entry : json.root().GetArray()) {
        if (!entry.IsObject()) continue;
        const auto amount = Money::from_paise(integer_of(entry, "amount"));
        if (!amount) continue;
        items.push_back(
            {std::string{text_of(entry, "name")},
             static_cast<int>(integer_of(entry, "quantity")),
             *amount}
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
    const ReadText json{text_};
    if (!json.root().IsObject()) return std::nullopt;
    const auto kind = text_of(json.root(), "kind");
    if (kind == "intent") return intent_of(json.root());
    if (kind == "qrcode") {
        return QrPrompt{
            std::string{text_of(json.root(), "text")}, std::string{text_of(json.root(), "png")}};
    }
    if (kind == "collect") return CollectPrompt{};
    return std::nullopt;
}

}  // namespace chukta
