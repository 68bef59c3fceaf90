// One body for many clients.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "http/server.h"
#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using http::Response;
using support::RawClient;

TEST(SharedBody, IsSentToManyWithoutACopyForEach) {
    constexpr int kReaders = 20;
    const auto body = std::make_shared<const std::string>(3'000'000, 'x');
    http::Server server{{}, [&](Request&&, Responder responder) {
                            Response response;
                            response.shared_body = body;
                            responder.send(std::move(response));
                        }};
    std::deque<RawClient> readers;
    for (int i = 0; i < kReaders; ++i) {
        readers.emplace_back(server.port(), std::chrono::seconds{5}, 4096);
        readers.back().say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (body.use_count() < 1 + kReaders && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
    }
    EXPECT_EQ(body.use_count(), 1 + kReaders) << "each connection holds the one there is";
    for (auto& reader : readers) EXPECT_EQ(reader.hear().body(), *body);
    EXPECT_EQ(readers.front().ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body(), *body);
    readers.front().say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = readers.front().hear(true);
    EXPECT_TRUE(head.has_line("Content-Length: 3000000"));
    EXPECT_EQ(readers.front().ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body(), *body);
}

}  // namespace
