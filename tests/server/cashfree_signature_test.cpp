#include "server/cashfree/signature.h"

#include <gtest/gtest.h>

#include <string>

#include "server/crypto.h"
#include "tests/support/vectors.h"

namespace chukta::cashfree {
namespace {

struct Vector {
    const char* file;
    std::size_t bytes;
    const char* sha256;  ///< empty where the origin names none
    const char* secret;
    const char* timestamp;
    const char* signature;
};

constexpr Vector kVectors[] = {
    {"signature_v1.json",
     691,
     "db192225d1630d1fb846fc96b0833cd04be7b24aeb9624988967820ef9706596",
     "TEST_SECRET_0001",
     "1772339405123",
     "mR5pg3autlaYvRjTMrny9tjhfhzzjDNSfwpmk5eggqI="},
    {"signature_v2.json",
     107,
     "",
     "TEST_SECRET_0001",
     "1772339405",
     "wdl/3EiWfMmc+U/PKK4xDvH/f2jOUVUxaeEZqzLPS+Q="},
    {"signature_v3.json",
     175,
     "3e3d4ec3a1222cbbf5269106e4b195dcb7d92d3e4d1944e24c5a9d25637c020f",
     "cfsk_ma_test_example_9f8e7d6c",
     "1772339405999",
     "orLzouI7MtUPRDR+Ti03uSQYcXWi49p1s9EGCguruJ4="},
    {"signature_v4.json", 10, "", "k", "1", "CdgyCKN85ZrYa2mvUYQDg+WhqhJqhwkLIT0gSDyxvrk="},
};

const Vector& v1() { return kVectors[0]; }

std::string body_of(const Vector& vector) {
    return vector_bytes(std::string{"cashfree/"} + vector.file);
}

/// Whether `body` with these headers is taken for signed, with V1's secret.
bool accepts(const std::string& timestamp, const std::string& signature, const std::string& body) {
    return is_signed(Secret{v1().secret}, Secret{}, {timestamp, signature}, body);
}

TEST(CashfreeSignature, VectorsAreTheOnesTheirOriginNames) {
    for (const auto& vector : kVectors) {
        const std::string body = body_of(vector);
        EXPECT_EQ(body.size(), vector.bytes) << vector.file;
        if (*vector.sha256 != '\0') {
            EXPECT_EQ(crypto::sha256_hex(body), vector.sha256) << vector.file;
        }
    }
}

TEST(CashfreeSignature, OfEveryVectorIsTheExpectedOne) {
    for (const auto& vector : kVectors) {
        const std::string body = body_of(vector);
        EXPECT_EQ(signature_of(Secret{vector.secret}, vector.timestamp, body), vector.signature)
            << vector.file;
        EXPECT_TRUE(
            is_signed(Secret{vector.secret}, Secret{}, {vector.timestamp, vector.signature}, body)
        ) << vector.file;
    }
}

TEST(CashfreeSignature, WithADotBetweenIsAnother) {
    const std::string with_dot = "GZuvj64Wxska6tOLtoL1sEAyhZ0JTbAKKYutDD5vt78=";
    EXPECT_EQ(signature_of(Secret{v1().secret}, "1772339405123.", body_of(v1())), with_dot);
    EXPECT_FALSE(accepts(v1().timestamp, with_dot, body_of(v1())));
}

TEST(CashfreeSignature, OfReserialisedAmountsIsAnother) {
    std::string body = body_of(v1());
    for (auto at = body.find("5.00"); at != std::string::npos; at = body.find("5.00")) {
        body.replace(at, 4, "5");
    }
    const std::string of_changed = "ZvvbEEQw93MXT6teBUe/A3z+TM7c61S3uvNWTnxevvI=";
    EXPECT_EQ(signature_of(Secret{v1().secret}, v1().timestamp, body), of_changed);
    EXPECT_FALSE(accepts(v1().timestamp, v1().signature, body));
    EXPECT_FALSE(accepts(v1().timestamp, of_changed, body_of(v1())));
}

TEST(CashfreeSignature, FailsForAnyFlippedBit) {
    const std::string body = body_of(v1());
    for (std::size_t at = 0; at < body.size(); at += 13) {
        std::string bent = body;
        bent[at] = static_cast<char>(bent[at] ^ 1);
        EXPECT_FALSE(accepts(v1().timestamp, v1().signature, bent)) << at;
    }
    for (std::size_t at = 0; at < 44; ++at) {
        std::string bent = v1().signature;
        bent[at] = bent[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(accepts(v1().timestamp, bent, body)) << at;
    }
}

TEST(CashfreeSignature, NeedsHeadersOfTheRightShape) {
    const std::string body = body_of(v1());
    const std::string good = v1().signature;
    EXPECT_FALSE(accepts("", good, body));
    EXPECT_FALSE(accepts(v1().timestamp, "", body));
    EXPECT_FALSE(accepts(v1().timestamp, good.substr(0, 43), body));
    EXPECT_FALSE(accepts(v1().timestamp, good + "\n", body));
    EXPECT_FALSE(accepts(v1().timestamp, good + good, body));

    // A well signed message whose timestamp is no number is still refused: otherwise bytes could
    // move between the header and the body and the signature would not notice.
    for (const char* timestamp :
         {"",
          " 1772339405123",
          "1772339405123 ",
          "+1772339405123",
          "-1",
          "0x1",
          "1.5",
          "17723394{",
          "12345678901234567890"}) {
        const auto signature = signature_of(Secret{v1().secret}, timestamp, body);
        EXPECT_FALSE(accepts(timestamp, signature, body)) << timestamp;
    }
}

TEST(CashfreeSignature, IsAcceptedFromTheCurrentAndThePreviousSecret) {
    const std::string body = body_of(v1());
    const WebhookHeaders headers{v1().timestamp, v1().signature};
    EXPECT_TRUE(is_signed(Secret{v1().secret}, Secret{"old"}, headers, body));
    EXPECT_TRUE(is_signed(Secret{"new"}, Secret{v1().secret}, headers, body));
    EXPECT_FALSE(is_signed(Secret{"new"}, Secret{"old"}, headers, body));
    EXPECT_FALSE(is_signed(Secret{"new"}, Secret{}, headers, body));
}

TEST(CashfreeSignature, OfAnEmptyKeyIsNeverAccepted) {
    const std::string body = body_of(v1());
    const WebhookHeaders forged{"1", signature_of(Secret{}, "1", body)};
    EXPECT_FALSE(is_signed(Secret{}, Secret{}, forged, body));
    EXPECT_FALSE(is_signed(Secret{"new"}, Secret{}, forged, body));
}

}  // namespace
}  // namespace chukta::cashfree
