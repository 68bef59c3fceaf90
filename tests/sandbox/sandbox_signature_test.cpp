#include <gtest/gtest.h>

#include "sandbox/signature.h"

namespace {

using sandbox::webhook_signature;

// The vectors of facts/cashfree.md §5.3, computed there with openssl and Python.
constexpr std::string_view kSuccess =
    R"({"data":{"order":{"order_id":"ord_0001","order_amount":5.00,"order_currency":"INR","order_tags":null},"payment":{"cf_payment_id":"1457662411918550528","payment_status":"SUCCESS","payment_amount":5.00,"payment_currency":"INR","payment_message":"00::Transaction success","payment_time":"2026-03-01T10:00:00+05:30","bank_reference":"606012345678","auth_id":null,"payment_method":{"upi":{"channel":"link","upi_id":"payer@upi"}},"payment_group":"upi"},"customer_details":{"customer_name":null,"customer_id":"cust1","customer_email":null,"customer_phone":"9999999999"},"payment_gateway_details":null,"payment_offers":null},"event_time":"2026-03-01T10:00:05+05:30","type":"PAYMENT_SUCCESS_WEBHOOK"})";

constexpr std::string_view kDashboard =
    R"({"data":{"test_object":{"test_key":"test_value"}},"type":"WEBHOOK","event_time":"2026-03-01T04:30:05.123Z"})";

constexpr std::string_view kOddBytes =
    "{ \"data\": {\"note\":\"caf\xC3\xA9 \xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D"
    "\xE0\xA4\xA4\xE0\xA5\x87 \\u0026 \\/ x\", \"order\": {\"order_amount\": 170.00} },\n"
    "  \"event_time\": \"2026-03-01T10:00:05+05:30\", \"type\": \"PAYMENT_FAILED_WEBHOOK\" }\n";

TEST(WebhookSignature, EqualsThePublishedVectors) {
    struct Row {
        std::string_view secret, timestamp, body, expected;
    };
    const Row rows[] = {
        {"TEST_SECRET_0001",
         "1772339405123",
         kSuccess,
         "mR5pg3autlaYvRjTMrny9tjhfhzzjDNSfwpmk5eggqI="},
        {"TEST_SECRET_0001",
         "1772339405",
         kDashboard,
         "wdl/3EiWfMmc+U/PKK4xDvH/f2jOUVUxaeEZqzLPS+Q="},
        {"cfsk_ma_test_example_9f8e7d6c",
         "1772339405999",
         kOddBytes,
         "orLzouI7MtUPRDR+Ti03uSQYcXWi49p1s9EGCguruJ4="},
        {"k", "1", R"({"a":1.10})", "CdgyCKN85ZrYa2mvUYQDg+WhqhJqhwkLIT0gSDyxvrk="},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(webhook_signature(row.secret, row.timestamp, row.body), row.expected);
    }
}

TEST(WebhookSignature, PutsNothingBetweenTimestampAndBody) {
    EXPECT_EQ(webhook_signature("k", "12", "3{}"), webhook_signature("k", "123", "{}"));
    EXPECT_NE(
        webhook_signature("TEST_SECRET_0001", "1772339405123.", kSuccess),
        "mR5pg3autlaYvRjTMrny9tjhfhzzjDNSfwpmk5eggqI="
    );
}

}  // namespace
