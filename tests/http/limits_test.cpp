// What a client may not do to us: send too much, too slowly, too often.
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/server.h"
#include "tests/support/raw_client.h"

namespace {

using http::Request;
using http::Responder;
using http::ServerLimits;
using support::RawClient;
using namespace std::chrono_literals;

void fine(Request&&, Responder responder) { responder.send({200, {}, "fine"}); }

/// Short enough to wait for.
ServerLimits impatient() {
    ServerLimits limits;
    limits.header_timeout = 150ms;
    limits.body_timeout = 150ms;
    limits.idle_timeout = 150ms;
    limits.handler_timeout = 150ms;
    limits.write_timeout = 300ms;
    return limits;
}

bool within(std::chrono::milliseconds time, const std::function<bool()>& happened) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!happened()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

int open_descriptors() {
    auto* folder = ::opendir("/proc/self/fd");
    int count = 0;
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count;
}

TEST(Limits, OverLongRequestsAreRefusedAndClosed) {
    struct Row {
        const char* why;
        std::string bytes;
        int status;
    };
    const Row kRows[] = {
        {"line", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"line that does not end", "GET /" + std::string(100'000, 'a'), 414},
        {"head", "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
        {"head that does not end", "GET / HTTP/1.1\r\nA: " + std::string(100'000, 'a'), 431},
        {"body",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" +
             std::string(1'000'000, 'b'),
         413},
    };
    std::atomic<int> handled{0};
    http::Server server{{}, [&](Request&&, Responder responder) {
                            ++handled;
                            responder.send({});
                        }};
    for (const auto& row : kRows) {
        RawClient client{server.port()};
        std::thread speaker{[&] { client.say(row.bytes); }};
        const auto answer = client.hear_all();
        speaker.join();
        EXPECT_EQ(answer.status(), row.status) << row.why;
        EXPECT_TRUE(answer.closed) << row.why;
        EXPECT_FALSE(answer.reset) << row.why << ": a reset can overtake the answer";
        EXPECT_TRUE(answer.has_line("Connection: close")) << row.why;
    }
    EXPECT_EQ(handled, 0);
    EXPECT_EQ(server.counts().protocol_errors_total, std::size(kRows));
}

TEST(Limits, ASilentNewcomerIsClosed) {
    http::Server server{{.limits = impatient()}, fine};
    RawClient client{server.port()};
    const auto answer = client.hear_all();
    EXPECT_TRUE(answer.closed);
    EXPECT_EQ(answer.bytes, "");
}

TEST(Limits, AHeadThatDripsTimesOutAllTheSame) {
    http::Server server{{.limits = impatient()}, fine};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: ");
    const auto begin = std::chrono::steady_clock::now();
    const bool refused = within(5s, [&] {
        std::this_thread::sleep_for(10ms);
        client.say("x");
        return server.counts().requests_in_flight == 0 && server.counts().connections == 0;
    });
    EXPECT_TRUE(refused) << "each byte moved the deadline";
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
    EXPECT_EQ(client.hear_all().status(), 408);
}

TEST(Limits, AnUnfinishedHeadIsToldSo) {
    http::Server server{{.limits = impatient()}, fine};
    RawClient client{server.port()};
    client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client.say("GET / HT");
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.status(), 408) << "on a kept connection too";
    EXPECT_TRUE(answer.closed);
}

TEST(Limits, AnUnfinishedBodyIsToldSo) {
    http::Server server{{.limits = impatient()}, fine};
    RawClient client{server.port()};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.status(), 408);
    EXPECT_TRUE(answer.closed);
}

TEST(Limits, AnIdleConnectionIsClosedInSilence) {
    http::Server server{{.limits = impatient()}, fine};
    RawClient client{server.port()};
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.bytes, "");
    EXPECT_TRUE(answer.closed);
}

TEST(Limits, ASilentHandlerIsAnsweredForAndItsLateAnswerDropped) {
    std::promise<Responder> parked;
    http::Server server{{.limits = impatient()}, [&](Request&&, Responder responder) {
                            parked.set_value(responder);
                        }};
    RawClient client{server.port()};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.hear_all();
    EXPECT_EQ(answer.status(), 504);
    EXPECT_TRUE(answer.closed);
    EXPECT_FALSE(parked.get_future().get().send({200, {}, "late"}));
}

TEST(Limits, AnOverLongAnswerBecomesAnError) {
    ServerLimits limits;
    limits.response_bytes = 1000;
    http::Server server{{.limits = limits}, [](Request&& request, Responder responder) {
                            const std::size_t size = request.target == "/fits" ? 1000 : 1001;
                            responder.send({200, {}, std::string(size, 'x')});
                        }};
    EXPECT_EQ(support::get(server.port(), "/fits").status(), 200);
    EXPECT_EQ(support::get(server.port(), "/over").status(), 500);
}

TEST(Limits, AClientThatNeverReadsIsClosed) {
    http::Server server{{.limits = impatient()}, [](Request&&, Responder responder) {
                            responder.send({200, {}, std::string(4'000'000, 'x')});
                        }};
    RawClient client{server.port(), 5s, 4096};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(within(5s, [&] { return server.counts().requests_total == 1; }));
    EXPECT_TRUE(within(5s, [&] { return server.counts().connections == 0; }));
    EXPECT_EQ(server.counts().requests_in_flight, 0U);
}

/// How much of a 2 MB answer a client gets that takes 8 kB every 10 ms, without ever stopping.
std::size_t heard_by_a_slow_reader(std::size_t bytes_per_second_min) {
    ServerLimits limits;
    limits.write_timeout = 1s;
    limits.idle_timeout = 100ms;
    limits.read_bytes_per_second_min = bytes_per_second_min;
    http::Server server{{.limits = limits}, [](Request&&, Responder responder) {
                            responder.send({200, {}, std::string(2'000'000, 'x')});
                        }};
    RawClient client{server.port(), 5s, 65'536};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::size_t heard = 0;
    for (auto bytes = client.hear_some(8192); !bytes.empty(); bytes = client.hear_some(8192)) {
        heard += bytes.size();
        std::this_thread::sleep_for(10ms);
    }
    return heard;
}

TEST(Limits, ASlowReaderIsServedButNotTheSlowest) {
    EXPECT_GE(heard_by_a_slow_reader(4096), 2'000'000U) << "it never stopped reading";
    EXPECT_LT(heard_by_a_slow_reader(10'000'000), 1'900'000U) << "each byte moved the deadline";
}

TEST(Limits, OneTooManyIsToldAndClosed) {
    std::atomic<int> logged{0};
    ServerLimits limits;
    limits.connections = 3;
    http::Server server{{.limits = limits, .log = [&](std::string_view) { ++logged; }}, fine};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        EXPECT_EQ(clients.back()->ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
    }
    for (int i = 0; i < 2; ++i) {
        const auto answer = support::get(server.port(), "/");
        EXPECT_EQ(answer.status(), 503);
    }
    EXPECT_EQ(logged, 1) << "told once, not for each";
    EXPECT_EQ(clients[0]->ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
    clients.clear();
    EXPECT_TRUE(within(5s, [&] { return server.counts().connections == 0; }));
    EXPECT_EQ(support::get(server.port(), "/").status(), 200);
}

/// Takes every descriptor this process may have, until it goes.
class NoDescriptorsLeft {
public:
    NoDescriptorsLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto lower = before_;
        lower.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &lower);
        for (int taken = ::dup(0); taken >= 0; taken = ::dup(0)) taken_.push_back(taken);
    }
    ~NoDescriptorsLeft() {
        for (const int taken : taken_) ::close(taken);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    void give_back_one() {
        ::close(taken_.back());
        taken_.pop_back();
    }

private:
    rlimit before_{};
    std::vector<int> taken_;
};

/// In half a second. Little, because a spinning thread of a busy machine does not get much either.
constexpr double kRestful = 0.05;

double processor_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

TEST(Limits, WithoutDescriptorsItWaitsAndDoesNotSpin) {
    std::atomic<int> logged{0};
    http::Server server{{.log = [&](std::string_view) { ++logged; }}, fine};
    RawClient before{server.port()};
    EXPECT_EQ(before.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
    auto nothing_left = std::make_unique<NoDescriptorsLeft>();
    nothing_left->give_back_one();
    RawClient client{server.port()};  // takes that one; the server's accept has none
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(within(5s, [&] { return logged > 0; }));
    const auto used_before = processor_seconds();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(processor_seconds() - used_before, kRestful);
    EXPECT_EQ(before.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
    nothing_left.reset();
    EXPECT_EQ(client.hear().status(), 200) << "the one who waited";
}

TEST(Limits, IdleConnectionsCostNoProcessor) {
    http::Server server{{}, fine};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        ASSERT_EQ(clients.back()->ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status(), 200);
        if (i % 2 == 0) clients.back()->say("GET / HT");
    }
    const auto before = processor_seconds();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(processor_seconds() - before, kRestful);
}

TEST(Limits, AWaitingRequestCostsNoProcessorWhateverItsClientDoes) {
    std::promise<Responder> parked;
    std::promise<Responder> parked_too;
    http::Server server{{}, [&](Request&& request, Responder responder) {
                            (request.target == "/1" ? parked : parked_too).set_value(responder);
                        }};
    RawClient talker{server.port()};
    talker.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(100'000, 'x'));
    RawClient half_closed{server.port()};
    half_closed.say("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    half_closed.say_no_more();
    const auto one = parked.get_future().get();
    const auto two = parked_too.get_future().get();
    const auto before = processor_seconds();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(processor_seconds() - before, kRestful);
    one.send({200, {}, "one"});
    two.send({200, {}, "two"});
    EXPECT_EQ(talker.hear().body(), "one");
    EXPECT_EQ(half_closed.hear().body(), "two");
}

TEST(Limits, NoDescriptorIsLeaked) {
    constexpr int kRounds = 5;
    constexpr int kThreads = 2;
    // Pistache's NotifyFd never closes its eventfd: two for each thread of a server that ended.
    constexpr int kPistachesOwn = 2 * kThreads * kRounds;
    const int before = open_descriptors();
    for (int round = 0; round < kRounds; ++round) {
        http::Server server{{.threads = kThreads}, fine};
        std::vector<std::unique_ptr<RawClient>> open;
        for (int i = 0; i < 20; ++i) {
            support::get(server.port(), "/");
            open.push_back(std::make_unique<RawClient>(server.port()));
            open.back()->ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        // The server goes while they are connected.
    }
    EXPECT_LE(open_descriptors(), before + kPistachesOwn);
}

}  // namespace
