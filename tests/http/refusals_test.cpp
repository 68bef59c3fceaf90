// What a client hears that no handler answers.
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "http/server.h"
#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using http::Response;
using support::RawClient;

const std::string kHost = "Host: x\r\n";

TEST(Refusals, AreInTheWordsOfTheServersOwner) {
    const auto in_words = [](int status) {
        return Response{status, {{"X-Why", std::to_string(status)}}, "no"};
    };
    http::Server server{
        {.limits = {.handler_timeout = std::chrono::milliseconds{100}}, .refusal = in_words},
        [parked = std::vector<Responder>{}](Request&& request, Responder responder) mutable {
            if (request.target == "/throws") throw 1;
            if (request.target == "/silent") parked.push_back(responder);
            if (request.target == "/split") responder.send({200, {{"A", "b\r\nc"}}, {}});
        }};
    const std::pair<std::string, int> kRequests[] = {
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"BREW / HTTP/1.1\r\n" + kHost + "\r\n", 501},
        {"GET /throws HTTP/1.1\r\n" + kHost + "\r\n", 500},
        {"GET /forgets HTTP/1.1\r\n" + kHost + "\r\n", 500},
        {"GET /split HTTP/1.1\r\n" + kHost + "\r\n", 500},
        {"GET /silent HTTP/1.1\r\n" + kHost + "\r\n", 504},
    };
    for (const auto& [request, status] : kRequests) {
        RawClient client{server.port()};
        const auto answer = client.ask(request);
        EXPECT_EQ(answer.status(), status) << request;
        EXPECT_TRUE(answer.has_line("X-Why: " + std::to_string(status))) << request;
        EXPECT_EQ(answer.body(), "no") << request;
    }
    RawClient client{server.port()};
    client.say("HEAD /silent HTTP/1.1\r\n" + kHost + "\r\n");
    EXPECT_EQ(client.hear_all().body(), "") << "to HEAD without a body, whoever answers";
}

TEST(Refusals, AreBareWhenItsOwnerHasNoWords) {
    http::Server server{
        {.refusal = [](int) -> Response { throw std::runtime_error{"the secret is 1234"}; }},
        [](Request&&, const Responder&) {}};
    RawClient client{server.port()};
    const auto answer = client.ask("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(answer.status(), 400);
    EXPECT_EQ(answer.body(), "");
}

}  // namespace
