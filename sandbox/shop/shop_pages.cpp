// The pages before an order: teas, login, cart.
#include "http/text.h"
#include "sandbox/shop/catalogue.h"
#include "sandbox/shop/pages.h"

namespace shop {
namespace {

using http::html_escape;

std::string tea_card(const Visitor& visitor, const Tea& tea) {
    const std::string id{tea.id};
    const std::string name = html_escape(tea.name);
    std::string html = "<li class=\"tea\"><div class=\"tea-art hue-" + std::string{tea.hue} +
                       "\">" + chai_glass(tea.hue) + "</div><div class=\"tea-text\"><h2>" + name +
                       "</h2><p class=\"note\">" + html_escape(tea.note) +
                       "</p><p class=\"price\"><strong>" + tea.price.display() +
                       "</strong> <span>" + html_escape(tea.pack) + "</span></p>";
    if (visitor.customer == nullptr) {
        return html + "<a class=\"button quiet\" href=\"/login\">Log in to order</a></div></li>";
    }
    html += "<form class=\"add\" method=\"post\" action=\"/cart/add\">" +
            form_token_field(visitor) + "<input type=\"hidden\" name=\"tea\" value=\"" + id +
            "\"><label class=\"hidden\" for=\"q-" + id + "\">How many of " + name +
            "</label><input class=\"quantity\" id=\"q-" + id +
            "\" name=\"quantity\" type=\"number\" inputmode=\"numeric\" min=\"1\" max=\"" +
            std::to_string(kQuantityMax) +
            "\" value=\"1\" required><button type=\"submit\" data-add=\"" + id +
            "\">Add<span class=\"hidden\"> " + name + " to cart</span></button></form>";
    return html + "</div></li>";
}

std::string cart_line(const Visitor& visitor, const CartLine& line, const Tea& tea) {
    const std::string id{tea.id};
    const std::string name = html_escape(tea.name);
    const auto amount = chukta::Money::from_paise(tea.price.paise() * line.quantity).value();
    const std::string start = "<form method=\"post\" action=\"/cart/update\">" +
                              form_token_field(visitor) +
                              "<input type=\"hidden\" name=\"tea\" value=\"" + id + "\">";
    return "<li class=\"line\"><div class=\"thumb hue-" + std::string{tea.hue} + "\">" +
           chai_glass(tea.hue) + "</div><div class=\"line-text\"><h2>" + name +
           "</h2><p class=\"note\">" + tea.price.display() + " · " + html_escape(tea.pack) +
           "</p><div class=\"line-forms\">" + start + "<label class=\"hidden\" for=\"q-" + id +
           "\">How many of " + name + "</label><input class=\"quantity\" id=\"q-" + id +
           "\" name=\"quantity\" type=\"number\" inputmode=\"numeric\" min=\"0\" max=\"" +
           std::to_string(kQuantityMax) + "\" value=\"" + std::to_string(line.quantity) +
           "\" required><button class=\"quiet small\" type=\"submit\">Update<span "
           "class=\"hidden\"> " +
           name + "</span></button></form>" + start +
           "<input type=\"hidden\" name=\"quantity\" value=\"0\"><button class=\"link\" "
           "type=\"submit\">Remove<span class=\"hidden\"> " +
           name + "</span></button></form></div></div><p class=\"sum\">" + amount.display() +
           "</p></li>";
}

}  // namespace

Page teas_page(const Visitor& visitor, std::string_view said) {
    std::string main;
    if (said == "added") {
        main +=
            "<p class=\"notice good\" role=\"status\">Added to your cart. "
            "<a href=\"/cart\">Go to the cart</a></p>";
    }
    main +=
        "<section class=\"hero\"><div><p class=\"eyebrow\">Small lots, whole leaf</p>"
        "<h1>Tea worth stopping for.</h1><p>From Assam, Darjeeling, the Nilgiris and Kashmir to "
        "your kettle. Put a few in the cart and pay with any UPI app.</p></div>" +
        chai_glass("hero") + "</section><ul class=\"teas\">";
    for (const Tea& tea : catalogue()) main += tea_card(visitor, tea);
    return {.title = "Teas", .tab = "teas", .main = main + "</ul>"};
}

Page login_page(const Visitor& visitor, std::string_view next, bool refused) {
    const std::string hidden = form_token_field(visitor) +
                               "<input type=\"hidden\" name=\"next\" value=\"" + html_escape(next) +
                               "\">";
    std::string main = "<div class=\"narrow\"><h1>Log in</h1>";
    if (refused) main += notice("bad", "That name and password do not belong together.");
    main += "<form class=\"card stack\" method=\"post\" action=\"/login\">" + hidden +
            "<label for=\"login\">Name</label><input id=\"login\" name=\"login\" "
            "autocomplete=\"username\" autocapitalize=\"none\" maxlength=\"40\" required>"
            "<label for=\"password\">Password</label><input id=\"password\" name=\"password\" "
            "type=\"password\" autocomplete=\"current-password\" maxlength=\"80\" required>"
            "<button type=\"submit\">Log in</button></form>"
            "<section class=\"card\"><h2>Demo customers</h2><p class=\"note\">Two people live in "
            "this shop. Each sees only their own orders.</p><ul class=\"people\">";
    for (const Customer& customer : customers()) {
        const std::string login = html_escape(customer.login);
        const std::string password = html_escape(customer.password);
        main += "<li><div><strong>" + html_escape(customer.name) + "</strong><br><code>" + login +
                "</code> / <code>" + password +
                "</code></div><form method=\"post\" action=\"/login\">" + hidden +
                "<input type=\"hidden\" name=\"login\" value=\"" + login +
                "\"><input type=\"hidden\" name=\"password\" value=\"" + password +
                "\"><button class=\"quiet small\" type=\"submit\" data-login=\"" + login +
                "\">Continue<span class=\"hidden\"> as " + html_escape(customer.name) +
                "</span></button></form></li>";
    }
    return {.title = "Log in", .tab = "login", .main = main + "</ul></section></div>"};
}

Page cart_page(const Visitor& visitor, const Cart& cart, std::string_view checkout_key) {
    std::string lines;
    auto total = chukta::Money{};
    for (const CartLine& line : cart) {
        const Tea* tea = find_tea(line.tea_id);
        if (tea == nullptr) continue;
        lines += cart_line(visitor, line, *tea);
        const auto amount = chukta::Money::from_paise(tea->price.paise() * line.quantity).value();
        total = checked_add(total, amount).value();
    }
    if (lines.empty()) {
        return {
            .title = "Cart",
            .tab = "cart",
            .main = "<div class=\"narrow empty\">" + chai_glass("empty") +
                    "<h1>Your cart is empty</h1><p class=\"note\">The kettle is waiting.</p>"
                    "<a class=\"button\" href=\"/\">Choose a tea</a></div>",
        };
    }
    std::string main =
        "<h1>Your cart</h1><div class=\"split\"><ul class=\"card lines\">" + lines +
        "</ul><form class=\"card summary\" method=\"post\" action=\"/checkout\">" +
        form_token_field(visitor) + "<input type=\"hidden\" name=\"checkout_key\" value=\"" +
        html_escape(checkout_key) + "\"><h2>Summary</h2><dl class=\"sums\"><div><dt>Teas</dt><dd>" +
        total.display() +
        "</dd></div><div><dt>Delivery</dt><dd>free</dd></div><div class=\"total\">"
        "<dt>To pay</dt><dd data-total>" +
        total.display() +
        "</dd></div></dl><button type=\"submit\" data-checkout>Place order and pay"
        "</button><p class=\"note\">You pay by UPI on the next page, and come back "
        "here.</p></form></div>";
    return {.title = "Cart", .tab = "cart", .main = main};
}

Page message_page(std::string_view heading, std::string_view text) {
    return {
        .title = std::string{heading},
        .tab = {},
        .main = "<div class=\"narrow empty\">" + chai_glass("empty") + "<h1>" +
                html_escape(heading) + "</h1><p class=\"note\">" + html_escape(text) +
                "</p><a class=\"button\" href=\"/\">Back to the teas</a></div>",
    };
}

}  // namespace shop
