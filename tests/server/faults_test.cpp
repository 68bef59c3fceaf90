// Fault points and planted bugs: what they do where they exist, and that operators' builds have
// none.
#include "server/faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace chukta {
namespace {

#define CHUKTA_FAULT_NAME(identifier, name) name,
const std::vector<std::string> kPointNames = {CHUKTA_FAULT_POINTS(CHUKTA_FAULT_NAME)};
const std::vector<std::string> kBugNames = {CHUKTA_PLANTED_BUGS(CHUKTA_FAULT_NAME)};
#undef CHUKTA_FAULT_NAME

TEST(Faults, EachHasANameOfItsOwn) {
    std::set<std::string> names{kPointNames.begin(), kPointNames.end()};
    names.insert(kBugNames.begin(), kBugNames.end());
    EXPECT_EQ(names.size(), kPointNames.size() + kBugNames.size());
}

#ifndef CHUKTA_FAULTS

TEST(Faults, LeaveNoTraceInTheProgramThatOperatorsRun) {
    std::ifstream file{CHUKTA_PROGRAM, std::ios::binary};
    const std::string program{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_GT(program.size(), 100'000U);
    // The search works: a word that must be there is found.
    ASSERT_NE(program.find("CASHFREE_CLIENT_SECRET"), std::string::npos);
    std::vector<std::string> names = kPointNames;
    names.insert(names.end(), kBugNames.begin(), kBugNames.end());
    names.insert(names.end(), {"CHUKTA_FAILPOINT", "CHUKTA_PLANTED"});
    for (const auto& name : names) {
        EXPECT_EQ(program.find(name), std::string::npos) << name;
    }
}

#else

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

#endif

}  // namespace
}  // namespace chukta
