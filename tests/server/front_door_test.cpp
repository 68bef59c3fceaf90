// What a hostile network does to the real server: nobody gets another's answer, nothing dies or
// freezes.
#include <future>

#include "tests/support/raw_client.h"
#include "tests/support/world.h"
#include "tests/support/wrong_client.h"

namespace chukta {
namespace {

using testing::Json;
using testing::World;

TEST(FrontDoor, NeverGivesAClientAnothersAnswer) {
    World world;
    const std::string key = std::string{"Authorization: Bearer "} + testing::kShopKey + "\r\n";
    const struct {
        const char* what;
        const char* target;
        std::string fields;
    } rows[] = {
        {"answered on the reactor thread", "/healthz", ""},
        {"answered by a worker from the database", "/v1/orders/ord_none", key},
        {"refused for want of a session", "/api/orders/ord_none", ""},
    };
    for (const auto& row : rows) {
        for (const auto leaving :
             {support::Leaving::AtOnce,
              support::Leaving::AfterAMoment,
              support::Leaving::ByReset}) {
            SCOPED_TRACE(row.what);
            support::WrongClientHunt hunt;
            hunt.port = world.app().port();
            hunt.duration = std::chrono::milliseconds{400};
            hunt.leaving = leaving;
            hunt.attack_target = row.target;
            hunt.victim_target = row.target;
            // The server repeats a request's id: each victim's is its own.
            hunt.extra_fields = row.fields + "X-Request-Id: wrong-client-%\r\n";
            hunt.body_is_word = false;
            const auto counts = support::hunt_wrong_client(hunt);
            EXPECT_EQ(counts.wrong, 0) << counts.first_wrong;
            EXPECT_GT(counts.asked, 0);
            EXPECT_GT(counts.attacks, 0);
        }
    }
}

TEST(FrontDoor, OutlivesTheRequestsThatKillOrFreezeStockPistache) {
    World world;
    const std::string head = "POST /webhooks/cashfree HTTP/1.1\r\nHost: x\r\n";
    const std::string requests[] = {
        head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r",             // C1: frozen worker
        "GET " + std::string(15'000, '/') + " HTTP/1.1\r\nHost: x\r\n\r\n",  // C7: stack overflow
        head + "Content-Length: 10000000000\r\n\r\nx",
        head + "Content-Length: -1\r\n\r\n",
        head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Content-Length: 0x3\r\n\r\nabc",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nCookie: foo\r\nAccept: foo\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nCache-Control: No-Cache\r\nDate: never\r\n\r\n",
        "GET /healthz HTTP/1.1\nHost: x\n\n",
        std::string{"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28},
        "\r\n\r\n\r\n",
    };
    for (const auto& request : requests) {
        SCOPED_TRACE(request.substr(0, 60));
        support::RawClient client{world.app().port()};
        client.say(request);
        EXPECT_EQ(world.ask("GET", "/healthz").status, 200);
    }
}

TEST(FrontDoor, ReadsNoRequestOutOfARefusedBody) {
    // D2: a head that stock Pistache refuses, and a body that holds another request.
    World world;
    support::RawClient client{world.app().port()};
    const std::string hidden = "GET /readyz HTTP/1.1\r\nHost: x\r\nX-Request-Id: smuggled\r\n\r\n";
    const std::string body(70'000, 'x');
    client.say(
        "POST /webhooks/cashfree HTTP/1.1\r\nHost: x\r\nContent-Length: " +
        std::to_string(body.size() + hidden.size()) + "\r\n\r\n" + body + hidden
    );
    const auto bytes = client.hear_all().bytes;
    EXPECT_TRUE(bytes.starts_with("HTTP/1.1 413")) << bytes.substr(0, 200);
    EXPECT_EQ(bytes.find("smuggled"), std::string::npos);
}

TEST(FrontDoor, HoldsARequestUntilTheOrderChangesAndNoLonger) {
    World world;
    world.create_order("ord_0001");
    const auto cookie = world.open_session("ord_0001");
    const auto change = std::async(std::launch::async, [&] {
        EXPECT_TRUE(World::eventually([&] { return world.app().engine().held().size() == 1; }));
        world.ask("POST", "/v1/orders/ord_0001/cancel", world.shop_headers());
    });
    // That the gateway has the order is a change, too.
    Json view = world.view("ord_0001", cookie);
    do {
        const auto version = view["version"].get<std::int64_t>();
        const auto held = world.ask(
            "GET",
            "/api/orders/ord_0001?after=" + std::to_string(version) + "&wait_s=20",
            world.page_headers(cookie)
        );
        ASSERT_EQ(held.status, 200) << held.body;
        view = Json::parse(held.body);
        ASSERT_GT(view["version"].get<std::int64_t>(), version);
    } while (view["message"]["situation"] != "order_cancelled");
}

TEST(FrontDoor, DoesNotSayWhetherAnOrderExists) {
    World world;
    world.create_order("ord_ravi");
    world.create_order("ord_asha");
    const auto of_asha = world.open_session("ord_asha");
    const std::string asha_on_ravi = "chukta_ord_ravi=" + of_asha.substr(of_asha.find('=') + 1);
    const auto without_id = [](http::ClientResponse answer) {
        std::string text = std::to_string(answer.status) + answer.body;
        for (const auto& field : answer.headers.fields()) {
            if (field.name != "X-Request-Id") text += "\n" + field.name + ": " + field.value;
        }
        return text;
    };
    for (const char* path : {"/api/orders/", "/pay/"}) {
        const auto missing = without_id(world.ask("GET", std::string{path} + "ord_none"));
        EXPECT_TRUE(missing.starts_with("404"));
        for (const auto& cookie :
             {std::string{}, of_asha, asha_on_ravi, std::string{"chukta_ord_ravi=x"}}) {
            EXPECT_EQ(
                without_id(world.ask("GET", std::string{path} + "ord_ravi", {{"Cookie", cookie}})),
                missing
            ) << path
              << " " << cookie.substr(0, 20);
        }
    }
}

}  // namespace
}  // namespace chukta
