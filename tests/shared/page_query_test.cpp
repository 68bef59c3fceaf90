#include "shared/page_query.h"

#include <gtest/gtest.h>

namespace chukta {
namespace {

TEST(PageQuery, SaysWhatItWasMadeOf) {
    PageQuery asked;
    EXPECT_EQ(query_text(asked), "");
    asked.language = Language::Hindi;
    asked.device = DeviceClass::Desktop;
    asked.choosing = asked.more_open = asked.items_open = asked.choose_again = true;
    const auto text = query_text(asked);
    EXPECT_EQ(text, "?lang=hi&device=desktop&choose=1&more=1&items=1&again=1");
    EXPECT_EQ(query_text(read_page_query(text.substr(1))), text);
}

TEST(PageQuery, SkipsWhatItDoesNotKnow) {
    for (const std::string_view odd :
         {"", "&&", "lang", "lang=", "lang=fr&device=toaster", "choose=yes&dom=1&=&a=b=c"}) {
        EXPECT_EQ(query_text(read_page_query(odd)), "") << odd;
    }
}

TEST(PageQuery, KeepsTheChoicesThatLastAndForgetsWhatWasDone) {
    const auto kept = [](std::string_view query) {
        return kept_query(query, Language::Hindi, DeviceClass::Desktop);
    };
    EXPECT_EQ(kept(""), "?lang=hi&device=desktop");
    EXPECT_EQ(kept("choose=1&again=1&items=0&more=1"), "?lang=hi&device=desktop");
    EXPECT_EQ(kept("device=android_phone&x&choose=1&lang=en&lang=en"), "?device=desktop&x&lang=hi");
    EXPECT_EQ(kept_query("choose=1&lang=hi", {}, {}), "");
    for (const std::string_view other : {"dom", "a=1&&b=%26&=&c=d=e", "state=qr&still"}) {
        EXPECT_EQ(kept_query(other, {}, {}), "?" + std::string{other});
    }
}

TEST(PageQuery, TakesTheFirstOfTwo) {
    EXPECT_EQ(read_page_query("lang=hi&lang=en").language, Language::Hindi);
    EXPECT_FALSE(read_page_query("choose=0&choose=1").choosing);
}

}  // namespace
}  // namespace chukta
