// From the cart to Chukta and back: orders, the redirect with its token, webhooks.
#include <algorithm>
#include <cstdio>

#include "http/text.h"
#include "sandbox/shop/crypto.h"
#include "sandbox/shop/customer_token.h"
#include "sandbox/shop/state_wire.h"
#include "sandbox/shop/storefront.h"
#include "sandbox/shop/wire.h"

namespace shop {
namespace {

constexpr std::size_t kCheckoutKeyLengthMax = 64;

std::string order_id_of(const Call& call) {
    const auto found = call.parameters.find("order_id");
    return found == call.parameters.end() ? std::string{} : found->second;
}

bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

/// The Host of a browser that was led here under a name of somebody else's choice is that name.
bool is_local_name(std::string_view host) {
    const std::string_view name =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    return name == "127.0.0.1" || name == "localhost" || name == "[::1]";
}

/// The same for two presses of one button, another one once a refund is known: so that pressing
/// twice gives nothing back twice.
std::string refund_id_of(const Order& order) {
    constexpr std::size_t kLengthMax = 32;
    std::string id = "rf_" + order.order_id;
    std::replace(id.begin(), id.end(), '-', '_');
    return id.substr(0, kLengthMax) + "_" + std::to_string(order.told->refunds.size() + 1);
}

/// A word of the log for what became of a webhook.
const char* word(Receipt receipt) {
    switch (receipt) {
        case Receipt::New:
            return "new";
        case Receipt::Repeated:
            return "repeated";
        case Receipt::NotOurs:
            return "not our order";
        case Receipt::WrongTotal:
            return "wrong total, not believed";
    }
    return "";
}

}  // namespace

http::Response Storefront::checkout(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    if (now.customer.empty()) return to_login("/cart");
    const auto key = http::form_field(call.request.body, "checkout_key");
    if (!key || key->empty() || key->size() > kCheckoutKeyLengthMax) return form_refused(now);
    // The order is in our book before Chukta hears of it: whatever happens next, it can be resumed.
    const auto order = book_.place_order(now.customer, *key, options_.now());
    if (!order) return redirect("/cart");
    return go_to_pay(now, call.client, *order);
}

http::Response Storefront::pay(const Call& call) {
    const Visit now = visit(call.request);
    const std::string order_id = order_id_of(call);
    if (now.customer.empty()) return to_login("/orders/" + order_id + "/pay");
    const auto order = book_.find(now.customer, order_id);
    if (!order) return not_found(now);
    return go_to_pay(now, call.client, *order);
}

http::Response Storefront::go_to_pay(const Visit& visit, http::Client& client, const Order& asked) {
    Order order = asked;
    if (!order.told) {
        const auto news = chukta_.create_order(client, order, *visit.visitor.customer);
        if (!news) return order_trouble(visit, order, news.error());
        const auto taken = book_.take(*news);
        if (!taken) return order_trouble(visit, order, ChuktaError::Refused);
        order = *taken;
    }
    if (!is_payable(order)) return redirect("/orders/" + order.order_id);

    const std::string& pay_url = order.told->pay_url;
    if (!pay_url.starts_with(options_.chukta_public_url + "/")) {
        std::fprintf(stderr, "chukta-shop: pay_url is not on CHUKTA_PUBLIC_URL\n");
        return order_trouble(visit, order, ChuktaError::Refused);
    }
    const std::string token = make_customer_token(
        options_.customer_token_key,
        {options_.merchant_id, order.customer_id, order.order_id},
        options_.now()
    );
    const char* joint = pay_url.find('?') == std::string::npos ? "?token=" : "&token=";
    return redirect(pay_url + joint + token);
}

http::Response Storefront::order_trouble(
    const Visit& visit, const Order& order, ChuktaError error
) {
    const auto arrival =
        error == ChuktaError::Later ? Arrival::ChuktaLater : Arrival::ChuktaRefused;
    const auto webhooks = book_.webhooks_of(order.order_id);
    return html(visit, order_page(visit.visitor, order, webhooks, arrival), 502);
}

http::Response Storefront::orders(const Call& call) {
    const Visit now = visit(call.request);
    if (now.customer.empty()) return to_login("/orders");
    return html(now, orders_page(book_.orders_of(now.customer)));
}

http::Response Storefront::order(const Call& call) { return show_order(call, Arrival::Plain); }

http::Response Storefront::returned(const Call& call) {
    return show_order(call, Arrival::Returned);
}

http::Response Storefront::show_order(const Call& call, Arrival arrival) {
    const Visit now = visit(call.request);
    const std::string order_id = order_id_of(call);
    if (now.customer.empty()) {
        return to_login((arrival == Arrival::Returned ? "/return/" : "/orders/") + order_id);
    }
    const auto order = book_.find(now.customer, order_id);
    if (!order) return not_found(now);
    return html(now, order_page(now.visitor, *order, book_.webhooks_of(order_id), arrival));
}

http::Response Storefront::cancel(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    const std::string order_id = order_id_of(call);
    if (now.customer.empty()) return to_login("/orders/" + order_id);
    const auto order = book_.find(now.customer, order_id);
    if (!order) return not_found(now);
    if (order->told && is_payable(*order)) {
        const auto news = chukta_.cancel_order(call.client, *order);
        if (!news) return order_trouble(now, *order, news.error());
        if (!book_.take(*news)) return order_trouble(now, *order, ChuktaError::Refused);
    }
    return redirect("/orders/" + order_id);
}

http::Response Storefront::refund(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    const std::string order_id = order_id_of(call);
    if (now.customer.empty()) return to_login("/orders/" + order_id);
    const auto order = book_.find(now.customer, order_id);
    if (!order) return not_found(now);
    if (is_refundable(*order)) {
        const auto made = chukta_.refund_order(call.client, *order, refund_id_of(*order));
        if (!made) return order_trouble(now, *order, made.error());
    }
    return redirect("/orders/" + order_id);
}

http::Response Storefront::receive_webhook(const Call& call) {
    const auto plain = [](int status, std::string_view text) {
        http::Response response{status, {}, std::string{text}};
        response.headers.add("Content-Type", "text/plain; charset=utf-8");
        response.headers.add("Cache-Control", "no-store");
        return response;
    };
    const auto id = verify_webhook(webhook_key_, call.request, options_.now());
    if (!id) {
        book_.count_refused_webhook();
        return plain(401, "not signed\n");
    }
    const auto said = decode_webhook(call.request.body);
    if (!said) return plain(400, "not a webhook\n");

    ReceivedWebhook webhook;
    webhook.id = *id;
    webhook.type = said->type;
    webhook.received_at = options_.now();
    if (said->news) {
        webhook.order_id = said->news->order_id;
        webhook.version = said->news->version;
    }
    // Unknown types are kept and answered 200 as well: a newer Chukta must not repeat them for
    // ever.
    const Receipt receipt = book_.receive(webhook, said->news);
    std::fprintf(
        stderr,
        "chukta-shop: webhook %s of order %s: %s\n",
        webhook.type.c_str(),
        webhook.order_id.c_str(),
        word(receipt)
    );
    return plain(200, "ok\n");
}

http::Response Storefront::state(const Call& call) {
    const auto host = call.request.headers.find("Host");
    if (!is_loopback(call.request.peer_address) || !host || !is_local_name(*host)) {
        return not_found(Visit{});
    }
    http::Response response{200, {}, encode_state_view(book_.snapshot())};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

}  // namespace shop
