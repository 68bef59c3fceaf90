// An attempt on its way, and the ends an order can come to: the twin of web/view_waiting.cpp.

#include "server/first_paint_parts.h"
#include "shared/controls.h"
#include "shared/qr.h"
#include "shared/upi_uri.h"
#include "shared/ways.h"

namespace chukta::first_paint {

using wire::Situation;
namespace control = page::control;

namespace {

void heading(Sheet& sheet, const std::string& words) {
    sheet.html.text("h2", "state-title", words, {}, {21, true, true});
}

void words_of(Sheet& sheet, const std::string& words) {
    sheet.html.text("status", "state-text", words, "muted", {16, false, true});
}

void spinner(Sheet& sheet) { sheet.html.spinner("spinner", sheet.say(Text::WaitingHeading)); }

void draw_ways_out(Sheet& sheet) {
    if (!has_open_attempt(sheet.paint)) return;
    sheet.html.button(
        {.id = control::kAnotherWay,
         .name = sheet.say(Text::ChooseAnotherWay),
         .kind = "secondary",
         .form = show(sheet.paint, "choose", "1")}
    );
    sheet.html.button(
        {.id = control::kCancel,
         .name = sheet.say(Text::ICancelled),
         .kind = "quiet",
         .form = press(control::kCancel)}
    );
}

std::string app_name(const Sheet& sheet) {
    const auto& attempt = sheet.view().attempt;
    if (!attempt || !attempt->app || *attempt->app == UpiApp::Other) {
        return sheet.say(Text::OtherUpiApp);
    }
    return sheet.say(text_of(*attempt->app));
}

void draw_open_app(Sheet& sheet) {
    const auto href = open_link(sheet.paint);
    if (href.empty() || !shows_apps(sheet.paint.device)) return;
    sheet.html.button(
        {.id = control::kOpenApp,
         .name = sheet.say(Text::OpenApp, {app_name(sheet)}),
         .kind = "primary",
         .href = href}
    );
}

void draw_busy(Sheet& sheet, const std::string& words) {
    spinner(sheet);
    heading(sheet, words);
    sheet.html.text("status", "state-said", words, "spoken");
}

Text starting_text(const wire::OrderView& view) {
    switch (view.attempt ? view.attempt->channel : Channel::Intent) {
        case Channel::Intent:
            return Text::OpeningApp;
        case Channel::Collect:
            return Text::SendingRequest;
        case Channel::QrCode:
            return Text::QrLoading;
    }
    return Text::Starting;
}

void draw_code(Sheet& sheet) {
    const auto& view = sheet.view();
    const auto& prompt = view.attempt->prompt;
    const auto* qr = prompt ? std::get_if<QrPrompt>(&*prompt) : nullptr;
    const auto name = sheet.say(Text::QrAlt, {view.amount.display(), view.merchant_name});
    const auto code = qr != nullptr ? make_qr(qr->text) : std::nullopt;
    const bool as_picture = !code && qr != nullptr && !qr->png_base64.empty();
    if (code || as_picture) heading(sheet, sheet.say(Text::ScanWithAnyApp));
    if (code) {
        const auto kind = is_wide(*code) ? "qr wide" : "qr";
        sheet.html.image("qr", kind, name, code->whole_side(), svg_path(*code));
    } else if (as_picture) {
        sheet.html.image("qr", "qr png", name, 0, "data:image/png;base64," + qr->png_base64);
    } else {
        const auto sorry = sheet.say(Text::QrNotDrawable);
        sheet.html.ornament("cross", "!");
        heading(sheet, sorry);
        sheet.html.text("alert", "qr-sorry", sorry, "spoken");
    }
    if (code || as_picture) words_of(sheet, sheet.say(Text::WaitingQr));
    if (code && is_fine(*code)) {
        sheet.html.text("p", "qr-fine", sheet.say(Text::QrFine), "muted", {14, false, true});
    }
    sheet.html.button(
        {.id = control::kNewQr,
         .name = sheet.say(Text::NewQrCode),
         .kind = "secondary",
         .disabled = !can_choose(sheet.view(), Channel::QrCode),
         .form = press(control::kNewQr)}
    );
    draw_ways_out(sheet);
}

void draw_waiting(Sheet& sheet) {
    const auto& view = sheet.view();
    spinner(sheet);
    const bool intent = view.message.situation == Situation::WaitingIntent;
    heading(sheet, sheet.say(intent ? Text::ApproveInApp : Text::WaitingHeading));
    switch (view.message.situation) {
        case Situation::WaitingIntent:
            words_of(sheet, sheet.say(Text::WaitingIntent));
            break;
        case Situation::WaitingCollect:
            words_of(sheet, sheet.say(Text::WaitingCollect, {view.attempt->vpa_masked}));
            return draw_ways_out(sheet);
        case Situation::CheckAfterUnclear:
            words_of(sheet, sheet.say(Text::CheckAfterUnclear));
            break;
        default:
            words_of(sheet, sheet.say(Text::WaitingLong));
    }
    draw_open_app(sheet);
    draw_ways_out(sheet);
}

void draw_back_to_shop(Sheet& sheet, std::string_view kind) {
    if (!is_web_link(sheet.view().return_url)) return;
    sheet.html.button(
        {.id = control::kBack,
         .name = sheet.say(Text::BackToShop),
         .kind = kind,
         .href = sheet.view().return_url}
    );
}

void draw_paid(Sheet& sheet) {
    sheet.html.ornament("tick", "✓");
    heading(sheet, sheet.say(Text::ThankYou));
    words_of(sheet, sheet.say(Text::PaymentSuccessful));
    const auto& reference = sheet.view().bank_reference;
    if (!reference.empty()) {
        const auto label = sheet.say(Text::BankReference);
        sheet.html.text("p", "reference-label", label, "muted", {14, false, true});
        sheet.html.text("p", "reference", reference, {}, {16, true, true});
    }
    draw_back_to_shop(sheet, "primary");
}

void draw_unclear_money(Sheet& sheet) {
    const auto money = unclear_money(sheet.view());
    if (!money) return;
    const auto what = sheet.say(money->what);
    sheet.html.ornament("clock", "…");
    sheet.html.text("alert", "state-said", what, "spoken");
    heading(sheet, what);
    words_of(sheet, sheet.say(money->returns));
    const bool spent = sheet.view().message.situation == Situation::AttemptsExhausted;
    if (spent) {
        const auto more = sheet.say(Text::AttemptsExhausted);
        sheet.html.text("p", "no-more-tries", more, "muted", {16, false, true});
    }
    draw_back_to_shop(sheet, "secondary");
    if (spent) return;
    sheet.html.button(
        {.id = control::kAnotherWay,
         .name = sheet.say(Text::ChooseAnotherWay),
         .kind = "quiet",
         .form = show(sheet.paint, "choose", "1")}
    );
}

void draw_end(Sheet& sheet) {
    if (unclear_money(sheet.view())) return draw_unclear_money(sheet);
    Text words = Text::AttemptsExhausted;
    bool clock = false;
    switch (sheet.view().message.situation) {
        case Situation::ContactYou:
            words = Text::ContactYou;
            clock = true;
            break;
        case Situation::Review:
            words = Text::Review;
            clock = true;
            break;
        case Situation::OrderExpired:
            words = Text::OrderExpired;
            clock = true;
            break;
        case Situation::OrderCancelled:
            words = Text::OrderCancelled;
            break;
        default:
            break;
    }
    sheet.html.ornament(clock ? "clock" : "cross", clock ? "…" : "!");
    const auto said = sheet.say(words);
    sheet.html.text("h2", "state-title", said, {}, {18, true, true});
    sheet.html.text("status", "state-said", said, "spoken");
    draw_back_to_shop(sheet, "secondary");
}

}  // namespace

void draw_state(Sheet& sheet, Screen screen) {
    sheet.html.open("section", "state", "card state", sheet.say(Text::SecurePayment));
    switch (screen) {
        case Screen::Choose:
            break;
        case Screen::Starting:
            draw_busy(sheet, sheet.say(starting_text(sheet.view()), {app_name(sheet)}));
            draw_ways_out(sheet);
            break;
        case Screen::Waiting:
            draw_waiting(sheet);
            break;
        case Screen::Code:
            draw_code(sheet);
            break;
        case Screen::Checking:
            draw_busy(sheet, sheet.say(Text::Checking));
            break;
        case Screen::MaybePaid:
            draw_unclear_money(sheet);
            break;
        case Screen::End:
            draw_end(sheet);
            break;
        case Screen::Paid:
            draw_paid(sheet);
            break;
    }
    sheet.html.close("section");
}

}  // namespace chukta::first_paint
