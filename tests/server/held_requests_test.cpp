#include "server/held_requests.h"

#include <gtest/gtest.h>

#include "shared/limits.h"
#include "tests/support/server_builders.h"

namespace chukta {
namespace {

OrderId order(int number) { return OrderId{"ord_" + std::to_string(number)}; }

TEST(HeldRequests, NewsOfOneOrderAmongTenThousandCallsItsOwnRequestsOnce) {
    const testing::FakeClock clock;
    constexpr int kOrders = 10'000;
    std::vector<int> called(kOrders, 0);
    HeldRequests held{clock};
    for (int i = 0; i < kOrders; ++i) {
        held.hold(order(i), 1, clock.now() + 25'000, [&called, i] { ++called[std::size_t(i)]; });
    }
    held.wake(order(7'000), 2);
    held.wake(order(7'000), 3);
    EXPECT_EQ(held.size(), kOrders - 1U);
    EXPECT_EQ(called[7'000], 1);
    EXPECT_EQ(std::count(called.begin(), called.end(), 1), 1);
    held.release_all();
    EXPECT_EQ(std::count(called.begin(), called.end(), 1), kOrders);
}

TEST(HeldRequests, WakesThosePagesOfAnOrderThatHaveNotSeenThisVersion) {
    const testing::FakeClock clock;
    std::string called;
    HeldRequests held{clock};
    for (const auto& [name, version] : {std::pair{'a', 1}, {'b', 3}, {'c', 2}, {'d', 1}}) {
        held.hold(order(1), version, clock.now() + 25'000, [&called, name] { called += name; });
    }
    held.wake(order(1), 2);
    EXPECT_EQ(called, "ad");
    held.wake(order(1), 3);
    EXPECT_EQ(called, "adc");
    held.wake(order(2), 9);
    held.wake(order(1), 4);
    EXPECT_EQ(called, "adcb");
}

TEST(HeldRequests, OfOneOrderAreNoMoreThanItsPagesNeedAndTheOldestIsAnsweredFirst) {
    const testing::FakeClock clock;
    std::vector<std::size_t> called;
    HeldRequests held{clock};
    constexpr auto kMost = limits::kHeldRequestsPerOrderMax;
    for (std::size_t i = 0; i < kMost + 2; ++i) {
        held.hold(order(1), 1, clock.now() + 25'000, [&called, i] { called.push_back(i); });
        held.hold(order(2), 1, clock.now() + 25'000, [] {});
    }
    EXPECT_EQ(called, (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(held.size(), 2 * kMost);
    held.wake(order(1), 2);
    EXPECT_EQ(called.size(), kMost + 2);
}

TEST(HeldRequests, ComeToTheirDeadlinesInTheOrderOfThese) {
    const testing::FakeClock clock;
    std::string called;
    HeldRequests held{clock};
    const auto now = clock.now();
    for (const auto& [name, ms] : {std::pair{'a', 300}, {'b', 100}, {'c', 200}, {'d', 100}}) {
        held.hold(order(name), 1, now + ms, [&called, name] { called += name; });
    }
    held.run_once(now + 99);
    EXPECT_EQ(called, "");
    held.run_once(now + 200);
    EXPECT_EQ(called, "bdc");
    held.wake(order('b'), 2);
    EXPECT_EQ(called, "bdc") << "it was called already";
    held.run_once(now + 300);
    EXPECT_EQ(called, "bdca");
    EXPECT_EQ(held.size(), 0U);
}

TEST(HeldRequests, MayBeHeldAgainByWhatTheyCall) {
    const testing::FakeClock clock;
    int called = 0;
    HeldRequests held{clock};
    std::function<void()> again = [&] {
        if (++called < 3) held.hold(order(1), called, clock.now() + 25'000, again);
    };
    held.hold(order(1), 0, clock.now() + 25'000, again);
    held.wake(order(1), 1);
    held.wake(order(1), 2);
    held.wake(order(1), 3);
    held.wake(order(1), 4);
    EXPECT_EQ(called, 3);
}

}  // namespace
}  // namespace chukta
