// Fault points and planted bugs: that operators' program has none.
#include "server/faults.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace chukta
