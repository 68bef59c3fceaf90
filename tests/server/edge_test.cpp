// Addresses, URLs, buckets, workers and the page's HTML: the edge's small parts.
#include "server/edge.h"

#include <gtest/gtest.h>

#include <latch>

#include "server/pay_page.h"
#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using namespace testing;

http::Request a_request(const char* peer, std::initializer_list<http::Header> headers) {
    http::Request request;
    request.peer_address = peer;
    request.headers = http::Headers{headers};
    return request;
}

TEST(ClientAddress, BelievesOnlyTrustedProxies) {
    const std::vector<AddressBlock> proxies{
        *AddressBlock::parse("10.0.0.0/8"), *AddressBlock::parse("::1")};
    struct Row {
        const char* peer;
        const char* forwarded;
        const char* address;
    };
    constexpr Row kRows[] = {
        {"203.0.113.9", "198.51.100.1", "203.0.113.9"},
        {"10.1.2.3", "198.51.100.1", "198.51.100.1"},
        {"10.1.2.3", "6.6.6.6, 198.51.100.1", "198.51.100.1"},
        {"10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"},
        {"10.1.2.3", "6.6.6.6, nonsense", "10.1.2.3"},
        {"10.1.2.3", "", "10.1.2.3"},
        {"10.1.2.3", "10.4.4.4", "10.4.4.4"},
        {"::1", "2001:db8::7", "2001:db8::7"},
        {"::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"},
    };
    for (const auto& row : kRows) {
        const auto request = a_request(row.peer, {{"x-forwarded-for", row.forwarded}});
        EXPECT_EQ(client_address(request, proxies), row.address)
            << row.peer << " " << row.forwarded;
    }
    const auto two = a_request(
        "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "198.51.100.1"}}
    );
    EXPECT_EQ(client_address(two, proxies), "198.51.100.1");
}

TEST(AddressKey, CountsAnIpv6SubscriberOnce) {
    EXPECT_EQ(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:2:ffff::9"));
    EXPECT_NE(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:3::1"));
    EXPECT_NE(address_key("192.0.2.1"), address_key("192.0.2.2"));
    EXPECT_EQ(address_key("192.0.2.1"), address_key("::ffff:192.0.2.1"));
}

TEST(AddressBlock, RefusesWhatIsNone) {
    for (const auto* text :
         {"", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "10.0.0.0/8x", "::/129", "a"}) {
        EXPECT_FALSE(AddressBlock::parse(text)) << text;
    }
    EXPECT_FALSE(AddressBlock::parse("10.0.0.0/8")->contains("11.0.0.1"));
    EXPECT_FALSE(AddressBlock::parse("10.0.0.0/8")->contains("2001:db8::1"));
}

TEST(WebUrl, NamesItsOrigin) {
    EXPECT_EQ(parse_web_url("https://Pay.Chai.in:443/a?b#c")->origin, "https://pay.chai.in");
    EXPECT_EQ(parse_web_url("http://[::1]:8080/")->origin, "http://[::1]:8080");
    EXPECT_EQ(parse_web_url("https://a.in?x")->origin, "https://a.in");
    EXPECT_TRUE(parse_web_url("http://127.8.8.8:80")->is_loopback());
    EXPECT_FALSE(parse_web_url("http://127.0.0.1.evil.in")->is_loopback());
    for (const auto* text :
         {"",
          "https://",
          "ftp://a.in",
          "https:///a",
          "https://a.in:0",
          "https://a.in:x",
          "https://a.in:65536",
          "https://u@a.in",
          "https://a.in\\b",
          "https://a.in/ b",
          "https://a_b.in",
          "https://a.in./b",
          "//a.in",
          "https://a.in/\n"}) {
        EXPECT_FALSE(parse_web_url(text)) << text;
    }
}

TEST(RateLimiter, GivesABurstAndThenARate) {
    FakeClock clock;
    RateLimiter limiter{clock, {.burst = 3, .per_second = 2}};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a"), 0);
    EXPECT_EQ(limiter.take("a"), 1);
    EXPECT_EQ(limiter.take("b"), 0) << "another key has its own bucket";
    clock.advance(499);
    EXPECT_EQ(limiter.take("a"), 1);
    clock.advance(1);
    EXPECT_EQ(limiter.take("a"), 0);
    EXPECT_EQ(limiter.take("a"), 1);
    clock.advance(60'000);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a"), 0);
    EXPECT_EQ(limiter.take("a"), 1) << "a long pause saves up no more than a burst";
    clock.advance(-100'000);
    EXPECT_EQ(limiter.take("a"), 1) << "a clock that steps back gives nothing away";
}

TEST(RateLimiter, RemembersWhoAskedWhenItsMemoryTurns) {
    FakeClock clock;
    RateLimiter limiter{clock, {.burst = 1, .per_second = 1}, 8};
    EXPECT_EQ(limiter.take("a"), 0);
    for (int i = 0; i < 4; ++i) limiter.take("other" + std::to_string(i));
    EXPECT_NE(limiter.take("a"), 0);
}

TEST(Edge, AnswersUnavailableWhenItsWorkersHaveStopped) {
    FakeClock clock;
    Metrics metrics;
    Workers workers{1, 1};
    workers.stop();
    Edge edge{workers, metrics, clock, {}};
    http::Router router;
    edge.add(
        router,
        "GET",
        "/",
        [](Exchange&) { return std::optional<http::Response>{}; },
        [](const ExchangePtr& exchange) { exchange->send({}); }
    );
    const http::Server server{{}, [&](http::Request&& request, http::Responder responder) {
                                  router.route(std::move(request), std::move(responder));
                              }};
    const auto answer = ask(server.port(), "GET", "/");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.find("Retry-After"), "2");
    EXPECT_NE(metrics.text().find(R"(fact="queue_full"} 1)"), std::string::npos);
}

TEST(Workers, RefuseWhenTheQueueIsFullAndFinishWhatTheyTook) {
    std::latch first_runs{1};
    std::latch may_end{1};
    std::atomic<int> ran = 0;
    {
        Workers workers{1, 2};
        ASSERT_TRUE(workers.submit([&] {
            first_runs.count_down();
            may_end.wait();
            ++ran;
        }));
        first_runs.wait();
        EXPECT_TRUE(workers.submit([&] { ++ran; }));
        EXPECT_TRUE(workers.submit([&] { ++ran; }));
        EXPECT_EQ(workers.queued(), 2U);
        EXPECT_FALSE(workers.submit([&] { ++ran; }));
        EXPECT_TRUE(workers.resume([&] { ++ran; })) << "who was admitted is not refused later";
        may_end.count_down();
        workers.stop();
        EXPECT_FALSE(workers.submit([&] { ++ran; }));
        EXPECT_FALSE(workers.resume([&] { ++ran; }));
    }
    EXPECT_EQ(ran, 4);
}

TEST(Edge, CountsASessionFirstAndItsAddressSecond) {
    FakeClock clock;
    Metrics metrics;
    Workers workers{1, 1};
    Edge edge{
        workers,
        metrics,
        clock,
        {.frame_ancestors = {},
         .trusted_proxies = {},
         .per_session = {.burst = 2, .per_second = 1},
         .per_address = {.burst = 4, .per_second = 1}}};
    const auto from = [&](const char* peer) {
        return Exchange{
            edge, "/", Reader::Program, {}, a_request(peer, {}), http::Responder{nullptr}};
    };
    const auto first = from("192.0.2.1");
    EXPECT_FALSE(edge.over_limit(first, "session a"));
    EXPECT_FALSE(edge.over_limit(first, "session a"));
    EXPECT_EQ(edge.over_limit(first, "session a")->status, 429) << "the session's own limit";
    EXPECT_FALSE(edge.over_limit(first, "session b"));
    EXPECT_FALSE(edge.over_limit(first, std::nullopt));
    EXPECT_EQ(edge.over_limit(first, "session c")->status, 429) << "the address's limit";
    EXPECT_FALSE(edge.over_limit(from("192.0.2.2"), "session d"));
}

wire::OrderView a_view() {
    wire::OrderView view;
    view.order_id = OrderId{"ord_0001"};
    view.merchant_name = "</script><b>{{order_id}} & \"Sons\"";
    view.amount = rupees(100'000);
    return view;
}

TEST(FillPage, EscapesForItsPlace) {
    const auto shown = a_view();
    FirstPaint paint{shown};
    paint.language = Language::Hindi;
    const auto html = fill_page(
        "<html lang=\"{{lang}}\"><title>{{title}}</title><script>{{view_json}}</script>{{other}}{{",
        paint
    );
    EXPECT_NE(html.find("<html lang=\"hi\">"), std::string::npos);
    EXPECT_NE(html.find("&lt;/script&gt;&lt;b&gt;{{order_id}}"), std::string::npos);
    EXPECT_EQ(html.find("</script><b>"), std::string::npos);
    EXPECT_NE(html.find("\\u003c/script\\u003e"), std::string::npos);
    EXPECT_TRUE(html.ends_with("</script>{{other}}{{"));
    const auto open = html.find("<script>") + 8;
    const auto view = wire::decode_order_view(html.substr(open, html.find("</script>") - open));
    ASSERT_TRUE(view) << "the page reads back what was written";
    EXPECT_EQ(view->merchant_name, a_view().merchant_name);
}

TEST(LanguageOf, IsTheFirstOneWeSpeak) {
    EXPECT_EQ(language_of("hi-IN,hi;q=0.9,en;q=0.8"), Language::Hindi);
    EXPECT_EQ(language_of("en-IN, hi;q=0.5"), Language::English);
    EXPECT_EQ(language_of("ta, hi;q=0.5"), Language::Hindi);
    EXPECT_EQ(language_of(""), Language::English);
    EXPECT_EQ(language_of("high"), Language::English);
}

}  // namespace
}  // namespace chukta
