// What is said above the methods: what happened, and what stands in the way.

#include "shared/controls.h"
#include "shared/ways.h"
#include "web/scene.h"

namespace chukta::page {
namespace {

using wire::Situation;

/// The failed attempt's own way, once more.
void draw_retry(Scene& scene) {
    const auto& page = scene.page;
    const auto& attempt = page.view->attempt;
    if (!attempt || !can_choose(page, attempt->channel)) return;
    if (attempt->channel == Channel::Intent && (!attempt->app || !shows_apps(page.device))) return;
    const bool expired_code = is_expired_code(page.view->message);
    auto again = scene.button(
        expired_code ? control::kNewQr : control::kRetry,
        expired_code ? Text::NewQrCode : Text::TryAgain
    );
    again.disabled = is_busy(page);
    if (attempt->channel == Channel::Intent) {
        again.href = app_link(page, *attempt->app);
        again.new_tab = is_web_link(again.href);
    }
    again.kind = ButtonKind::Secondary;
    scene.ui.gap(12);
    scene.ui.button(again);
}

void draw_failure(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    const auto& message = page.view->message;
    const bool failed = message.situation == Situation::Failed;
    const auto banner = failure_banner(*page.view, page.device);
    if (!banner || page.choosing) return;
    // Said at the field, where it is mended; a banner that came with the first letter of another
    // UPI ID would push the field away from the finger.
    if (page.view->attempt && page.refused_attempt == page.view->attempt->index &&
        can_choose(page, Channel::Collect)) {
        return;
    }

    ui.banner("failure", BannerKind::Danger);
    TextStyle words{16, Weight::Semibold, Colour::Danger, Align::Left, Role::Alert};
    ui.text("failure-text", scene.say(banner->what), words);
    const TextStyle more{15, Weight::Regular, Colour::Text};
    if (message.no_money_taken) ui.text("no-money", scene.say(Text::NoMoneyTaken), more);
    if (banner->closed) {
        ui.gap(4);
        ui.text("closed-text", scene.say(*banner->closed), more);
    }
    if (failed) draw_retry(scene);
    ui.end_banner();
    ui.gap(kGap);
}

void draw_later(Scene& scene) {
    const auto& page = scene.page;
    if (page.forbidden || (page.online && !is_trying_later(page))) return;
    auto& ui = scene.ui;
    ui.banner("later", BannerKind::Notice);
    TextStyle words{16, Weight::Semibold, Colour::Notice, Align::Left, Role::Alert};
    ui.text("later-text", scene.say(page.online ? Text::TryLater : Text::Offline), words);
    if (page.online) {
        ui.text("later-more", scene.say(Text::StillTrying), {15});
        ui.gap(12);
        ui.button(scene.button(control::kAskNow, Text::CheckNow, ButtonKind::Secondary));
    }
    ui.end_banner();
    ui.gap(kGap);
}

/// An in-app browser decides by itself whether app links work, so there is a way out.
void draw_way_out(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    if (!page.in_app_browser) return;
    ui.banner("in-app", BannerKind::Notice);
    const TextStyle words{15, Weight::Regular, Colour::Text};
    ui.text("in-app-text", scene.say(Text::InAppBrowser), words);
    if (is_ios(page.device)) {
        ui.text("in-app-help", scene.say(Text::OpenInBrowserHelp), words);
    }
    ui.gap(12);
    ButtonSpec out;
    out.id = control::kWayOut;
    out.kind = ButtonKind::Secondary;
    out.href = way_out_link(page);
    out.name = is_ios(page.device) ? scene.say(Text::CopyLink)
                                   : scene.say(Text::OpenInBrowser, {"Chrome"});
    out.disabled = page.way_out_request != 0;
    ui.button(out);
    if (page.way_out && page.way_out_copied == false) {
        // A browser copies only while it sees the tap, and this link had to be fetched: it is there
        // to be marked, as without a script (server/first_paint.cpp).
        ui.gap(6);
        ui.text("in-app-link", page.way_out->url, words);
        ui.spoken("in-app-said", Role::Status, scene.say(Text::OpenInBrowserHelp));
    } else if (page.way_out_copied == true) {
        ui.gap(8);
        TextStyle said{15, Weight::Semibold, Colour::Success, Align::Left, Role::Status};
        ui.text("in-app-copied", scene.say(Text::LinkCopied), said);
    }
    ui.end_banner();
    ui.gap(kGap);
}

/// An app is opened from here, or should be open by now.
bool may_open_an_app(const Page& page, Screen screen) {
    if (screen == Screen::Choose) return true;
    const bool waits = screen == Screen::Starting || screen == Screen::WaitingIntent ||
                       screen == Screen::WaitingLong || screen == Screen::CheckAfterUnclear;
    return waits && current_app(page);
}

/// Above the ways to pay, while an attempt is open or its money is unclear.
void draw_choosing(Scene& scene) {
    auto& ui = scene.ui;
    if (unclear_money(*scene.page.view)) {
        ui.banner("may-have-paid", BannerKind::Notice);
        TextStyle words{16, Weight::Semibold, Colour::Notice, Align::Left, Role::Alert};
        ui.text("may-have-paid-text", scene.say(Text::MayHavePaid), words);
        ui.text("money-returns", scene.say(Text::MoneyReturns), {15});
    } else {
        ui.banner("still-open", BannerKind::Info);
        TextStyle words{15, Weight::Regular, Colour::Text, Align::Left, Role::Status};
        ui.text("still-open-text", scene.say(Text::StillOpen), words);
    }
    ui.gap(12);
    ui.button(scene.button(control::kKeepWaiting, Text::KeepWaiting, ButtonKind::Secondary));
    ui.end_banner();
    ui.gap(kGap);
}

}  // namespace

void draw_banners(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    draw_later(scene);
    if (!page.view) return;
    if (page.notice) {
        ui.banner("notice", BannerKind::Notice);
        TextStyle words{15, Weight::Regular, Colour::Notice, Align::Left, Role::Alert};
        ui.text("notice-text", scene.say(*page.notice), words);
        ui.end_banner();
        ui.gap(kGap);
    }
    const Screen screen = screen_of(page);
    if (screen == Screen::Choose) draw_failure(scene);
    if (may_open_an_app(page, screen)) draw_way_out(scene);
    if (screen != Screen::Choose) return;
    if (page.choosing) draw_choosing(scene);
}

}  // namespace chukta::page
