// The server as a client meets it: the form of answers, order, half-close, handlers that fail.
#include "http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using http::Response;
using support::RawClient;

const std::string kHost = "Host: x\r\n";

void echo(Request&& request, Responder responder) {
    responder.send(
        {200,
         {{"Content-Type", "text/plain"}},
         request.method + " " + request.target + " " + request.body}
    );
}

http::Handler always(Response response) {
    return [response](Request&&, Responder responder) { responder.send(response); };
}

support::RawAnswer answer_of(Response response, const std::string& method = "GET") {
    http::Server server{{}, always(std::move(response))};
    RawClient client{server.port()};
    client.say(method + " / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.hear_all();
}

TEST(Server, AnswersAndKeepsTheConnection) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    for (const std::string target : {"/a", "/b?c=d"}) {
        const auto answer = client.ask("GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n");
        EXPECT_EQ(answer.status(), 200);
        EXPECT_EQ(answer.body(), "GET " + target + " ");
        EXPECT_TRUE(answer.has_line("Connection: keep-alive")) << answer.bytes;
    }
    EXPECT_EQ(server.counts().requests_total, 2U);
    EXPECT_EQ(server.counts().connections, 1U);
}

TEST(Server, SaysCloseAndClosesWhenAsked) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = client.hear_all();
    EXPECT_TRUE(answer.has_line("Connection: close")) << answer.bytes;
    EXPECT_TRUE(answer.closed);
}

TEST(Server, SpeaksTheVersionOfTheRequest) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.0\r\n\r\n");
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.bytes.substr(0, 15), "HTTP/1.0 200 OK");
    EXPECT_TRUE(answer.closed);
    RawClient kept{server.port()};
    for (int i = 0; i < 2; ++i) {
        const auto again = kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_TRUE(again.has_line("Connection: keep-alive"));
    }
}

TEST(Server, AnswersAClientThatHalfCloses) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("GET /half HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n");
    client.say_no_more();
    EXPECT_EQ(client.hear().body(), "GET /half ");
    EXPECT_EQ(client.hear().body(), "GET /second ");
    EXPECT_TRUE(client.hear_all().closed);
}

TEST(Server, AnswersAHalfClosedClientLater) {
    std::promise<Responder> parked;
    http::Server server{{}, [&](Request&&, Responder responder) { parked.set_value(responder); }};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client.say_no_more();
    const auto responder = parked.get_future().get();
    EXPECT_TRUE(responder.send({200, {}, "late"}));
    EXPECT_EQ(client.hear().body(), "late");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    // The first is answered from another thread and late, the others at once. There are more of
    // them than one read takes.
    std::thread late;
    http::Server server{{}, [&](Request&& request, Responder responder) {
                            if (request.target != "/0") {
                                return responder.send({200, {}, request.target}), void();
                            }
                            late = std::thread{[responder] {
                                std::this_thread::sleep_for(std::chrono::milliseconds{100});
                                responder.send({200, {}, "/0"});
                            }};
                        }};
    RawClient client{server.port()};
    std::string requests;
    for (int i = 0; i < 3000; ++i) {
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    std::thread speaker{[&] { client.say(requests); }};
    for (int i = 0; i < 3000; ++i) ASSERT_EQ(client.hear().body(), "/" + std::to_string(i));
    speaker.join();
    late.join();
}

TEST(Server, GivesTheHandlerOneRequestOfAConnectionAtATime) {
    std::atomic<int> begun{0};
    std::promise<Responder> parked;
    http::Server server{{}, [&](Request&&, Responder responder) {
                            if (begun++ == 0) return parked.set_value(responder);
                            responder.send({200, {}, "second"});
                        }};
    RawClient client{server.port()};
    client.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto responder = parked.get_future().get();
    EXPECT_EQ(support::get(server.port(), "/other").status(), 200);
    EXPECT_EQ(begun, 2) << "the other connection's, not the pipelined one";
    responder.send({200, {}, "first"});
    EXPECT_EQ(client.hear().body(), "first");
    EXPECT_EQ(client.hear().body(), "second");
}

TEST(Server, AnswersHeadWithTheLengthAndWithoutTheBody) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = client.hear(true);
    EXPECT_TRUE(head.has_line("Content-Length: 8")) << head.bytes;
    EXPECT_EQ(client.ask("GET /y HTTP/1.1\r\nHost: x\r\n\r\n").body(), "GET /y ");
}

TEST(Server, SendsNoBodyWhereNoneMayBe) {
    for (const int status : {204, 304}) {
        const auto answer = answer_of({status, {}, "body"});
        EXPECT_EQ(answer.status(), status);
        EXPECT_EQ(answer.body(), "");
        EXPECT_EQ(answer.bytes.find("Content-Length"), std::string::npos);
    }
}

TEST(Server, TellsAnExpectantClientToContinue) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    const auto interim = client.hear();
    EXPECT_EQ(interim.bytes, "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(client.ask("hello").body(), "POST / hello");
}

TEST(Server, RefusesTheBodyOfAnExpectantClientBeforeItIsSent) {
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n"
    );
    EXPECT_EQ(client.hear().status(), 413);
}

TEST(Server, TakesEveryByteInABody) {
    http::Server server{{}, [](Request&& request, Responder responder) {
                            responder.send({200, {}, request.body});
                        }};
    std::string body;
    for (int i = 0; i < 65'536; ++i) body += static_cast<char>(i * 31 + (i >> 8));
    RawClient client{server.port()};
    const auto request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n" + body;
    EXPECT_EQ(client.ask(request).body(), body);
    client.say(request.substr(0, 30'000));
    EXPECT_EQ(client.ask(request.substr(30'000)).body(), body);
}

TEST(Server, RefusesAnAnswerThatWouldBeTwo) {
    const Response kInjections[] = {
        {200, {{"Location", "/x\r\nSet-Cookie: evil=1"}}, "b"},
        {200, {{"Location", "/x\nSet-Cookie: evil=1"}}, "b"},
        {200, {{"X", std::string("a\0evil", 6)}}, "b"},
        {200, {{"X: y\r\nSet-Cookie", "evil"}}, "b"},
        {200, {{"", "evil"}}, "b"},
        {99, {}, "evil"},
        {100, {}, "evil"},
        {1000, {}, "evil"},
    };
    for (const auto& injection : kInjections) {
        std::atomic<int> logged{0};
        http::Server server{
            {.log =
                 [&](std::string_view text) {
                     ++logged;
                     EXPECT_EQ(text.find("evil"), std::string_view::npos);
                 }},
            always(injection)};
        const auto answer = support::get(server.port(), "/");
        EXPECT_EQ(answer.status(), 500);
        EXPECT_EQ(answer.bytes.find("evil"), std::string::npos) << answer.bytes;
        EXPECT_EQ(logged, 1);
    }
}

TEST(Server, EndsAnswersItsOwnWay) {
    const auto answer = answer_of(
        {200,
         {{"Content-Length", "999"}, {"transfer-encoding", "chunked"}, {"Connection", "upgrade"}},
         "four"}
    );
    EXPECT_TRUE(answer.has_line("Content-Length: 4")) << answer.bytes;
    EXPECT_EQ(answer.bytes.find("999"), std::string::npos);
    EXPECT_EQ(answer.bytes.find("chunked"), std::string::npos);
    EXPECT_EQ(answer.bytes.find("upgrade"), std::string::npos);
}

TEST(Server, HidesWhatAHandlerThrows) {
    // The last one is C6 of facts/pistache.md: stock Pistache dies of it.
    std::string said;
    std::mutex mutex;
    http::Server server{
        {.log =
             [&](std::string_view text) {
                 const std::lock_guard lock{mutex};
                 said += text;
             }},
        [](Request&& request, Responder responder) {
            if (request.target == "/std") throw std::runtime_error{"the secret is 1234"};
            if (request.target == "/after") {
                responder.send({200, {}, "sent"});
                throw std::runtime_error{"the secret is 1234"};
            }
            if (request.target == "/int") throw 1234;
            responder.send({200, {}, "fine"});
        }};
    RawClient client{server.port()};
    for (const std::string target : {"/std", "/int"}) {
        const auto answer = client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(answer.status(), 500);
        EXPECT_EQ(answer.bytes.find("1234"), std::string::npos);
    }
    EXPECT_EQ(client.ask("GET /after HTTP/1.1\r\nHost: x\r\n\r\n").body(), "sent");
    EXPECT_EQ(client.ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").body(), "fine") << "one answer each";
    const std::lock_guard lock{mutex};
    EXPECT_EQ(said.find("1234"), std::string::npos);
    EXPECT_NE(said.find("threw"), std::string::npos);
}

TEST(Server, AnswersForAHandlerThatForgets) {
    http::Server server{{}, [](Request&&, Responder) {}};
    EXPECT_EQ(support::get(server.port(), "/").status(), 500);
}

TEST(Responder, AnswersOnce) {
    std::promise<std::pair<bool, bool>> sent;
    http::Server server{{}, [&](Request&&, Responder responder) {
                            const auto copy = responder;
                            const bool first = responder.send({200, {}, "first"});
                            sent.set_value({first, copy.send({200, {}, "second"})});
                        }};
    EXPECT_EQ(support::get(server.port(), "/").body(), "first");
    EXPECT_EQ(sent.get_future().get(), (std::pair{true, false}));
}

TEST(Responder, KnowsThatItsClientLeft) {
    std::promise<Responder> parked;
    http::Server server{{}, [&](Request&&, Responder responder) { parked.set_value(responder); }};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto responder = parked.get_future().get();
    EXPECT_TRUE(responder.alive());
    EXPECT_EQ(server.counts().requests_in_flight, 1U);
    client.reset();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (responder.alive() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_FALSE(responder.alive());
    EXPECT_TRUE(responder.send({200, {}, "nobody hears this"}));
    EXPECT_EQ(server.counts().requests_in_flight, 0U);
}

TEST(Responder, OutlivesItsServer) {
    std::promise<Responder> parked;
    auto server = std::make_unique<http::Server>(
        http::ServerOptions{}, [&](Request&&, Responder responder) { parked.set_value(responder); }
    );
    RawClient client{server->port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto responder = parked.get_future().get();
    server.reset();
    EXPECT_TRUE(client.hear().closed);
    EXPECT_FALSE(responder.send({200, {}, "too late"}));
    EXPECT_FALSE(responder.alive());
}

TEST(Server, SaysWhoseAddressAsked) {
    for (const std::string address : {"127.0.0.1", "::1"}) {
        std::unique_ptr<http::Server> server;
        std::promise<std::string> peer;
        try {
            server = std::make_unique<http::Server>(
                http::ServerOptions{.address = address},
                [&](Request&& request, Responder responder) {
                    peer.set_value(request.peer_address);
                    responder.send({});
                }
            );
        } catch (const std::runtime_error&) {
            ASSERT_EQ(address, "::1") << "only IPv6 may be missing here";
            continue;
        }
        RawClient client{server->port(), std::chrono::seconds{5}, 0, address};
        EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
        EXPECT_EQ(peer.get_future().get(), address);
    }
}

TEST(Server, NamesThePortThatIsTaken) {
    http::Server first{{}, echo};
    try {
        http::Server second{{.port = first.port()}, echo};
        FAIL() << "two servers on one port";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string{error.what()}.find(std::to_string(first.port())), std::string::npos);
    }
    EXPECT_THROW(http::Server({.address = "localhost"}, echo), std::runtime_error);
}

TEST(Server, SpreadsConnectionsOverItsThreads) {
    std::mutex mutex;
    std::set<std::thread::id> seen;
    http::Server server{{.threads = 3}, [&](Request&&, Responder responder) {
                            {
                                const std::lock_guard lock{mutex};
                                seen.insert(std::this_thread::get_id());
                            }
                            responder.send({200, {}, "x"});
                        }};
    for (int i = 0; i < 100; ++i) ASSERT_EQ(support::get(server.port(), "/").status(), 200);
    const std::lock_guard lock{mutex};
    EXPECT_EQ(seen.size(), 3U);
}

TEST(Server, LeavesSigpipeHarmless) {
    std::signal(SIGPIPE, SIG_DFL);
    http::Server server{{}, echo};
    struct sigaction now {};
    ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &now), 0);
    EXPECT_EQ(now.sa_handler, SIG_IGN);
}

}  // namespace
