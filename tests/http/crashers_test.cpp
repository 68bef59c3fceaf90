// The crashers and freezers of facts/pistache.md §9 that reach us over the wire. After each of them
// the process lives, the thread serves others, and nobody got a wrong answer. C2-C5, C7, C13 and
// C14 need parts of Pistache that are banned here (tests/tidy_test.cpp).
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "tests/support/answer_pool.h"
#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using support::RawClient;
using namespace std::chrono_literals;

void echo(Request&& request, Responder responder) {
    responder.send({200, {}, request.target + " " + request.body});
}

void expect_alive(std::uint16_t port) {
    const auto answer = support::get(port, "/alive");
    EXPECT_EQ(answer.body(), "/alive ");
}

TEST(Crashers, AChunkCutBetweenCrAndLf) {  // C1, D3
    http::Server server{{}, echo};
    RawClient client{server.port()};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r");
    EXPECT_EQ(client.hear().status(), 411);
    client.say("\n0\r\n\r\n");
    expect_alive(server.port());
}

TEST(Crashers, AReaderWhoDoesNotRead) {  // C8, D4
    http::Server server{{}, [](Request&& request, Responder responder) {
                            if (request.target == "/alive")
                                return echo(std::move(request), responder);
                            responder.send({200, {}, std::string(4'000'000, 'x')});
                        }};
    std::vector<std::unique_ptr<RawClient>> idlers;
    for (int i = 0; i < 8; ++i) {
        idlers.push_back(std::make_unique<RawClient>(server.port(), 10s, 4096));
        idlers.back()->say("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 50; ++i) expect_alive(server.port());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    // The one who reads at last gets every byte.
    EXPECT_EQ(idlers[3]->hear().body(), std::string(4'000'000, 'x'));
}

TEST(Crashers, SixtyPipelinedAnswersUnread) {  // C8
    http::Server server{{}, [](Request&& request, Responder responder) {
                            if (request.target == "/alive")
                                return echo(std::move(request), responder);
                            responder.send({200, {}, std::string(150'000, 'x')});
                        }};
    RawClient client{server.port(), 10s, 4096};
    std::string requests;
    for (int i = 0; i < 60; ++i) requests += "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
    client.say(requests);
    for (int got = 0; got < 200'000;) {
        const auto bytes = client.hear_some(4096);
        ASSERT_FALSE(bytes.empty());
        got += static_cast<int>(bytes.size());
    }
    for (int i = 0; i < 50; ++i) expect_alive(server.port());
    EXPECT_LT(server.counts().requests_total, 100U) << "no answers piled up for who does not read";
}

TEST(Crashers, AnswersFromTwoThreadsAtOnceAllLeave) {  // C9, D5: stock loses 1 in 130,000
    support::AnswerPool pool{2};
    http::Server server{
        {}, [&](Request&& request, Responder responder) {
            pool.run([target = request.target, responder] { responder.send({200, {}, target}); });
        }};
    constexpr int kClients = 8;
    std::atomic<long> answered{0};
    std::atomic<long> wrong{0};
    const auto end = std::chrono::steady_clock::now() + 2s;
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
        threads.emplace_back([&, i] {
            RawClient client{server.port()};
            for (long number = 0; std::chrono::steady_clock::now() < end; ++number) {
                const auto target = "/" + std::to_string(i) + "." + std::to_string(number);
                const auto answer = client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
                if (answer.body() != target) return void(++wrong);
                ++answered;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(answered, 500);
}

TEST(Crashers, ForgedRequestsInARefusedBody) {  // C11, D2
    std::atomic<int> forged{0};
    http::Server server{{}, [&](Request&& request, Responder responder) {
                            if (request.target == "/forged") ++forged;
                            echo(std::move(request), responder);
                        }};
    std::string body;
    while (body.size() < 40'000) {
        body += std::string(4096 - body.size() % 4096, ' ');
        body += "GET /forged HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    const auto length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
    const std::string kHeads[] = {
        "POST / HTTP/1.1\r\nHost: x\r\nCookie: foo\r\n" + length + "\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nAccept: foo\r\nCache-Control: foo\r\n" + length + "\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nFolded: a\r\n b\r\n" + length + "\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ch\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3abc\r\n\r\n",
        "POST / HTTP/1.1\nHost: x\n\n",
    };
    for (const auto& head : kHeads) {
        RawClient client{server.port()};
        client.say(head + body);
        client.hear();
        RawClient next{server.port()};
        expect_alive(server.port());
    }
    EXPECT_EQ(forged, 0);
}

TEST(Crashers, TheBodyAfterARefusedOneIsWhole) {  // C12, D8
    http::ServerLimits limits;
    limits.body_bytes = 16'384;
    http::Server server{{.limits = limits}, [](Request&& request, Responder responder) {
                            responder.send({200, {}, std::to_string(request.body.size())});
                        }};
    RawClient first{server.port()};
    first.say(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16800\r\n\r\n" + std::string(16'800, 'a')
    );
    EXPECT_EQ(first.hear_all().status(), 413);
    RawClient second{server.port()};
    const auto answer = second.ask(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16154\r\n\r\n" + std::string(16'154, 'b')
    );
    EXPECT_EQ(answer.body(), "16154");
}

TEST(Crashers, NoiseIsRefusedOrIgnored) {
    http::Server server{{}, echo};
    unsigned seed = 12345;
    const auto next = [&seed] { return (seed = seed * 1664525 + 1013904223) >> 16; };
    const std::string kPieces[] = {
        "GET / HTTP/1.1\r\n",
        "Host: x\r\n",
        "\r\n",
        "Content-Length: 5\r\n",
        "\n",
        "\r",
        "hello",
        std::string(1, '\0'),
        "\xff",
        ": ",
        "Transfer-Encoding: chunked\r\n",
        " ",
        "POST /",
    };
    for (int round = 0; round < 300; ++round) {
        RawClient client{server.port()};
        std::string bytes;
        for (unsigned i = 0; i < 2 + next() % 10; ++i)
            bytes += kPieces[next() % std::size(kPieces)];
        for (std::size_t i = 0; i < bytes.size(); i += 7) client.say(bytes.substr(i, 7));
        client.say_no_more();
        const auto answer = client.hear_all();
        ASSERT_TRUE(answer.closed) << round;
    }
    expect_alive(server.port());
}

}  // namespace
