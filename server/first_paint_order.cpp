// The order at the top: the twin of web/view_order.cpp.

#include <algorithm>

#include "server/first_paint_parts.h"
#include "shared/controls.h"
#include "shared/display.h"

namespace chukta::first_paint {

using wire::Situation;
namespace control = page::control;

void draw_header(Sheet& sheet) {
    auto& html = sheet.html;
    const auto& view = sheet.view();
    html.open("header", "header");
    // Painted, not said: the style sheet shows it beside the name.
    html.ornament("avatar", initial_of(view.merchant_name));
    html.text("h1", "merchant", view.merchant_name, {}, {17, true});
    html.text("p", "order", sheet.say(Text::OrderLabel, {view.order_id.str()}), "muted", {13});
    html.text("p", "secure", sheet.say(Text::Secure), "secure", {14, true});
    const auto other =
        word(sheet.paint.language == Language::Hindi ? Language::English : Language::Hindi);
    html.button(
        {.id = control::kLanguage,
         .name = sheet.say(Text::OtherLanguage),
         .kind = "quiet",
         .size = 14,
         .language = other,
         .form = show(sheet.paint, "lang", other)}
    );
    html.close("header");
}

namespace {

void draw_items(Sheet& sheet) {
    auto& html = sheet.html;
    const auto& items = sheet.view().items;
    if (items.empty()) return;
    const bool all = sheet.paint.asked.items_open;
    const std::size_t few = is_phone(sheet.paint.device) ? 2 : 6;
    const std::size_t shown = all ? items.size() : std::min(items.size(), few);
    html.open("ul", "items-list", {}, sheet.say(Text::Items));
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& item = items[i];
        const std::string id = "item-" + std::to_string(i);
        const auto quantity = std::to_string(item.quantity);
        html.open("li", id);
        html.text(
            "span",
            id + "-name",
            item.quantity == 1 ? item.name : sheet.say(Text::ItemQuantity, {quantity, item.name}),
            "muted",
            {14}
        );
        html.text("span", id + "-sum", item.amount.display(), {}, {14});
        html.close("li");
    }
    html.close("ul");
    if (shown == items.size() && !all) return;
    html.button(
        {.id = control::kItems,
         .name = sheet.say(all ? Text::HideItems : Text::ShowItems),
         .kind = "quiet",
         .expanded = all,
         .form = show(sheet.paint, "items", all ? "0" : "1")}
    );
}

void draw_timer(Sheet& sheet) {
    const auto& view = sheet.view();
    const auto situation = view.message.situation;
    if (situation != Situation::WaitingQr && situation != Situation::WaitingCollect) return;
    if (sheet.paint.asked.choosing || !has_open_attempt(sheet.paint)) return;
    if (!view.attempt->expires_at) return;
    const EpochMs left = std::max<EpochMs>(*view.attempt->expires_at - view.server_time, 0);
    const auto time = clock_text(left);
    sheet.html.text("timer", "timer", time, "pill", {16, true}, sheet.say(Text::TimeLeft, {time}));
    if (left >= 60'000) return;
    sheet.html.text("status", "last-minute", sheet.say(Text::LessThanAMinute), "spoken");
}

}  // namespace

void draw_summary(Sheet& sheet) {
    auto& html = sheet.html;
    const auto& view = sheet.view();
    html.open("section", "summary", "card", sheet.say(Text::OrderSummary));
    const bool paid =
        view.message.situation == Situation::Paid || view.payment_status == PaymentStatus::Paid;
    html.text(
        "p", "amount-label", sheet.say(paid ? Text::AmountPaid : Text::AmountToPay), "muted", {14}
    );
    html.text("p", "amount", view.amount.display(), "amount", {34, true});
    draw_timer(sheet);
    draw_items(sheet);
    html.close("section");
}

}  // namespace chukta::first_paint
