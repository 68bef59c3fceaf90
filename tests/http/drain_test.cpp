// Stopping: what was asked is answered, nothing new is begun.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "http/server.h"
#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using support::RawClient;
using namespace std::chrono_literals;

TEST(Drain, AnswersTheRequestInFlight) {
    std::promise<Responder> parked;
    http::Server server{{}, [&](Request&&, Responder responder) { parked.set_value(responder); }};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto responder = parked.get_future().get();
    auto stopped = std::async(std::launch::async, [&] { return server.stop(10s); });
    EXPECT_EQ(stopped.wait_for(100ms), std::future_status::timeout) << "it waits for the answer";
    responder.send({200, {}, std::string(1'000'000, 'x')});
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.body(), std::string(1'000'000, 'x'));
    EXPECT_TRUE(answer.has_line("Connection: close")) << answer.head();
    client.close();
    EXPECT_TRUE(stopped.get());
}

TEST(Drain, ClosesIdleConnectionsAndAcceptsNoMore) {
    http::Server server{{}, [](Request&&, Responder responder) { responder.send({}); }};
    const auto port = server.port();
    RawClient idle{port};
    idle.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(server.stop(10s));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_TRUE(idle.hear_all().closed);
    EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST(Drain, GivesUpAfterItsLimit) {
    std::promise<Responder> parked;
    http::Server server{{}, [&](Request&&, Responder responder) { parked.set_value(responder); }};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto responder = parked.get_future().get();
    EXPECT_FALSE(server.stop(100ms));
    EXPECT_TRUE(client.hear_all().closed);
    EXPECT_FALSE(responder.send({}));
}

TEST(Drain, ClosesBeforeWhatWasPipelinedBehindIt) {
    // A second request behind the one in flight was not begun: the client sees a close and repeats.
    std::promise<Responder> parked;
    int begun = 0;
    http::Server server{{}, [&](Request&&, Responder responder) {
                            if (begun++ == 0) parked.set_value(responder);
                        }};
    RawClient client{server.port()};
    client.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto responder = parked.get_future().get();
    auto stopped = std::async(std::launch::async, [&] { return server.stop(10s); });
    EXPECT_EQ(stopped.wait_for(100ms), std::future_status::timeout);
    responder.send({200, {}, "one"});
    EXPECT_EQ(client.hear().body(), "one");
    EXPECT_TRUE(client.hear_all().closed);
    client.close();
    EXPECT_TRUE(stopped.get());
    EXPECT_EQ(begun, 1);
}

TEST(Drain, StoppingTwiceIsHarmless) {
    http::Server server{{}, [](Request&&, Responder responder) { responder.send({}); }};
    EXPECT_TRUE(server.stop(1s));
    EXPECT_TRUE(server.stop(1s));
}

TEST(Drain, StopsUnderLoadWithoutLosingAnAnswer) {
    auto server = std::make_unique<http::Server>(
        http::ServerOptions{.threads = 2},
        [](Request&& request, Responder responder) {
            responder.send({200, {}, request.target});
        }
    );
    const auto port = server->port();
    std::atomic<long> answered{0};
    std::atomic<long> half_answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&] {
            try {
                RawClient client{port};
                for (;;) {
                    const auto answer = client.ask("GET /abc HTTP/1.1\r\nHost: x\r\n\r\n");
                    if (answer.bytes.empty()) return;
                    if (answer.body() != "/abc") return void(++half_answered);
                    ++answered;
                    if (answer.has_line("Connection: close")) return;
                }
            } catch (const std::runtime_error&) {
                return;
            }
        });
    }
    while (answered < 200) std::this_thread::yield();
    EXPECT_TRUE(server->stop(10s));
    for (auto& client : clients) client.join();
    EXPECT_EQ(half_answered, 0);
}

}  // namespace
