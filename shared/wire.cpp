#include "shared/wire.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "shared/limits.h"

namespace chukta::wire {
namespace {

using Json = nlohmann::json;

// ---- writing

/// Text that is not UTF-8 gets replacement characters: an answer with a smudge beats an abort.
std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json time_or_null(const std::optional<EpochMs>& at) {
    return at ? Json(to_rfc3339(*at)) : Json(nullptr);
}

template <class Enum>
Json word_or_null(const std::optional<Enum>& value) {
    return value ? Json(word(*value)) : Json(nullptr);
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
    return {{"type", word(Channel::Collect)}};
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

// ---- reading: each function checks the type before it touches the value

/// Whether the brackets outside strings nest no deeper than we ever write them.
bool depth_is_sane(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limits::kJsonDepthMax) return false;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return true;
}

/// Nothing for what is too long, too deep or not JSON.
std::optional<Json> parse(std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max || !depth_is_sane(text)) return std::nullopt;
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return std::nullopt;
    return json;
}

/// A member of an object, or null when it is absent or null.
const Json* member(const Json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

bool read(const Json* json, std::string& out, std::size_t length_max) {
    if (json == nullptr || !json->is_string()) return false;
    const auto& text = json->get_ref<const std::string&>();
    if (text.size() > length_max) return false;
    out = text;
    return true;
}

bool read(const Json* json, bool& out) {
    if (json == nullptr || !json->is_boolean()) return false;
    out = json->get<bool>();
    return true;
}

/// Whole numbers only: 100.0 and 1e2 are not amounts anyone of us writes.
bool read(const Json* json, std::int64_t& out, std::int64_t min, std::int64_t max) {
    if (json == nullptr || !json->is_number_integer()) return false;
    if (json->is_number_unsigned() &&
        json->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return false;
    }
    out = json->get<std::int64_t>();
    return out >= min && out <= max;
}

bool read(const Json* json, int& out, int min, int max) {
    std::int64_t wide = 0;
    if (!read(json, wide, min, max)) return false;
    out = static_cast<int>(wide);
    return true;
}

bool read(const Json* json, Money& out) {
    std::int64_t paise = 0;
    if (!read(json, paise, 0, Money::kPaiseMax)) return false;
    const auto money = Money::from_paise(paise);
    if (!money) return false;
    out = *money;
    return true;
}

bool read_time(const Json* json, EpochMs& out) {
    std::string text;
    if (!read(json, text, 40)) return false;
    const auto at = from_rfc3339(text);
    if (!at) return false;
    out = *at;
    return true;
}

template <class Enum>
bool read_word(const Json* json, Enum& out) {
    std::string text;
    if (!read(json, text, 40)) return false;
    const auto value = from_word<Enum>(text);
    if (!value) return false;
    out = *value;
    return true;
}

/// An absent member is a valid nothing; a wrong one is not.
template <class Value, class Reader>
bool read_optional(const Json* json, std::optional<Value>& out, Reader reader) {
    out.reset();
    if (json == nullptr) return true;
    Value value{};
    if (!reader(json, value)) return false;
    out = std::move(value);
    return true;
}

/// Reads every element; a list that is too long or has one bad element is no list.
template <class Value, class Reader>
bool read_list(const Json* json, std::vector<Value>& out, std::size_t count_max, Reader reader) {
    if (json == nullptr || !json->is_array() || json->size() > count_max) return false;
    out.clear();
    for (const Json& element : *json) {
        Value value{};
        if (!element.is_object() || !reader(element, value)) return false;
        out.push_back(std::move(value));
    }
    return true;
}

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

std::string encode(const StartAttempt& start) {
    return dump({
        {"channel", word(start.channel)},
        {"app", word_or_null(start.app)},
        {"vpa", start.vpa ? Json(start.vpa->str()) : Json(nullptr)},
        {"replaces", start.replaces ? Json(*start.replaces) : Json(nullptr)},
        {"device", word(start.device)},
    });
}

Result<StartAttempt, StartAttemptError> decode_start_attempt(std::string_view text) {
    const auto json = parse(text, limits::kApiBodyMax);
    if (!json) return failure(StartAttemptError::NotJson);
    if (!json->is_object()) return failure(StartAttemptError::NotAnObject);

    StartAttempt start;
    if (!read_word(member(*json, "channel"), start.channel)) {
        return failure(StartAttemptError::ChannelInvalid);
    }
    if (!read_optional(member(*json, "app"), start.app, read_word<UpiApp>) ||
        start.app.has_value() != (start.channel == Channel::Intent)) {
        return failure(StartAttemptError::AppInvalid);
    }
    if (const Json* vpa = member(*json, "vpa")) {
        std::string typed;
        if (!read(vpa, typed, limits::kLinkLengthMax)) {
            return failure(StartAttemptError::VpaInvalid);
        }
        auto parsed = Vpa::parse(typed);
        if (!parsed) return failure(StartAttemptError::VpaInvalid);
        start.vpa = std::move(*parsed);
    }
    if (start.vpa.has_value() != (start.channel == Channel::Collect)) {
        return failure(StartAttemptError::VpaInvalid);
    }
    const auto read_index = [](const Json* index, int& out) {
        return read(index, out, 1, limits::kAttemptIndexMax);
    };
    if (!read_optional(member(*json, "replaces"), start.replaces, read_index)) {
        return failure(StartAttemptError::ReplacesInvalid);
    }
    std::string device;
    const bool device_is_text = read(member(*json, "device"), device, 40);
    const auto device_class = device_is_text ? device_class_from(device) : std::nullopt;
    if (!device_class) return failure(StartAttemptError::DeviceInvalid);
    start.device = *device_class;
    return start;
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

std::optional<Problem> decode_problem(std::string_view text) {
    const auto json = parse(text, limits::kApiBodyMax);
    if (!json || !json->is_object()) return std::nullopt;
    Problem problem;
    if (!read(member(*json, "status"), problem.status, 100, 599) ||
        !read(member(*json, "code"), problem.code, limits::kNameLengthMax)) {
        return std::nullopt;
    }
    // RFC 9457 lets any member be absent; only the code decides what the page does.
    const auto read_text = [&json](const char* name, std::string& out) {
        const Json* text_member = member(*json, name);
        return text_member == nullptr || read(text_member, out, limits::kApiBodyMax);
    };
    if (!read_text("title", problem.title) || !read_text("detail", problem.detail)) {
        return std::nullopt;
    }
    return problem;
}

}  // namespace chukta::wire
