// Fault points and planted bugs where they exist.
#include "server/faults.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <vector>

namespace chukta {
namespace {

TEST(Faults, AnUnknownNameOrCountIsRefused) {
    EXPECT_FALSE(faults::arm("nowhere:1"));
    EXPECT_FALSE(faults::arm("dispatcher.before_call"));
    EXPECT_FALSE(faults::arm("dispatcher.before_call:0"));
    EXPECT_FALSE(faults::arm("dispatcher.before_call:1x"));
    EXPECT_FALSE(faults::arm("dispatcher.before_call:1:explode"));
    EXPECT_FALSE(faults::plant_all("step.nothing"));
    EXPECT_TRUE(faults::arm(""));
    EXPECT_TRUE(faults::plant_all(""));
}

TEST(Faults, TheProcessDiesAtTheNthPassAndNotBefore) {
    EXPECT_EXIT(
        {
            faults::arm("applier.after_commit:1000,dispatcher.before_call:2:kill");
            faults::pass(faults::Point::DispatcherBeforeCall);
            faults::pass(faults::Point::DispatcherAfterCall);
            std::fputs("still here", stderr);
            faults::pass(faults::Point::DispatcherBeforeCall);
        },
        ::testing::KilledBySignal(SIGKILL),
        "still here"
    );
}

TEST(Faults, AHandlerHearsEveryPass) {
    std::vector<faults::Point> heard;
    faults::set_handler([&](faults::Point point) { heard.push_back(point); });
    for (const auto point : faults::all_points()) faults::pass(point);
    faults::set_handler({});
    faults::pass(faults::Point::ApplierAfterCommit);
    EXPECT_EQ(heard, faults::all_points());
}

TEST(Faults, ABugIsActiveWhileItIsPlanted) {
    const auto bug = faults::Bug::LateFailureTakesBack;
    EXPECT_FALSE(faults::planted(bug));
    faults::plant(bug, true);
    EXPECT_TRUE(faults::planted(bug));
    faults::plant(bug, false);
    EXPECT_FALSE(faults::planted(bug));
}

}  // namespace
}  // namespace chukta
