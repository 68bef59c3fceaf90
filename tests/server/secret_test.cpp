// A credential moves, and does nothing else.
#include "server/secret.h"

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace chukta {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!Printable<Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);

TEST(Secret, LeavesNothingWhereItMovedFrom) {
    for (const std::string& text :
         {std::string{"short"}, std::string{"long enough to live outside of the object itself"}}) {
        Secret from{text};
        Secret to{std::move(from)};
        EXPECT_EQ(to.reveal(), text);
        EXPECT_TRUE(from.empty());
        Secret again{"other"};
        again = std::move(to);
        EXPECT_EQ(again.reveal(), text);
        EXPECT_TRUE(to.empty());
    }
}

TEST(Secret, WipesItsBytesWhenItDies) {
    // A short text lives inside the object, whose memory can still be looked at here.
    alignas(Secret) unsigned char place[sizeof(Secret)];
    auto* secret = new (place) Secret{std::string{"canary-1"}};
    const char* bytes = secret->reveal().data();
    secret->~Secret();
    EXPECT_NE(std::string_view(bytes, 8), "canary-1");
}

}  // namespace
}  // namespace chukta
