#include <algorithm>
#include <utility>

#include "shared/controls.h"
#include "shared/ways.h"
#include "web/page_steps.h"

namespace chukta::page {
namespace {

using wire::Situation;

/// Their held request (25 s) and a slow network's share.
constexpr int kPollTimeoutMs = 35 * 1000;
constexpr int kPostTimeoutMs = 15 * 1000;
/// An answer that came faster than this was not held.
constexpr EpochMs kQuick = 2 * kSecond;
/// A held question younger than this is surely alive, and the answer to it is as new as any.
constexpr EpochMs kFresh = kSecond;
/// Of an order that was closed, since the customer was last seen or anything last changed. Longer
/// than a request or a code lives at the gateway; after it only a customer who comes back asks.
constexpr EpochMs kClosedWatch = 30 * 60 * kSecond;

std::string order_path(const Page& page) { return "/api/orders/" + page.order_id; }

/// Paid is final (product.md §2).
bool is_over(const Page& page) {
    return page.view && page.view->message.situation == Situation::Paid;
}

/// Nothing can be started any more, but money that is on its way still counts (product.md §2,
/// paid_after_close).
bool is_closed(const Page& page) {
    if (!page.view) return false;
    const auto situation = page.view->message.situation;
    return situation == Situation::OrderExpired || situation == Situation::OrderCancelled;
}

bool has_open_attempt(const Page& page) {
    return page.view && page.view->attempt && is_open(page.view->attempt->status);
}

/// Our server says why; a page of a network's login (a captive portal) has no say in this.
bool is_refusal(const Answered& answer) {
    return answer.status >= 400 && wire::decode_problem(answer.body).has_value();
}

bool is_forbidden(const Answered& answer) {
    const bool named = answer.status == 401 || answer.status == 403 || answer.status == 404 ||
                       answer.status == 410;
    return named && is_refusal(answer);
}

bool came_through(int status) { return status >= 200 && status < 300; }

/// No answer, or one that says "later": the same request may be sent again.
bool may_repeat(int status) {
    return status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
}

void send_press(Page& page, Effects& effects) {
    auto& press = *page.press;
    Request request;
    request.id = press.request = ++page.last_request;
    request.post = true;
    request.path = order_path(page) + "/attempts";
    request.key = press.key;
    request.body = wire::encode(press.start);
    request.device = press.start.device;
    request.timeout_ms = kPostTimeoutMs;
    request.outlives_page = true;
    effects.push_back(std::move(request));
}

void send_poll(Page& page, Effects& effects) {
    Request request;
    request.id = page.poll.request = ++page.last_request;
    request.path = order_path(page);
    if (page.view && page.poll.held_wanted) {
        request.path += "?after=" + std::to_string(page.view->version) + "&wait_s=25";
    }
    request.device = page.device;
    request.timeout_ms = kPollTimeoutMs;
    page.poll.sent_at = page.now_ms;
    effects.push_back(std::move(request));
}

void take_poll_answer(Page& page, const Answered& answer, Effects& effects) {
    auto& poll = page.poll;
    poll.request = 0;
    if (is_forbidden(answer)) {
        page.forbidden = true;
        return;
    }
    const auto version = page.view ? page.view->version : -1;
    auto view = came_through(answer.status) ? wire::decode_order_view(answer.body) : std::nullopt;
    if (!view) {
        poll.due_at = page.now_ms + back_off(++poll.failures);
        return;
    }
    poll.failures = 0;
    const bool quick = page.now_ms - poll.sent_at < kQuick && view->version <= version;
    poll.quick = quick && poll.held_wanted ? poll.quick + 1 : 0;
    poll.due_at = page.now_ms + (poll.quick > 0 ? back_off(poll.quick + 1) : 0);
    poll.held_wanted = true;
    take_view(page, std::move(*view), effects);
}

/// The server refused the press for a reason that will not go away by asking again.
void take_refusal(Page& page, const Answered& answer, Effects& effects) {
    const auto press = std::exchange(page.press, std::nullopt);
    page.opening.reset();
    page.awaited_link.reset();
    const auto problem = wire::decode_problem(answer.body);
    if (problem && problem->code == "vpa_invalid") {
        page.vpa_refused = true;
        focus_on(page, std::string{control::kVpa});
    } else {
        page.notice = Text::NoticeChooseAgain;
    }
    ask_at_once(page, effects);
}

void take_press_answer(Page& page, const Answered& answer, Effects& effects) {
    auto& press = *page.press;
    press.request = 0;
    if (is_forbidden(answer)) {
        page.press.reset();
        page.forbidden = true;
        return;
    }
    auto view = came_through(answer.status) ? wire::decode_order_view(answer.body) : std::nullopt;
    if (!view && is_refusal(answer) && !may_repeat(answer.status)) {
        return take_refusal(page, answer, effects);
    }
    if (!view) {
        press.due_at = page.now_ms + back_off(++press.failures);
        return;
    }
    page.press.reset();
    page.choosing = false;
    take_view(page, std::move(*view), effects);
}

void take_cancel_answer(Page& page, const Answered& answer, Effects& effects) {
    page.cancel_request = 0;
    auto view = came_through(answer.status) ? wire::decode_order_view(answer.body) : std::nullopt;
    if (view) {
        take_view(page, std::move(*view), effects);
        return;
    }
    page.notice = Text::NoticeTryAgain;
    ask_at_once(page, effects);
}

/// A link that was fetched on demand opens by itself if the tap that asked for it is still alive;
/// otherwise the button that it has become gets the focus.
void offer_link(Page& page, Effects& effects) {
    const auto href = open_link(page);
    if (href.empty() || page.view->attempt->app != page.awaited_link) return;
    page.offered_link = std::exchange(page.awaited_link, std::nullopt);
    focus_on(page, std::string{control::kOpenApp});
    effects.push_back(OpenLink{href, is_web_link(href), true});
}

void take_way_out(Page& page, const Answered& answer, Effects& effects) {
    page.way_out_request = 0;
    page.way_out = came_through(answer.status) ? wire::decode_handoff(answer.body) : std::nullopt;
    if (!page.way_out) {
        page.notice = Text::NoticeTryAgain;
        return;
    }
    focus_on(page, std::string{control::kWayOut});
    if (is_ios(page.device)) {
        effects.push_back(Copy{page.way_out->url});
    } else {
        effects.push_back(OpenLink{way_out_link(page), false, true});
    }
}

}  // namespace

std::optional<EpochMs> poll_due_at(const Page& page) {
    if (page.poll.request != 0 || page.forbidden || is_over(page)) return std::nullopt;
    if (!page.visible && !has_open_attempt(page)) return std::nullopt;
    // A page that is left open for a day holds no question for a day.
    const bool long_closed = is_closed(page) && page.now_ms - page.poll.since > kClosedWatch;
    if (long_closed && page.poll.failures == 0) return std::nullopt;
    return page.poll.due_at;
}

void send_due(Page& page, Effects& effects) {
    if (page.press && page.press->request == 0 && page.press->due_at <= page.now_ms) {
        send_press(page, effects);
    }
    const auto due = poll_due_at(page);
    if (due && *due <= page.now_ms) send_poll(page, effects);
}

void ask_at_once(Page& page, Effects& effects) {
    if (page.press && page.press->request == 0) page.press->due_at = page.now_ms;
    if (page.forbidden || is_over(page)) return;
    page.poll.since = page.now_ms;
    page.poll.quick = 0;
    const bool fresh = page.now_ms - page.poll.sent_at < kFresh && page.now_ms >= page.poll.sent_at;
    if (page.poll.request != 0) {
        if (fresh && !page.poll.held_wanted) return;
        effects.push_back(Abort{std::exchange(page.poll.request, 0)});
    }
    page.poll.held_wanted = false;
    page.poll.due_at = page.now_ms;
}

void take_answer(Page& page, const Answered& answer, Effects& effects) {
    if (answer.request == 0) return;
    if (answer.request == page.poll.request) {
        take_poll_answer(page, answer, effects);
    } else if (page.press && answer.request == page.press->request) {
        take_press_answer(page, answer, effects);
    } else if (answer.request == page.cancel_request) {
        take_cancel_answer(page, answer, effects);
    } else if (answer.request == page.way_out_request) {
        take_way_out(page, answer, effects);
    }
}

void take_view(Page& page, wire::OrderView view, Effects& effects) {
    if (view.order_id.str() != page.order_id) return;
    if (page.view && view.version < page.view->version) return;
    page.clock_offset_ms = view.server_time - page.now_ms;
    const auto index_of = [](const wire::OrderView& one) {
        return one.attempt ? one.attempt->index : 0;
    };
    const bool known = page.view.has_value();
    const bool was_paid = known && page.view->message.situation == Situation::Paid;
    const bool new_attempt = known && index_of(*page.view) != index_of(view);
    const bool newer = !known || view.version > page.view->version;
    // An order expires by the clock alone.
    if (newer || view.message.situation != page.view->message.situation) {
        page.poll.since = page.now_ms;
    }
    const bool was_open = has_open_attempt(page);
    page.view = std::move(view);

    if (newer) page.notice.reset();
    if (new_attempt) page.choosing = false;
    const auto& now = *page.view;
    const bool open = now.attempt && is_open(now.attempt->status);
    // That money may have moved is said before the methods are there again.
    if (!open && (was_open || !unclear_money(now))) page.choosing = false;
    if (!open && !page.press) page.opening.reset();
    if (now.message.situation == Situation::Paid && !was_paid) page.seen_paid_at = page.now_ms;
    // Other news of an order whose UPI ID was refused before is no refusal of what is typed now.
    if (now.message.failure == FailureReason::InvalidVpa && (was_open || new_attempt)) {
        page.vpa_refused = true;
        page.refused_attempt = index_of(now);
        focus_on(page, std::string{control::kVpa});
    }
    if (page.awaited_link && open) offer_link(page, effects);
}

}  // namespace chukta::page
