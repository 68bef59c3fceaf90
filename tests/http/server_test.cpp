// The server as a client meets it: keep-alive, HEAD, limits, half-close, errors of handlers.
#include "http/server.h"

#include <gtest/gtest.h>

#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using support::RawClient;

void echo(Request&& request, Responder responder) {
    responder.send(
        {200,
         {{"Content-Type", "text/plain"}},
         request.method + " " + request.target + " " + request.body}
    );
}

TEST(Server, AnswersAndKeepsTheConnection) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    for (const std::string target : {"/a", "/b?c=d"}) {
        const auto answer = client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(answer.status(), 200);
        EXPECT_EQ(answer.body(), "GET " + target + " ");
        EXPECT_TRUE(answer.has_line("Connection: keep-alive")) << answer.bytes;
    }
}

TEST(Server, AnswersAClientThatHalfCloses) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
    client.say_no_more();
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.body(), "GET /half ");
    EXPECT_TRUE(answer.closed);
}

TEST(Server, ClosesAfterAProtocolError) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("GET /x HTTP/1.1\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.status(), 400);
    EXPECT_TRUE(answer.closed);
    EXPECT_EQ(answer.bytes.find("evil"), std::string::npos);
}

}  // namespace
