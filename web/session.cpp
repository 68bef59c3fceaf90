#include <array>
#include <string_view>

#include "shared/limits.h"
#include "web/page_steps.h"

namespace chukta::page {
namespace {

// One "name=value" a line; a JSON text has no line break of its own.
void put(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append("=").append(value).append("\n");
}

std::string_view value_of(std::string_view saved, std::string_view name) {
    while (!saved.empty()) {
        const auto end = saved.find('\n');
        const auto line = saved.substr(0, end);
        if (line.size() > name.size() && line.substr(0, name.size()) == name &&
            line[name.size()] == '=') {
            return line.substr(name.size() + 1);
        }
        if (end == std::string_view::npos) break;
        saved.remove_prefix(end + 1);
    }
    return {};
}

std::optional<EpochMs> number(std::string_view text) {
    if (text.empty() || text.size() > 15) return std::nullopt;
    EpochMs value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// What was typed survives a tab that the browser discarded while the customer was in their app.
/// Not a number that should never have been typed here, and nothing once there is nothing left to
/// pay.
bool may_keep_typed(const Page& page) {
    const auto& typed = page.vpa_typed;
    if (typed.size() > limits::kVpaLength || typed.find('\n') != std::string::npos) return false;
    const bool over = page.view && (page.view->payment_status == PaymentStatus::Paid ||
                                    page.view->fulfillment_status == FulfillmentStatus::Cancelled);
    if (over) return false;
    // Digits alone may be the beginning of a card's or an account's number.
    if (typed.find_first_not_of("0123456789 -") == std::string::npos) return false;
    const auto vpa = Vpa::parse(typed);
    return vpa || (vpa.error() != VpaError::CardNumber && vpa.error() != VpaError::AadhaarOrRrn &&
                   vpa.error() != VpaError::GlobalAddress && vpa.error() != VpaError::Ifsc);
}

}  // namespace

std::string saved_text(const Page& page) {
    std::string out;
    if (may_keep_typed(page)) put(out, "vpa", page.vpa_typed);
    if (page.items_open) put(out, "items_open", "1");
    if (page.more_open) put(out, "more_open", "1");
    if (page.choosing) put(out, "choosing", "1");
    if (page.language_chosen) put(out, "language", word(page.language));
    if (page.device_switched) put(out, "device", word(page.device));
    if (page.press) {
        put(out, "key", page.press->key);
        put(out, "start", wire::encode(page.press->start));
        put(out, "pressed_at", std::to_string(page.press->pressed_at));
        put(out, "link_followed", page.press->link_followed ? "1" : "0");
    }
    return out;
}

void restore(Page& page, const std::string& saved) {
    for (const Language language : {Language::English, Language::Hindi}) {
        if (value_of(saved, "language") != word(language)) continue;
        page.language = language;
        page.language_chosen = true;
    }
    if (const auto device = device_class_from(value_of(saved, "device"))) {
        page.device = *device;
        page.device_switched = true;
    }
    page.vpa_typed = value_of(saved, "vpa");
    page.items_open = value_of(saved, "items_open") == "1";
    page.more_open = value_of(saved, "more_open") == "1";
    page.choosing = value_of(saved, "choosing") == "1";
    const auto key = value_of(saved, "key");
    const auto pressed_at = number(value_of(saved, "pressed_at"));
    if (key.empty() || !pressed_at || page.now_ms - *pressed_at > kPressAgeMax) return;
    auto start = wire::decode_start_attempt(value_of(saved, "start"));
    if (!start) return;
    Press press;
    press.start = std::move(*start);
    press.key = std::string{key};
    press.pressed_at = *pressed_at;
    press.link_followed = value_of(saved, "link_followed") == "1";
    press.due_at = page.now_ms;
    page.press = std::move(press);
}

}  // namespace chukta::page
