// The ways to pay: the twin of web/view_methods.cpp.

#include <vector>

#include "server/first_paint_parts.h"
#include "shared/controls.h"
#include "shared/ways.h"

namespace chukta::first_paint {

namespace control = page::control;

namespace {

bool is_drawn(const FirstPaint& paint, Channel channel) {
    return is_drawn(paint.view, paint.device, channel);
}

bool is_closed(const FirstPaint& paint, Channel channel) {
    return channel_of(paint.view, channel)->closed;
}

void draw_closed(Sheet& sheet, std::string_view id, Channel channel, bool centred) {
    const auto words = sheet.say(closed_text(sheet.view(), channel, sheet.paint.device));
    sheet.html.text("status", id, words, "muted", {14, false, centred});
}

void draw_tile(Sheet& sheet, UpiApp app) {
    const auto& paint = sheet.paint;
    const std::string id = std::string{control::kAppPrefix} + std::string{word(app)};
    const std::string kind = "tile " + std::string{word(app)};
    ButtonNode tile{.id = id, .name = sheet.say(text_of(app)), .kind = kind};
    tile.size = 15;
    if (app == UpiApp::Other && is_ios(paint.device)) {
        tile.expanded = paint.asked.more_open;
        tile.form = show(paint, "more", paint.asked.more_open ? "0" : "1");
    } else {
        tile.href = app_link(paint, app);
        tile.disabled = !can_choose(paint.view, Channel::Intent);
        tile.form = press(id);
    }
    sheet.html.button(tile);
}

void draw_apps(Sheet& sheet) {
    const auto& paint = sheet.paint;
    const auto title = is_phone(paint.device) ? Text::PayWithUpiApp : Text::PayOnThisDevice;
    sheet.html.text("h2", "apps-title", sheet.say(title), {}, {18, true});
    if (is_closed(paint, Channel::Intent)) {
        return draw_closed(sheet, "apps-closed", Channel::Intent, false);
    }
    const auto apps = apps_to_draw(paint.view, paint.device, paint.asked.more_open);
    if (apps.empty()) return;
    sheet.html.open("div", "apps", apps.size() == 4 ? "tiles four" : "tiles");
    for (const auto app : apps) draw_tile(sheet, app);
    sheet.html.close("div");
}

/// A word about a UPI ID that is accepted all the same.
void draw_vpa_notice(Sheet& sheet, const Vpa& vpa) {
    const auto notice = notice_of(vpa);
    std::string words;
    if (notice.shop_id) {
        words = sheet.say(Text::VpaShopId);
    } else if (notice.unknown_handle) {
        words = sheet.say(Text::VpaUnknownHandle, {vpa.handle()});
    } else if (notice.odd_punctuation) {
        words = sheet.say(Text::VpaOddPunctuation);
    } else {
        return;
    }
    sheet.html.text("status", "vpa-note", words, "note", {14});
}

void draw_upi_id(Sheet& sheet) {
    auto& html = sheet.html;
    const auto& paint = sheet.paint;
    if (is_closed(paint, Channel::Collect)) {
        return draw_closed(
            sheet, "upi-id-closed", Channel::Collect, is_drawn(paint, Channel::Intent)
        );
    }
    html.field(
        {.id = control::kVpa,
         .label = sheet.say(Text::UpiIdLabel),
         .value = paint.vpa.text,
         .hint = sheet.say(Text::UpiIdPlaceholder),
         .error = paint.vpa.error ? sheet.say(text_of(*paint.vpa.error)) : std::string{},
         .form = form::kPay,
         .name = form::kUpiId}
    );
    const auto vpa = Vpa::parse(paint.vpa.text);
    if (paint.vpa.checked && vpa) draw_vpa_notice(sheet, *vpa);
    const auto suggestions =
        paint.vpa.checked ? suggest_vpas(paint.vpa.text) : std::vector<std::string>{};
    for (std::size_t i = 0; i < suggestions.size(); ++i) {
        const std::string id = std::string{control::kSuggestionPrefix} + std::to_string(i);
        html.button(
            {.id = id,
             .name = sheet.say(Text::DidYouMean, {suggestions[i]}),
             .kind = "secondary",
             .size = 15,
             .form = {form::kPress, form::kSuggestion, suggestions[i]}}
        );
    }
    html.button(
        {.id = control::kPay,
         .name = sheet.say(Text::MakePayment),
         .kind = "primary",
         .disabled = !can_choose(paint.view, Channel::Collect),
         .form = {form::kPay, form::kButton, std::string{control::kPay}}}
    );
    html.text("p", "upi-id-hint", sheet.say(Text::UpiIdHint), "muted", {13, false, true});
}

void draw_show_qr(Sheet& sheet, std::string_view kind) {
    sheet.html.button(
        {.id = control::kShowQr,
         .name = sheet.say(Text::ShowQrCode),
         .kind = kind,
         .disabled = !can_choose(sheet.view(), Channel::QrCode),
         .form = press(control::kShowQr)}
    );
}

void draw_qr_row(Sheet& sheet) {
    if (is_closed(sheet.paint, Channel::QrCode)) {
        return draw_closed(sheet, "qr-closed", Channel::QrCode, true);
    }
    draw_show_qr(sheet, "secondary");
    sheet.html.text("p", "qr-hint", sheet.say(Text::QrOtherPhone), "muted", {13, false, true});
}

void draw_or(Sheet& sheet, int number) {
    sheet.html.text(
        "p", "or-" + std::to_string(number), sheet.say(Text::Or), "or", {14, false, true}
    );
}

void draw_methods_card(Sheet& sheet) {
    const auto& paint = sheet.paint;
    sheet.html.open("section", "methods", "card", sheet.say(Text::PaymentMethods));
    int drawn = 0;
    const auto part = [&](bool wanted, auto draw) {
        if (!wanted) return;
        if (drawn > 0) draw_or(sheet, drawn);
        ++drawn;
        draw(sheet);
    };
    if (paint.device == DeviceClass::FeaturePhone) {
        sheet.html.text("p", "feature-phone", sheet.say(Text::FeaturePhoneHelp), {}, {15});
    }
    const bool qr = is_drawn(paint, Channel::QrCode);
    const bool qr_early = qr && is_ios(paint.device) && paint.asked.more_open;
    part(is_drawn(paint, Channel::Intent), draw_apps);
    part(qr_early, draw_qr_row);
    part(is_drawn(paint, Channel::Collect), draw_upi_id);
    part(qr && !qr_early, draw_qr_row);
    sheet.html.close("section");
}

void draw_methods_beside_qr(Sheet& sheet) {
    const bool apps = is_drawn(sheet.paint, Channel::Intent);
    const bool upi_id = is_drawn(sheet.paint, Channel::Collect);
    if (!apps && !upi_id) return;
    sheet.html.open("section", "methods", "card", sheet.say(Text::PaymentMethods));
    if (apps) draw_apps(sheet);
    if (apps && upi_id) draw_or(sheet, 1);
    if (upi_id && !apps) {
        sheet.html.text("h2", "upi-id-title", sheet.say(Text::PayWithUpiId), {}, {18, true});
    }
    if (upi_id) draw_upi_id(sheet);
    sheet.html.close("section");
}

void draw_qr_choice_card(Sheet& sheet) {
    if (!is_drawn(sheet.paint, Channel::QrCode)) return;
    auto& html = sheet.html;
    html.open("section", "qr-card", "card beside", sheet.say(Text::PayWithQr));
    html.ornament("phone", "QR");
    html.text("h2", "qr-title", sheet.say(Text::PayWithQr), {}, {18, true, true});
    if (is_closed(sheet.paint, Channel::QrCode)) {
        draw_closed(sheet, "qr-closed", Channel::QrCode, true);
    } else {
        const auto hint = sheet.say(Text::QrOnYourPhone);
        html.text("p", "qr-hint", hint, "muted", {15, false, true});
        draw_show_qr(sheet, "primary");
    }
    html.close("section");
}

}  // namespace

void draw_methods(Sheet& sheet) {
    if (is_phone(sheet.paint.device) || sheet.paint.device == DeviceClass::FeaturePhone) {
        return draw_methods_card(sheet);
    }
    // Tablets: the code first, then the apps (facts/upi-and-devices.md §4.2).
    const bool qr_first = shows_apps(sheet.paint.device);
    if (qr_first) draw_qr_choice_card(sheet);
    draw_methods_beside_qr(sheet);
    if (!qr_first) draw_qr_choice_card(sheet);
}

}  // namespace chukta::first_paint
