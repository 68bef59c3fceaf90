// Anybody may ask /readyz, and each question is a round trip to the database.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <latch>

#include "server/routes.h"
#include "tests/support/edge_builders.h"
#include "tests/support/raw_client.h"

namespace chukta {
namespace {

using namespace testing;
using support::RawClient;

constexpr const char* kAsk = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";

/// A database that answers when the test says so.
class SlowDatabase : public Readiness {
public:
    bool database_ready() override {
        ++asked;
        may_answer.wait();
        return ready;
    }
    std::atomic<int> asked{0};
    std::atomic<bool> ready{true};
    std::latch may_answer{1};
};

class NoIntake : public WebhookIntake {
    void accept(std::string, EpochMs, std::function<void(bool)> done) override { done(false); }
};

class ReadinessTest : public ::testing::Test {
protected:
    ReadinessTest() { routes.add_to(router); }

    FakeClock clock;
    Metrics metrics;
    SlowDatabase database;
    NoIntake intake;
    cashfree::Gateway gateway{{}};
    Assets assets;
    Workers workers{4, 100};
    Edge edge{workers, metrics, clock, {}};
    ServiceRoutes routes{edge, gateway, intake, database, assets};
    http::Router router;
    http::Server server{{}, [this](http::Request&& request, http::Responder responder) {
                            router.route(std::move(request), std::move(responder));
                        }};
};

TEST_F(ReadinessTest, ManyAtOnceAreOneQuestion) {
    constexpr int kMany = 20;
    std::deque<RawClient> clients;
    for (int i = 0; i < kMany; ++i) {
        clients.emplace_back(server.port());
        clients.back().say(kAsk);
    }
    while (server.counts().requests_in_flight < kMany || database.asked == 0) {
        std::this_thread::yield();
    }
    database.may_answer.count_down();
    for (auto& client : clients) EXPECT_EQ(client.hear().status(), 200);
    EXPECT_EQ(database.asked, 1);
}

TEST_F(ReadinessTest, SomeHundredsWaitAndEverybodyElseIsToldAtOnce) {
    constexpr std::uint64_t kMany = 600;
    std::deque<RawClient> clients;
    for (std::uint64_t i = 0; i < kMany; ++i) {
        clients.emplace_back(server.port());
        clients.back().say(kAsk);
    }
    while (server.counts().requests_total < kMany || database.asked == 0) {
        std::this_thread::yield();
    }
    RawClient late{server.port()};
    late.say(kAsk);
    const auto told = late.hear();
    EXPECT_EQ(told.status(), 503);
    EXPECT_NE(told.body().find(R"("code":"unavailable")"), std::string::npos)
        << "of the database nobody knows anything: " << told.body();
    database.may_answer.count_down();
    EXPECT_EQ(clients.front().hear().status(), 200);
    EXPECT_EQ(database.asked, 1);
}

TEST_F(ReadinessTest, AnAnswerLastsASecond) {
    database.may_answer.count_down();
    EXPECT_EQ(ask(server.port(), "GET", "/readyz").status, 200);
    database.ready = false;
    EXPECT_EQ(ask(server.port(), "GET", "/readyz").status, 200);
    EXPECT_EQ(database.asked, 1);
    clock.advance(1'000);
    EXPECT_EQ(ask(server.port(), "GET", "/readyz").status, 503);
    EXPECT_EQ(database.asked, 2);
    clock.advance(-10'000);
    database.ready = true;
    EXPECT_EQ(ask(server.port(), "GET", "/readyz").status, 200) << "the clock was set back";
}

}  // namespace
}  // namespace chukta
