#include "http/text.h"

#include <gtest/gtest.h>

namespace {

using Maybe = std::optional<std::string>;

TEST(Text, PercentDecodes) {
    struct Row {
        std::string_view text;
        Maybe decoded;
    };
    const Row kRows[] = {
        {"", ""},
        {"abc", "abc"},
        {"a+b", "a+b"},
        {"%41%5a%5A", "AZZ"},
        {"%e0%a4%9a", "\xe0\xa4\x9a"},
        {"%00", std::string(1, '\0')},
        {"%", {}},
        {"%4", {}},
        {"%4g", {}},
        {"%g4", {}},
        {"%%41", {}},
        {"100%", {}},
        {"% 41", {}},
        {"%+4", {}},
    };
    for (const auto& row : kRows)
        EXPECT_EQ(http::percent_decode(row.text), row.decoded) << row.text;
}

TEST(Text, PercentEncodesWhatIsNotUnreserved) {
    EXPECT_EQ(http::percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(http::percent_encode("a b+c/d?e&f=g@h"), "a%20b%2Bc%2Fd%3Fe%26f%3Dg%40h");
    EXPECT_EQ(http::percent_encode("\xe2\x82\xb9"), "%E2%82%B9");
}

TEST(Text, EncodingIsUndoneByDecodingForEveryByte) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    EXPECT_EQ(http::percent_decode(http::percent_encode(all)), all);
}

TEST(Text, FindsAQueryParameter) {
    struct Row {
        std::string_view query;
        Maybe value;
    };
    const Row kRows[] = {
        {"a=1", "1"},       {"b=2&a=1", "1"},   {"a=1&b=2", "1"}, {"a", ""},      {"a=", ""},
        {"a=b=c", "b=c"},   {"a=x%20y", "x y"}, {"a=x+y", "x+y"}, {"%61=1", "1"}, {"&&a=1&", "1"},
        {"%zz=3&a=1", "1"}, {"", {}},           {"b=1", {}},      {"aa=1", {}},   {"A=1", {}},
        {"a=1&a=1", {}},    {"a=1&%61=2", {}},  {"a=%", {}},      {"a=%4", {}},
    };
    for (const auto& row : kRows) {
        EXPECT_EQ(http::query_parameter(row.query, "a"), row.value) << row.query;
    }
}

TEST(Text, AFormsPlusIsASpace) {
    EXPECT_EQ(http::form_field("a=x+y&b=1%2B1", "a"), "x y");
    EXPECT_EQ(http::form_field("a=x+y&b=1%2B1", "b"), "1+1");
    EXPECT_EQ(http::form_field("first+name=z", "first name"), "z");
    EXPECT_EQ(http::form_field("a=1&a=2", "a"), std::nullopt);
}

TEST(Text, FindsACookie) {
    struct Row {
        std::string_view header;
        Maybe value;
    };
    const Row kRows[] = {
        {"a=1", "1"},
        {"b=2; a=1", "1"},
        {"b=2;a=1;c=3", "1"},
        {"foo; a=1", "1"},
        {";; a=1 ;", "1"},
        {"a=b=c", "b=c"},
        {"a=", ""},
        {"a=%41", "%41"},
        {"", {}},
        {"foo", {}},
        {"a", {}},
        {"xa=1", {}},
        {"A=1", {}},
        {"a=1; a=2", {}},
        {"a=1; a=1", {}},
    };
    for (const auto& row : kRows) EXPECT_EQ(http::cookie(row.header, "a"), row.value) << row.header;
}

TEST(Text, EscapesHtml) {
    EXPECT_EQ(
        http::html_escape("<a href=\"x\">Tom & 'Jerry'</a>"),
        "&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/a&gt;"
    );
    EXPECT_EQ(http::html_escape("₹ 499.00"), "₹ 499.00");
}

}  // namespace
