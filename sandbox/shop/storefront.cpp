#include "sandbox/shop/storefront.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "http/text.h"
#include "sandbox/shop/catalogue.h"
#include "sandbox/shop/crypto.h"

namespace shop {
namespace {

// Cookies know no ports: the backend and the sandbox on the same host get this one too, so the name
// must not be theirs.
constexpr std::string_view kCookie = "chai_session";
constexpr std::size_t kTokenLength = 64;

bool is_token(std::string_view text) {
    return text.size() == kTokenLength &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Where a customer may be sent after logging in: a path of this shop, never another origin.
std::string safe_next(std::optional<std::string> next) {
    static constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-";
    const bool path = next && next->starts_with('/') && !next->starts_with("//") &&
                      next->find_first_not_of(kAllowed) == std::string::npos;
    return path ? *next : "/";
}

std::optional<int> quantity_of(std::string_view form) {
    const auto text = http::form_field(form, "quantity");
    if (!text) return std::nullopt;
    int quantity = 0;
    const char* const end = text->data() + text->size();
    const auto [read, error] = std::from_chars(text->data(), end, quantity);
    if (error != std::errc{} || read != end || quantity < 0 || quantity > kQuantityMax) {
        return std::nullopt;
    }
    return quantity;
}

}  // namespace

Storefront::Storefront(const Options& options, Book& book)
    : options_{options},
      book_{book},
      chukta_{options},
      webhook_key_{WebhookKey::parse(options.webhook_secret).value()} {}

Storefront::Visit Storefront::visit(const http::Request& request) const {
    Visit visit;
    const auto header = request.headers.find("Cookie");
    const auto token = header ? http::cookie(*header, kCookie) : std::nullopt;
    if (token && is_token(*token)) {
        visit.token = *token;
    } else {
        visit.token = random_hex(kTokenLength / 2);
        visit.is_new = true;
    }
    visit.visitor.form_token = to_hex(hmac_sha256(book_.form_key(), visit.token));

    const auto customer_id = book_.customer_of(visit.token, options_.now());
    visit.visitor.customer = customer_id ? find_customer(*customer_id) : nullptr;
    if (visit.visitor.customer != nullptr) {
        visit.customer = *customer_id;
        for (const CartLine& line : book_.cart(visit.customer)) {
            visit.visitor.cart_count += line.quantity;
        }
    }
    return visit;
}

std::string Storefront::cookie_of(std::string_view token) const {
    std::string cookie{kCookie};
    cookie.append("=").append(token).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
    cookie.append(std::to_string(Book::kSessionLifeMs / 1000));
    if (options_.public_url.starts_with("https://")) cookie.append("; Secure");
    return cookie;
}

http::Response Storefront::html(const Visit& visit, const Page& page, int status) const {
    http::Response response{status, {}, frame(visit.visitor, page)};
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    // Browsers hold the redirect that follows a form against form-action, too, so the payment page
    // is named.
    response.headers.add(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' " +
            options_.chukta_public_url + "; base-uri 'none'; frame-ancestors 'none'"
    );
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Referrer-Policy", "same-origin");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("X-Frame-Options", "DENY");
    response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
    if (visit.is_new) response.headers.add("Set-Cookie", cookie_of(visit.token));
    return response;
}

http::Response Storefront::message(int status, std::string_view heading, std::string_view text)
    const {
    return html(Visit{}, message_page(heading, text), status);
}

http::Response Storefront::redirect(std::string location) const {
    http::Response response{303, {}, {}};
    response.headers.add("Location", std::move(location));
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Referrer-Policy", "same-origin");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

http::Response Storefront::to_login(std::string_view next) const {
    return redirect("/login?next=" + http::percent_encode(next));
}

http::Response Storefront::not_found(const Visit& visit) const {
    return html(visit, message_page("Not here", "There is no such page or order."), 404);
}

http::Response Storefront::form_refused(const Visit& visit) const {
    return html(
        visit,
        message_page("Please try again", "That form was not from this visit, or was incomplete."),
        403
    );
}

bool Storefront::is_our_form(const Visit& visit, const http::Request& request) const {
    const auto type = request.headers.find("Content-Type");
    if (!type || !type->starts_with("application/x-www-form-urlencoded")) return false;
    const auto token = http::form_field(request.body, "form_token");
    return !visit.is_new && token && equal_in_constant_time(*token, visit.visitor.form_token);
}

http::Response Storefront::teas(const Call& call) {
    const auto said = http::query_parameter(call.request.query(), "said");
    const Visit now = visit(call.request);
    return html(now, teas_page(now.visitor, said.value_or("")));
}

http::Response Storefront::login_form(const Call& call) {
    const Visit now = visit(call.request);
    const std::string next = safe_next(http::query_parameter(call.request.query(), "next"));
    if (!now.customer.empty()) return redirect(next);
    return html(now, login_page(now.visitor, next, false));
}

http::Response Storefront::log_in(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    const std::string_view form = call.request.body;
    const std::string next = safe_next(http::form_field(form, "next"));
    const Customer* customer = shop::log_in(
        http::form_field(form, "login").value_or(""),
        http::form_field(form, "password").value_or("")
    );
    if (customer == nullptr) return html(now, login_page(now.visitor, next, true), 403);

    // A new token, so that one planted before the login is worth nothing after it.
    const std::string token = random_hex(kTokenLength / 2);
    book_.sign_in(token, customer->id, options_.now());
    http::Response response = redirect(next);
    response.headers.add("Set-Cookie", cookie_of(token));
    return response;
}

http::Response Storefront::log_out(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    book_.sign_out(now.token);
    http::Response response = redirect("/");
    response.headers.add("Set-Cookie", cookie_of(random_hex(kTokenLength / 2)));
    return response;
}

http::Response Storefront::cart(const Call& call) {
    const Visit now = visit(call.request);
    if (now.customer.empty()) return to_login("/cart");
    return html(now, cart_page(now.visitor, book_.cart(now.customer), random_hex(16)));
}

http::Response Storefront::add_to_cart(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    if (now.customer.empty()) return to_login("/");
    const auto tea = http::form_field(call.request.body, "tea");
    const auto quantity = quantity_of(call.request.body);
    if (!tea || find_tea(*tea) == nullptr || !quantity || *quantity == 0) return form_refused(now);
    book_.add_to_cart(now.customer, *tea, *quantity);
    return redirect("/?said=added");
}

http::Response Storefront::update_cart(const Call& call) {
    const Visit now = visit(call.request);
    if (!is_our_form(now, call.request)) return form_refused(now);
    if (now.customer.empty()) return to_login("/cart");
    const auto tea = http::form_field(call.request.body, "tea");
    const auto quantity = quantity_of(call.request.body);
    if (!tea || find_tea(*tea) == nullptr || !quantity) return form_refused(now);
    book_.set_quantity(now.customer, *tea, *quantity);
    return redirect("/cart");
}

http::Response Storefront::style(const Call&) {
    http::Response response{200, {}, std::string{stylesheet()}};
    response.headers.add("Content-Type", "text/css; charset=utf-8");
    response.headers.add("Cache-Control", "no-cache");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

http::Response Storefront::icon(const Call&) {
    http::Response response{200, {}, std::string{favicon()}};
    response.headers.add("Content-Type", "image/svg+xml");
    response.headers.add("Cache-Control", "max-age=86400");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

http::Response Storefront::healthy(const Call&) {
    http::Response response{200, {}, "ok\n"};
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace shop
