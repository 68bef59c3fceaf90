#include "shared/ids.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace chukta {
namespace {

TEST(Id, OfOneKindIsNotOfAnother) {
    static_assert(!std::is_convertible_v<OrderId, AttemptId>);
    static_assert(!std::is_convertible_v<std::string, OrderId>);
    EXPECT_EQ(OrderId{"a"}, OrderId{"a"});
    EXPECT_LT(OrderId{"a"}, OrderId{"b"});
    EXPECT_TRUE(OrderId{}.empty());
}

TEST(OrderIdText, HasTheGatewaysAlphabetAndLength) {
    EXPECT_TRUE(is_order_id("abc"));
    EXPECT_TRUE(is_order_id("Order_7-A"));
    EXPECT_TRUE(is_order_id(std::string(45, '9')));
    for (const char* text : {"", "ab", "a b", "a/b/c", "a.b.c", "abc\n", "ऑर्डर", "a%20b"}) {
        EXPECT_FALSE(is_order_id(text)) << text;
    }
    EXPECT_FALSE(is_order_id(std::string(46, '9')));
    EXPECT_FALSE(is_order_id(std::string("abc\0d", 5)));
}

}  // namespace
}  // namespace chukta
