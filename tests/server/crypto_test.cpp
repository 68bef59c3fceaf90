// Hashes against published vectors, and the shape of random names.
#include "server/crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace chukta::crypto {
namespace {

TEST(Sha256, IsThatOfThePublishedVectors) {
    // FIPS 180-2, appendix B.1, and the empty message.
    EXPECT_EQ(
        sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfOneTextHasNothingOfTheOneBefore) {
    const auto of_nothing = sha256("");
    sha256(std::string(1'000, 'a'));
    EXPECT_EQ(sha256(""), of_nothing);
    EXPECT_EQ(sha256({}), of_nothing);
}

TEST(HmacSha256, IsThatOfRfc4231) {
    // RFC 4231, test case 2.
    EXPECT_EQ(
        base64_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
    );
    const Secret key{"Jefe"};
    EXPECT_EQ(hmac_sha256(key, "m"), hmac_sha256("Jefe", "m"));
}

TEST(HmacSha256, OfNoKeyIsNotThatOfTheKeyBefore) {
    hmac_sha256("Jefe", "");
    for (const std::string_view none : {std::string_view{}, std::string_view{""}}) {
        // The known code of nothing by nothing.
        EXPECT_EQ(
            base64_encode(hmac_sha256(none, "")), "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0="
        );
    }
}

TEST(Base64, IsThatOfRfc4648) {
    struct Row {
        std::string_view bytes;
        std::string_view text;
    };
    constexpr Row kRows[] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& row : kRows) {
        EXPECT_EQ(base64_encode(row.bytes), row.text);
        EXPECT_EQ(base64_decode(row.text), row.bytes);
    }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
    for (const auto* text :
         {"Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", " Zm9v", "Zm9%", "Zm-v"}) {
        EXPECT_FALSE(base64_decode(text)) << text;
    }
}

TEST(EqualConstantTime, ComparesWholeTexts) {
    EXPECT_TRUE(equal_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_constant_time("abc", "ab"));
    EXPECT_TRUE(equal_constant_time("", ""));
    EXPECT_FALSE(equal_constant_time(Secret{"key"}, ""));
    EXPECT_TRUE(equal_constant_time(Secret{"key"}, "key"));
}

TEST(RandomNames, HaveTheirFormAndDoNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        for (const auto& id : {random_id(), random_name()}) {
            EXPECT_EQ(id.size(), 26U);
            EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
            EXPECT_TRUE(seen.insert(id).second);
        }
    }
}

TEST(Wipe, LeavesNothing) {
    std::string text = "secret";
    wipe(text.data(), text.size());
    EXPECT_EQ(text, std::string(6, '\0'));
}

}  // namespace
}  // namespace chukta::crypto
