// Who gets a session, and who does not.
#include "server/session.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <functional>

#include "shared/limits.h"
#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using namespace testing;

const OrderId kOrder{"ord_0001"};

class SessionsTest : public ::testing::Test {
protected:
    static SessionSettings settings() {
        SessionSettings settings;
        settings.issuer = "chai";
        settings.token_keys.emplace_back(kTokenKey);
        settings.token_keys.emplace_back("previous-key-with-enough-bytes-0001");
        return settings;
    }
    /// Opens and returns the Cookie header that a browser would send.
    std::string cookie_of(const std::optional<std::string>& set_cookie) {
        return set_cookie ? set_cookie->substr(0, set_cookie->find(';')) : "";
    }
    Backend backend;
    Sessions sessions{backend.store, backend.clock, settings()};
};

/// Signed as its header says, by another algorithm than ours.
std::string an_hs512_token() {
    const std::string signed_part =
        base64url(R"({"alg":"HS512","typ":"JWT"})") + "." + base64url(Claims{}.json());
    std::string digest(64, '\0');
    const std::string key = kTokenKey;
    HMAC(
        EVP_sha512(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(signed_part.data()),
        signed_part.size(),
        reinterpret_cast<unsigned char*>(digest.data()),
        nullptr
    );
    return signed_part + "." + base64url(digest);
}

TEST_F(SessionsTest, ReadsAGoodToken) {
    const auto token = sessions.read_token(a_token());
    ASSERT_TRUE(token);
    EXPECT_EQ(token->order_id, kOrder);
    EXPECT_EQ(token->customer_id, CustomerId{"asha"});
    EXPECT_EQ(token->jti, "jti-00000001");
    EXPECT_EQ(token->expires_at, 1'780'000'330'000);
}

TEST_F(SessionsTest, AcceptsThePreviousKey) {
    EXPECT_TRUE(
        sessions.read_token(a_jwt(kHs256, Claims{}.json(), "previous-key-with-enough-bytes-0001"))
    );
}

TEST_F(SessionsTest, RefusesEveryOtherToken) {
    const auto bent = [](const std::function<void(Claims&)>& bend) {
        Claims claims;
        bend(claims);
        return a_token(claims);
    };
    const std::string good = a_token();
    const std::string claims = base64url(Claims{}.json());
    const std::pair<const char*, std::string> kRows[] = {
        {"empty", ""},
        {"no parts", "abc"},
        {"too long", good + std::string(2048, 'x')},
        {"other key", a_jwt(kHs256, Claims{}.json(), "another-key-with-enough-bytes-00001")},
        {"cut signature", good.substr(0, good.size() - 4)},
        {"no signature", good.substr(0, good.rfind('.') + 1)},
        {"alg none, signed", a_jwt(R"({"alg":"none"})", Claims{}.json())},
        {"alg none, bare", base64url(R"({"alg":"none"})") + "." + claims + "."},
        {"alg NONE", base64url(R"({"alg":"NONE"})") + "." + claims + "."},
        {"alg HS512", an_hs512_token()},
        {"alg RS256", a_jwt(R"({"alg":"RS256"})", Claims{}.json())},
        {"no alg", a_jwt(R"({"typ":"JWT"})", Claims{}.json())},
        {"crit", a_jwt(R"({"alg":"HS256","crit":["exp"]})", Claims{}.json())},
        {"issuer", bent([](Claims& c) { c.iss = "other"; })},
        {"audience", bent([](Claims& c) { c.aud = "other"; })},
        {"no sub", bent([](Claims& c) { c.sub = ""; })},
        {"long sub", bent([](Claims& c) { c.sub = std::string(51, 'a'); })},
        {"no order", bent([](Claims& c) { c.order_id = ""; })},
        {"long order", bent([](Claims& c) { c.order_id = std::string(46, 'a'); })},
        {"short jti", bent([](Claims& c) { c.jti = "1234567"; })},
        {"long jti", bent([](Claims& c) { c.jti = std::string(65, 'a'); })},
        {"jti with a space", bent([](Claims& c) { c.jti = "jti 00000001"; })},
        {"longer than 300 s", bent([](Claims& c) { c.exp += 1; })},
        {"ends before it begins", bent([](Claims& c) { c.exp = c.iat; })},
        {"from the future", bent([](Claims& c) { c.iat += 31, c.exp += 31; })},
        {"expired", bent([](Claims& c) { c.iat -= 330, c.exp -= 330; })},
        {"no exp",
         a_jwt(
             kHs256,
             R"({"iss":"chai","aud":"chukta","sub":"asha","iat":1780000000,)"
             R"("order_id":"ord_0001","jti":"jti-00000001"})"
         )},
        {"exp as text",
         a_jwt(
             kHs256,
             R"({"iss":"chai","aud":"chukta","sub":"asha",)"
             R"("iat":1780000000,"exp":"1780000300",)"
             R"("order_id":"ord_0001","jti":"jti-00000001"})"
         )},
        {"sub as number",
         a_jwt(
             kHs256,
             R"({"iss":"chai","aud":"chukta","sub":7,"iat":1780000000,)"
             R"("exp":1780000300,"order_id":"ord_0001",)"
             R"("jti":"jti-00000001"})"
         )},
        {"not yet",
         a_jwt(
             kHs256,
             R"({"iss":"chai","aud":"chukta","sub":"asha","iat":1780000000,)"
             R"("exp":1780000300,"nbf":1780000100,"order_id":"ord_0001",)"
             R"("jti":"jti-00000001"})"
         )},
    };
    for (const auto& [name, token] : kRows) EXPECT_FALSE(sessions.read_token(token)) << name;
}

TEST_F(SessionsTest, AllowsThirtySecondsOfSkew) {
    EXPECT_TRUE(sessions.read_token(a_token({.iat = 1'780'000'030, .exp = 1'780'000'330})));
    EXPECT_TRUE(sessions.read_token(a_token({.iat = 1'779'999'671, .exp = 1'779'999'971})));
}

TEST_F(SessionsTest, OpensOneSessionForOneCustomerAndOrder) {
    const auto set_cookie = sessions.open(*sessions.read_token(a_token()), "");
    ASSERT_TRUE(set_cookie);
    EXPECT_TRUE(set_cookie->starts_with("chukta_ord_0001="));
    EXPECT_NE(set_cookie->find("; Path=/; HttpOnly; SameSite=Lax; Secure"), std::string::npos);
    const auto cookie = cookie_of(set_cookie);
    EXPECT_EQ(sessions.customer_of(kOrder, cookie), CustomerId{"asha"});
    EXPECT_FALSE(sessions.customer_of(OrderId{"ord_0002"}, cookie));
    const auto value = cookie.substr(cookie.find('=') + 1);
    EXPECT_EQ(value.size(), 43U);
    EXPECT_FALSE(sessions.customer_of(OrderId{"ord_0002"}, "chukta_ord_0002=" + value))
        << "a session is bound to its order, not to its cookie's name";
    EXPECT_FALSE(sessions.customer_of(kOrder, ""));
    EXPECT_FALSE(sessions.customer_of(kOrder, "chukta_ord_0001=" + std::string(43, 'a')));
}

TEST_F(SessionsTest, StoresTheHashAndNotTheCookie) {
    const auto cookie = cookie_of(sessions.open(*sessions.read_token(a_token()), ""));
    const auto value = cookie.substr(cookie.find('=') + 1);
    EXPECT_FALSE(backend.store.find_session(value));
    EXPECT_TRUE(backend.store.find_session(crypto::sha256_hex(value)));
}

TEST_F(SessionsTest, ATokenOpensOnceAndAgainOnlyForItsBrowser) {
    const auto token = *sessions.read_token(a_token());
    const auto cookie = cookie_of(sessions.open(token, ""));
    EXPECT_EQ(sessions.open(token, cookie), "") << "the same browser keeps its session";
    EXPECT_FALSE(sessions.open(token, "")) << "another browser";
    const auto second = *sessions.read_token(a_token({.jti = "jti-00000002"}));
    const auto other_cookie = cookie_of(sessions.open(second, ""));
    EXPECT_FALSE(sessions.open(token, other_cookie)) << "a browser with another session";
}

TEST_F(SessionsTest, EndsAfterADay) {
    const auto cookie = cookie_of(sessions.open(*sessions.read_token(a_token()), ""));
    backend.clock.advance(24LL * 3600 * 1000 - 1);
    EXPECT_TRUE(sessions.customer_of(kOrder, cookie));
    backend.clock.advance(1);
    EXPECT_FALSE(sessions.customer_of(kOrder, cookie));
}

TEST_F(SessionsTest, TheNinthOfAnOrderEndsItsFirstAndNoOther) {
    const OrderId other_order{"ord_0002"};
    const auto elsewhere = cookie_of(sessions.open(
        *sessions.read_token(a_token({.order_id = "ord_0002", .jti = "jti-other"})), ""
    ));
    std::vector<std::string> cookies;
    for (int i = 0; i < limits::kSessionsPerOrderMax + 1; ++i) {
        backend.clock.advance(1);
        const auto token = *sessions.read_token(a_token({.jti = "jti-of-" + std::to_string(i)}));
        cookies.push_back(cookie_of(sessions.open(token, "")));
        EXPECT_TRUE(sessions.customer_of(kOrder, cookies.back())) << i;
        EXPECT_EQ(sessions.customer_of(kOrder, cookies.front()).has_value(), i < 8) << i;
    }
    for (std::size_t i = 1; i < cookies.size(); ++i) {
        EXPECT_TRUE(sessions.customer_of(kOrder, cookies[i])) << i;
    }
    EXPECT_TRUE(sessions.customer_of(other_order, elsewhere));
}

TEST_F(SessionsTest, OfManyThatOpenAtTheSameMomentTheNewestIsNeverTheOneThatEnds) {
    for (int i = 0; i < 3 * limits::kSessionsPerOrderMax; ++i) {
        const auto token = *sessions.read_token(a_token({.jti = "jti-of-" + std::to_string(i)}));
        EXPECT_TRUE(sessions.customer_of(kOrder, cookie_of(sessions.open(token, "")))) << i;
    }
}

TEST_F(SessionsTest, MintsTokensThatItReads) {
    const auto text = sessions.mint_token(kOrder, CustomerId{"asha"});
    const auto token = sessions.read_token(text);
    ASSERT_TRUE(token);
    EXPECT_EQ(token->order_id, kOrder);
    EXPECT_EQ(token->customer_id, CustomerId{"asha"});
    EXPECT_NE(sessions.mint_token(kOrder, CustomerId{"asha"}), text);
    backend.clock.advance(331'000);
    EXPECT_FALSE(sessions.read_token(text));
}

}  // namespace
}  // namespace chukta
