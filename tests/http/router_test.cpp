#include "http/router.h"

#include <gtest/gtest.h>

#include "http/mailbox.h"
#include "http/responder.h"

namespace {

/// What the router did with one request: the answer it sent.
http::Response routed(const http::Router& router, std::string method, std::string target) {
    const auto mailbox = std::make_shared<http::Mailbox>();
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    router.route(
        std::move(request),
        http::Responder{std::make_shared<http::Responder::State>(mailbox, http::Address{1, 1})}
    );
    auto letters = mailbox->take();
    EXPECT_EQ(letters.size(), 1U);
    return std::move(letters.at(0).response);
}

http::RouteHandler says(std::string name) {
    return
        [name](const http::PathParameters& parameters, http::Request&&, http::Responder responder) {
            std::string text = name;
            for (const auto& [key, value] : parameters) text += " " + key + "=" + value;
            responder.send({200, {}, text});
        };
}

http::Router a_router() {
    http::Router router;
    router.add("GET", "/", says("root"));
    router.add("GET", "/orders/{id}", says("order"));
    router.add("POST", "/orders", says("create"));
    router.add("GET", "/orders", says("list"));
    router.add("GET", "/orders/latest", says("latest"));
    router.add("POST", "/orders/{id}/attempts/{index}/cancel", says("cancel"));
    router.add("GET", "/{a}/x", says("ax"));
    router.add("GET", "/y/{b}", says("yb"));
    return router;
}

TEST(Router, FindsTheHandler) {
    struct Row {
        std::string method, target, body;
    };
    const Row kRows[] = {
        {"GET", "/", "root"},
        {"GET", "/?a=b", "root"},
        {"GET", "/orders", "list"},
        {"POST", "/orders", "create"},
        {"GET", "/orders/7", "order id=7"},
        {"GET", "/orders/7?after=3", "order id=7"},
        {"GET", "/orders/latest", "latest"},
        {"GET", "/orders/a%20b", "order id=a b"},
        {"GET", "/orders/%E0%A4%9A", "order id=\xe0\xa4\x9a"},
        {"GET", "/orders/..", "order id=.."},
        {"POST", "/orders/7/attempts/2/cancel", "cancel id=7 index=2"},
        {"HEAD", "/orders/7", "order id=7"},
        {"GET", "/y/x", "yb b=x"},
        {"GET", "/z/x", "ax a=z"},
    };
    const auto router = a_router();
    for (const auto& row : kRows) {
        const auto response = routed(router, row.method, row.target);
        EXPECT_EQ(response.status, 200) << row.target;
        EXPECT_EQ(response.body, row.body) << row.method << " " << row.target;
    }
}

TEST(Router, MissesWithTheRightStatus) {
    struct Row {
        std::string method, target;
        int status;
        std::string allow;
    };
    const Row kRows[] = {
        {"GET", "/nothing", 404, ""},
        {"GET", "/orders/", 404, ""},
        {"GET", "//orders", 404, ""},
        {"GET", "/orders//attempts", 404, ""},
        {"GET", "/ORDERS", 404, ""},
        {"GET", "/%6Frders", 404, ""},
        {"GET", "/orders/a%2Fb", 404, ""},
        {"GET", "/orders/a%00b", 404, ""},
        {"GET", "/orders/a%0Ab", 404, ""},
        {"GET", "/orders/a%7Fb", 404, ""},
        {"GET", "/orders/a%", 404, ""},
        {"GET", "/orders/a%zz", 404, ""},
        {"GET", "/orders/7/attempts/2/cancel", 405, "POST"},
        {"DELETE", "/orders", 405, "GET, HEAD, POST"},
        {"HEAD", "/orders/7/attempts/2/cancel", 405, "POST"},
    };
    const auto router = a_router();
    for (const auto& row : kRows) {
        const auto response = routed(router, row.method, row.target);
        EXPECT_EQ(response.status, row.status) << row.method << " " << row.target;
        EXPECT_EQ(response.headers.find("Allow").value_or(""), row.allow) << row.target;
    }
}

TEST(Router, LiteralsWinInAnyOrderOfAdding) {
    const std::string kPatterns[] = {"/{a}/{b}", "/{a}/y", "/x/{b}", "/x/y"};
    for (int first = 0; first < 4; ++first) {
        http::Router router;
        for (int i = 0; i < 4; ++i) {
            const auto& pattern = kPatterns[(first + i) % 4];
            router.add("GET", pattern, [pattern](const auto&, http::Request&&, http::Responder r) {
                r.send({200, {}, pattern});
            });
        }
        EXPECT_EQ(routed(router, "GET", "/x/y").body, "/x/y");
        EXPECT_EQ(routed(router, "GET", "/x/q").body, "/x/{b}");
        EXPECT_EQ(routed(router, "GET", "/q/y").body, "/{a}/y");
        EXPECT_EQ(routed(router, "GET", "/q/q").body, "/{a}/{b}");
    }
}

TEST(Router, AsksItsOwnerWhatAMissLooksLike) {
    auto router = a_router();
    router.on_miss([](const http::Request& request, int status, std::string allow) {
        return http::Response{status, {{"X-Allow", allow}}, "missed " + request.target};
    });
    EXPECT_EQ(routed(router, "GET", "/nothing").body, "missed /nothing");
    const auto response = routed(router, "PUT", "/orders");
    EXPECT_EQ(response.headers.find("X-Allow"), "GET, HEAD, POST");
    EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD, POST");
}

TEST(Router, ListsItsRoutes) {
    const auto routes = a_router().routes();
    EXPECT_EQ(routes.size(), 8U);
    const std::pair<std::string, std::string> expected{"POST", "/orders"};
    EXPECT_NE(std::find(routes.begin(), routes.end(), expected), routes.end());
}

TEST(Router, SurvivesFifteenThousandSlashes) {
    // Pistache's own router dies of this one (facts/pistache.md D7).
    EXPECT_EQ(routed(a_router(), "GET", std::string(15'000, '/')).status, 404);
}

}  // namespace
