#include "server/webhook_key.h"

#include <gtest/gtest.h>

namespace chukta {
namespace {

std::string body_at(const std::string& time, const std::string& payment = "1") {
    return R"({"data":{"cf_payment_id":")" + payment + R"("},"event_time":")" + time +
           R"(","type":"PAYMENT_SUCCESS_WEBHOOK"})";
}

TEST(WebhookKey, IsTheSameForTheSameBytesAndAnotherForOthers) {
    const auto body = body_at("2026-11-25T15:43:17+05:30");
    EXPECT_EQ(webhook_key(body), webhook_key(std::string{body}));
    EXPECT_NE(webhook_key(body), webhook_key(body_at("2026-11-25T15:43:17+05:30", "2")));
    EXPECT_NE(webhook_key(body), webhook_key(body + " "));
}

TEST(WebhookKey, SortsByTheTimeOfTheEvent) {
    const auto early = webhook_key(body_at("2026-11-25T15:43:17+05:30"));
    const auto late = webhook_key(body_at("2026-11-25T15:43:18+05:30"));
    EXPECT_LT(early, late);
    EXPECT_EQ(early.substr(0, 12), "261125154317");
}

TEST(WebhookKey, IsAsLongForEveryBodyAndNeverAByteOfItThatIsNoDigit) {
    const std::string bodies[] = {
        "",
        "{}",
        R"("event_time":")",
        body_at(""),
        body_at("yesterday"),
        body_at("2026-11-25 15:43:17+05:30"),
        body_at("2026-11-25T15:43"),
        body_at("20x6-11-25T15:43:17+05:30"),
        body_at("2026-11-25T15:43:17"),
        std::string(100'000, '\xff'),
    };
    for (const auto& body : bodies) {
        const auto key = webhook_key(body);
        EXPECT_EQ(key.size(), 32U);
        EXPECT_EQ(key.find_first_not_of("0123456789abcdef"), key.npos) << key;
    }
}

}  // namespace
}  // namespace chukta
