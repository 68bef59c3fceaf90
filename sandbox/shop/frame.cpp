#include "sandbox/shop/frame.h"

#include <array>
#include <cstdio>

#include "http/text.h"

namespace shop {
namespace {

using http::html_escape;

std::string tab(std::string_view href, std::string_view text, bool here) {
    std::string link = "<a href=\"";
    link.append(href).append("\"");
    if (here) link.append(" aria-current=\"page\"");
    return link.append(">").append(text).append("</a>");
}

std::string header(const Visitor& visitor, const Page& page) {
    std::string html =
        "<header class=\"bar\"><div class=\"bar-in\">"
        "<a class=\"brand\" href=\"/\"><span class=\"mark\">" +
        chai_glass("brand") + "</span><span>Chai &amp; Co.</span></a><nav aria-label=\"Shop\">" +
        tab("/", "Teas", page.tab == "teas");
    if (visitor.customer == nullptr) {
        return html + tab("/login", "Log in", page.tab == "login") + "</nav></div></header>";
    }
    html += tab("/orders", "Orders", page.tab == "orders");
    const std::string count = visitor.cart_count > 0
                                  ? " <span class=\"count\" data-cart-count>" +
                                        std::to_string(visitor.cart_count) + "</span>"
                                  : "";
    html += tab("/cart", "Cart" + count, page.tab == "cart");
    html += "<form method=\"post\" action=\"/logout\">" + form_token_field(visitor) +
            "<button class=\"link\" type=\"submit\">Log out</button></form></nav>";
    return html + "</div></header>";
}

}  // namespace

std::string form_token_field(const Visitor& visitor) {
    return "<input type=\"hidden\" name=\"form_token\" value=\"" + html_escape(visitor.form_token) +
           "\">";
}

std::string frame(const Visitor& visitor, const Page& page) {
    std::string html =
        "<!doctype html><html lang=\"en-IN\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\">";
    if (page.refresh_s > 0) {
        html += "<meta http-equiv=\"refresh\" content=\"" + std::to_string(page.refresh_s) + "\">";
    }
    html += "<title>" + html_escape(page.title) +
            " · Chai &amp; Co.</title><link rel=\"stylesheet\" href=\"/shop.css\">"
            "<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"></head><body>"
            "<a class=\"skip\" href=\"#main\">Skip to content</a>";
    html += header(visitor, page);
    html += "<main id=\"main\">" + page.main + "</main>";
    html +=
        "<footer><p>Chai &amp; Co. is a demonstration shop. It shows how a merchant hands an order "
        "to Chukta and hears back; no tea is sold and no money moves.</p></footer></body></html>";
    return html;
}

std::string chai_glass(std::string_view hue) {
    std::string svg = "<svg class=\"glass hue-";
    svg.append(hue).append(
        "\" viewBox=\"0 0 64 72\" aria-hidden=\"true\" focusable=\"false\">"
        "<g class=\"steam\" fill=\"none\" stroke-width=\"2.6\" stroke-linecap=\"round\">"
        "<path d=\"M24 17c-4-5 4-7 0-13\"/><path d=\"M33 15c-4-5 4-7 0-13\"/>"
        "<path d=\"M42 17c-4-5 4-7 0-13\"/></g>"
        "<path class=\"liquid\" d=\"M16.4 32h31.2l-3.2 33.4a3 3 0 0 1-3 2.6H22.6"
        "a3 3 0 0 1-3-2.6z\"/>"
        "<path class=\"foam\" d=\"M16.4 32h31.2l-.5 5.4c-3 2.2-5.3-1.2-8.3.4-3.2 "
        "1.7-5-1.5-8.2.3-3.1 1.7-5.2-1.7-8-.4-2.3 1-4.3.6-5.7-.6z\"/>"
        "<path class=\"rim\" fill=\"none\" stroke-width=\"3\" stroke-linejoin=\"round\" "
        "d=\"M13.5 23h37l-4.2 43.4A4 4 0 0 1 42.3 70H21.7a4 4 0 0 1-4-3.6z\"/>"
        "<path class=\"ribs\" fill=\"none\" stroke-width=\"1.6\" "
        "d=\"M25 41l1.3 24M32 41v24M39 41l-1.3 24\"/></svg>"
    );
    return svg;
}

std::string status_pill(std::string_view word) {
    const std::string text = html_escape(word);
    return "<span class=\"pill is-" + text + "\">" + text + "</span>";
}

std::string display_time(chukta::EpochMs at_ms) {
    constexpr chukta::EpochMs kIndiaOffsetMs = (5 * 60 + 30) * 60 * 1000LL;
    static constexpr std::array<std::string_view, 12> kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    // "2026-11-21T22:31:17.000Z", moved to Indian time first.
    const std::string text = chukta::to_rfc3339(at_ms + kIndiaOffsetMs);
    const int month = (text.at(5) - '0') * 10 + (text.at(6) - '0');
    const std::string day = text.at(8) == '0' ? text.substr(9, 1) : text.substr(8, 2);
    return day + " " + std::string{kMonths.at(static_cast<std::size_t>(month - 1))} + " " +
           text.substr(0, 4) + ", " + text.substr(11, 5);
}

std::string notice(std::string_view kind, std::string_view text) {
    std::string html = "<p class=\"notice ";
    html.append(kind).append("\" role=\"status\">");
    return html.append(html_escape(text)).append("</p>");
}

std::string_view favicon() {
    return R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="15" fill="#8f3a16"/><path d="M19 20h26l-3.6 33a3 3 0 0 1-3 2.7H25.6a3 3 0 0 1-3-2.7z" fill="#f6c889"/><path d="M19 20h26l-.9 8H19.9z" fill="#fff6e9"/></svg>)svg";
}

}  // namespace shop
