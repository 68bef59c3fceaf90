#include "shared/json_value.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/same_json.h"

namespace chukta::json {
namespace {

const char* const kTexts[] = {
    "null",
    "true",
    "false",
    " 0 ",
    "-0",
    "7",
    "-7",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "1.5",
    "1e2",
    "1E-2",
    "1.0",
    "\"\"",
    "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u20b9\\u0000\"",
    "\"\\ud83d\\ude00\"",
    "\"₹ भुगतान\"",
    "[]",
    "[ ]",
    "[1,[2,[3]]]",
    "{}",
    "{\"a\":{\"b\":[null,true]}}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"a\":null}",
    "\t\r\n[1 , 2]\n",
    // What is not JSON.
    "",
    " ",
    "nul",
    "tru",
    "True",
    "01",
    "-",
    "+1",
    ".5",
    "1.",
    "1e",
    "1e+",
    "0x1",
    "--1",
    "\"",
    "\"a",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83d\\u0041\"",
    "\"\x01\"",
    "\"\x80\"",
    "\"\xc0\x80\"",
    "\"\xe0\x80\x80\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xf0\x9f\x98\"",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "]",
    "{",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1,}",
    "{a:1}",
    "{1:1}",
    "{\"a\" 1}",
    "1 2",
    "[] []",
    "/**/1",
    "NaN",
    "Infinity",
};

TEST(JsonValue, IsReadAsTheLibraryReadsIt) {
    for (const std::string text : kTexts) {
        const auto ours = parse(text, 16);
        const auto theirs = nlohmann::json::parse(text, nullptr, false);
        ASSERT_EQ(ours.has_value(), !theirs.is_discarded()) << text;
        if (ours) {
            EXPECT_TRUE(same(*ours, theirs)) << text;
        }
    }
}

TEST(JsonValue, EndsInsideAStringWithAZero) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(parse("\"a\0\""sv, 16));
    EXPECT_FALSE(parse("1\0"sv, 16));
}

TEST(JsonValue, NestsNoDeeperThanItMay) {
    const auto nested = [](int depth) {
        const auto n = static_cast<std::size_t>(depth);
        return std::string(n, '[') + std::string(n, ']');
    };
    EXPECT_TRUE(parse(nested(16), 16));
    EXPECT_FALSE(parse(nested(17), 16));
    EXPECT_FALSE(parse(std::string(1'000'000, '['), 16));
}

TEST(JsonValue, OfTwoMembersWithOneNameTheLaterCounts) {
    const auto value = parse(R"({"a":1,"a":2})", 2);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->member("a")->integer, 2);
    EXPECT_EQ(value->member("b"), nullptr);
}

TEST(JsonValue, ATextThatIsQuotedReadsBack) {
    const std::string text = "a\"b\\c\n\x01 ₹ चाय";
    std::string quoted;
    append_quoted(quoted, text);
    EXPECT_EQ(nlohmann::json::parse(quoted, nullptr, false), nlohmann::json(text));
    EXPECT_EQ(parse(quoted, 1)->text, text);
}

}  // namespace
}  // namespace chukta::json
