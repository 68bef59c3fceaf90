// Those who wait for a worker are handed to it together.
#include "server/gathering.h"

#include <gtest/gtest.h>

#include <latch>
#include <numeric>
#include <vector>

namespace chukta {
namespace {

/// One worker, which is busy with the number 0 until it may go on.
class GatheringTest : public ::testing::Test {
protected:
    static constexpr std::size_t kWaitingMax = 100;

    GatheringTest() {
        EXPECT_TRUE(gathering.add(0));
        busy.wait();
    }
    ~GatheringTest() override { finish(); }

    /// Everything that was taken, as it came to the worker.
    const std::vector<std::vector<int>>& finish() {
        if (!finished) go_on.count_down();
        finished = true;
        workers.stop();
        return rounds;
    }

    std::latch busy{1}, go_on{1};
    bool finished = false;
    std::vector<std::vector<int>> rounds;
    Workers workers{1, 10};
    Gathering<int> gathering{workers, kWaitingMax, [this](const std::vector<int>& numbers) {
                                 rounds.push_back(numbers);
                                 if (numbers.front() != 0) return;
                                 busy.count_down();
                                 go_on.wait();
                             }};
};

TEST_F(GatheringTest, WhoComesWhileTheWorkersAreBusyIsAnsweredTogetherAndInTurn) {
    for (int i = 1; i <= 40; ++i) EXPECT_TRUE(gathering.add(i));
    std::vector<int> all;
    for (const auto& round : finish()) all.insert(all.end(), round.begin(), round.end());
    std::vector<int> numbers(41);
    std::iota(numbers.begin(), numbers.end(), 0);
    EXPECT_EQ(all, numbers);
    EXPECT_EQ(rounds.size(), 4U) << "0, and 40 by up to 16";
}

TEST_F(GatheringTest, NobodyWaitsForCompany) {
    EXPECT_TRUE(gathering.add(1));
    const std::vector<std::vector<int>> alone{{0}, {1}};
    EXPECT_EQ(finish(), alone);
}

TEST_F(GatheringTest, RefusesWhoComesWhenTooManyWait) {
    for (std::size_t i = 0; i < kWaitingMax; ++i) EXPECT_TRUE(gathering.add(1));
    EXPECT_FALSE(gathering.add(1));
    std::size_t taken = 0;
    for (const auto& round : finish()) taken += round.size();
    EXPECT_EQ(taken, 1 + kWaitingMax) << "those who were let in are answered";
}

TEST_F(GatheringTest, LeavesRoomForOtherWork) {
    for (int i = 1; i <= 50; ++i) EXPECT_TRUE(gathering.add(i));
    std::latch done{1};
    std::size_t after = 0;  // how many rounds
    EXPECT_TRUE(workers.submit([&] {
        after = rounds.size();
        done.count_down();
    }));
    go_on.count_down();
    finished = true;
    done.wait();
    finish();
    EXPECT_EQ(after, 2U) << "between one round and the next";
    EXPECT_EQ(rounds.size(), 5U);
}

TEST_F(GatheringTest, TakesNobodyAfterTheWorkersHaveStopped) {
    finish();
    EXPECT_FALSE(gathering.add(1));
    EXPECT_EQ(rounds.size(), 1U);
}

}  // namespace
}  // namespace chukta
