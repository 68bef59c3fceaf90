#include "web/page.h"

#include <algorithm>
#include <utility>

#include "shared/upi_uri.h"
#include "shared/ways.h"
#include "web/page_steps.h"

namespace chukta::page {
namespace {

using wire::Situation;

void open(Page& page, const Opened& opened, Effects& effects) {
    page.order_id = opened.order_id;
    page.facts = opened.facts;
    page.device = classify(opened.facts);
    page.in_app_browser = is_in_app_browser(opened.facts.user_agent);
    page.language = opened.language;
    page.visible = opened.visible;
    page.online = opened.online;
    page.saved = opened.saved;
    restore(page, opened.saved);
    page.query = opened.query;
    const auto asked = read_page_query(opened.query);
    // The address has followed each choice (address_query) and is as new as what was saved, or
    // newer: a form of the first paint changes it alone.
    if (asked.language) page.language = *asked.language;
    if (asked.device) {
        page.device = *asked.device;
        page.device_switched = page.device != classify(opened.facts);
    }
    page.more_open |= asked.more_open;
    page.items_open |= asked.items_open;
    page.choosing |= asked.choosing;
    // The server drew the page knowing the user agent alone; if the browser's other answers say
    // another class, its view may name other methods.
    DeviceFacts known;
    known.user_agent = opened.facts.user_agent;
    page.poll.held_wanted = asked.device.value_or(classify(known)) == page.device;
    page.poll.due_at = page.now_ms;
    if (auto view = wire::decode_order_view(opened.view_json)) {
        take_view(page, std::move(*view), effects);
    }
    if (page.in_app_browser) {
        page.way_out = wire::handoff_of_page(opened.view_json);
        // Written out, as the first paint has it: nobody could copy it yet.
        if (page.way_out && is_ios(page.device)) page.way_out_copied = false;
    }
    if (asked.choose_again) page.notice = Text::NoticeChooseAgain;
    page.seen_paid_at = 0;  // A paid order that is opened again stays on its thank-you page.
}

/// An app was told to open, and whether it did is not known yet. Nothing is judged while the system
/// asks something ("Open with …"), which takes the focus and leaves the page in sight.
bool is_awaiting_app(const Page& page) {
    return page.opening && !page.opening->left && !page.opening->failed && page.blurred_at == 0;
}

/// The clock noticed something: an app that did not open, a code that ran out, time to go back.
void take_time(Page& page, Effects& effects) {
    if (is_awaiting_app(page) && page.now_ms >= opening_due_at(page)) {
        const bool frozen = page.now_ms - opening_due_at(page) > kFrozen;
        (frozen || !page.visible ? page.opening->left : page.opening->failed) = true;
    }
    const auto screen = screen_of(page);
    if (screen != Screen::Checking && screen != Screen::CodeExpired) {
        page.checking_since = 0;
    } else if (page.checking_since == 0) {
        page.checking_since = page.now_ms;
        if (page.view->message.situation != Situation::Checking) ask_at_once(page, effects);
    }
    // A link whose token is dead is no way out: the next tap fetches another.
    if (page.way_out && page.way_out->expires_at <= server_now(page)) {
        page.way_out.reset();
        page.way_out_copied.reset();
    }
    if (const auto left = return_in_ms(page); left && *left <= 0 && page.visible) {
        page.going_back = true;
        effects.push_back(OpenLink{page.view->return_url});
    }
}

/// Also when its time was over already: a chooser leaves the page in sight until it is answered.
void note_app_opened(Page& page) {
    if (!page.opening) return;
    page.opening->left = true;
    page.opening->failed = false;
}

void take_visibility(Page& page, bool visible, Effects& effects) {
    page.visible = visible;
    if (!visible) {
        note_app_opened(page);
        return;
    }
    // What came while nobody looked is seen from now on.
    if (page.seen_paid_at != 0) page.seen_paid_at = page.now_ms;
    // Back from an app proves nothing, but it is the moment to ask.
    ask_at_once(page, effects);
}

void take_focus(Page& page, bool focused) {
    const EpochMs blurred_at = std::exchange(page.blurred_at, focused ? 0 : page.now_ms);
    if (!focused || blurred_at == 0 || !page.opening) return;
    // Away for long: an app was there. Else the system's question has been answered just now.
    if (page.now_ms - blurred_at > kSheetMax) note_app_opened(page);
    page.opening->opened_at = page.now_ms;
}

/// iOS opens a bare upi: link in whichever app claimed it first. A server that took an iPad for a
/// Mac, as its user agent says, did not leave those out.
bool may_be_followed(const Page& page, const std::string& href) {
    return !is_ios(page.device) || !is_upi_link(href);
}

std::string prepared_link(const Page& page, UpiApp app) {
    if (!page.view) return {};
    for (const auto& one : page.view->apps) {
        if (one.app == app && one.href && may_be_followed(page, *one.href)) return *one.href;
    }
    return {};
}

}  // namespace

EpochMs server_now(const Page& page) { return page.now_ms + page.clock_offset_ms; }

EpochMs back_off(int failures) {
    const EpochMs wait = kSecond << std::clamp(failures - 1, 0, 10);
    return std::min(wait, kBackOffMax);
}

EpochMs opening_due_at(const Page& page) {
    return page.opening->opened_at + (is_ios(page.device) ? kOpeningIos : kOpeningAndroid);
}

std::vector<Effect> update(Page& page, const Event& event) {
    Effects effects;
    page.now_ms = event.now_ms;
    if (const auto* opened = std::get_if<Opened>(&event.what)) {
        open(page, *opened, effects);
    } else if (const auto* answer = std::get_if<Answered>(&event.what)) {
        take_answer(page, *answer, effects);
    } else if (const auto* acted = std::get_if<Acted>(&event.what)) {
        page.blurred_at = 0;  // Who presses here has the focus here.
        act(page, *acted, effects);
    } else if (const auto* visibility = std::get_if<VisibilityChanged>(&event.what)) {
        take_visibility(page, visibility->visible, effects);
    } else if (const auto* focus = std::get_if<FocusChanged>(&event.what)) {
        take_focus(page, focus->focused);
    } else if (const auto* connection = std::get_if<ConnectionChanged>(&event.what)) {
        page.online = connection->online;
        if (page.online) ask_at_once(page, effects);
    } else if (std::get_if<Returned>(&event.what)) {
        page.going_back = false;
        page.stay = true;  // The customer came back here on purpose.
        ask_at_once(page, effects);
    } else if (const auto* link = std::get_if<LinkOpened>(&event.what)) {
        const auto app = std::exchange(page.offered_link, std::nullopt);
        if (link->opened && app) page.opening = Opening{*app, page.now_ms};
    } else if (const auto* copied = std::get_if<Copied>(&event.what)) {
        page.way_out_copied = copied->done;
    }
    take_time(page, effects);
    // Before the requests: if the tab dies in between, the reload repeats them under the same key.
    if (auto text = saved_text(page); text != page.saved) {
        page.saved = text;
        effects.push_back(Save{std::move(text)});
    }
    send_due(page, effects);
    return effects;
}

std::optional<EpochMs> next_wake_ms(const Page& page) {
    std::optional<EpochMs> wake;
    const auto at = [&](EpochMs when) {
        const EpochMs wait = std::max<EpochMs>(when - page.now_ms, 0);
        wake = wake ? std::min(*wake, wait) : wait;
    };
    if (page.press && page.press->request == 0) at(page.press->due_at);
    if (const auto due = poll_due_at(page)) at(*due);
    if (!page.visible) return wake;  // Nobody looks at a clock that is hidden.

    if (is_awaiting_app(page)) at(opening_due_at(page));
    const auto screen = screen_of(page);
    if (screen == Screen::WaitingQr || screen == Screen::WaitingCollect) {
        // Just after the second changes on the display.
        if (const auto left = remaining_ms(page)) at(page.now_ms + (*left - 1) % kSecond + 1);
    }
    if (screen == Screen::Checking && page.checking_since != 0) {
        at(page.checking_since + kCheckingMax);
    }
    if (const auto left = return_in_ms(page)) at(page.now_ms + (*left - 1) % kSecond + 1);
    if (page.way_out) at(page.way_out->expires_at - page.clock_offset_ms);
    return wake;
}

Screen screen_of(const Page& page) {
    if (page.forbidden) return Screen::Forbidden;
    if (!page.view) return Screen::Loading;
    const auto& view = *page.view;
    switch (view.message.situation) {
        case Situation::Paid:
            return Screen::Paid;
        case Situation::Review:
            return Screen::Review;
        case Situation::OrderExpired:
            return Screen::OrderExpired;
        case Situation::OrderCancelled:
            return Screen::OrderCancelled;
        case Situation::ContactYou:
            return Screen::ContactYou;
        case Situation::AttemptsExhausted:
            return Screen::AttemptsExhausted;
        case Situation::Choose:
        case Situation::Starting:
        case Situation::WaitingIntent:
        case Situation::WaitingCollect:
        case Situation::WaitingQr:
        case Situation::WaitingLong:
        case Situation::CheckAfterUnclear:
        case Situation::Checking:
        case Situation::Failed:
        case Situation::ChannelClosed:
            break;
    }
    if (page.press) return page.press->link_followed ? Screen::WaitingIntent : Screen::Starting;
    if (page.choosing) return Screen::Choose;
    const bool waits_for_attempt = view.message.situation == Situation::WaitingIntent ||
                                   view.message.situation == Situation::WaitingCollect ||
                                   view.message.situation == Situation::WaitingQr;
    if (waits_for_attempt && !view.attempt) return Screen::Starting;
    const bool over = remaining_ms(page) == 0;
    const bool long_checked =
        page.checking_since != 0 && page.now_ms - page.checking_since >= kCheckingMax;
    switch (view.message.situation) {
        case Situation::Starting:
            return Screen::Starting;
        case Situation::WaitingIntent:
            return Screen::WaitingIntent;
        case Situation::WaitingCollect:
            return over ? Screen::WaitingLong : Screen::WaitingCollect;
        case Situation::WaitingQr:
            if (!over) return Screen::WaitingQr;
            return long_checked ? Screen::CodeExpired : Screen::Checking;
        case Situation::WaitingLong:
            return Screen::WaitingLong;
        case Situation::CheckAfterUnclear:
            return Screen::CheckAfterUnclear;
        case Situation::Checking:
            return long_checked ? Screen::CodeExpired : Screen::Checking;
        case Situation::Choose:
        case Situation::Failed:
        case Situation::ChannelClosed:
        case Situation::Paid:
        case Situation::Review:
        case Situation::OrderExpired:
        case Situation::OrderCancelled:
        case Situation::ContactYou:
        case Situation::AttemptsExhausted:
            break;
    }
    return unclear_money(view) ? Screen::MaybePaid : Screen::Choose;
}

std::string address_query(const Page& page) {
    const auto asked = read_page_query(page.query);
    const bool language = page.language_chosen || asked.language;
    const bool device = page.device_switched || asked.device;
    return kept_query(
        page.query,
        language ? std::optional{page.language} : std::nullopt,
        device ? std::optional{page.device} : std::nullopt
    );
}

bool is_trying_later(const Page& page) {
    return page.poll.failures >= 3 || (page.press && page.press->failures >= 2);
}

bool is_busy(const Page& page) { return page.press.has_value() || page.cancel_request != 0; }

std::optional<EpochMs> remaining_ms(const Page& page) {
    if (!page.view || !page.view->attempt || !page.view->attempt->expires_at) return std::nullopt;
    if (!is_open(page.view->attempt->status)) return std::nullopt;
    return std::max<EpochMs>(*page.view->attempt->expires_at - server_now(page), 0);
}

std::optional<EpochMs> return_in_ms(const Page& page) {
    if (page.seen_paid_at == 0 || page.stay || page.going_back) return std::nullopt;
    if (screen_of(page) != Screen::Paid || !is_web_link(page.view->return_url)) return std::nullopt;
    return std::max<EpochMs>(page.seen_paid_at + kReturnAfter - page.now_ms, 0);
}

bool can_choose(const Page& page, Channel channel) {
    return page.view && chukta::can_choose(*page.view, channel);
}

std::string open_link(const Page& page) {
    if (page.press && page.press->link_followed && page.press->start.app) {
        return prepared_link(page, *page.press->start.app);
    }
    if (!page.view || !page.view->attempt || !page.view->attempt->app) return {};
    const auto& attempt = *page.view->attempt;
    if (!is_open(attempt.status) || !attempt.prompt) return {};
    const auto* intent = std::get_if<IntentPrompt>(&*attempt.prompt);
    if (intent == nullptr) return {};
    for (const auto& link : intent->links) {
        if (link.app == *attempt.app && may_be_followed(page, link.href)) return link.href;
    }
    return {};
}

std::string app_link(const Page& page, UpiApp app) {
    // The link of the attempt that is open for this app pays that attempt and no other.
    if (current_app(page) == app) {
        if (auto href = open_link(page); !href.empty()) return href;
    }
    return prepared_link(page, app);
}

std::optional<UpiApp> current_app(const Page& page) {
    if (page.press) return page.press->start.app;
    if (page.view && page.view->attempt) return page.view->attempt->app;
    return std::nullopt;
}

std::string way_out_link(const Page& page) {
    if (!page.way_out || is_ios(page.device)) return {};
    return wire::chrome_link(page.way_out->url);
}

}  // namespace chukta::page
