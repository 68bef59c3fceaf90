#include "shared/display.h"

#include <gtest/gtest.h>

namespace chukta {
namespace {

TEST(Display, OfTimeThatIsLeftIsNeverLessThanThereIs) {
    struct Row {
        EpochMs left_ms;
        const char* shown;
    };
    constexpr Row kRows[] = {
        {0, "00:00"},
        {1, "00:01"},
        {1'000, "00:01"},
        {1'001, "00:02"},
        {59'001, "01:00"},
        {299'000, "04:59"},
        {600'000, "10:00"},
        {6'000'000, "100:00"},
    };
    for (const auto& row : kRows) EXPECT_EQ(clock_text(row.left_ms), row.shown) << row.left_ms;
}

TEST(Display, OfAShopIsItsFirstLetterOrARupee) {
    EXPECT_EQ(initial_of("asha stores"), "A");
    EXPECT_EQ(initial_of("Zed"), "Z");
    EXPECT_EQ(initial_of("7 Hills"), "7");
    EXPECT_EQ(initial_of("आशा"), "₹");
    EXPECT_EQ(initial_of(""), "₹");
}

}  // namespace
}  // namespace chukta
