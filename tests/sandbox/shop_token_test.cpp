#include <gtest/gtest.h>

#include <algorithm>

#include "sandbox/shop/crypto.h"
#include "sandbox/shop/customer_token.h"
#include "tests/sandbox/shop_support.h"

namespace {

std::string base64url(std::string_view bytes) {
    std::string text = shop::base64_encode(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

std::string decoded(std::string text) {
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return shop::base64_decode(text).value();
}

std::string a_token() {
    return shop::make_customer_token(
        shop_test::kTokenKey, {"m_demo", "cust_asha", "CHAI-1"}, shop_test::kNow
    );
}

TEST(CustomerToken, SaysWhoMayPayWhatAndForHowLong) {
    const std::string token = a_token();
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    EXPECT_EQ(decoded(token.substr(0, first)), R"({"alg":"HS256","typ":"JWT"})");
    const std::string claims = decoded(token.substr(first + 1, second - first - 1));
    for (const std::string_view claim : {
             R"("iss":"m_demo")",
             R"("aud":"chukta")",
             R"("sub":"cust_asha")",
             R"("order_id":"CHAI-1")",
             R"("iat":1795300000)",
             R"("exp":1795300120)",
         }) {
        EXPECT_NE(claims.find(claim), std::string::npos) << claim;
    }
}

TEST(CustomerToken, IsSignedWithTheSharedKey) {
    const std::string token = a_token();
    const std::size_t second = token.rfind('.');
    const std::string mac = shop::hmac_sha256(shop_test::kTokenKey, token.substr(0, second));
    EXPECT_EQ(token.substr(second + 1), base64url(mac));
}

TEST(CustomerToken, IsNewEachTime) { EXPECT_NE(a_token(), a_token()); }

}  // namespace
