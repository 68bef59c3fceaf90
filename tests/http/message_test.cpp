#include "http/message.h"

#include <gtest/gtest.h>

namespace {

TEST(Headers, CompareNamesWithoutCase) {
    http::Headers headers{{"X-Signature", "a"}, {"Host", "h"}};
    headers.add("x-signature", "b");
    EXPECT_EQ(headers.find("X-SIGNATURE"), "a");
    EXPECT_EQ(headers.count("x-Signature"), 2U);
    EXPECT_EQ(headers.find("X-Signatur"), std::nullopt);
    EXPECT_EQ(headers.count("absent"), 0U);
    EXPECT_EQ(headers.fields().size(), 3U);
}

TEST(Request, SplitsItsTarget) {
    struct Row {
        std::string target, path, query;
    };
    const Row kRows[] = {
        {"/", "/", ""},
        {"/a/b", "/a/b", ""},
        {"/a?b=c", "/a", "b=c"},
        {"/a?", "/a", ""},
        {"/a?b?c", "/a", "b?c"},
    };
    for (const auto& row : kRows) {
        http::Request request;
        request.target = row.target;
        EXPECT_EQ(request.path(), row.path);
        EXPECT_EQ(request.query(), row.query);
    }
}

}  // namespace
