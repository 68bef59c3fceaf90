// What an operator reads in the log of money and refusals, and what nobody may read there.
#include <gtest/gtest.h>

#include <string>

#include "shared/time.h"
#include "tests/support/world.h"

namespace chukta {
namespace {

using namespace testing;

/// The line of that event, empty when there is none.
std::string line_of(const std::string& text, const std::string& event) {
    const auto at = text.find("\"event\":\"" + event + "\"");
    if (at == std::string::npos) return {};
    const auto begin = text.rfind('\n', at);
    const auto from = begin == std::string::npos ? 0 : begin + 1;
    return text.substr(from, text.find('\n', at) - from);
}

TEST(LoggedFacts, AGatewayThatRefusesAPaymentSaysWhy) {
    const CapturedLog captured;
    World world;
    world.create_order("ord_0001");
    const auto cookie = world.open_session("ord_0001");
    world.fault({{"name", "strict_ids"}, {"count", "always"}});
    world.press("ord_0001", cookie, {{"channel", "collect"}, {"vpa", "asha@okaxis"}}, "k1");
    world.until_situation("ord_0001", cookie, "failed");
    const auto line = line_of(captured.text(), "pay.refused");
    EXPECT_NE(line.find(R"("order":"ord_0001")"), std::string::npos) << captured.text();
    EXPECT_NE(line.find(R"("code":")"), std::string::npos) << line;
    EXPECT_EQ(captured.text().find("asha@"), std::string::npos) << "nobody's UPI ID";
}

TEST(LoggedFacts, AGatewayThatRefusesAnOrderSaysWhyAndSoDoesTheReview) {
    const CapturedLog captured;
    World world;
    // By its clock the order would end too soon.
    world.control("POST", "/sandbox/clock", {{"advance_ms", 3'600'000}});
    const Json order{
        {"order_id", "ord_0001"},
        {"amount", 50'000},
        {"currency", "INR"},
        {"customer", {{"id", "asha"}, {"phone", "9999999999"}}},
        {"items", Json::array({{{"name", "Chai"}, {"quantity", 1}, {"amount", 50'000}}})},
        {"expires_at", to_rfc3339(SystemClock{}.now() + 20 * 60'000)},
        {"return_url", "http://127.0.0.1:8082/return"}};
    const auto created = world.ask("POST", "/v1/orders", world.shop_headers(), order.dump());
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_TRUE(World::eventually([&] {
        return world.shop_order("ord_0001")["review_reason"] == "gateway_unavailable";
    }));
    const auto refused = line_of(captured.text(), "create.refused");
    EXPECT_NE(refused.find(R"("order":"ord_0001")"), std::string::npos) << captured.text();
    EXPECT_NE(refused.find(R"("code":"order_expiry_time_invalid")"), std::string::npos) << refused;
    const auto review = line_of(captured.text(), "order.under_review");
    EXPECT_NE(review.find(R"("reason":"gateway_unavailable")"), std::string::npos) << review;
}

}  // namespace
}  // namespace chukta
