#include "tests/support/wrong_client.h"

#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/raw_client.h"

namespace support {
namespace {

constexpr std::chrono::microseconds kMoment{50};
constexpr std::chrono::milliseconds kNoPort{1};
/// Without it attackers alone fill the queue of new connections and no victim gets in.
constexpr std::chrono::microseconds kBreath{100};

struct Tally {
    std::atomic<long> attacks{0};
    std::atomic<long> asked{0};
    std::atomic<long> wrong{0};
    std::atomic<long> unanswered{0};
    std::mutex mutex;
    std::string first_wrong;
};

std::string request_for(const WrongClientHunt& hunt, const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + hunt.extra_fields +
           "Connection: keep-alive\r\n\r\n";
}

void attack_once(const WrongClientHunt& hunt) {
    RawClient client{hunt.port};
    client.say(request_for(hunt, hunt.attack_target));
    switch (hunt.leaving) {
        case Leaving::AtOnce:
            return client.close();
        case Leaving::AfterAMoment:
            std::this_thread::sleep_for(kMoment);
            return client.close();
        case Leaving::ByReset:
            return client.reset();
    }
}

void ask_once(const WrongClientHunt& hunt, const std::string& word, Tally& tally) {
    RawClient client{hunt.port};
    auto request = request_for(hunt, hunt.victim_target);
    for (auto mark = request.find('%'); mark != std::string::npos; mark = request.find('%'))
        request.replace(mark, 1, word);
    const auto answer = client.ask(request);
    client.reset();
    ++tally.asked;
    if (answer.status() == 0) {
        ++tally.unanswered;
        return;
    }
    const auto body = answer.body();
    // The word ends where no digit goes on: V1_2 is not V1_23.
    const auto at = answer.bytes.find(word);
    const bool named = at != std::string::npos && answer.bytes[at + word.size()] < '0';
    const bool mine = hunt.body_is_word ? body == word : named;
    if (mine) return;
    if (tally.wrong++ == 0) {
        const std::lock_guard lock{tally.mutex};
        tally.first_wrong = "asked for " + word + ", got: " + answer.bytes;
    }
}

}  // namespace

WrongClientCounts hunt_wrong_client(const WrongClientHunt& hunt) {
    Tally tally;
    const auto end = std::chrono::steady_clock::now() + hunt.duration;
    const auto until_the_end = [end](const auto& once) {
        while (std::chrono::steady_clock::now() < end) {
            try {
                once();
            } catch (const std::runtime_error&) {
                std::this_thread::sleep_for(kNoPort);  // no port is free at the moment
            }
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < hunt.attackers; ++i) {
        threads.emplace_back([&] {
            until_the_end([&] {
                attack_once(hunt);
                ++tally.attacks;
                std::this_thread::sleep_for(kBreath);
            });
        });
    }
    for (int i = 0; i < hunt.victims; ++i) {
        threads.emplace_back([&, i] {
            long number = 0;
            until_the_end([&] {
                ask_once(hunt, "V" + std::to_string(i) + "_" + std::to_string(number++), tally);
            });
        });
    }
    for (auto& thread : threads) thread.join();
    return {tally.attacks, tally.asked, tally.wrong, tally.unanswered, tally.first_wrong};
}

}  // namespace support
