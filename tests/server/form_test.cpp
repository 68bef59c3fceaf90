// The page without a script: forms over real sockets, a real engine and a real database.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/support/form_fixture.h"

namespace chukta {
namespace {

using namespace testing;

const std::string kPhone =
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0.0.0 Mobile Safari/537.36";

TEST_F(FormTest, AUpiIdStartsAnAttemptAndTheRedirectShowsIt) {
    const auto answer = press(paper(), "pay", " Asha@OKAXIS ");
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(header(answer, "Location"), "/pay/ord_0001");
    ASSERT_EQ(attempts().size(), 1U);
    EXPECT_EQ(attempts()[0].channel, Channel::Collect);
    EXPECT_EQ(attempts()[0].vpa_masked, "as***@okaxis");
    const auto page = get().body;
    EXPECT_NE(page.find("Sending the request"), std::string::npos);
    EXPECT_NE(page.find("http-equiv=\"refresh\""), std::string::npos) << "it looks again by itself";
}

TEST_F(FormTest, AWrongUpiIdComesBackWithItsErrorAndStartsNothing) {
    const auto answer = press(paper(), "pay", "asha@gmail.com");
    EXPECT_EQ(answer.status, 200);
    const Paper page{read_html(answer.body)};
    ASSERT_NE(page.find("c-vpa"), nullptr);
    EXPECT_EQ(page.find("c-vpa")->of("value"), "asha@gmail.com");
    EXPECT_EQ(page.find("c-vpa")->of("aria-invalid"), "true");
    EXPECT_TRUE(page.find("c-vpa")->has("autofocus"));
    EXPECT_NE(page.words("c-vpa-error").find("email"), std::string::npos);
    EXPECT_TRUE(attempts().empty());
    // And from this very page it is mended.
    EXPECT_EQ(press(page, "pay", "asha@okaxis").status, 303);
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, WhatIsTypedOutlivesAnotherLanguageAndLayoutAndIsNotJudged) {
    const auto hindi = press(paper("/pay/ord_0001?device=android_phone"), "language", "Asha@gm");
    ASSERT_EQ(hindi.status, 200);
    const Paper page{read_html(hindi.body)};
    ASSERT_NE(page.find("c-vpa"), nullptr);
    EXPECT_EQ(page.find("c-vpa")->of("value"), "asha@gm");
    EXPECT_FALSE(page.find("c-vpa")->has("aria-invalid"));
    EXPECT_EQ(page.words("c-language"), "English");
    EXPECT_NE(page.find("c-app-gpay"), nullptr) << "the layout is kept";
    const auto again = press(page, "other-device", "asha@gma");
    const Paper desktop{read_html(again.body)};
    EXPECT_EQ(desktop.find("c-vpa")->of("value"), "asha@gma");
    EXPECT_EQ(desktop.find("c-app-gpay"), nullptr);
    EXPECT_EQ(desktop.words("c-language"), "English") << "the language is kept";
    EXPECT_TRUE(attempts().empty());
}

TEST_F(FormTest, WhatIsTypedWhileAnotherWayIsChosenOutlivesAnotherLanguage) {
    press(paper(), "pay", "asha@okaxis");
    const auto hindi = press(paper("/pay/ord_0001?choose=1"), "language", "ashok@ok");
    const Paper page{read_html(hindi.body)};
    ASSERT_NE(page.find("c-vpa"), nullptr) << "still choosing";
    EXPECT_EQ(page.find("c-vpa")->of("value"), "ashok@ok");
}

TEST_F(FormTest, WhatIsTypedOutlivesTheWayOutOfAnApp) {
    agent = kPhone + " Instagram 390";
    const auto page = paper("/pay/ord_0001?lang=hi");
    const Paper out{read_html(press(page, "way-out", "Asha@gm").body)};
    ASSERT_NE(out.find("c-way-out"), nullptr);
    EXPECT_EQ(out.find("c-way-out")->of("href").substr(0, 9), "intent://");
    EXPECT_EQ(out.words("c-language"), "English") << "the language is kept";
    EXPECT_EQ(out.find("c-vpa")->of("value"), "asha@gm");
    EXPECT_FALSE(out.find("c-vpa")->has("aria-invalid"));
    EXPECT_TRUE(attempts().empty());
}

TEST_F(FormTest, TheWayOutIsThereWithoutAField) {
    agent = kPhone + " Instagram 390";
    press(paper(), "app-phonepe");
    const Paper out{read_html(press(paper(), "way-out").body)};
    ASSERT_NE(out.find("c-way-out"), nullptr);
    EXPECT_EQ(out.find("c-way-out")->of("href").substr(0, 9), "intent://");
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, KeepWaitingIsAnAddress) {
    press(paper(), "pay", "asha@okaxis");
    const auto page = paper("/pay/ord_0001?choose=1");
    EXPECT_EQ(page.find("c-keep-waiting")->of("form"), "show-form");
    EXPECT_FALSE(page.find("c-keep-waiting")->has("formaction"));
}

TEST_F(FormTest, WithNothingTypedAnotherLanguageIsAnAddress) {
    const auto answer = press(paper("/pay/ord_0001?device=android_phone"), "language");
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(header(answer, "Location"), "/pay/ord_0001?lang=hi&device=android_phone");
    EXPECT_EQ(get(header(answer, "Location")).status, 200);
}

TEST_F(FormTest, ACardsNumberIsNotSentBackInAnotherLanguage) {
    const auto answer = press(paper(), "language", "4111 1111 1111 1111");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.find("4111"), std::string::npos);
    EXPECT_EQ(answer.body.find("name=\"held\""), std::string::npos) << "nothing was asked about";
}

TEST_F(FormTest, ADoubtThatWasShownIsNotShownAgainAfterAnotherLanguage) {
    const Paper doubted{read_html(press(paper(), "pay", "asha@okaxsi").body)};
    const Paper hindi{read_html(press(doubted, "language", "asha@okaxsi").body)};
    EXPECT_EQ(press(hindi, "pay", "asha@okaxsi").status, 303);
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, AnEmptyFieldIsSaidToBeEmpty) {
    const auto answer = press(paper(), "pay", "");
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(Paper{read_html(answer.body)}.words("c-vpa-error"), "");
    EXPECT_TRUE(attempts().empty());
}

TEST_F(FormTest, ACardNumberIsNotSentBack) {
    const auto answer = press(paper(), "pay", "4111 1111 1111 1111");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.find("4111"), std::string::npos);
    EXPECT_NE(Paper{read_html(answer.body)}.words("c-vpa-error").find("card"), std::string::npos);
}

TEST_F(FormTest, ALikelyTypoIsAskedAboutOnceAndASuggestionFillsTheField) {
    const Paper asked{read_html(press(paper(), "pay", "asha@okaxsi").body)};
    EXPECT_TRUE(attempts().empty());
    ASSERT_NE(asked.find("c-vpa-s0"), nullptr);
    const auto picked = press(asked, "vpa-s0");
    EXPECT_EQ(picked.status, 200);
    EXPECT_EQ(Paper{read_html(picked.body)}.find("c-vpa")->of("value"), "asha@okaxis");
    EXPECT_TRUE(attempts().empty()) << "nothing is corrected silently";

    EXPECT_EQ(press(asked, "pay", "asha@okaxsi").status, 303) << "the second press goes through";
    ASSERT_EQ(attempts().size(), 1U);
    EXPECT_EQ(attempts()[0].vpa_masked, "as***@okaxsi");
}

TEST_F(FormTest, TheSameFormSentTwiceIsOneAttempt) {
    const auto page = paper();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(press(page, "show-qr").status, 303);
    EXPECT_EQ(attempts().size(), 1U);
    std::vector<std::thread> clicks;
    const auto other = paper("/pay/ord_0001?choose=1");
    for (int i = 0; i < 4; ++i) {
        clicks.emplace_back([&] { EXPECT_EQ(press(other, "pay", "asha@okaxis").status, 303); });
    }
    for (auto& click : clicks) click.join();
    ASSERT_EQ(attempts().size(), 2U);
    EXPECT_EQ(attempts()[0].failure, FailureReason::Superseded);
}

TEST_F(FormTest, TheSameChoiceOnTwoFreshPagesIsOneAttempt) {
    const auto one = paper(), two = paper();
    press(one, "pay", "asha@okaxis");
    press(two, "pay", "asha@okaxis");
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, AnotherChoiceOnAnOldPageSaysWhatIsOpenInstead) {
    const auto old = paper();
    press(old, "pay", "asha@okaxis");
    const auto answer = press(old, "show-qr");
    EXPECT_EQ(header(answer, "Location"), "/pay/ord_0001?again=1");
    EXPECT_EQ(attempts().size(), 1U) << "it did not know of the open attempt, so it closes none";
    EXPECT_NE(get("/pay/ord_0001?again=1").body.find("Please choose again"), std::string::npos);
}

TEST_F(FormTest, AUpiIdOfTheSameMaskReplacesTheOneThatIsOpen) {
    press(paper(), "pay", "asha@okaxis");
    EXPECT_EQ(
        header(press(paper("/pay/ord_0001?choose=1"), "pay", "ashok@okaxis"), "Location"),
        "/pay/ord_0001"
    );
    ASSERT_EQ(attempts().size(), 2U);
    EXPECT_EQ(attempts()[0].failure, FailureReason::Superseded);
    press(paper("/pay/ord_0001?choose=1"), "pay", "ashok@okaxis");
    EXPECT_EQ(attempts().size(), 2U) << "the same UPI ID has its request already";
}

TEST_F(FormTest, WhoChoosesAnotherWayAndErrsStaysThere) {
    press(paper(), "show-qr");
    const auto answer = press(paper("/pay/ord_0001?choose=1"), "pay", "asha@gmail.com");
    const Paper page{read_html(answer.body)};
    ASSERT_NE(page.find("c-vpa"), nullptr);
    EXPECT_EQ(page.find("c-vpa")->of("value"), "asha@gmail.com");
    EXPECT_NE(page.words("c-vpa-error").find("email"), std::string::npos);
    EXPECT_EQ(header(press(page, "pay", "asha@okaxis"), "Location"), "/pay/ord_0001");
    EXPECT_EQ(attempts().size(), 2U);
}

TEST_F(FormTest, TheCodeThatIsOutIsShownAgain) {
    press(paper(), "show-qr");
    press(paper("/pay/ord_0001?choose=1"), "show-qr");
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, ANewCodeReplacesTheOneThatIsOpen) {
    press(paper(), "show-qr");
    auto [target, fields] = paper("/pay/ord_0001?choose=1").press("show-qr");
    for (auto& [name, value] : fields) {
        if (value == "show-qr") value = "new-qr";
    }
    EXPECT_EQ(post(target, fields).status, 303);
    ASSERT_EQ(attempts().size(), 2U);
    EXPECT_EQ(attempts()[0].failure, FailureReason::Superseded);
    EXPECT_EQ(attempts()[1].status, AttemptStatus::Created);
}

TEST_F(FormTest, CancelFreesThePageAndRetryGoesOn) {
    press(paper(), "show-qr");
    const auto waiting = paper();
    EXPECT_EQ(press(waiting, "cancel").status, 303);
    EXPECT_EQ(press(waiting, "cancel").status, 303) << "once more does nothing";
    ASSERT_EQ(attempts().size(), 1U);
    EXPECT_EQ(attempts()[0].failure, FailureReason::UserCancelled);
    const auto failed = paper();
    EXPECT_EQ(failed.words("c-failure-text"), "You cancelled the payment");
    EXPECT_EQ(press(failed, "retry").status, 303);
    ASSERT_EQ(attempts().size(), 2U);
    EXPECT_EQ(attempts()[1].channel, Channel::QrCode);
}

TEST_F(FormTest, RetryOnAnOldPageStartsNothingWhereMoneyMayHaveMoved) {
    press(paper(), "show-qr");
    press(paper(), "cancel");
    const auto failed = paper();
    door.engine().store().transact([](Transaction& transaction) {
        transaction.run(
            "UPDATE attempts SET failure_reason = 'unknown', failure_detail = 'money_unclear'"
        );
    });
    EXPECT_EQ(press(failed, "retry").status, 303);
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, RetryOfAUpiIdLeadsToItsField) {
    press(paper(), "pay", "asha@okaxis");
    press(paper(), "cancel");
    EXPECT_EQ(header(press(paper(), "retry"), "Location"), "/pay/ord_0001#c-vpa");
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, AnAppWithoutALinkIsStartedByItsForm) {
    agent = kPhone;
    EXPECT_EQ(press(paper(), "app-phonepe").status, 303);
    ASSERT_EQ(attempts().size(), 1U);
    EXPECT_EQ(attempts()[0].app, UpiApp::PhonePe);
    EXPECT_EQ(paper().words("c-state-title"), "Opening PhonePe…");
}

TEST_F(FormTest, LanguageAndLayoutGoAlong) {
    const auto page = paper("/pay/ord_0001?lang=hi&device=android_phone");
    ASSERT_NE(page.find("c-app-gpay"), nullptr) << "the other layout has apps";
    const auto answer = press(page, "app-gpay");
    EXPECT_EQ(header(answer, "Location"), "/pay/ord_0001?lang=hi&device=android_phone");
    ASSERT_EQ(attempts().size(), 1U);
    EXPECT_NE(get(header(answer, "Location")).body.find("<html lang=\"hi\">"), std::string::npos);
}

TEST_F(FormTest, WithoutTheTokenOfThisSessionNothingStarts) {
    auto [target, fields] = paper().press("show-qr");
    const auto good = fields.at("token");
    for (const std::string& bad :
         {std::string{}, good + "x", good.substr(1), std::string(good.size(), 'a')}) {
        fields["token"] = bad;
        const auto answer = post(target, fields);
        EXPECT_EQ(header(answer, "Location"), "/pay/ord_0001?again=1") << bad;
    }
    fields.erase("token");
    EXPECT_EQ(post(target, fields).status, 303);
    door.create_order("ord_0002");
    const auto other = door.open_session({.order_id = "ord_0002", .jti = "jti-00000002"});
    fields["token"] = Paper{read_html(door.ask("GET", "/pay/ord_0002", {{"Cookie", other}}).body)}
                          .press("show-qr")
                          .second.at("token");
    EXPECT_EQ(post(target, fields).status, 303);
    EXPECT_TRUE(attempts().empty());
    EXPECT_NE(door.metrics().text().find("origin_refused\"} 6"), std::string::npos);
}

TEST_F(FormTest, WrongTokensAreAllCountedAndFewOfThemFillALog) {
    auto [target, fields] = paper().press("show-qr");
    fields["token"] = "wrong";
    const CapturedLog captured;
    for (int i = 0; i < 50; ++i) EXPECT_EQ(post(target, fields).status, 303);
    const auto text = captured.text();
    EXPECT_NE(text.find("form.refused"), std::string::npos);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 20) << text;
    EXPECT_NE(door.metrics().text().find("origin_refused\"} 50"), std::string::npos);
}

TEST_F(FormTest, AnOldPageOfAnEarlierSessionKeepsTheUpiIdThatWasTyped) {
    auto [target, fields] = paper().press("pay", "asha@okaxis");
    fields["token"] = std::string(fields.at("token").size(), 'a');
    const auto answer = post(target, fields);
    EXPECT_EQ(answer.status, 200);
    const Paper again{read_html(answer.body)};
    EXPECT_EQ(again.find("c-vpa")->of("value"), "asha@okaxis");
    EXPECT_NE(answer.body.find("could not be started"), std::string::npos);
    EXPECT_TRUE(attempts().empty());
    EXPECT_EQ(press(again, "pay", "asha@okaxis").status, 303);
    EXPECT_EQ(attempts().size(), 1U);
}

TEST_F(FormTest, FromAnotherOriginNothingStarts) {
    const auto [target, fields] = paper().press("show-qr");
    for (const char* origin :
         {"https://evil.example", "null", "https://pay.chai.in.evil.example"}) {
        const auto answer = door.ask(
            "POST",
            target,
            {{"Cookie", cookie}, {"Origin", origin}, {"Content-Type", kFormType}},
            encoded(fields)
        );
        EXPECT_EQ(answer.status, 403) << origin;
        EXPECT_NE(answer.body.find("open it again from the shop"), std::string::npos);
    }
    const http::Headers without{{"Cookie", cookie}, {"Content-Type", kFormType}};
    EXPECT_EQ(door.ask("POST", target, without, encoded(fields)).status, 403);
    EXPECT_TRUE(attempts().empty());
}

TEST_F(FormTest, OddFormsStartNothing) {
    auto [target, fields] = paper().press("show-qr");
    for (const char* button :
         {"", "app-", "app-toaster", "language", "../cancel", "stay", "retry"}) {
        fields["press"] = button;
        EXPECT_EQ(post(target, fields).status, 303) << button;
    }
    fields["press"] = "show-qr";
    for (const char* key : {"", "a b", "<script>"}) {
        fields["key"] = key;
        EXPECT_EQ(post(target, fields).status, 303) << key;
    }
    fields["key"] = std::string(64, 'k');
    EXPECT_EQ(post(target, fields).status, 303);
    fields["upi-id"] = std::string(9'000, 'x');
    EXPECT_EQ(post(target, fields).status, 413);
    EXPECT_TRUE(attempts().empty());
    const http::Headers json{
        {"Cookie", cookie},
        {"Origin", "https://pay.chai.in"},
        {"Content-Type", "application/json"}};
    const auto refused = door.ask("POST", target, json, "{}");
    EXPECT_EQ(refused.status, 415);
    EXPECT_EQ(header(refused, "Content-Type"), "text/html; charset=utf-8");
}

TEST_F(FormTest, NobodyElseCanPress) {
    const auto [target, fields] = paper().press("show-qr");
    cookie = "chukta_ord_0001=" + std::string(43, 'a');
    EXPECT_EQ(post(target, fields).status, 404);
    EXPECT_TRUE(attempts().empty());
}

}  // namespace
}  // namespace chukta
