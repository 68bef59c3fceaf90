// The page's routes over real sockets, a real engine and a real database: who is let in, what is
// answered, and when.
#include "server/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "shared/limits.h"
#include "tests/support/raw_client.h"
#include "tests/support/routes.h"

namespace chukta {
namespace {

using namespace testing;
using nlohmann::json;

TEST_F(RoutesTest, ATokenOpensThePageAndLeavesTheAddress) {
    door.create_order();
    const auto opened = door.ask("GET", "/pay/ord_0001?token=" + a_token());
    EXPECT_EQ(opened.status, 303);
    EXPECT_EQ(header(opened, "Location"), "/pay/ord_0001");
    const auto set_cookie = header(opened, "Set-Cookie");
    EXPECT_NE(set_cookie.find("HttpOnly; SameSite=Lax; Secure"), std::string::npos) << set_cookie;

    const http::Header cookie{"Cookie", set_cookie.substr(0, set_cookie.find(';'))};
    const auto page = door.ask("GET", "/pay/ord_0001", {cookie, {"Accept-Language", "hi"}});
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(page.body.find("<html lang=\"hi\">"), std::string::npos);
    EXPECT_NE(page.body.find("\"order_id\":\"ord_0001\""), std::string::npos);
    const auto policy = header(page, "Content-Security-Policy");
    for (const auto* part :
         {"default-src 'none'",
          "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:;",
          "form-action 'self'",
          "frame-ancestors 'none'"}) {
        EXPECT_NE(policy.find(part), std::string::npos) << policy;
    }
    EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);

    const auto repeated = door.ask("GET", "/pay/ord_0001?token=" + a_token(), {cookie});
    EXPECT_EQ(repeated.status, 303) << "the browser that used the token may repeat it";
    EXPECT_EQ(header(repeated, "Set-Cookie"), "");
}

/// What a client can see of an answer, but for its own request id.
std::string seen(const http::ClientResponse& answer) {
    std::string text = std::to_string(answer.status);
    for (const auto& field : answer.headers.fields()) {
        if (field.name != "X-Request-Id" && field.name != "x-request-id") {
            text += "\n" + field.name + ": " + field.value;
        }
    }
    return text + "\n\n" + answer.body;
}

TEST_F(RoutesTest, OfManyOrdersInOneBrowserTheLastOpensLikeTheFirst) {
    std::vector<std::string> jar;  // as a browser sends it: the oldest first
    const auto cookies = [&] {
        std::string all;
        for (const auto& one : jar) all += (all.empty() ? "" : "; ") + one;
        return http::Header{"Cookie", all};
    };
    for (int i = 0; i < 200; ++i) {
        const auto id = "order-of-a-name-as-long-as-shops-give-" + std::to_string(1'000 + i);
        door.create_order(id);
        const auto token = a_token({.order_id = id, .jti = "jti-" + std::to_string(1'000 + i)});
        const auto opened = door.ask("GET", "/pay/" + id + "?token=" + token, {cookies()});
        ASSERT_EQ(opened.status, 303) << "order " << i;
        for (const auto& field : opened.headers.fields()) {
            if (field.name != "Set-Cookie") continue;
            const auto pair = field.value.substr(0, field.value.find(';'));
            const auto name = pair.substr(0, pair.find('=') + 1);
            std::erase_if(jar, [&](const auto& one) { return one.starts_with(name); });
            if (field.value.find("Max-Age=0") == std::string::npos) jar.push_back(pair);
        }
        if (i % 20 == 19) {
            EXPECT_EQ(door.ask("GET", "/pay/" + id, {cookies()}).status, 200);
        }
    }
    EXPECT_EQ(
        door.ask("GET", "/pay/order-of-a-name-as-long-as-shops-give-1185", {cookies()}).status, 200
    ) << "others that are not long ago stay open";
}

TEST_F(RoutesTest, EveryWayOfNotBeingTheCustomerLooksLikeNoOrder) {
    door.create_order();
    door.create_order("ord_0002");
    const auto cookie = door.open_session();
    const auto value = cookie.substr(cookie.find('=') + 1);
    const auto no_order = door.ask("GET", "/pay/absent");
    EXPECT_EQ(no_order.status, 404);
    EXPECT_NE(no_order.body.find("<html"), std::string::npos);
    const std::pair<const char*, http::ClientResponse> kPages[] = {
        {"no session", door.ask("GET", "/pay/ord_0001")},
        {"reused token", door.ask("GET", "/pay/ord_0001?token=" + a_token())},
        {"other order's token",
         door.ask("GET", "/pay/ord_0002?token=" + a_token({.jti = "jti-other-order"}))},
        {"other customer",
         door.ask("GET", "/pay/ord_0001?token=" + a_token({.sub = "ravi", .jti = "jti-ravi"}))},
        {"expired token",
         door.ask(
             "GET",
             "/pay/ord_0001?token=" +
                 a_token({.jti = "jti-late1", .iat = 1'779'999'000, .exp = 1'779'999'300})
         )},
        {"no token's text", door.ask("GET", "/pay/ord_0001?token=")},
        {"two tokens", door.ask("GET", "/pay/ord_0001?token=a&token=b")},
        {"a name no order has", door.ask("GET", "/pay/a%20b")},
        {"other order's cookie",
         door.ask("GET", "/pay/ord_0002", {{"Cookie", "chukta_ord_0002=" + value}})},
        {"absent order with a token",
         door.ask(
             "GET", "/pay/absent?token=" + a_token({.order_id = "absent", .jti = "jti-absent"})
         )},
    };
    for (const auto& [name, answer] : kPages) EXPECT_EQ(seen(answer), seen(no_order)) << name;

    const auto no_api_order = door.ask("GET", "/api/orders/absent");
    EXPECT_EQ(code(no_api_order), "order_not_found");
    EXPECT_EQ(seen(door.ask("GET", "/api/orders/ord_0001")), seen(no_api_order));
    EXPECT_EQ(
        seen(door.ask("GET", "/api/orders/ord_0002", {{"Cookie", cookie}})), seen(no_api_order)
    );
    EXPECT_EQ(
        seen(door.ask("GET", "/api/orders/ord_0002", {{"Cookie", "chukta_ord_0002=" + value}})),
        seen(no_api_order)
    );
    EXPECT_EQ(
        seen(start(from_page("chukta_ord_0001=" + std::string(43, 'a'), {kJson, kKey}))),
        seen(no_api_order)
    );

    for (int i = 0; i < limits::kSessionsPerOrderMax; ++i) {
        door.open_session({.jti = "jti-newer-" + std::to_string(i)});
    }
    EXPECT_EQ(seen(door.ask("GET", "/pay/ord_0001", {{"Cookie", cookie}})), seen(no_order))
        << "a session that newer ones ended";
    EXPECT_EQ(
        seen(door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookie}})), seen(no_api_order)
    );
}

TEST_F(RoutesTest, ThePageIsCompressedAsTheBrowserTakesIt) {
    door.create_order();
    const http::Header cookie{"Cookie", door.open_session()};
    const auto with = [&](const char* accepted) {
        return door.ask("GET", "/pay/ord_0001", {cookie, {"Accept-Encoding", accepted}});
    };
    const auto plain = door.ask("GET", "/pay/ord_0001", {cookie});
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    const auto brotli = with("gzip, deflate, br");
    EXPECT_EQ(header(brotli, "Content-Encoding"), "br");
    EXPECT_EQ(header(brotli, "Vary"), "Accept-Encoding");
    EXPECT_LT(brotli.body.size() * 2, plain.body.size());
    EXPECT_EQ(header(with("gzip"), "Content-Encoding"), "gzip");
}

TEST_F(RoutesTest, ASessionThatTheOperatorDeletesIsOver) {
    door.create_order();
    const http::Headers cookie{{"Cookie", door.open_session()}};
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001", cookie).status, 200);
    // docs/security.md, 7.4.5
    door.engine().store().transact([](Transaction& transaction) {
        transaction.run("DELETE FROM sessions WHERE customer_id = 'asha'");
    });
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001", cookie).status, 404);
    EXPECT_EQ(door.ask("GET", "/pay/ord_0001", cookie).status, 404);
    EXPECT_EQ(door.ask("GET", "/pay/ord_0001?token=" + a_token(), cookie).status, 404);
}

TEST_F(RoutesTest, ALinkPreviewDoesNotUseTheTokenUp) {
    door.create_order();
    EXPECT_EQ(door.ask("HEAD", "/pay/ord_0001?token=" + a_token()).status, 404);
    EXPECT_EQ(door.ask("GET", "/pay/ord_0001?token=" + a_token()).status, 303);
}

TEST_F(RoutesTest, ThePageStartsAndCancelsAnAttempt) {
    door.create_order();
    const auto cookie = door.open_session();
    const auto view = door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookie}, kDevice});
    ASSERT_EQ(view.status, 200);
    EXPECT_EQ(header(view, "Cache-Control"), "no-store");
    const auto decoded = wire::decode_order_view(view.body);
    ASSERT_TRUE(decoded);

    const auto started = start(from_page(cookie, {kJson, kKey}));
    ASSERT_EQ(started.status, 202) << started.body;
    const auto waiting = wire::decode_order_view(started.body);
    ASSERT_TRUE(waiting && waiting->attempt);
    EXPECT_EQ(waiting->attempt->index, 1);
    EXPECT_EQ(waiting->payment_status, PaymentStatus::Processing);
    const auto repeated = wire::decode_order_view(start(from_page(cookie, {kJson, kKey})).body);
    EXPECT_EQ(repeated->attempt->index, 1) << "the same key starts nothing";
    const auto reused = start(
        from_page(cookie, {kJson, kKey}),
        R"({"channel":"collect","vpa":"asha@okaxis",)"
        R"("device":"desktop"})"
    );
    EXPECT_EQ(reused.status, 409);
    EXPECT_EQ(code(reused), "idempotency_key_reused");

    const auto cancelled =
        door.ask("POST", "/api/orders/ord_0001/attempts/1/cancel", from_page(cookie, {}));
    EXPECT_EQ(cancelled.status, 200) << cancelled.body;
    for (const auto* index : {"2", "0", "x", "99999999999"}) {
        const auto absent = door.ask(
            "POST",
            std::string{"/api/orders/ord_0001/attempts/"} + index + "/cancel",
            from_page(cookie, {})
        );
        EXPECT_EQ(absent.status, 404);
        EXPECT_EQ(code(absent), "attempt_not_found") << index;
    }
}

TEST_F(RoutesTest, TheAppThatThisBrowserPaidWithLastGoesFirst) {
    door.create_order();
    const auto cookie = door.open_session();
    const http::Header phone{"X-Chukta-Device", "android_phone"};
    const auto apps = [&](const std::string& cookies) {
        const auto told = door.ask("GET", "/api/orders/ord_0001", {{"Cookie", cookies}, phone});
        const auto view = wire::decode_order_view(told.body);
        std::vector<UpiApp> out;
        if (view) {
            for (const auto& one : view->apps) out.push_back(one.app);
        }
        return out;
    };
    const auto usual = apps(cookie);
    ASSERT_GE(usual.size(), 3u);
    EXPECT_EQ(usual.front(), UpiApp::GooglePay);
    const auto remembered = apps(cookie + "; chukta-last-app=paytm");
    ASSERT_EQ(remembered.size(), usual.size());
    EXPECT_EQ(remembered[0], UpiApp::Paytm);
    EXPECT_EQ(remembered[1], UpiApp::GooglePay);
}

TEST_F(RoutesTest, AStartIsCheckedBeforeItIsRead) {
    door.create_order();
    const auto cookie = door.open_session();
    const http::Header kCookie{"Cookie", cookie};
    struct Row {
        http::Headers headers;
        std::string body;
        int status;
        const char* code;
    };
    const Row kRows[] = {
        {{kCookie, kDevice, kJson, kKey}, kQr, 403, "origin_not_allowed"},
        {{kCookie, kDevice, kJson, kKey, {"Origin", "https://evil.in"}},
         kQr,
         403,
         "origin_not_allowed"},
        {{kCookie, kDevice, kJson, kKey, {"Origin", "null"}}, kQr, 403, "origin_not_allowed"},
        {{kCookie, kOrigin, kJson, kKey}, kQr, 403, "origin_not_allowed"},
        {{kCookie, kOrigin, kDevice, kKey}, kQr, 415, "unsupported_media_type"},
        {{kCookie, kOrigin, kDevice, kJson}, kQr, 400, "idempotency_key_missing"},
        {{kCookie, kOrigin, kDevice, kJson, kKey, kKey}, kQr, 400, "idempotency_key_invalid"},
        {{kCookie, kOrigin, kDevice, kJson, kKey}, std::string(33'000, ' '), 413, "body_too_large"},
        {{kCookie, kOrigin, kDevice, kJson, kKey}, "{", 400, "invalid_json"},
        {{kCookie, kOrigin, kDevice, kJson, kKey}, R"({"channel":"card"})", 400, "channel_invalid"},
        {{kCookie, kOrigin, kDevice, kJson, kKey},
         R"({"channel":"collect","vpa":"asha","device":"desktop"})",
         400,
         "vpa_invalid"},
    };
    for (const auto& row : kRows) {
        const auto answer = start(row.headers, row.body);
        EXPECT_EQ(answer.status, row.status) << row.code << " " << answer.body;
        EXPECT_EQ(code(answer), row.code);
    }
    const auto view = door.ask("GET", "/api/orders/ord_0001", {kCookie});
    EXPECT_TRUE(json::parse(view.body)["attempt"].is_null()) << "nothing was started";
}

TEST_F(RoutesTest, AHeldRequestIsAnsweredWhenTheOrderChanges) {
    door.create_order();
    const auto cookie = door.open_session();
    const auto version = door.engine().orders().view(OrderId{"ord_0001"}, {})->version;
    std::string body;
    std::jthread waiting{[&] {
        body = door.ask(
                       "GET",
                       "/api/orders/ord_0001?wait_s=25&after=" + std::to_string(version),
                       {{"Cookie", cookie}}
        ).body;
    }};
    while (door.engine().held().size() == 0) std::this_thread::yield();
    EXPECT_EQ(start(from_page(cookie, {kJson, kKey})).status, 202);
    waiting.join();
    EXPECT_GT(json::parse(body)["version"], version);
}

TEST_F(RoutesTest, AHeldRequestIsAnsweredAtItsDeadlineAndWhenTheServerStops) {
    door.create_order();
    const auto cookie = door.open_session();
    std::atomic<int> status = 0;
    const auto hold = [&] {
        status = door.ask(
                         "GET", "/api/orders/ord_0001?after=99&wait_s=600", {{"Cookie", cookie}}
        ).status;
    };
    std::jthread first{hold};
    while (door.engine().held().size() == 0) std::this_thread::yield();
    door.engine().held().run_once(door.clock().now() + 24'999);
    EXPECT_EQ(door.engine().held().size(), 1U);
    door.engine().held().run_once(door.clock().now() + 25'000);
    first.join();
    EXPECT_EQ(status.exchange(0), 200) << "at 25 s, whatever the client asked for";

    std::jthread second{hold};
    while (door.engine().held().size() == 0) std::this_thread::yield();
    EXPECT_TRUE(door.front().stop(std::chrono::seconds{5}));
    second.join();
    EXPECT_EQ(status, 200);
}

TEST_F(RoutesTest, AHeldRequestsParametersAreNumbers) {
    door.create_order();
    const http::Header cookie{"Cookie", door.open_session()};
    for (const auto* query : {"after=x", "after=-1", "after=1&wait_s=1.5"}) {
        const auto answer = door.ask("GET", std::string{"/api/orders/ord_0001?"} + query, {cookie});
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(code(answer), "parameter_invalid") << query;
    }
}

TEST_F(RoutesTest, AHandOffGivesAFreshTokenForTheSameCustomer) {
    door.create_order();
    const auto cookie = door.open_session();
    EXPECT_EQ(door.ask("POST", "/api/orders/ord_0001/handoff", {{"Cookie", cookie}}).status, 403);
    const auto answer = door.ask("POST", "/api/orders/ord_0001/handoff", from_page(cookie, {}));
    ASSERT_EQ(answer.status, 200);
    const auto url = json::parse(answer.body)["url"].get<std::string>();
    ASSERT_TRUE(url.starts_with("https://pay.chai.in/pay/ord_0001?token=")) << url;
    const auto opened = door.ask("GET", url.substr(std::string{"https://pay.chai.in"}.size()));
    EXPECT_EQ(opened.status, 303);
    EXPECT_NE(header(opened, "Set-Cookie"), "");
}

TEST_F(RoutesTest, FromElsewhereNobodyFillsTheLogAndTooManyAreSlowedDown) {
    constexpr int kMany = 2'100;  // more than an address may ask at once
    const CapturedLog log;
    for (const std::string path : {"/api/orders/ord_0001/attempts", "/pay/ord_0001"}) {
        support::RawClient client{door.port()};
        const std::string post = "POST " + path +
                                 " HTTP/1.1\r\nHost: pay.chai.in\r\nOrigin: https://evil.in\r\n"
                                 "Content-Length: 0\r\n\r\n";
        int slowed_down = 0;
        for (int i = 0; i < kMany; ++i) {
            const int status = client.ask(post).status();
            ASSERT_TRUE(status == 403 || status == 429) << status;
            if (status == 429) ++slowed_down;
        }
        EXPECT_GT(slowed_down, 0) << path;
    }
    const auto text = log.text();
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 100);
    EXPECT_NE(text.find("origin.refused"), std::string::npos);
}

TEST_F(RoutesTest, WrongSessionsAndLimitsAreAllCountedAndFewOfThemFillALog) {
    constexpr int kMany = 100;
    door.create_order();
    const auto good = door.open_session();
    const CapturedLog captured;
    for (int i = 0; i < kMany; ++i) {
        const auto wrong = good.substr(0, good.size() - 3) + std::to_string(i + 100);
        EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001", {{"Cookie", wrong}}).status, 404);
        door.ask("GET", "/api/orders/ord_0001", {{"Cookie", good}});
    }
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001").status, 404) << "no cookie is no wrong one";
    const auto text = captured.text();
    for (const char* event : {"session.refused", "request.limited"}) {
        EXPECT_NE(text.find(event), std::string::npos) << event;
    }
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), kMany);
    const auto metrics = door.metrics().text();
    EXPECT_NE(metrics.find("session_refused\"} 100"), std::string::npos) << metrics;
    EXPECT_NE(metrics.find("rate_limited\"} 40"), std::string::npos) << metrics;
}

TEST_F(RoutesTest, PagesThatAskTogetherAreToldEachOfItsOwnOrder) {
    constexpr int kPages = 12, kTimes = 40;
    std::vector<std::string> ids, cookies;
    for (int i = 0; i < kPages; ++i) {
        const auto id = "ord_" + std::to_string(1'000 + i);
        ids.push_back(id);
        door.create_order(id);
        cookies.push_back(door.open_session({.order_id = id, .jti = "jti-0000" + id}));
    }
    // One that this program cannot read keeps nobody else.
    door.engine().store().transact([&](Transaction& transaction) {
        transaction.run(
            "UPDATE orders SET review_reason = 'a newer word' WHERE order_id = $1", {ids.back()}
        );
    });
    std::atomic<int> wrong{0};
    std::vector<std::jthread> pages;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        pages.emplace_back([&, i] {
            for (int time = 0; time < kTimes; ++time) {
                // Every third time with what opens another order.
                const bool stranger = time % 3 == 2;
                const auto& cookie = cookies[stranger ? (i + 1) % ids.size() : i];
                const auto answer = door.ask("GET", "/api/orders/" + ids[i], {{"Cookie", cookie}});
                const bool told =
                    answer.body.find("\"order_id\":\"" + ids[i] + "\"") != std::string::npos;
                const int status = stranger ? 404 : i + 1 == ids.size() ? 503 : 200;
                if (answer.status != status || told != (status == 200)) ++wrong;
            }
        });
    }
    pages.clear();
    EXPECT_EQ(wrong, 0);
    const auto failed = "handler_failed\"} " + std::to_string(kTimes - kTimes / 3);
    EXPECT_NE(door.metrics().text().find(failed), std::string::npos) << "each counted once";
}

TEST_F(RoutesTest, TooManyRequestsOfOneSessionAreSlowedDown) {
    door.create_order();
    const http::Header cookie{"Cookie", door.open_session()};
    http::ClientResponse answer;
    int asked = 0;
    do {
        answer = door.ask("GET", "/api/orders/ord_0001", {cookie});
    } while (answer.status == 200 && ++asked < 100);
    EXPECT_EQ(asked, 60);
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(code(answer), "too_many_requests");
    EXPECT_EQ(header(answer, "Retry-After"), "1");
    door.create_order("ord_0002");
    const http::Header other{
        "Cookie", door.open_session({.order_id = "ord_0002", .jti = "jti-00000002"})};
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0002", {other}).status, 200)
        << "another customer behind the same address is not touched";
    door.clock().advance(1'000);
    EXPECT_EQ(door.ask("GET", "/api/orders/ord_0001", {cookie}).status, 200);
}

}  // namespace
}  // namespace chukta
