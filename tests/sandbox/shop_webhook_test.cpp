#include "sandbox/shop/webhook.h"

#include <gtest/gtest.h>

#include "sandbox/shop/crypto.h"
#include "tests/sandbox/shop_support.h"

namespace {

using shop::verify_webhook;
using shop::WebhookError;
using shop::WebhookKey;

// The example of the Standard Webhooks libraries' own tests.
constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kTimestamp = "1614265330";
constexpr chukta::EpochMs kSignedAtMs = 1'614'265'330'000;
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

WebhookKey key() { return WebhookKey::parse(kSecret).value(); }

/// A request with the example's headers, the signature made here.
http::Request signed_request() {
    http::Request request;
    request.method = "POST";
    request.target = "/webhooks/chukta";
    request.headers = {
        {"webhook-id", std::string{kId}},
        {"webhook-timestamp", std::string{kTimestamp}},
        {"webhook-signature", "v1," + key().sign(kId, kTimestamp, kBody)},
    };
    request.body = kBody;
    return request;
}

TEST(ShopWebhook, SignsAsTheStandardsExample) {
    EXPECT_EQ("v1," + key().sign(kId, kTimestamp, kBody), kSignature);
}

TEST(ShopWebhook, OfChuktaIsBelieved) {
    const auto id = verify_webhook(key(), signed_request(), kSignedAtMs);
    ASSERT_TRUE(id);
    EXPECT_EQ(*id, kId);
}

TEST(ShopWebhook, IsBelievedByAnySignatureOfTheList) {
    http::Request request = signed_request();
    const std::string ours{*request.headers.find("webhook-signature")};
    request.headers = {
        {"webhook-id", std::string{kId}},
        {"webhook-timestamp", std::string{kTimestamp}},
        {"webhook-signature", "v1a,xyz v1,AAAA " + ours},
    };
    EXPECT_TRUE(verify_webhook(key(), request, kSignedAtMs));
}

TEST(ShopWebhook, WithOneChangedByteIsNotBelieved) {
    http::Request request = signed_request();
    request.body.back() = ' ';
    const auto id = verify_webhook(key(), request, kSignedAtMs);
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error(), WebhookError::NotSigned);
}

TEST(ShopWebhook, OutsideTheToleranceIsNotBelieved) {
    struct Row {
        chukta::EpochMs off_ms;
        bool believed;
    };
    constexpr Row kRows[] = {
        {0, true},
        {300'000, true},
        {-300'000, true},
        {300'001, false},
        {-300'001, false},
    };
    for (const Row& row : kRows) {
        const auto id = verify_webhook(key(), signed_request(), kSignedAtMs + row.off_ms);
        EXPECT_EQ(id.has_value(), row.believed) << row.off_ms;
        if (!id) {
            EXPECT_EQ(id.error(), WebhookError::TimestampWrong);
        }
    }
}

TEST(ShopWebhook, WithAHeaderMissingOrTwiceIsNotBelieved) {
    for (const std::string_view name : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
        const http::Request whole = signed_request();
        http::Request without = whole;
        without.headers = {};
        http::Request twice = whole;
        for (const http::Header& header : whole.headers.fields()) {
            if (header.name != name) without.headers.add(header.name, header.value);
            if (header.name == name) twice.headers.add(header.name, header.value);
        }
        for (const http::Request& request : {without, twice}) {
            const auto id = verify_webhook(key(), request, kSignedAtMs);
            ASSERT_FALSE(id) << name;
            EXPECT_EQ(id.error(), WebhookError::HeaderMissing) << name;
        }
    }
}

TEST(ShopWebhook, TimestampMustBePlainSeconds) {
    for (const std::string_view text : {"", "-1", "1614265330.5", "abc", "99999999999999999999"}) {
        http::Request request = signed_request();
        request.headers = {
            {"webhook-id", std::string{kId}},
            {"webhook-timestamp", std::string{text}},
            {"webhook-signature", "v1," + key().sign(kId, text, kBody)},
        };
        EXPECT_FALSE(verify_webhook(key(), request, kSignedAtMs)) << text;
    }
}

TEST(ShopWebhookKey, IsPrefixAndBase64OfEnoughBytes) {
    struct Row {
        std::string_view text;
        bool good;
    };
    constexpr Row kRows[] = {
        {kSecret, true},
        {shop_test::kWebhookSecret, true},
        {"", false},
        {"whsec_", false},
        {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false},
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false},
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa$w", false},
        {"whsec_AAAA", false},
    };
    for (const Row& row : kRows) {
        EXPECT_EQ(WebhookKey::parse(row.text).has_value(), row.good) << row.text;
    }
}

TEST(ShopCrypto, Base64GoesThereAndBack) {
    // RFC 4648 §10.
    struct Row {
        std::string_view bytes, text;
    };
    constexpr Row kRows[] = {
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="}};
    for (const Row& row : kRows) {
        EXPECT_EQ(shop::base64_encode(row.bytes), row.text);
        EXPECT_EQ(shop::base64_decode(row.text), row.bytes);
    }
    for (const std::string_view bad : {"Zg", "Zg=", "Zg===", "=g==", "Z g=", "Zm9v\n", "Zm-v"}) {
        EXPECT_FALSE(shop::base64_decode(bad)) << bad;
    }
}

}  // namespace
