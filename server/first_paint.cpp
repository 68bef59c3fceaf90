#include "server/first_paint.h"

#include <algorithm>
#include <utility>

#include "http/text.h"
#include "server/first_paint_parts.h"
#include "shared/controls.h"
#include "shared/upi_uri.h"
#include "shared/ways.h"

namespace chukta {
namespace {

/// The state of the page that a form carries along.
PageQuery kept(const FirstPaint& paint) {
    PageQuery query;
    query.language = paint.asked.language;
    query.device = paint.asked.device;
    return query;
}

std::string address_of(const FirstPaint& paint, const PageQuery& query) {
    return "/pay/" + paint.view.order_id.str() + query_text(query);
}

/// Where what was typed comes back with its error: the methods, if they were asked for.
std::string form_address(const FirstPaint& paint) {
    auto query = kept(paint);
    query.choosing = paint.asked.choosing;
    return address_of(paint, query);
}

}  // namespace

namespace first_paint {

using wire::Situation;
namespace control = page::control;

namespace {

/// The failed attempt's own way, once more.
void draw_retry(Sheet& sheet) {
    const auto& attempt = sheet.view().attempt;
    if (!attempt || !can_choose(sheet.view(), attempt->channel)) return;
    const bool by_app = attempt->channel == Channel::Intent;
    if (by_app && (!attempt->app || !shows_apps(sheet.paint.device))) return;
    const bool expired_code = is_expired_code(sheet.view().message);
    const auto id = expired_code ? control::kNewQr : control::kRetry;
    sheet.html.button(
        {.id = id,
         .name = sheet.say(expired_code ? Text::NewQrCode : Text::TryAgain),
         .kind = "secondary",
         .href = by_app ? app_link(sheet.paint, *attempt->app) : std::string{},
         .form = press(id)}
    );
}

void draw_failure(Sheet& sheet) {
    const auto& message = sheet.view().message;
    const auto banner = failure_banner(sheet.view(), sheet.paint.device);
    if (!banner || is_choosing(sheet.paint)) return;
    auto& html = sheet.html;
    html.open("section", "failure", "banner danger");
    html.text("alert", "failure-text", sheet.say(banner->what), {}, {16, true});
    if (message.no_money_taken) {
        html.text("p", "no-money", sheet.say(Text::NoMoneyTaken), {}, {15});
    }
    if (banner->closed) html.text("p", "closed-text", sheet.say(*banner->closed), {}, {15});
    if (message.situation == Situation::Failed) draw_retry(sheet);
    html.close("section");
}

/// An in-app browser decides by itself whether app links work. The link out of it is made when it
/// is wanted: its token lives for minutes.
void draw_way_out(Sheet& sheet) {
    const auto device = sheet.paint.device;
    if (!is_in_app_browser(sheet.paint.user_agent)) return;
    const auto url = sheet.paint.way_out ? sheet.paint.way_out->url : std::string{};
    auto& html = sheet.html;
    html.open("section", "in-app", "banner notice");
    html.text("p", "in-app-text", sheet.say(Text::InAppBrowser), {}, {15});
    if (is_ios(device)) {
        html.text("p", "in-app-help", sheet.say(Text::OpenInBrowserHelp), {}, {15});
    }
    auto pressed = press(control::kWayOut);
    // A UPI ID that was typed comes along, and back.
    if (has_upi_id_field(sheet.paint)) pressed.form = form::kPay;
    html.button(
        {.id = control::kWayOut,
         .name = is_ios(device) ? sheet.say(Text::CopyLink)
                                : sheet.say(Text::OpenInBrowser, {"Chrome"}),
         .kind = "secondary",
         .href = is_ios(device) ? std::string{} : wire::chrome_link(url),
         .form = std::move(pressed)}
    );
    // Without a script nothing copies, but a text can be marked.
    if (is_ios(device) && !url.empty()) {
        html.text("p", "in-app-link", url, {}, {15});
        html.text("status", "in-app-said", sheet.say(Text::OpenInBrowserHelp), "spoken");
    }
    html.close("section");
}

/// An app is opened from here, or should be open by now.
bool may_open_an_app(const Sheet& sheet, Screen screen) {
    if (screen == Screen::Choose) return true;
    const auto& attempt = sheet.view().attempt;
    return (screen == Screen::Starting || screen == Screen::Waiting) && attempt && attempt->app;
}

/// Above the ways to pay, while an attempt is open or its money is unclear.
void draw_choosing(Sheet& sheet) {
    auto& html = sheet.html;
    if (unclear_money(sheet.view())) {
        html.open("section", "may-have-paid", "banner notice");
        html.text("alert", "may-have-paid-text", sheet.say(Text::MayHavePaid), {}, {16, true});
        html.text("p", "money-returns", sheet.say(Text::MoneyReturns), {}, {15});
    } else {
        html.open("section", "still-open", "banner");
        html.text("status", "still-open-text", sheet.say(Text::StillOpen), {}, {15});
    }
    html.button(
        {.id = control::kKeepWaiting,
         .name = sheet.say(Text::KeepWaiting),
         .kind = "secondary",
         // Whoever waits on leaves the field; what is typed there need not come along.
         .form = {form::kShow, "choose", "0"}}
    );
    html.close("section");
}

void draw_banners(Sheet& sheet, Screen screen) {
    auto& html = sheet.html;
    if (sheet.paint.asked.choose_again) {
        html.open("section", "notice", "banner notice");
        html.text("alert", "notice-text", sheet.say(Text::NoticeChooseAgain), {}, {15});
        html.close("section");
    }
    if (screen == Screen::Choose) draw_failure(sheet);
    if (may_open_an_app(sheet, screen)) draw_way_out(sheet);
    if (screen != Screen::Choose) return;
    if (is_choosing(sheet.paint)) draw_choosing(sheet);
}

void draw_device_switch(Sheet& sheet) {
    if (!has_other_layout(sheet.view(), sheet.paint.device)) return;
    DeviceFacts facts;
    facts.user_agent = std::string{sheet.paint.user_agent};
    const auto device = sheet.paint.device;
    sheet.html.button(
        {.id = control::kOtherDevice,
         .name = sheet.say(shows_apps(device) ? Text::SwitchToQr : Text::SwitchToApps),
         .kind = "quiet",
         .size = 15,
         .form = show(sheet.paint, "device", word(other_layout(device, facts)))}
    );
}

}  // namespace

Screen screen_of(const FirstPaint& paint) {
    const auto situation = paint.view.message.situation;
    switch (situation) {
        case Situation::Paid:
            return Screen::Paid;
        case Situation::Review:
        case Situation::OrderExpired:
        case Situation::OrderCancelled:
        case Situation::ContactYou:
        case Situation::AttemptsExhausted:
            return Screen::End;
        case Situation::Choose:
            return Screen::Choose;
        case Situation::Failed:
        case Situation::ChannelClosed:
            if (is_choosing(paint)) return Screen::Choose;
            return unclear_money(paint.view) ? Screen::MaybePaid : Screen::Choose;
        case Situation::Starting:
        case Situation::WaitingIntent:
        case Situation::WaitingCollect:
        case Situation::WaitingQr:
        case Situation::WaitingLong:
        case Situation::CheckAfterUnclear:
        case Situation::Checking:
            break;
    }
    if (is_choosing(paint)) return Screen::Choose;
    if (situation == Situation::Starting) return Screen::Starting;
    if (situation == Situation::Checking) return Screen::Checking;
    const bool waits_for_attempt =
        situation != Situation::WaitingLong && situation != Situation::CheckAfterUnclear;
    if (waits_for_attempt && !paint.view.attempt) return Screen::Starting;
    return situation == Situation::WaitingQr ? Screen::Code : Screen::Waiting;
}

/// On the page as it is: the ways to pay are shown, and this one is open.
bool has_upi_id_field(const FirstPaint& paint) {
    return screen_of(paint) == Screen::Choose &&
           is_drawn(paint.view, paint.device, Channel::Collect) &&
           !channel_of(paint.view, Channel::Collect)->closed;
}

bool has_open_attempt(const FirstPaint& paint) {
    return paint.view.attempt && is_open(paint.view.attempt->status);
}

bool is_choosing(const FirstPaint& paint) {
    return paint.asked.choosing && (has_open_attempt(paint) || unclear_money(paint.view));
}

std::string open_link(const FirstPaint& paint) {
    if (!has_open_attempt(paint) || !paint.view.attempt->app) return {};
    const auto& attempt = *paint.view.attempt;
    const auto* intent = attempt.prompt ? std::get_if<IntentPrompt>(&*attempt.prompt) : nullptr;
    if (intent == nullptr) return {};
    for (const auto& link : intent->links) {
        if (link.app == *attempt.app) return link.href;
    }
    return {};
}

std::string app_link(const FirstPaint& paint, UpiApp app) {
    // The link of the attempt that is open for this app pays that attempt and no other.
    if (paint.view.attempt && paint.view.attempt->app == app) {
        if (auto href = open_link(paint); !href.empty()) return href;
    }
    for (const auto& one : paint.view.apps) {
        if (one.app == app && one.href) return *one.href;
    }
    return {};
}

ButtonForm press(std::string_view control) {
    return {form::kPress, form::kButton, std::string{control}};
}

ButtonForm show(const FirstPaint& paint, std::string_view name, std::string_view value) {
    if (!has_upi_id_field(paint)) return {form::kShow, name, std::string{value}};
    // Before what is kept: of a parameter given twice the first counts.
    const auto kept = form_address(paint);
    const auto mark = std::min(kept.find('?'), kept.size());
    auto address = kept.substr(0, mark) + "?" + std::string{name} + "=" + std::string{value};
    if (mark < kept.size()) address += "&" + kept.substr(mark + 1);
    return {form::kPay, {}, {}, std::move(address)};
}

}  // namespace first_paint

namespace {

std::string hidden(std::string_view name, std::string_view value) {
    return "<input type=\"hidden\" name=\"" + std::string{name} + "\" value=\"" +
           http::html_escape(value) + "\">";
}

std::string post_form(const FirstPaint& paint, std::string_view id) {
    std::string html = "<form id=\"" + std::string{id} + "\" method=\"post\" action=\"" +
                       http::html_escape(form_address(paint)) + "\">";
    html += hidden(form::kToken, paint.form_token);
    html += hidden(form::kKey, paint.form_key);
    if (first_paint::has_open_attempt(paint)) {
        html += hidden(form::kOpenAttempt, std::to_string(paint.view.attempt->index));
    }
    if (id == form::kPay && paint.vpa.held) html += hidden(form::kHeld, paint.vpa.text);
    return html + "</form>";
}

}  // namespace

TypedVpa checked_vpa(std::string_view typed) {
    TypedVpa vpa{normalize_vpa(typed)};
    if (vpa.text.empty()) return vpa;
    vpa.checked = true;
    if (const auto parsed = Vpa::parse(vpa.text); !parsed) vpa.error = parsed.error();
    // A card's or an account's number is not sent back, and so is in no cache and no history.
    if (vpa.error && is_private_number(*vpa.error)) vpa.text.clear();
    return vpa;
}

std::string first_paint_nodes(const FirstPaint& paint) {
    first_paint::Sheet sheet{paint};
    const auto screen = first_paint::screen_of(paint);
    first_paint::draw_header(sheet);
    first_paint::draw_summary(sheet);
    first_paint::draw_banners(sheet, screen);
    if (screen == first_paint::Screen::Choose) {
        first_paint::draw_methods(sheet);
        first_paint::draw_device_switch(sheet);
    } else {
        first_paint::draw_state(sheet, screen);
    }
    sheet.html.open("footer", "footer");
    sheet.html.text("p", "footer-text", sheet.say(Text::Footer), "muted", {13, false, true});
    sheet.html.close("footer");
    return sheet.html.take();
}

std::string first_paint_enter(const FirstPaint& paint) {
    if (!first_paint::has_upi_id_field(paint)) return {};
    return "<button class=\"k spoken\" form=\"" + std::string{form::kPay} + "\" name=\"" +
           std::string{form::kButton} + "\" value=\"" + std::string{page::control::kPay} +
           "\" tabindex=\"-1\" aria-hidden=\"true\"" +
           (can_choose(paint.view, Channel::Collect) ? "" : " disabled") + "></button>";
}

std::string first_paint_forms(const FirstPaint& paint) {
    auto kept_here = kept(paint);
    std::string html = post_form(paint, form::kPress) + post_form(paint, form::kPay);
    html += "<form id=\"" + std::string{form::kShow} + "\">";
    if (kept_here.language) html += hidden("lang", word(*kept_here.language));
    if (kept_here.device) html += hidden("device", word(*kept_here.device));
    html += "</form>";
    // A link that a tap followed told nobody; who comes back from the app asks.
    if (first_paint::screen_of(paint) != first_paint::Screen::Choose) return html;
    const bool linked =
        std::any_of(paint.view.apps.begin(), paint.view.apps.end(), [](const auto& one) {
            return one.href.has_value();
        });
    if (!linked || !shows_apps(paint.device)) return html;
    html += "<noscript><p>" + http::html_escape(text(Text::ComeBack, paint.language)) +
            "</p><p><a href=\"" + http::html_escape(page_address(paint)) + "\">" +
            http::html_escape(text(Text::CheckNow, paint.language)) + "</a></p></noscript>";
    return html;
}

std::string page_address(const FirstPaint& paint) { return address_of(paint, kept(paint)); }

std::string first_paint_title(const FirstPaint& paint) {
    const auto& merchant = paint.view.merchant_name;
    const auto situation = paint.view.message.situation;
    const auto what = situation == wire::Situation::Paid
                          ? text(Text::PaymentSuccessful, paint.language)
                      : situation == wire::Situation::Review
                          ? merchant
                          : text(Text::PageTitleFor, paint.language, {merchant});
    return what + " · " + paint.view.amount.display();
}

int first_paint_refresh_s(const FirstPaint& paint) {
    // What was begun may still be paid, whatever became of the order (product.md §2). As long as
    // the backend asks by default (orders.h, WatchPolicy); a page that is left open for ever stops.
    constexpr EpochMs kWatched = 86'400'000;
    const auto& attempt = paint.view.attempt;
    const bool watched = attempt && paint.view.server_time - attempt->created_at < kWatched;
    switch (first_paint::screen_of(paint)) {
        case first_paint::Screen::Starting:
            return 2;
        case first_paint::Screen::Waiting:
        case first_paint::Screen::Code:
        case first_paint::Screen::Checking:
            return 5;
        case first_paint::Screen::MaybePaid:
            // Nobody has an app open, and the gateway's last word came already.
            return 30;
        case first_paint::Screen::End:
            return watched ? 60 : 0;
        case first_paint::Screen::Choose:
        case first_paint::Screen::Paid:
            break;
    }
    return 0;
}

}  // namespace chukta
