// Requests that wait: many at once, answered from another thread.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.h"
#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using support::RawClient;

/// Requests that nobody has answered yet.
class Park {
public:
    void add(std::string target, Responder responder) {
        const std::lock_guard lock{mutex_};
        waiting_.emplace_back(std::move(target), std::move(responder));
    }
    std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return waiting_.size();
    }
    void answer_all() {
        std::vector<std::pair<std::string, Responder>> all;
        {
            const std::lock_guard lock{mutex_};
            all.swap(waiting_);
        }
        for (const auto& [target, responder] : all) responder.send({200, {}, target});
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, Responder>> waiting_;
};

TEST(LongPoll, FiveHundredAreAnsweredEachItsOwn) {
    constexpr int kWaiting = 500;
    Park park;
    http::Server server{{.threads = 2}, [&](Request&& request, Responder responder) {
                            if (request.target == "/now")
                                return void(responder.send({200, {}, "now"}));
                            park.add(request.target, responder);
                        }};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < kWaiting; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port(), std::chrono::seconds{20}));
    }
    for (int round = 0; round < 3; ++round) {
        const auto target = [round](int i) {
            return "/" + std::to_string(round) + "." + std::to_string(i);
        };
        for (int i = 0; i < kWaiting; ++i) {
            clients[static_cast<std::size_t>(i)]->say(
                "GET " + target(i) + " HTTP/1.1\r\nHost: x\r\n\r\n"
            );
        }
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (park.size() < kWaiting && std::chrono::steady_clock::now() < end) {
            std::this_thread::yield();
        }
        ASSERT_EQ(park.size(), static_cast<std::size_t>(kWaiting));
        EXPECT_EQ(server.counts().requests_in_flight, static_cast<std::size_t>(kWaiting));
        EXPECT_EQ(support::get(server.port(), "/now").body(), "now") << "waiting holds up nobody";
        std::thread{[&park] { park.answer_all(); }}.join();
        for (int i = 0; i < kWaiting; ++i) {
            ASSERT_EQ(clients[static_cast<std::size_t>(i)]->hear().body(), target(i));
        }
    }
}

TEST(LongPoll, WhoLeavesIsForgotten) {
    Park park;
    http::Server server{
        {}, [&](Request&& request, Responder responder) { park.add(request.target, responder); }};
    {
        std::vector<std::unique_ptr<RawClient>> leaving;
        for (int i = 0; i < 50; ++i) {
            leaving.push_back(std::make_unique<RawClient>(server.port()));
            leaving.back()->say("GET /leaving HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        while (park.size() < 50) std::this_thread::yield();
        for (const auto& client : leaving) client->reset();
    }
    // Whoever comes now gets the descriptor numbers of those who left.
    while (server.counts().connections > 0) std::this_thread::yield();
    std::vector<std::unique_ptr<RawClient>> coming;
    for (int i = 0; i < 50; ++i) {
        coming.push_back(std::make_unique<RawClient>(server.port()));
        coming.back()->say("GET /coming HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    while (park.size() < 100) std::this_thread::yield();
    park.answer_all();
    for (const auto& client : coming) EXPECT_EQ(client->hear().body(), "/coming");
}

}  // namespace
