#include "sandbox/shop/app.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sandbox/shop_support.h"

namespace {

using shop_test::Browser;
using shop_test::Shop;
using shop_test::Told;
using shop_test::webhook_json;

constexpr std::int64_t kMasalaPaise = 29'000;

std::string header(const http::ClientResponse& answer, std::string_view name) {
    return std::string{answer.headers.find(name).value_or("")};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(ShopCheckout, CreatesTheOrderAndHandsTheCustomerOver) {
    Shop shop;
    Browser browser = shop.browser();
    browser.log_in("asha");
    browser.post("/cart/add", "tea=masala&quantity=2");
    const auto cart = browser.get("/cart");
    EXPECT_TRUE(has(cart.body, "₹580.00"));

    const std::string key = Browser::hidden(cart.body, "checkout_key");
    const auto answer = browser.post("/checkout", "checkout_key=" + key);
    EXPECT_EQ(answer.status, 303);
    EXPECT_TRUE(header(answer, "Location").starts_with(shop.chukta.url() + "/pay/CHAI-"));
    EXPECT_TRUE(has(header(answer, "Location"), "?token=eyJ"));

    const auto asked = shop.chukta.requests();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].headers.find("Authorization"), "Bearer key_demo");
    EXPECT_TRUE(has(asked[0].body, R"("amount":58000)"));
    EXPECT_TRUE(has(asked[0].body, R"("return_url":")" + shop.app.public_url() + "/return/CHAI-"));
    EXPECT_TRUE(has(browser.get("/cart").body, "Your cart is empty"));
}

TEST(ShopCheckout, PressedTwiceMakesOneOrder) {
    Shop shop;
    Browser browser = shop.browser();
    browser.log_in("asha");
    browser.post("/cart/add", "tea=masala&quantity=1");
    const std::string key = Browser::hidden(browser.get("/cart").body, "checkout_key");
    const auto first = browser.post("/checkout", "checkout_key=" + key);
    const auto second = browser.post("/checkout", "checkout_key=" + key);
    const auto place = [](const http::ClientResponse& answer) {
        const std::string location = header(answer, "Location");
        return location.substr(0, location.find('?'));
    };
    EXPECT_EQ(place(first), place(second));
    EXPECT_NE(header(first, "Location"), header(second, "Location")) << "a token is used once";
    EXPECT_EQ(shop.chukta.requests().size(), 1U);
}

TEST(ShopCheckout, IsResumedWhenChuktaWasAway) {
    Shop shop;
    Browser browser = shop.browser();
    shop.chukta.broken_with = 503;
    browser.log_in("asha");
    browser.post("/cart/add", "tea=masala&quantity=1");
    const std::string key = Browser::hidden(browser.get("/cart").body, "checkout_key");
    const auto answer = browser.post("/checkout", "checkout_key=" + key);
    EXPECT_EQ(answer.status, 502);
    EXPECT_TRUE(has(answer.body, "cannot be reached just now"));
    EXPECT_TRUE(has(answer.body, "Try again"));

    shop.chukta.broken_with = 0;
    const std::size_t at = answer.body.find("data-order-id>") + 14;
    const std::string id = answer.body.substr(at, answer.body.find('<', at) - at);
    const auto again = browser.get("/orders/" + id + "/pay");
    EXPECT_EQ(again.status, 303);
    EXPECT_TRUE(has(header(again, "Location"), "/pay/" + id + "?token="));
}

TEST(ShopCheckout, SendsNobodyToAnotherOrigin) {
    Shop shop;
    auto options = shop.options();
    options.state_file = shop.folder.file("other.json");
    options.chukta_public_url = "https://pay.example";  // not where the small Chukta says it is
    shop::App elsewhere{options};
    Browser browser{elsewhere.public_url()};
    EXPECT_EQ(shop.buy(browser, "asha"), "");
    EXPECT_TRUE(has(browser.get("/orders").body, "CHAI-"));
}

TEST(ShopOrder, ShowsTheWordsThatWebhooksTold) {
    Shop shop;
    Browser browser = shop.browser();
    const std::string id = shop.buy(browser, "asha");
    EXPECT_TRUE(has(browser.get("/return/" + id).body, "Waiting to hear"));
    const Told failed{id, kMasalaPaise, 4, "failed", "pending", "http://p.test/"};
    const Told paid{id, kMasalaPaise, 6, "paid", "confirmed", "http://p.test/"};

    EXPECT_EQ(shop.send_webhook("msg_2", webhook_json("order.paid", paid)), 200);
    EXPECT_EQ(shop.send_webhook("msg_1", webhook_json("order.payment_failed", failed)), 200);
    EXPECT_EQ(shop.send_webhook("msg_2", webhook_json("order.paid", paid)), 200);

    const auto page = browser.get("/return/" + id);
    EXPECT_TRUE(has(page.body, "Thank you!"));
    EXPECT_TRUE(has(page.body, R"(data-payment-status><span class="pill is-paid">paid<)"));
    EXPECT_TRUE(has(page.body, R"(is-confirmed">confirmed<)"));
    EXPECT_TRUE(has(page.body, R"(data-webhook-id="msg_2" data-webhook-type="order.paid")"));
    EXPECT_FALSE(has(page.body, "data-pay ")) << "a paid order is not paid again";
    EXPECT_FALSE(has(page.body, "http-equiv=\"refresh\""));

    const std::string state = shop.state();
    EXPECT_TRUE(has(state, R"("payment_status":"paid")"));
    EXPECT_TRUE(has(state, R"("deliveries":2,"id":"msg_2")"));
    EXPECT_TRUE(has(state, R"("webhooks_refused":0)"));
}

TEST(ShopOrder, DoesNotMoveByAForgedOrOldWebhook) {
    Shop shop;
    Browser browser = shop.browser();
    const std::string id = shop.buy(browser, "asha");
    const std::string body =
        webhook_json("order.paid", {id, kMasalaPaise, 9, "paid", "confirmed", "http://p.test/"});
    constexpr std::string_view kOther = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    EXPECT_EQ(shop.send_webhook("msg_1", body, kOther), 401);
    EXPECT_EQ(shop.send_webhook("msg_1", body, shop_test::kWebhookSecret, 1'000'000'000'000), 401);
    EXPECT_EQ(shop.send_webhook("msg_1", "[]"), 400);
    EXPECT_TRUE(has(browser.get("/orders/" + id).body, R"(is-pending">pending<)"));
    EXPECT_TRUE(has(shop.state(), R"("webhooks":[],"webhooks_refused":2)"));
}

TEST(ShopOrder, IsCancelledAtChuktaFirst) {
    Shop shop;
    Browser browser = shop.browser();
    const std::string id = shop.buy(browser, "asha");
    EXPECT_TRUE(has(browser.get("/orders/" + id).body, "Cancel order"));

    shop.chukta.broken_with = 409;
    EXPECT_EQ(browser.post("/orders/" + id + "/cancel", "").status, 502);
    EXPECT_FALSE(has(browser.get("/orders/" + id).body, R"(is-cancelled">)"));

    shop.chukta.broken_with = 0;
    EXPECT_EQ(browser.post("/orders/" + id + "/cancel", "").status, 303);
    const auto page = browser.get("/orders/" + id);
    EXPECT_TRUE(has(page.body, R"(is-cancelled">cancelled<)"));
    EXPECT_FALSE(has(page.body, "data-pay "));
    EXPECT_EQ(header(browser.get("/orders/" + id + "/pay"), "Location"), "/orders/" + id);
}

TEST(ShopOrder, ThatIsPaidIsRefundedOnceHoweverOftenTheButtonIsPressed) {
    Shop shop;
    Browser browser = shop.browser();
    const std::string id = shop.buy(browser, "asha");
    EXPECT_FALSE(has(browser.get("/orders/" + id).body, "data-refund")) << "nothing is paid yet";
    shop_test::Told told{id, 29'000, 5, "paid", "confirmed", shop.chukta.url() + "/pay/" + id};
    told.refundable = 29'000;
    ASSERT_EQ(shop.send_webhook("msg_1", webhook_json("order.paid", told)), 200);
    EXPECT_TRUE(has(browser.get("/orders/" + id).body, "data-refund>Refund ₹290.00<"));

    const auto before = shop.chukta.requests().size();
    EXPECT_EQ(browser.post("/orders/" + id + "/refund", "").status, 303);
    EXPECT_EQ(browser.post("/orders/" + id + "/refund", "").status, 303);
    const auto requests = shop.chukta.requests();
    ASSERT_EQ(requests.size(), before + 2);
    EXPECT_EQ(requests.back().target, "/v1/orders/" + id + "/refunds");
    EXPECT_EQ(requests.back().body, requests[before].body) << "the same refund";

    told.version = 6;
    told.refundable = 0;
    told.refunds = R"([{"refund_id":"rf_1","amount":29000,"status":"completed","origin":"shop"}])";
    ASSERT_EQ(shop.send_webhook("msg_2", webhook_json("refund.updated", told)), 200);
    const auto page = browser.get("/orders/" + id);
    EXPECT_TRUE(has(page.body, R"(data-refund-id="rf_1" data-refund-status="completed")"));
    EXPECT_FALSE(has(page.body, "data-refund>"));
    EXPECT_EQ(browser.post("/orders/" + id + "/refund", "").status, 303);
    EXPECT_EQ(shop.chukta.requests().size(), before + 2) << "nothing is left";
    EXPECT_TRUE(has(shop.state(), R"("refund_id":"rf_1")"));
}

TEST(ShopOrder, OfAnotherCustomerIsNotThere) {
    Shop shop;
    Browser asha = shop.browser();
    const std::string id = shop.buy(asha, "asha");
    Browser ravi = shop.browser();
    ravi.log_in("ravi");
    Browser nobody = shop.browser();
    for (const std::string& path : {"/orders/" + id, "/return/" + id, "/orders/" + id + "/pay"}) {
        EXPECT_EQ(asha.get(path).status == 404, false) << path;
        EXPECT_EQ(ravi.get(path).status, 404) << path;
        EXPECT_TRUE(header(nobody.get(path), "Location").starts_with("/login?next=")) << path;
    }
    EXPECT_EQ(ravi.post("/orders/" + id + "/cancel", "").status, 404);
    EXPECT_EQ(ravi.post("/orders/" + id + "/refund", "").status, 404);
    EXPECT_EQ(shop.chukta.requests().size(), 1U) << "nothing but the order's creation";
}

TEST(ShopForm, WithoutItsTokenChangesNothing) {
    Shop shop;
    Browser browser = shop.browser();
    browser.log_in("asha");
    const std::string good = browser.form_token;
    for (const std::string& token : {std::string{}, std::string(64, '0'), good + "0"}) {
        browser.form_token = token;
        EXPECT_EQ(browser.post("/cart/add", "tea=masala&quantity=1").status, 403) << token;
    }
    browser.form_token = good;
    EXPECT_TRUE(has(browser.get("/cart").body, "Your cart is empty"));
    EXPECT_EQ(browser.post("/cart/add", "tea=masala&quantity=1").status, 303);
}

TEST(ShopForm, TakesOnlyTeasAndQuantitiesOfTheShop) {
    Shop shop;
    Browser browser = shop.browser();
    browser.log_in("asha");
    for (const std::string_view fields : {
             "tea=coffee&quantity=1",
             "tea=masala&quantity=0",
             "tea=masala&quantity=-1",
             "tea=masala&quantity=21",
             "tea=masala&quantity=1e3",
             "tea=masala",
             "quantity=1",
         }) {
        EXPECT_EQ(browser.post("/cart/add", std::string{fields}).status, 403) << fields;
    }
    EXPECT_TRUE(has(browser.get("/cart").body, "Your cart is empty"));
}

TEST(ShopLogin, ChangesTheCookieAndRefusesAWrongPassword) {
    Shop shop;
    Browser browser = shop.browser();
    browser.get("/login");
    const std::string before = browser.cookie;
    EXPECT_TRUE(before.starts_with("chai_session="));
    EXPECT_EQ(browser.post("/login", "login=asha&password=wrong&next=%2F").status, 403);
    EXPECT_EQ(browser.post("/login", "login=ravi&password=ginger-and-honey").status, 403);
    EXPECT_EQ(header(browser.get("/orders"), "Location"), "/login?next=%2Forders");

    const auto answer =
        browser.post("/login", "login=asha&password=ginger-and-honey&next=%2Forders");
    EXPECT_EQ(header(answer, "Location"), "/orders");
    const std::string set = header(answer, "Set-Cookie");
    EXPECT_TRUE(has(set, "; HttpOnly; SameSite=Lax"));
    EXPECT_NE(browser.cookie, before);
    const std::string session = browser.cookie;

    browser.get("/");
    EXPECT_EQ(browser.post("/logout", "").status, 303);
    browser.cookie = session;
    EXPECT_EQ(browser.get("/orders").status, 303) << "the old cookie is worth nothing";
}

TEST(ShopLogin, GoesOnOnlyInsideTheShop) {
    Shop shop;
    for (const std::string_view next : {
             "https%3A%2F%2Fevil.example",
             "%2F%2Fevil.example",
             "%2F%5Cevil.example",
             "%2Forders%0d%0aX%3A1",
         }) {
        Browser browser = shop.browser();
        browser.get("/login");
        const auto answer = browser.post(
            "/login", "login=asha&password=ginger-and-honey&next=" + std::string{next}
        );
        EXPECT_EQ(header(answer, "Location"), "/") << next;
    }
}

TEST(ShopPage, HasTheHeadersOfAPageThatTrustsNobody) {
    Shop shop;
    const auto page = shop.browser().get("/");
    EXPECT_EQ(page.status, 200);
    const std::string policy = header(page, "Content-Security-Policy");
    EXPECT_TRUE(has(policy, "default-src 'none'"));
    EXPECT_TRUE(has(policy, "form-action 'self' " + shop.chukta.url() + ";"));
    EXPECT_TRUE(has(policy, "frame-ancestors 'none'"));
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_FALSE(has(page.body, " style=")) << "the policy would drop it";
    EXPECT_FALSE(has(page.body, "<script"));
}

TEST(ShopState, IsShownToThisMachineUnderALocalNameOnly) {
    Shop shop;
    http::Client client;
    http::ClientRequest request;
    request.url = shop.app.public_url() + "/shop/state";
    EXPECT_EQ(client.send(request)->status, 200);
    request.headers.add("Host", "rebound.example");
    EXPECT_EQ(client.send(request)->status, 404);
}

TEST(ShopState, SurvivesARestart) {
    Shop shop;
    Browser browser = shop.browser();
    const std::string id = shop.buy(browser, "asha");
    ASSERT_TRUE(shop.app.stop(std::chrono::seconds{5}));
    auto options = shop.options();
    shop::App again{options};
    Browser later{again.public_url()};
    later.cookie = browser.cookie;
    EXPECT_TRUE(has(later.get("/orders").body, id));
}

TEST(ShopPage, ThatDoesNotExistSaysSo) {
    Shop shop;
    Browser browser = shop.browser();
    EXPECT_EQ(browser.get("/nowhere").status, 404);
    EXPECT_EQ(browser.get("/checkout").status, 405);
    EXPECT_EQ(browser.get("/healthz").status, 200);
    EXPECT_EQ(browser.get("/shop.css").status, 200);
}

}  // namespace
