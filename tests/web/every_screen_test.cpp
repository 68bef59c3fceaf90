// Rules that hold on every screen there is, at every width, without a browser.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/support/page_views.h"
#include "tests/support/view_fixture.h"

namespace chukta::page {
namespace {

using namespace testing;
using wire::Situation;
using EveryScreen = ViewTest;

/// Every screen there is, in the states that draw differently.
std::vector<Case> all_cases() {
    std::vector<Case> cases;
    cases.push_back({"loading", Page{}});
    for (const auto& [device, agent] : std::map<std::string, std::string_view>{
             {"phone", kPhone}, {"iphone", kIphone}, {"tablet", kTablet}, {"desktop", kDesktop}}) {
        cases.push_back(a_case("choose " + device, a_view(), agent));
        cases.push_back(a_case("choose linked " + device, a_view_with_links(), agent));
        for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
            const std::string name = std::string{word(channel)} + " " + device;
            cases.push_back(a_case("waiting " + name, a_waiting_view(channel), agent));
            cases.push_back(a_case("failed " + name, a_failed_view(channel), agent));
            cases.push_back(a_case("unclear " + name, an_unclear_view(channel), agent));
            cases.push_back(a_case(
                "pay again " + name,
                an_unclear_view(channel),
                agent,
                [](Desk& d) { d.press("another-way"); }
            ));
            cases.push_back(a_case("choosing " + name, a_waiting_view(channel), agent, [](Desk& d) {
                d.press("another-way");
            }));
        }
    }
    for (int i = 0; i <= static_cast<int>(Situation::AttemptsExhausted); ++i) {
        const auto situation = static_cast<Situation>(i);
        cases.push_back(a_case(std::string{wire::word(situation)}, a_view_in(situation)));
    }
    cases.push_back(a_case("paid", a_paid_view()));
    cases.push_back(a_case("paid here", a_waiting_view(Channel::QrCode), kPhone, [](Desk& d) {
        d.answer_poll(a_paid_view());
    }));
    cases.push_back(a_case("error", a_view(), kPhone, [](Desk& d) {
        d.type("asha@");
        d.leave();
    }));
    cases.push_back(a_case("suggestions", a_view(), kPhone, [](Desk& d) {
        d.type("asha@okhdfcbnak");
        d.leave();
    }));
    cases.push_back(a_case("not opened", a_view_with_links(), kPhone, [](Desk& d) {
        d.press("app-gpay");
        d.answer_press(a_waiting_view(Channel::Intent));
        d.pass(2500);
    }));
    cases.push_back(a_case("starting", a_view(), kPhone, [](Desk& d) { d.press("app-gpay"); }));
    cases.push_back(a_case("checking", a_waiting_view(Channel::QrCode), kPhone, [](Desk& d) {
        d.pass(300'000);
    }));
    cases.push_back(a_case("code expired", a_waiting_view(Channel::QrCode), kPhone, [](Desk& d) {
        d.pass(300'000);
        d.pass(21'000);
    }));
    cases.push_back(a_case("more", a_view(), kIphone, [](Desk& d) { d.press("app-other"); }));
    cases.push_back(a_case("later", a_view(), kPhone, [](Desk& d) { d.page.poll.failures = 3; }));
    cases.push_back(a_case("offline", a_view(), kPhone, [](Desk& d) {
        d.send(ConnectionChanged{false});
    }));
    cases.push_back(a_case("forbidden", a_view(), kPhone, [](Desk& d) {
        d.refuse(d.page.poll.request, 404, "order_not_found");
    }));
    cases.push_back(a_case("in-app", a_view(), std::string{kPhone} + " Instagram 300.0"));
    cases.push_back(a_case(
        "in-app ios",
        a_view(),
        std::string{kIphone} + " Instagram 300.0",
        [](Desk& d) { d.send(Copied{true}); }
    ));
    cases.push_back(a_case(
        "in-app ios link",
        a_view(),
        std::string{kIphone} + " Instagram 300.0",
        [](Desk& d) {
            d.press("way-out");
            const auto url = "https://pay.example/pay/F508037?token=" + std::string(300, 'x');
            d.answer(d.page.way_out_request, 200, a_handoff(url, kStart + 300'000));
            d.send(Copied{false});
        }
    ));
    cases.push_back(a_case(
        "in-app waiting", a_waiting_view(Channel::Intent), std::string{kPhone} + " Instagram 300.0"
    ));
    auto exhausted = an_unclear_view(Channel::Collect);
    exhausted.message.situation = Situation::AttemptsExhausted;
    cases.push_back(a_case("exhausted and unclear", exhausted));
    auto closed = a_failed_view(Channel::Collect);
    closed.message.situation = Situation::ChannelClosed;
    closed.channels[1].closed = true;
    closed.channels[1].failures_left = 0;
    cases.push_back(a_case("closed", closed));
    auto long_order = a_view();
    long_order.amount = *Money::from_paise(1'000'000'000);
    long_order.merchant_name = "The Very Long Name Trading and Provisions Company of Mumbai";
    long_order.items.assign(
        12, {"A thing with a name that does not fit in one line", 3, *Money::from_paise(1'00'000)}
    );
    cases.push_back(a_case("long", long_order));
    cases.push_back(a_case("long open", long_order, kPhone, [](Desk& d) { d.press("items"); }));
    return cases;
}

TEST_F(EveryScreen, EveryControlHasANameOfItsOwnAndRoomForAThumb) {
    for (const Case& one : all_cases()) {
        for (const Language language : {Language::English, Language::Hindi}) {
            for (const float width : {320.0f, 360.0f, 390.0f, 844.0f, 1280.0f}) {
                env.width = width;
                Page page = one.page;
                page.language = language;
                const Frame frame = view.draw(page, env);
                const auto where = one.name + " at " + std::to_string(width);
                std::set<std::string> ids, names;
                each_node(frame.semantics.nodes, [&](const Node& node) {
                    EXPECT_TRUE(ids.insert(node.id).second) << where << ": two " << node.id;
                    EXPECT_GE(node.box.x, 0) << where << " " << node.id;
                    EXPECT_LE(node.box.x + node.box.width, width + 0.5) << where << " " << node.id;
                    EXPECT_LE(node.box.y + node.box.height, frame.semantics.height + 0.5)
                        << where << " " << node.id;
                    if (!is_control(node)) return;
                    // A field is named by its label.
                    const auto name = node.role == Role::Field ? "field " + node.id : node.name;
                    EXPECT_FALSE(name.empty()) << where << " " << node.id;
                    EXPECT_TRUE(names.insert(name).second) << where << ": two " << name;
                    EXPECT_GE(node.box.width, 43.9) << where << " " << node.id;
                    EXPECT_GE(node.box.height, 43.9) << where << " " << node.id;
                });
            }
        }
    }
}

TEST_F(EveryScreen, OnlyTheWayToTheOtherLanguageIsNotInThePages) {
    for (const Case& one : all_cases()) {
        for (const Language language : {Language::English, Language::Hindi}) {
            Page page = one.page;
            page.language = language;
            const Frame frame = view.draw(page, env);
            const auto other = language == Language::Hindi ? "en" : "hi";
            each_node(frame.semantics.nodes, [&](const Node& node) {
                EXPECT_EQ(node.language, node.id == "language" ? other : "")
                    << one.name << " " << node.id;
            });
        }
    }
}

TEST_F(EveryScreen, ControlsDoNotOverlap) {
    for (const Case& one : all_cases()) {
        for (const float width : {320.0f, 390.0f, 844.0f, 1280.0f}) {
            env.width = width;
            const Frame frame = view.draw(one.page, env);
            std::vector<Node> controls;
            each_node(frame.semantics.nodes, [&](const Node& node) {
                if (is_control(node)) controls.push_back(node);
            });
            for (std::size_t i = 0; i < controls.size(); ++i) {
                for (std::size_t j = i + 1; j < controls.size(); ++j) {
                    const Box &a = controls[i].box, &b = controls[j].box;
                    const bool apart = a.x + a.width <= b.x + 0.5 || b.x + b.width <= a.x + 0.5 ||
                                       a.y + a.height <= b.y + 0.5 || b.y + b.height <= a.y + 0.5;
                    EXPECT_TRUE(apart) << one.name << " at " << width << ": " << controls[i].id
                                       << " and " << controls[j].id;
                }
            }
        }
    }
}

TEST_F(EveryScreen, KeepsTheOrderVisibleAtTheTopOfEveryScreenThatHasOne) {
    for (const Case& one : all_cases()) {
        if (!one.page.view || one.page.forbidden) continue;
        const Frame frame = view.draw(one.page, env);
        ASSERT_NE(find(frame, "amount"), nullptr) << one.name;
        EXPECT_EQ(find(frame, "amount")->name, one.page.view->amount.display());
        EXPECT_EQ(find(frame, "merchant")->name, one.page.view->merchant_name);
        EXPECT_NE(find(frame, "order")->name.find("F508037"), std::string::npos);
    }
}

TEST_F(EveryScreen, IdleWantsNoFrame) {
    for (const Case& one : all_cases()) {
        view.draw(one.page, env);
        EXPECT_FALSE(view.draw(one.page, env).moving) << one.name;
    }
}

}  // namespace
}  // namespace chukta::page
