// The page without a script: its buttons are plain HTML forms. Each is answered by a redirect to
// the page, so that a reload never sends it again; only a UPI ID that has to be mended or is
// not finished comes back at once, because it does not belong into an address.

#include "server/api_wire.h"
#include "server/crypto.h"
#include "server/pay_page.h"
#include "server/problem.h"
#include "server/routes.h"
#include "shared/controls.h"
#include "shared/ways.h"

namespace chukta {

namespace control = page::control;

namespace {

/// random_id has 26; what was pressed is added to it (start_by_form).
constexpr std::size_t kFormKeyLengthMax = 32;

/// 303 back to the page, with the customer's choices of language and layout.
http::Response back_to_page(const Exchange& exchange, bool choose_again = false) {
    const auto asked = read_page_query(exchange.request().query());
    PageQuery kept;
    kept.language = asked.language;
    kept.device = asked.device;
    kept.choose_again = choose_again;
    kept.choosing = choose_again && asked.choosing;
    http::Response response;
    response.status = 303;
    response.headers.add("Location", "/pay/" + exchange.path("order_id") + query_text(kept));
    return response;
}

bool is_form(const http::Request& request) {
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    const auto type = request.headers.find("Content-Type").value_or("");
    return type.substr(0, type.find(';')) == kForm;
}

/// What has been typed so far: nobody is told that it is wrong while typing.
TypedVpa unjudged_vpa(const PageForm& form) {
    TypedVpa vpa{checked_vpa(form.upi_id).text};
    vpa.held = !vpa.text.empty() && form.held == vpa.text;
    return vpa;
}

/// Whether the page that comes next says by itself why nothing was started.
bool page_explains(StartError error) {
    switch (error) {
        case StartError::NotPayable:
        case StartError::ChannelClosed:
        case StartError::AttemptsExhausted:
        case StartError::ContactShop:
        case StartError::AttemptNotFound:
            return true;
        case StartError::OrderNotFound:
        case StartError::IdempotencyKeyReused:
        case StartError::ChannelNotAllowed:
        case StartError::AttemptOpen:
            break;
    }
    return false;
}

}  // namespace

/// A form can carry no header of ours; its Origin and its token say that it is the page's
/// (product.md §5).
std::optional<http::Response> PageRoutes::admit_form(Exchange& exchange) {
    if (!api_wire::is_order_id(exchange.path("order_id"))) {
        return not_found_page(edge_.settings().frame_ancestors);
    }
    const auto& request = exchange.request();
    if (request.headers.count("Origin") != 1 ||
        exchange.header("Origin") != settings_.public_origin) {
        return refuse_origin(exchange);
    }
    if (!is_form(request)) {
        return problem(415, "unsupported_media_type", "Send a form of the payment page.");
    }
    if (request.body.size() > kPageFormBytesMax) {
        return problem(413, "body_too_large", "The form may have 8 KiB.");
    }
    const auto session = Sessions::session_hash(order_id_of(exchange), exchange.header("Cookie"));
    return edge_.over_limit(exchange, session);
}

void PageRoutes::submit(const ExchangePtr& exchange) {
    const auto order_id = order_id_of(*exchange);
    if (!customer(*exchange)) {
        return exchange->send(not_found_page(edge_.settings().frame_ancestors));
    }
    const auto form = read_page_form(exchange->request().body);
    const auto token = Sessions::form_token(order_id, exchange->header("Cookie"));
    if (!token || !crypto::equal_constant_time(*token, form.token) ||
        !api_wire::is_idempotency_key(form.key) || form.key.size() > kFormKeyLengthMax) {
        // Another site's form, or an old page of ours after a new session: start from a fresh page.
        edge_.metrics().count(Count::OriginRefused);
        if (edge_.is_logged("form.refused")) log::warning("form.refused", {{"order", order_id}});
        // A UPI ID that was typed is kept: it does not belong into an address.
        return exchange->send(
            form.upi_id.empty() ? back_to_page(*exchange, true)
                                : page(*exchange, checked_vpa(form.upi_id), {}, true)
        );
    }
    if (!form.suggestion.empty()) {
        return exchange->send(page(*exchange, checked_vpa(form.suggestion)));
    }
    if (form.button.empty()) return exchange->send(show_by_form(*exchange, form));
    const bool pays = form.button == control::kPay;
    exchange->send(pays ? pay_by_form(*exchange, form) : press_by_form(*exchange, form));
}

http::Response PageRoutes::pay_by_form(Exchange& exchange, const PageForm& form) {
    auto vpa = checked_vpa(form.upi_id);
    const auto parsed = Vpa::parse(form.upi_id);
    if (!parsed) {
        vpa.checked = true;
        vpa.error = parsed.error();
        return page(exchange, vpa);
    }
    // A request to a mistyped bank reaches a stranger or nobody. The second press goes through.
    if (notice_of(*parsed).unknown_handle && !suggest_vpas(vpa.text).empty() &&
        form.held != vpa.text) {
        vpa.held = true;
        return page(exchange, vpa);
    }
    wire::StartAttempt what;
    what.channel = Channel::Collect;
    what.vpa = *parsed;
    return start_by_form(exchange, form, std::move(what));
}

/// The page otherwise, with what has been typed.
http::Response PageRoutes::show_by_form(const Exchange& exchange, const PageForm& form) {
    if (!form.upi_id.empty()) return page(exchange, unjudged_vpa(form));
    http::Response response;
    response.status = 303;
    const auto asked = read_page_query(exchange.request().query());
    response.headers.add("Location", "/pay/" + exchange.path("order_id") + query_text(asked));
    return response;
}

http::Response PageRoutes::press_by_form(Exchange& exchange, const PageForm& form) {
    const auto order_id = order_id_of(exchange);
    const auto shopper = shopper_of(exchange);
    const std::string_view button = form.button;
    if (button == control::kCancel) {
        if (form.open_attempt) orders_.cancel_attempt(order_id, *form.open_attempt, shopper);
        return back_to_page(exchange);
    }
    if (button == control::kWayOut) {
        const auto customer_id = customer(exchange);
        if (!customer_id) return not_found_page(edge_.settings().frame_ancestors);
        return page(exchange, unjudged_vpa(form), way_out(order_id, *customer_id));
    }
    wire::StartAttempt what;
    if (button == control::kShowQr || button == control::kNewQr) {
        what.channel = Channel::QrCode;
        return start_by_form(exchange, form, std::move(what));
    }
    if (button.substr(0, control::kAppPrefix.size()) == control::kAppPrefix) {
        what.app = from_word<UpiApp>(button.substr(control::kAppPrefix.size()));
        if (!what.app) return back_to_page(exchange, true);
        return start_by_form(exchange, form, std::move(what));
    }
    const auto view = button == control::kRetry ? orders_.view(order_id, shopper) : std::nullopt;
    if (!view || !view->attempt) return back_to_page(exchange, true);
    // An older page's button: by now it is known that money may have moved.
    if (unclear_money(*view)) return back_to_page(exchange);
    what.channel = view->attempt->channel;
    what.app = view->attempt->app;
    // Only a masked UPI ID is known here, so it has to be typed again: that is where to go.
    if (what.channel == Channel::Collect) {
        auto answer = back_to_page(exchange);
        http::Response to_field;
        to_field.status = answer.status;
        to_field.headers.add(
            "Location",
            std::string{answer.headers.find("Location").value_or("")} + "#c-" +
                std::string{control::kVpa}
        );
        return to_field;
    }
    return start_by_form(exchange, form, std::move(what));
}

http::Response PageRoutes::start_by_form(
    const Exchange& exchange, const PageForm& form, wire::StartAttempt what
) {
    const auto order_id = order_id_of(exchange);
    const auto shopper = shopper_of(exchange);
    what.device = shopper.device;
    what.replaces = form.open_attempt;
    if (what.replaces && form.button == control::kShowQr) {
        // The code that is out is shown again; a new one is asked for by name (kNewQr).
        const auto view = orders_.view(order_id, shopper);
        const bool has_code = view && view->attempt && view->attempt->index == *what.replaces &&
                              view->attempt->channel == Channel::QrCode;
        if (has_code) what.replaces.reset();
    }
    // The page's key with what was pressed: the same press twice is one attempt, and another press
    // on the same old page is another.
    const auto pressed = crypto::sha256_hex(wire::encode(what)).substr(0, 16);
    const auto started =
        orders_.start(order_id, what, IdempotencyKey{form.key + "." + pressed}, shopper);
    if (!started && started.error() == StartError::OrderNotFound) {
        return not_found_page(edge_.settings().frame_ancestors);
    }
    return back_to_page(exchange, !started && !page_explains(started.error()));
}

}  // namespace chukta
