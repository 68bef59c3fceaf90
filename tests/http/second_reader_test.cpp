#include "http/second_reader.h"

#include <gtest/gtest.h>

namespace {

bool agrees(std::string method, std::string target) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    return http::second_reader_agrees(request);
}

TEST(SecondReader, AgreesWithWhatFramingTakes) {
    for (const std::string method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        EXPECT_TRUE(agrees(method, "/v1/orders/7?after=3&wait_s=25"));
    }
    for (const std::string target : {"/", "/?", "/a?&&=b?c", "/%zz", "//a/../b", "/a;b=c,d"}) {
        EXPECT_TRUE(agrees("GET", target)) << target;
    }
}

TEST(SecondReader, DisagreesWhenPistacheReadsAnotherRequest) {
    EXPECT_FALSE(agrees("BREW", "/"));
    EXPECT_FALSE(agrees("get", "/"));
    EXPECT_FALSE(agrees("GET", "/a b"));
    EXPECT_FALSE(agrees("GET", "/a HTTP/1.1\r\nX: y"));
}

}  // namespace
