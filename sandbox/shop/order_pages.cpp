// The pages of orders: the history, and one order with what Chukta said of it.
#include "http/text.h"
#include "sandbox/shop/pages.h"

namespace shop {
namespace {

using http::html_escape;

constexpr int kRefreshS = 3;

std::string payment_word(const Order& order) {
    return order.told ? order.told->payment_status : "not told yet";
}

bool is_cancelled(const Order& order) {
    return order.told && order.told->fulfillment_status == "cancelled";
}

bool is_paid(const Order& order) { return order.told && order.told->payment_status == "paid"; }

/// The two words, exactly as told, with hooks for tests.
std::string statuses(const Order& order) {
    if (!order.told) {
        return "<dl class=\"words\"><div><dt>payment_status</dt><dd data-payment-status>"
               "<span class=\"pill\">not told yet</span></dd></div></dl>";
    }
    std::string html = "<dl class=\"words\"><div><dt>payment_status</dt><dd data-payment-status>" +
                       status_pill(order.told->payment_status) +
                       "</dd></div><div><dt>fulfillment_status</dt><dd data-fulfillment-status>" +
                       status_pill(order.told->fulfillment_status) + "</dd></div>";
    if (order.told->review_reason != "none") {
        html += "<div><dt>review_reason</dt><dd data-review-reason>" +
                status_pill(order.told->review_reason) + "</dd></div>";
    }
    return html + "<div><dt>version</dt><dd data-version>" + std::to_string(order.told->version) +
           "</dd></div></dl>";
}

std::string actions(const Visitor& visitor, const Order& order) {
    if (!is_payable(order)) return {};
    const std::string path = "/orders/" + http::percent_encode(order.order_id);
    const bool failed = order.told && order.told->payment_status == "failed";
    const std::string label = !order.told ? "Try again" : failed ? "Pay again" : "Continue to pay";
    std::string html = "<div class=\"actions\"><a class=\"button\" data-pay href=\"" + path +
                       "/pay\">" + label + "</a>";
    if (order.told) {
        html += "<form method=\"post\" action=\"" + path + "/cancel\">" +
                form_token_field(visitor) +
                "<button class=\"quiet\" type=\"submit\" data-cancel>Cancel order</button></form>";
    }
    return html + "</div>";
}

std::string headline(const Order& order, Arrival arrival) {
    switch (arrival) {
        case Arrival::ChuktaLater:
            return notice(
                "bad",
                "We have your order, but the payment page cannot be reached just now. "
                "Nothing was charged. Please try again in a moment."
            );
        case Arrival::ChuktaRefused:
            return notice(
                "bad",
                "We have your order, but the payment page did not accept it. "
                "The shop has been told in its log."
            );
        case Arrival::Plain:
        case Arrival::Returned:
            break;
    }
    if (is_paid(order)) return notice("good", "Thank you! Your payment has arrived.");
    if (is_cancelled(order)) return notice("plain", "This order was cancelled.");
    if (arrival == Arrival::Plain) return {};
    if (order.told && order.told->payment_status == "failed") {
        return notice("bad", "The payment did not go through. You can pay again.");
    }
    return notice(
        "plain",
        "Waiting to hear from the payment page. This page looks again by itself every few seconds."
    );
}

/// What only the merchant's people would see in a real shop.
std::string refunds_card(const Visitor& visitor, const Order& order) {
    const bool has_refunds = order.told && !order.told->refunds.empty();
    if (!has_refunds && !is_refundable(order)) return {};
    std::string html =
        "<section class=\"card\"><h2>Refunds</h2><p class=\"note\">For the shop's own people; a "
        "demo shows it to everybody.</p>";
    if (has_refunds) {
        html += "<ul class=\"hooks\">";
        for (const RefundNews& refund : order.told->refunds) {
            html += "<li data-refund-id=\"" + html_escape(refund.refund_id) +
                    "\" data-refund-status=\"" + html_escape(refund.status) +
                    "\"><span class=\"hook-type\">" + refund.amount.display() + "</span>" +
                    status_pill(refund.status) + "<span class=\"note\">asked for by " +
                    html_escape(refund.origin) + "</span><code>" + html_escape(refund.refund_id) +
                    "</code></li>";
        }
        html += "</ul>";
    }
    if (is_refundable(order)) {
        html += "<form method=\"post\" action=\"/orders/" + http::percent_encode(order.order_id) +
                "/refund\">" + form_token_field(visitor) +
                "<button class=\"quiet\" type=\"submit\" data-refund>Refund " +
                order.told->refundable.display() + "</button></form>";
    }
    return html + "</section>";
}

std::string items_card(const Order& order) {
    std::string html = "<section class=\"card\"><h2>Items</h2><ul class=\"items\">";
    for (const OrderLine& line : order.lines) {
        html += "<li><span>" + html_escape(line.name) + " <span class=\"note\">× " +
                std::to_string(line.quantity) + "</span></span><span>" + line.amount.display() +
                "</span></li>";
    }
    return html + "<li class=\"total\"><span>Total</span><span>" + order.amount.display() +
           "</span></li></ul></section>";
}

std::string webhooks_card(const std::vector<ReceivedWebhook>& webhooks) {
    std::string html =
        "<section class=\"card\"><h2>What Chukta told us</h2><p class=\"note\">Signed webhooks "
        "this shop has received for this order, newest first.</p>";
    if (webhooks.empty()) return html + "<p class=\"note\">None yet.</p></section>";
    html += "<ul class=\"hooks\">";
    for (const ReceivedWebhook& webhook : webhooks) {
        html += "<li data-webhook-id=\"" + html_escape(webhook.id) + "\" data-webhook-type=\"" +
                html_escape(webhook.type) + "\"><span class=\"hook-type\">" +
                html_escape(webhook.type) + "</span><span class=\"note\">version " +
                std::to_string(webhook.version) + " · " + display_time(webhook.received_at) +
                (webhook.deliveries > 1 ? " · " + std::to_string(webhook.deliveries) + " deliveries"
                                        : std::string{}) +
                "</span><code>" + html_escape(webhook.id) + "</code></li>";
    }
    return html + "</ul></section>";
}

}  // namespace

bool is_refundable(const Order& order) { return order.told && order.told->refundable.paise() > 0; }

bool is_payable(const Order& order) { return !is_paid(order) && !is_cancelled(order); }

Page orders_page(const std::vector<Order>& orders) {
    if (orders.empty()) {
        return {
            .title = "Orders",
            .tab = "orders",
            .main = "<div class=\"narrow empty\">" + chai_glass("empty") +
                    "<h1>No orders yet</h1><p class=\"note\">Your orders will be listed here.</p>"
                    "<a class=\"button\" href=\"/\">Choose a tea</a></div>",
        };
    }
    std::string main = "<h1>Your orders</h1><ul class=\"orders\">";
    for (const Order& order : orders) {
        const std::string id = html_escape(order.order_id);
        std::string what;
        for (const OrderLine& line : order.lines) {
            if (!what.empty()) what += ", ";
            what += std::to_string(line.quantity) + " × " + html_escape(line.name);
        }
        const std::string pills =
            order.told ? status_pill(order.told->payment_status) +
                             status_pill(order.told->fulfillment_status)
                       : "<span class=\"pill\">" + html_escape(payment_word(order)) + "</span>";
        main += "<li class=\"card order\" data-order-id=\"" + id +
                "\"><div class=\"order-top\"><h2>"
                "<a href=\"/orders/" +
                http::percent_encode(order.order_id) + "\">" + id + "</a></h2><strong>" +
                order.amount.display() + "</strong></div><p class=\"note\">" +
                display_time(order.placed_at) + " · " + what + "</p><div class=\"pills\">" + pills;
        if (is_payable(order)) {
            main += "<a class=\"pay-link\" href=\"/orders/" + http::percent_encode(order.order_id) +
                    "/pay\">Continue to pay</a>";
        }
        main += "</div></li>";
    }
    return {.title = "Orders", .tab = "orders", .main = main + "</ul>"};
}

Page order_page(
    const Visitor& visitor,
    const Order& order,
    const std::vector<ReceivedWebhook>& webhooks,
    Arrival arrival
) {
    const bool waiting = arrival == Arrival::Returned && is_payable(order) && order.told &&
                         order.told->payment_status != "failed";
    std::string main = headline(order, arrival) + "<h1>Order <span data-order-id>" +
                       html_escape(order.order_id) + "</span></h1><p class=\"note\">Placed " +
                       display_time(order.placed_at) +
                       "</p><div class=\"split\"><div class=\"stack\">" + items_card(order) +
                       refunds_card(visitor, order) + webhooks_card(webhooks) +
                       "</div><section class=\"card summary\"><h2>Status</h2>" + statuses(order) +
                       actions(visitor, order) + "</section></div>";
    return {
        .title = "Order " + order.order_id,
        .tab = "orders",
        .main = main,
        .refresh_s = waiting ? kRefreshS : 0,
    };
}

}  // namespace shop
