/// @file
/// Builders of what the page receives: each gives a valid thing, a test bends one part of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shared/wire.h"
#include "web/page.h"

namespace chukta::page::testing {

constexpr EpochMs kStart = 1'795'300'000'000;
constexpr std::string_view kPhone =
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36";
constexpr std::string_view kIphone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
constexpr std::string_view kDesktop =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36";
constexpr std::string_view kTablet =
    "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36";

inline DeviceFacts facts_of(std::string_view user_agent) {
    DeviceFacts facts;
    facts.user_agent = std::string{user_agent};
    const bool phone = user_agent.find("Mobile") != std::string_view::npos;
    facts.short_side_px = phone ? 390 : 800;
    facts.max_touch_points = user_agent == kDesktop ? 0 : 5;
    facts.pointer_coarse = facts.hover_none = user_agent != kDesktop;
    return facts;
}

/// An order of ₹500.00 nobody has begun to pay.
inline wire::OrderView a_view() {
    wire::OrderView view;
    view.order_id = OrderId{"F508037"};
    view.version = 1;
    view.merchant_name = "Chai & Co.";
    view.amount = *Money::from_paise(50'000);
    view.items = {
        {"Masala chai, 250 g", 2, *Money::from_paise(36'000)},
        {"Ginger biscuits", 1, *Money::from_paise(14'000)},
    };
    view.payable = true;
    view.channels = {
        {Channel::Intent, true, false, 3},
        {Channel::Collect, true, false, 3},
        {Channel::QrCode, true, false, 3},
    };
    view.apps = {
        {UpiApp::GooglePay, {}}, {UpiApp::PhonePe, {}}, {UpiApp::Paytm, {}}, {UpiApp::Other, {}}};
    view.attempts_left = 20;
    view.return_url = "https://shop.example/thanks";
    view.server_time = kStart;
    return view;
}

inline std::string link_of(UpiApp app) {
    std::string scheme = "upi://pay";
    if (app == UpiApp::GooglePay) scheme = "gpay://upi/pay";
    if (app == UpiApp::PhonePe) scheme = "phonepe://pay";
    if (app == UpiApp::Paytm) scheme = "paytmmp://pay";
    return scheme + "?pa=chai@okbank&pn=Chai&am=500.00&cu=INR&tr=F508037";
}

inline wire::OrderView a_view_with_links() {
    auto view = a_view();
    for (auto& app : view.apps) app.href = link_of(app.app);
    return view;
}

/// The same order with an open attempt of the channel, waiting for the customer.
inline wire::OrderView a_waiting_view(Channel channel, int index = 1) {
    auto view = a_view();
    view.version = 1 + index;
    view.payment_status = PaymentStatus::Processing;
    wire::AttemptView attempt;
    attempt.index = index;
    attempt.channel = channel;
    attempt.status = AttemptStatus::Pending;
    attempt.created_at = kStart;
    switch (channel) {
        case Channel::Intent:
            attempt.app = UpiApp::GooglePay;
            attempt.prompt = IntentPrompt{{{UpiApp::GooglePay, link_of(UpiApp::GooglePay)}}};
            view.message.situation = wire::Situation::WaitingIntent;
            break;
        case Channel::Collect:
            attempt.vpa_masked = "as***@okaxis";
            attempt.prompt = CollectPrompt{};
            attempt.expires_at = kStart + 300'000;
            view.message.situation = wire::Situation::WaitingCollect;
            break;
        case Channel::QrCode:
            attempt.prompt = QrPrompt{link_of(UpiApp::Other), {}};
            attempt.expires_at = kStart + 300'000;
            view.message.situation = wire::Situation::WaitingQr;
            break;
    }
    view.attempt = attempt;
    view.message.channel = channel;
    return view;
}

inline wire::OrderView a_failed_view(
    Channel channel, FailureReason reason = FailureReason::Declined, int index = 1
) {
    auto view = a_waiting_view(channel, index);
    view.version = 2 + index;
    view.payment_status = PaymentStatus::Failed;
    view.attempt->status = AttemptStatus::Failed;
    view.attempt->prompt.reset();
    view.message = {wire::Situation::Failed, reason, wire::FailureDetail::None, channel, true};
    for (auto& one : view.channels) {
        if (one.channel == channel && counts_as_failure(reason)) one.failures_left = 2;
    }
    view.attempts_left = 19;
    return view;
}

/// It failed by the gateway's word, and money may have moved.
inline wire::OrderView an_unclear_view(
    Channel channel, wire::FailureDetail detail = wire::FailureDetail::MoneyUnclear
) {
    auto view = a_failed_view(channel, FailureReason::Unknown);
    view.message.detail = detail;
    view.message.no_money_taken = false;
    return view;
}

inline wire::OrderView a_paid_view(Channel channel = Channel::Intent) {
    auto view = a_waiting_view(channel);
    view.version = 9;
    view.payment_status = PaymentStatus::Paid;
    view.fulfillment_status = FulfillmentStatus::Confirmed;
    view.payable = false;
    view.attempt->status = AttemptStatus::Completed;
    view.attempt->prompt.reset();
    view.message = wire::Message{};
    view.message.situation = wire::Situation::Paid;
    view.paid_at = kStart + 20'000;
    view.bank_reference = "412345678901";
    return view;
}

inline wire::OrderView a_view_in(wire::Situation situation) {
    auto view = a_view();
    view.version = 8;
    view.message.situation = situation;
    view.payable = situation == wire::Situation::Choose;
    return view;
}

/// The server's answer that leads out of an in-app browser.
inline std::string a_handoff(std::string_view url, EpochMs expires_at) {
    return "{\"url\":\"" + std::string{url} + "\",\"expires_at\":\"" + to_rfc3339(expires_at) +
           "\"}";
}

/// The page with its outside written down: what it asked for, and a clock that is set by hand.
struct Desk {
    Page page;
    EpochMs now = kStart;
    std::vector<Effect> effects;  ///< of the last event
    std::string saved;            ///< what the tab keeps
    int keys = 0;

    void send(decltype(Event::what) what) {
        effects = update(page, Event{now, std::move(what)});
        for (const auto& effect : effects) {
            if (const auto* save = std::get_if<Save>(&effect)) saved = save->text;
        }
    }
    void open(const wire::OrderView& view, std::string_view user_agent = kPhone) {
        send(Opened{view.order_id.str(), wire::encode(view), saved, facts_of(user_agent)});
    }
    void press(std::string_view control) {
        send(Acted{Acted::Kind::Press, std::string{control}, {}, "key-" + std::to_string(++keys)});
    }
    void type(std::string_view text) {
        send(Acted{Acted::Kind::Input, "vpa", std::string{text}, {}});
    }
    void leave() { send(Acted{Acted::Kind::Leave, "vpa", {}, {}}); }
    void pass(EpochMs ms) {
        now += ms;
        send(Tick{});
    }
    void answer(int request, int status, std::string body = {}) {
        send(Answered{request, status, std::move(body)});
    }
    /// As our server refuses.
    void refuse(int request, int status, std::string code) {
        answer(request, status, wire::encode(wire::Problem{status, std::move(code), "No", {}}));
    }
    void answer_poll(wire::OrderView view) {
        view.server_time = now;
        answer(page.poll.request, 200, wire::encode(view));
    }
    void answer_press(wire::OrderView view) {
        view.server_time = now;
        answer(page.press->request, 202, wire::encode(view));
    }

    std::vector<Request> posts() const {
        std::vector<Request> out;
        for (const auto& effect : effects) {
            const auto* request = std::get_if<Request>(&effect);
            if (request != nullptr && request->post) out.push_back(*request);
        }
        return out;
    }
    std::vector<Request> gets() const {
        std::vector<Request> out;
        for (const auto& effect : effects) {
            const auto* request = std::get_if<Request>(&effect);
            if (request != nullptr && !request->post) out.push_back(*request);
        }
        return out;
    }
    const OpenLink* opened_link() const {
        for (const auto& effect : effects) {
            if (const auto* link = std::get_if<OpenLink>(&effect)) return link;
        }
        return nullptr;
    }
    Screen screen() const { return screen_of(page); }
};

}  // namespace chukta::page::testing
