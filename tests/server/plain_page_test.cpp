// The pages of a few words that a person gets where the page cannot be had.
#include <gtest/gtest.h>

#include "tests/support/form_fixture.h"

namespace chukta {
namespace {

using namespace testing;

class PlainPage : public FormTest {};

TEST_F(PlainPage, APersonIsToldInWordsThatTheBackendIsBroken) {
    const auto [target, fields] = paper().press("show-qr");
    door.engine().store().transact([](Transaction& transaction) {
        transaction.run("DROP TABLE orders");
    });
    for (const auto& answer : {get(), post(target, fields)}) {
        EXPECT_EQ(answer.status, 503);
        EXPECT_NE(answer.body.find("Please try again later"), std::string::npos) << answer.body;
        // A refresh would begin the page anew for who has it read out (WCAG 2.2.1).
        EXPECT_EQ(answer.body.find("http-equiv=\"refresh\""), std::string::npos);
        EXPECT_NE(answer.body.find("<main data-wait=\"5\">"), std::string::npos);
        EXPECT_NE(answer.body.find("<a href=\"\">Check now</a>"), std::string::npos);
        EXPECT_NE(
            header(answer, "Content-Security-Policy").find("connect-src 'self'"), std::string::npos
        );
        EXPECT_EQ(header(answer, "Retry-After"), "5");
        EXPECT_EQ(answer.body.find("orders"), std::string::npos);
    }
    EXPECT_NE(get().body.find("You need not do anything"), std::string::npos);
    EXPECT_EQ(post(target, fields).body.find("need not"), std::string::npos)
        << "nobody sends a press again but the person";
}

TEST_F(PlainPage, APageOfAFewWordsMayRunTheScriptThatItHasAndNoOther) {
    const auto [target, fields] = paper().press("show-qr");
    const auto elsewhere = door.ask("POST", target, {{"Content-Type", kFormType}});
    door.engine().store().transact([](Transaction& transaction) {
        transaction.run("DROP TABLE orders");
    });
    for (const auto& answer : {get("/pay/of_nobody"), elsewhere, get(), post(target, fields)}) {
        constexpr std::string_view kOpen = "<script>", kPolicy = "; script-src ";
        const auto policy = header(answer, "Content-Security-Policy");
        const auto open = answer.body.find(kOpen);
        std::string allowed;
        if (open != std::string::npos) {
            const auto begin = open + kOpen.size();
            const auto script = answer.body.substr(begin, answer.body.find("</script>") - begin);
            allowed = "'sha256-" + crypto::base64_encode(crypto::sha256(script)) + "'";
        }
        EXPECT_EQ(allowed.empty(), answer.status < 500) << answer.status;
        const auto at = policy.find(kPolicy);
        const auto from = at + kPolicy.size();
        EXPECT_EQ(
            at == std::string::npos ? "" : policy.substr(from, policy.find(';', from) - from),
            allowed
        ) << answer.status;
        EXPECT_EQ(policy.find("connect-src") == std::string::npos, allowed.empty()) << policy;
    }
}

TEST_F(PlainPage, APersonIsToldInWordsThatTheyAskTooOften) {
    const auto [target, fields] = paper().press("show-qr");
    http::ClientResponse answer;
    for (int i = 0; i < 100 && answer.status != 429; ++i) answer = get();
    for (const auto& refused : {answer, post(target, fields)}) {
        EXPECT_EQ(refused.status, 429);
        EXPECT_NE(refused.body.find("wait a minute"), std::string::npos) << refused.body;
    }
    EXPECT_NE(post(target, fields).body.find("did not reach us"), std::string::npos);
}

}  // namespace
}  // namespace chukta
