// An attempt on its way, and the ends an order can come to.

#include "shared/controls.h"
#include "shared/ways.h"
#include "web/scene.h"

namespace chukta::page {
namespace {

using wire::Situation;

void heading(Scene& scene, const std::string& words) {
    TextStyle style{21, Weight::Semibold, Colour::Text, Align::Centre, Role::Heading2};
    scene.ui.text("state-title", words, style);
    scene.ui.gap(6);
}

/// It came by itself: who rests on the old heading is told of the new one.
void told_heading(Scene& scene, const std::string& words) {
    heading(scene, words);
    scene.ui.spoken("state-said", Role::Status, words);
}

void words_of(Scene& scene, const std::string& words, Role role = Role::Status) {
    TextStyle style{16, Weight::Regular, Colour::Muted, Align::Centre, role};
    scene.ui.text("state-text", words, style);
}

/// What the customer can do while waiting; nothing of it while a request is out.
void draw_ways_out(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    if (page.press || !page.view->attempt || !is_open(page.view->attempt->status)) return;
    ui.gap(12);
    auto other = scene.button(control::kAnotherWay, Text::ChooseAnotherWay, ButtonKind::Secondary);
    other.disabled = is_busy(page);
    ui.button(other);
    ui.gap(6);
    auto cancel = scene.button(control::kCancel, Text::ICancelled, ButtonKind::Quiet);
    cancel.disabled = is_busy(page);
    ui.button(cancel);
}

/// The link of the open app attempt, to be tapped again. An order that was begun on a phone and is
/// looked at on a computer has none there.
void draw_open_app(Scene& scene, const std::string& name) {
    ButtonSpec open;
    open.id = control::kOpenApp;
    open.href = open_link(scene.page);
    if (open.href.empty() || !shows_apps(scene.page.device)) return;
    open.new_tab = is_web_link(open.href);
    open.name = name;
    scene.ui.gap(20);
    scene.ui.button(open);
}

std::string app_name(const Scene& scene) {
    const auto app = current_app(scene.page);
    if (!app || *app == UpiApp::Other) return scene.say(Text::OtherUpiApp);
    return scene.say(text_of(*app));
}

void draw_intent(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    if (page.opening && page.opening->failed) {
        const bool named = page.opening->app != UpiApp::Other;
        ui.cross(Colour::Notice);
        ui.gap(16);
        told_heading(
            scene,
            named ? scene.say(Text::AppDidNotOpen, {app_name(scene)})
                  : scene.say(Text::AnAppDidNotOpen)
        );
        const bool has_qr = can_choose(page, Channel::QrCode);
        words_of(scene, scene.say(has_qr ? Text::AppDidNotOpenHelp : Text::AppDidNotOpenNoQr));
        draw_open_app(scene, scene.say(Text::TryAgain));
        if (has_qr) {
            ui.gap(12);
            auto qr = scene.button(control::kShowQr, Text::ShowQrCode, ButtonKind::Secondary);
            qr.disabled = is_busy(page);
            ui.button(qr);
        }
        return draw_ways_out(scene);
    }
    ui.spinner(scene.say(Text::WaitingHeading));
    ui.gap(16);
    heading(scene, scene.say(Text::ApproveInApp));
    words_of(scene, scene.say(Text::WaitingIntent));
    draw_open_app(scene, scene.say(Text::OpenApp, {app_name(scene)}));
    draw_ways_out(scene);
}

void draw_collect(Scene& scene) {
    scene.ui.spinner(scene.say(Text::WaitingHeading));
    scene.ui.gap(16);
    heading(scene, scene.say(Text::WaitingHeading));
    words_of(scene, scene.say(Text::WaitingCollect, {scene.page.view->attempt->vpa_masked}));
    scene.ui.gap(8);
    draw_ways_out(scene);
}

void draw_new_code(Scene& scene, ButtonKind kind) {
    auto fresh = scene.button(control::kNewQr, Text::NewQrCode, kind);
    fresh.disabled = is_busy(scene.page) || !can_choose(scene.page, Channel::QrCode);
    scene.ui.button(fresh);
}

void draw_code(Scene& scene) {
    auto& ui = scene.ui;
    const auto& view = *scene.page.view;
    const auto& prompt = view.attempt->prompt;
    const auto* qr = prompt ? std::get_if<QrPrompt>(&*prompt) : nullptr;
    const bool as_picture = scene.code == nullptr && qr != nullptr && !qr->png_base64.empty();
    if (scene.code != nullptr || as_picture) {
        heading(scene, scene.say(Text::ScanWithAnyApp));
        ui.gap(6);
        const auto name = scene.say(Text::QrAlt, {view.amount.display(), view.merchant_name});
        if (as_picture) {
            ui.png("qr", "data:image/png;base64," + qr->png_base64, name);
        } else {
            ui.qr("qr", *scene.code, name);
        }
        ui.gap(12);
        words_of(scene, scene.say(Text::WaitingQr));
        if (scene.code != nullptr && is_fine(*scene.code)) {
            ui.gap(14);
            TextStyle hint{14, Weight::Regular, Colour::Muted, Align::Centre};
            hint.kind = "muted";
            ui.text("qr-fine", scene.say(Text::QrFine), hint);
        }
    } else {
        ui.gap(8);
        ui.cross(Colour::Notice);
        ui.gap(16);
        const auto sorry = scene.say(Text::QrNotDrawable);
        heading(scene, sorry);
        ui.spoken("qr-sorry", Role::Alert, sorry);
    }
    ui.gap(16);
    draw_new_code(scene, ButtonKind::Secondary);
    draw_ways_out(scene);
}

void draw_busy(Scene& scene, const std::string& words) {
    scene.ui.gap(8);
    scene.ui.spinner(scene.say(Text::WaitingHeading));
    scene.ui.gap(16);
    told_heading(scene, words);
}

Text starting_text(const Page& page) {
    const auto channel = page.press                        ? page.press->start.channel
                         : page.view && page.view->attempt ? page.view->attempt->channel
                                                           : Channel::Intent;
    switch (channel) {
        case Channel::Intent:
            return Text::OpeningApp;
        case Channel::Collect:
            return Text::SendingRequest;
        case Channel::QrCode:
            return Text::QrLoading;
    }
    return Text::Starting;
}

void draw_back_to_shop(Scene& scene, ButtonKind kind) {
    const auto& view = scene.page.view;
    if (!view || !is_web_link(view->return_url)) return;
    scene.ui.gap(20);
    ButtonSpec back;
    back.id = control::kBack;
    back.kind = kind;
    back.href = view->return_url;
    back.name = scene.say(Text::BackToShop);
    scene.ui.button(back);
}

void draw_paid(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    ui.gap(8);
    ui.tick();
    ui.gap(16);
    heading(scene, scene.say(Text::ThankYou));
    words_of(scene, scene.say(Text::PaymentSuccessful));
    TextStyle small{14, Weight::Regular, Colour::Muted, Align::Centre};
    if (!page.view->bank_reference.empty()) {
        ui.gap(14);
        ui.text("reference-label", scene.say(Text::BankReference), small);
        TextStyle number{16, Weight::Semibold, Colour::Text, Align::Centre};
        ui.text("reference", page.view->bank_reference, number);
    }
    draw_back_to_shop(scene, ButtonKind::Primary);
    if (const auto left = return_in_ms(page)) {
        ui.gap(10);
        const auto soon = [&](EpochMs ms) {
            return scene.say(Text::BackToShopSoon, {std::to_string((ms + 999) / 1000)});
        };
        ui.text("return-text", soon(*left), small);
        // Spoken once, as the countdown begins: who listens may stay, too.
        ui.spoken("return-said", Role::Status, soon(kReturnAfter));
        ui.gap(4);
        ui.button(scene.button(control::kStay, Text::StayHere, ButtonKind::Quiet));
    }
}

/// It failed, but money may have moved: the ways to pay, if any are left, stand behind a quiet
/// button and a warning.
void draw_unclear_money(Scene& scene) {
    auto& ui = scene.ui;
    const auto money = unclear_money(*scene.page.view);
    if (!money) return;
    const auto what = scene.say(money->what);
    ui.gap(8);
    ui.clock_face(Colour::Primary);
    ui.gap(16);
    ui.spoken("state-said", Role::Alert, what);
    heading(scene, what);
    words_of(scene, scene.say(money->returns));
    const bool spent = scene.page.view->message.situation == Situation::AttemptsExhausted;
    if (spent) {
        ui.gap(10);
        TextStyle more{16, Weight::Regular, Colour::Muted, Align::Centre};
        ui.text("no-more-tries", scene.say(Text::AttemptsExhausted), more);
    }
    draw_back_to_shop(scene, ButtonKind::Secondary);
    if (spent) return;
    ui.gap(6);
    ui.button(scene.button(control::kAnotherWay, Text::ChooseAnotherWay, ButtonKind::Quiet));
}

/// An end that needs no more than a picture, a sentence and the way back.
void draw_end(Scene& scene, Text words, Colour colour, bool clock) {
    auto& ui = scene.ui;
    ui.gap(8);
    clock ? ui.clock_face(colour) : ui.cross(colour);
    ui.gap(16);
    TextStyle style{18, Weight::Semibold, Colour::Text, Align::Centre, Role::Heading2};
    const auto said = scene.say(words);
    ui.text("state-title", said, style);
    ui.spoken("state-said", Role::Status, said);
    draw_back_to_shop(scene, ButtonKind::Secondary);
}

void draw_long(Scene& scene, Text words) {
    auto& ui = scene.ui;
    ui.spinner(scene.say(Text::WaitingHeading));
    ui.gap(16);
    heading(scene, scene.say(Text::WaitingHeading));
    words_of(scene, scene.say(words));
    draw_open_app(scene, scene.say(Text::OpenApp, {app_name(scene)}));
    ui.gap(8);
    draw_ways_out(scene);
}

void draw_state(Scene& scene, Screen screen) {
    switch (screen) {
        case Screen::Choose:
            return;
        case Screen::Loading:
            return draw_busy(scene, scene.say(Text::Loading));
        case Screen::Forbidden:
            return draw_end(
                scene,
                scene.page.view ? Text::SessionEnded : Text::LinkDoesNotWork,
                Colour::Notice,
                false
            );
        case Screen::Starting:
            draw_busy(scene, scene.say(starting_text(scene.page), {app_name(scene)}));
            return draw_ways_out(scene);
        case Screen::WaitingIntent:
            return draw_intent(scene);
        case Screen::WaitingCollect:
            return draw_collect(scene);
        case Screen::WaitingQr:
            return draw_code(scene);
        case Screen::WaitingLong:
            return draw_long(scene, Text::WaitingLong);
        case Screen::CheckAfterUnclear:
            return draw_long(scene, Text::CheckAfterUnclear);
        case Screen::Checking:
            return draw_busy(scene, scene.say(Text::Checking));
        case Screen::CodeExpired:
            scene.ui.gap(8);
            scene.ui.clock_face(Colour::Notice);
            scene.ui.gap(16);
            told_heading(scene, scene.say(Text::QrExpired));
            scene.ui.gap(14);
            draw_new_code(scene, ButtonKind::Primary);
            return draw_ways_out(scene);
        case Screen::MaybePaid:
            return draw_unclear_money(scene);
        case Screen::ContactYou:
            return draw_end(scene, Text::ContactYou, Colour::Primary, true);
        case Screen::Review:
            return draw_end(scene, Text::Review, Colour::Primary, true);
        case Screen::Paid:
            return draw_paid(scene);
        case Screen::OrderExpired:
            return draw_end(scene, Text::OrderExpired, Colour::Notice, true);
        case Screen::OrderCancelled:
            return draw_end(scene, Text::OrderCancelled, Colour::Notice, false);
        case Screen::AttemptsExhausted:
            if (unclear_money(*scene.page.view)) return draw_unclear_money(scene);
            return draw_end(scene, Text::AttemptsExhausted, Colour::Notice, false);
    }
}

}  // namespace

void draw_state_card(Scene& scene, Screen screen) {
    auto& ui = scene.ui;
    ui.card("state", scene.say(Text::SecurePayment), "state");
    ui.gap(6);
    draw_state(scene, screen);
    ui.gap(4);
    ui.end_card();
    ui.gap(8);
}

}  // namespace chukta::page
