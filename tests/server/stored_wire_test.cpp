#include "server/stored_wire.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace chukta {
namespace {

TEST(StoredItems, AreReadAsTheyWereWritten) {
    const StoredItems written{std::vector<wire::Item>{
        {"Chai \"Kulhad\" \\ चाय", 2, *Money::from_paise(4'000)},
        {"Laddu", 1'000'000, *Money::from_paise(999'999'999)},
    }};

    const auto read = StoredItems::of_table(written.text()).read();

    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read[0].name, "Chai \"Kulhad\" \\ चाय");
    EXPECT_EQ(read[0].quantity, 2);
    EXPECT_EQ(read[1].amount.paise(), 999'999'999);
    EXPECT_EQ(StoredItems{read}.text(), written.text());
}

TEST(StoredItems, OfADamagedTextAreThoseThatCanStillBeRead) {
    const std::pair<const char*, std::size_t> texts[] = {
        {"", 0},
        {"null", 0},
        {"[", 0},
        {"[{\"name\":\"\xff\",\"quantity\":1,\"amount\":100}]", 0},
        {R"({"name":"Chai","quantity":1,"amount":100})", 0},
        {R"([{"name":"Chai","quantity":1,"amount":-5}])", 0},
        {R"([7,{"name":"Chai","quantity":1,"amount":100},"x"])", 1},
    };
    for (const auto& [text, count] : texts) {
        EXPECT_EQ(StoredItems::of_table(text).read().size(), count) << text;
    }
}

TEST(StoredItems, NestedWithoutEndDoNotExhaustTheStack) {
    EXPECT_TRUE(StoredItems::of_table(std::string(1'000'000, '[')).read().empty());
}

TEST(StoredPrompt, OfEveryKindIsReadAsItWasWritten) {
    const PaymentPrompt prompts[] = {
        IntentPrompt{
            {{UpiApp::GooglePay, "tez://upi/pay?pa=a@b&am=1.00"},
             {UpiApp::PhonePe, "phonepe://pay?x"}}},
        IntentPrompt{},
        QrPrompt{"upi://pay?pa=a@b", ""},
        QrPrompt{"", std::string(6'000, 'A')},  // more than the reader's place on the stack
        CollectPrompt{},
    };
    for (const auto& prompt : prompts) {
        const StoredPrompt written{prompt};
        EXPECT_EQ(StoredPrompt::of_table(written.text()).read(), prompt) << written.text();
    }
}

TEST(StoredPrompt, IsReadWhateverItsLength) {
    for (std::size_t size = 0; size < 2'200; ++size) {
        const PaymentPrompt prompt{QrPrompt{"upi://pay?pa=a@b", std::string(size, 'A')}};
        EXPECT_EQ(StoredPrompt::of_table(StoredPrompt{prompt}.text()).read(), prompt) << size;
    }
}

TEST(StoredPrompt, WithAControlCharacterInAStringIsNone) {
    for (std::size_t at = 0; at < 40; ++at) {
        for (char c = 0; c < ' '; ++c) {
            std::string href(40, 'a');
            href[at] = c;
            const auto text =
                R"({"kind":"intent","links":[{"app":"phonepe","href":")" + href + R"("}]})";
            EXPECT_FALSE(StoredPrompt::of_table(text).read()) << int{c} << " at " << at;
        }
    }
}

TEST(StoredPrompt, LeavesOutAppsThatThisProgramDoesNotKnow) {
    const auto read =
        StoredPrompt::of_table(R"({"kind":"intent","links":[{"app":"later","href":"later://pay"},)"
                               R"({"app":"phonepe","href":"phonepe://pay"},7]})")
            .read();

    const PaymentPrompt known{IntentPrompt{{{UpiApp::PhonePe, "phonepe://pay"}}}};
    EXPECT_EQ(read, known);
}

TEST(StoredPrompt, IsNothingForATextThatThisProgramDidNotWrite) {
    for (const char* text : {"", "null", "{", "[]", R"({"kind":"cheque"})", R"({"kind":7})"}) {
        EXPECT_FALSE(StoredPrompt::of_table(text).read()) << text;
    }
}

}  // namespace
}  // namespace chukta
