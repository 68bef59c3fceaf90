#include <utility>

#include "shared/controls.h"
#include "web/page_steps.h"

namespace chukta::page {
namespace {

using wire::StartAttempt;

constexpr int kPostTimeoutMs = 15 * 1000;
/// A press moves the focus out of the field in the same moment: what that says nobody has read.
constexpr EpochMs kTold = kSecond / 2;

bool has_prefix(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

const wire::AttemptView* open_attempt(const Page& page) {
    if (!page.view || !page.view->attempt || !is_open(page.view->attempt->status)) return nullptr;
    return &*page.view->attempt;
}

/// The words under the field, for what is typed now.
void check_vpa(Page& page) {
    page.vpa_checked = true;
    const auto vpa = Vpa::parse(page.vpa_typed);
    page.vpa_error = vpa ? std::nullopt : std::optional{vpa.error()};
    page.suggestions = suggest_vpas(page.vpa_typed);
    // A card's or an account's number does not stay on the screen (facts/upi-and-devices.md §1.6).
    if (page.vpa_error && is_private_number(*page.vpa_error)) page.vpa_typed.clear();
    if (page.suggestions.empty() || page.vpa_doubted == page.vpa_typed) return;
    page.vpa_doubted = page.vpa_typed;
    page.vpa_doubted_at = page.now_ms;
}

void type_vpa(Page& page, const std::string& typed) {
    if (typed == page.vpa_typed) return;
    page.vpa_typed = typed;
    page.vpa_checked = page.vpa_refused = false;
    page.suggestions.clear();
    // An error stays only as long as it is true; a new one waits for the customer to finish.
    if (page.vpa_error) {
        const auto vpa = Vpa::parse(typed);
        page.vpa_error = vpa ? std::nullopt : std::optional{vpa.error()};
    }
}

void leave_vpa(Page& page) {
    page.vpa_typed = normalize_vpa(page.vpa_typed);
    if (page.vpa_typed.empty()) {
        page.vpa_error.reset();
        page.suggestions.clear();
        return;
    }
    check_vpa(page);
}

void submit_vpa(Page& page, const std::string& key) {
    page.vpa_typed = normalize_vpa(page.vpa_typed);
    check_vpa(page);
    const auto vpa = Vpa::parse(page.vpa_typed);
    if (!vpa) return focus_on(page, std::string{control::kVpa});
    // A request to a mistyped bank reaches a stranger or nobody: whoever was not told of a likely
    // typo yet is told now, and the next press goes through.
    const bool told = page.now_ms - page.vpa_doubted_at >= kTold;
    if (notice_of(*vpa).unknown_handle && !page.suggestions.empty() && !told) {
        page.vpa_doubted_at = 0;
        return;
    }
    StartAttempt what;
    what.channel = Channel::Collect;
    what.vpa = *vpa;
    start(page, std::move(what), key);
}

/// The code that is out is shown again; a new one is asked for by name (kNewQr).
bool has_open_code(const Page& page) {
    const auto* open = open_attempt(page);
    return open != nullptr && open->channel == Channel::QrCode;
}

void start_qr(Page& page, const std::string& key) {
    StartAttempt what;
    what.channel = Channel::QrCode;
    start(page, std::move(what), key);
}

/// The tap on an app. If its button is a link, the browser is opening the app at this moment.
void press_app(Page& page, UpiApp app, const std::string& key) {
    if (app == UpiApp::Other && is_ios(page.device)) {
        // iOS has no chooser; a bare upi: link there opens whichever app claimed it first.
        page.more_open = !page.more_open;
        return;
    }
    const auto href = app_link(page, app);
    const auto* open = open_attempt(page);
    const bool same = open != nullptr && open->channel == Channel::Intent && open->app == app;
    if (same) {
        page.choosing = false;
        if (!href.empty() && !is_web_link(href)) page.opening = Opening{app, page.now_ms};
        return;
    }
    if (is_busy(page) || !can_choose(page, Channel::Intent)) return;
    page.opening.reset();
    page.awaited_link.reset();
    if (href.empty()) {
        page.awaited_link = app;
    } else if (!is_web_link(href)) {
        // A web page opens beside this one and can always open; an app may be missing.
        page.opening = Opening{app, page.now_ms};
    }
    StartAttempt what;
    what.channel = Channel::Intent;
    what.app = app;
    start(page, std::move(what), key);
    if (page.press) page.press->link_followed = !href.empty();
}

/// "Open Google Pay": the browser follows the link, we only watch whether it opens.
void press_open_app(Page& page) {
    const auto app = current_app(page);
    const auto href = open_link(page);
    if (!app || href.empty()) return;
    page.opening.reset();
    if (!is_web_link(href)) page.opening = Opening{*app, page.now_ms};
}

void retry(Page& page, const std::string& key) {
    if (!page.view || !page.view->attempt) return;
    const auto& last = *page.view->attempt;
    switch (last.channel) {
        case Channel::Intent:
            if (last.app) press_app(page, *last.app, key);
            return;
        case Channel::Collect:
            // The server shows only a masked UPI ID, so after a reload it has to be typed again.
            if (page.vpa_typed.empty()) return focus_on(page, std::string{control::kVpa});
            return submit_vpa(page, key);
        case Channel::QrCode:
            return start_qr(page, key);
    }
}

void cancel(Page& page, Effects& effects) {
    const auto* open = open_attempt(page);
    if (open == nullptr || is_busy(page)) return;
    Request request;
    request.id = page.cancel_request = ++page.last_request;
    request.post = true;
    request.path =
        "/api/orders/" + page.order_id + "/attempts/" + std::to_string(open->index) + "/cancel";
    request.device = page.device;
    request.timeout_ms = kPostTimeoutMs;
    effects.push_back(std::move(request));
}

/// Out of an in-app browser: a link with a fresh token, since its cookie stays behind. It lives for
/// minutes, so it is fetched when it is wanted.
void press_way_out(Page& page, Effects& effects) {
    if (page.way_out && page.way_out->expires_at > server_now(page)) {
        if (is_ios(page.device)) effects.push_back(Copy{page.way_out->url});
        return;
    }
    if (page.way_out_request != 0) return;
    page.way_out.reset();
    page.way_out_copied.reset();
    Request request;
    request.id = page.way_out_request = ++page.last_request;
    request.post = true;
    request.path = "/api/orders/" + page.order_id + "/handoff";
    request.device = page.device;
    request.timeout_ms = kPostTimeoutMs;
    effects.push_back(std::move(request));
}

void switch_device(Page& page, Effects& effects) {
    page.device = other_layout(page.device, page.facts);
    page.device_switched = page.device != classify(page.facts);
    page.more_open = false;
    ask_at_once(page, effects);  // The server names the methods by the class.
}

void switch_language(Page& page) {
    page.language = page.language == Language::English ? Language::Hindi : Language::English;
    page.language_chosen = true;
}

void pick_suggestion(Page& page, std::string_view control) {
    const auto digit = control.substr(control::kSuggestionPrefix.size());
    if (digit.size() != 1 || digit[0] < '0') return;
    const auto index = static_cast<std::size_t>(digit[0] - '0');
    if (index >= page.suggestions.size()) return;
    page.vpa_typed = page.suggestions[index];
    page.vpa_refused = false;
    check_vpa(page);
    page.suggestions.clear();
    focus_on(page, std::string{control::kPay});
}

void press(Page& page, const Acted& acted, Effects& effects) {
    const std::string_view name = acted.control;
    if (has_prefix(name, control::kAppPrefix)) {
        const auto app = from_word<UpiApp>(name.substr(control::kAppPrefix.size()));
        if (app) press_app(page, *app, acted.fresh_key);
    } else if (has_prefix(name, control::kSuggestionPrefix)) {
        pick_suggestion(page, name);
    } else if (name == control::kPay) {
        submit_vpa(page, acted.fresh_key);
    } else if (name == control::kShowQr && has_open_code(page)) {
        page.choosing = false;
    } else if (name == control::kShowQr || name == control::kNewQr) {
        start_qr(page, acted.fresh_key);
    } else if (name == control::kOpenApp) {
        press_open_app(page);
    } else if (name == control::kRetry) {
        retry(page, acted.fresh_key);
    } else if (name == control::kCancel) {
        cancel(page, effects);
    } else if (name == control::kAnotherWay || name == control::kKeepWaiting) {
        page.choosing = name == control::kAnotherWay;
    } else if (name == control::kAskNow) {
        ask_at_once(page, effects);
    } else if (name == control::kOtherDevice) {
        switch_device(page, effects);
    } else if (name == control::kLanguage) {
        switch_language(page);
    } else if (name == control::kItems) {
        page.items_open = !page.items_open;
    } else if (name == control::kWayOut) {
        press_way_out(page, effects);
    } else if (name == control::kStay) {
        page.stay = true;
    } else if (name == control::kBack) {
        page.going_back = true;
    }
}

}  // namespace

void focus_on(Page& page, std::string control) {
    page.focus = std::move(control);
    ++page.focus_serial;
}

void start(Page& page, StartAttempt what, const std::string& key) {
    if (is_busy(page) || key.empty() || !can_choose(page, what.channel)) return;
    // Only the server knows whether it is the very UPI ID that has a request out, and returns that.
    if (const auto* open = open_attempt(page)) what.replaces = open->index;
    what.device = page.device;
    page.notice.reset();
    page.checking_since = 0;
    if (what.channel != Channel::Intent) {
        page.opening.reset();
        page.awaited_link.reset();
    }
    page.press = Press{std::move(what), key, page.now_ms};
    page.press->due_at = page.now_ms;
}

void act(Page& page, const Acted& acted, Effects& effects) {
    switch (acted.kind) {
        case Acted::Kind::Press:
            return press(page, acted, effects);
        case Acted::Kind::Input:
            if (acted.control == control::kVpa) type_vpa(page, acted.value);
            return;
        case Acted::Kind::Leave:
            if (acted.control == control::kVpa) leave_vpa(page);
            return;
        case Acted::Kind::Submit:
            if (acted.control == control::kVpa) submit_vpa(page, acted.fresh_key);
            return;
    }
}

}  // namespace chukta::page
