#include "shared/wire.h"

#include <utility>

#include "shared/limits.h"
#include "shared/wire_read.h"

namespace chukta::wire {

using reading::is_object;
using reading::parse_object;
using reading::read;
using reading::read_list;
using reading::read_optional;
using reading::read_time;
using reading::read_word;
using reading::Value;

namespace {

// A character of UTF-8 has up to four bytes; the limits of the names count characters.
constexpr std::size_t kNameBytesMax = limits::kNameLengthMax * 4;
constexpr std::size_t kPngBase64Max = (limits::kPngBytesMax + 2) / 3 * 4;
constexpr std::int64_t kVersionMax = (std::int64_t{1} << 53) - 1;  // what JavaScript keeps exact

bool read_item(const Value& json, Item& out) {
    return read(json.member("name"), out.name, kNameBytesMax) &&
           read(json.member("quantity"), out.quantity, 1, limits::kItemQuantityMax) &&
           read(json.member("amount"), out.amount);
}

bool read_channel(const Value& json, ChannelView& out) {
    return read_word(json.member("channel"), out.channel) &&
           read(json.member("allowed"), out.allowed) && read(json.member("closed"), out.closed) &&
           read(json.member("failures_left"), out.failures_left, 0, limits::kFailuresPerChannelMax);
}

bool read_href(const Value* json, std::string& out) {
    return read(json, out, limits::kLinkLengthMax);
}

bool read_app(const Value& json, AppView& out) {
    return read_word(json.member("app"), out.app) &&
           read_optional(json.member("href"), out.href, read_href);
}

bool read_link(const Value& json, AppLink& out) {
    return read_word(json.member("app"), out.app) && read_href(json.member("href"), out.href);
}

bool read_prompt(const Value* json, PaymentPrompt& out) {
    if (!is_object(json)) return false;
    Channel type{};
    if (!read_word(json->member("type"), type)) return false;
    switch (type) {
        case Channel::Intent: {
            IntentPrompt prompt;
            if (!read_list(json->member("links"), prompt.links, limits::kAppsMax, read_link)) {
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
            if (!read(json->member("text"), prompt.text, limits::kLinkLengthMax) ||
                !read(json->member("png_base64"), prompt.png_base64, kPngBase64Max)) {
                return false;
            }
            out = std::move(prompt);
            return true;
        }
    }
    return false;
}

bool read_attempt(const Value* json, AttemptView& out) {
    if (!is_object(json)) return false;
    return read(json->member("index"), out.index, 0, limits::kAttemptIndexMax) &&
           read_word(json->member("channel"), out.channel) &&
           read_optional(json->member("app"), out.app, read_word<UpiApp>) &&
           read(json->member("vpa_masked"), out.vpa_masked, limits::kVpaLength) &&
           read_word(json->member("status"), out.status) &&
           read_time(json->member("created_at"), out.created_at) &&
           read_optional(json->member("expires_at"), out.expires_at, read_time) &&
           read_optional(json->member("prompt"), out.prompt, read_prompt);
}

bool read_message(const Value* json, Message& out) {
    if (!is_object(json)) return false;
    std::string situation;
    std::string detail;
    if (!read(json->member("situation"), situation, 64) ||
        !read(json->member("detail"), detail, 64)) {
        return false;
    }
    out.situation = situation_from(situation).value_or(Situation::Choose);
    out.detail = failure_detail_from(detail).value_or(FailureDetail::None);
    return read_word(json->member("failure"), out.failure) &&
           read_optional(json->member("channel"), out.channel, read_word<Channel>) &&
           read(json->member("no_money_taken"), out.no_money_taken);
}

bool read_order_id(const Value* json, OrderId& out) {
    std::string text;
    if (!read(json, text, limits::kOrderIdLengthMax) || !is_order_id(text)) return false;
    out = OrderId{std::move(text)};
    return true;
}

/// The page makes a link of it, so it must be a web address (or absent).
bool read_return_url(const Value* json, std::string& out) {
    if (!read(json, out, limits::kUrlLengthMax)) return false;
    return out.empty() || out.rfind("https://", 0) == 0 || out.rfind("http://", 0) == 0;
}

bool is_rupees(const Value* currency) {
    std::string text;
    return read(currency, text, 3) && text == "INR";
}

}  // namespace

std::optional<OrderView> decode_order_view(std::string_view text) {
    const auto json = parse_object(text, limits::kOrderViewBytesMax);
    if (!json) return std::nullopt;
    const auto at = [&json](const char* name) { return json->member(name); };
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
