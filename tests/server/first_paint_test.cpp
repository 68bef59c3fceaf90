// The first paint and the module's own drawing are two programs that must say the same. Here every
// state is drawn by both, and what they drew is compared element by element.
#include "server/first_paint.h"

#include <gtest/gtest.h>

#include <set>

#include "server/pay_page.h"
#include "tests/support/html_tree.h"
#include "tests/support/page_views.h"
#include "tests/support/plain_glyphs.h"
#include "web/view.h"

namespace chukta {
namespace {

using namespace page::testing;
using page::Node;
using page::Role;
using wire::Situation;

/// What a reader, a script or a finger knows of an element.
std::string line_of(
    const std::string& parent,
    const std::string& id,
    const std::string& tag,
    const std::string& role,
    const std::string& text,
    const std::string& label,
    const std::string& more
) {
    return parent + " > " + id + " <" + tag + "> role=" + role + " text=[" + text + "] label=[" +
           label + "] " + more;
}

std::string tag_of(Role role) {
    switch (role) {
        case Role::Timer:
        case Role::Image:
        case Role::Spinner:
            return "div";
        case Role::Status:
        case Role::Alert:
            return "p";
        default:
            return std::string{word(role)};
    }
}
std::string aria_role_of(Role role) {
    switch (role) {
        case Role::Timer:
        case Role::Status:
        case Role::Alert:
        case Role::Image:
            return std::string{word(role)};
        case Role::Spinner:
            return "progressbar";
        default:
            return {};
    }
}

/// As js/mirror.js makes elements of nodes.
void put_lines(
    const std::vector<Node>& nodes, const std::string& parent, std::vector<std::string>& lines
) {
    for (const auto& node : nodes) {
        const bool group = !node.children.empty() || node.role == Role::Section ||
                           node.role == Role::Image || node.role == Role::Spinner;
        const bool disabled = (node.state & Node::kDisabled) != 0;
        std::string more;
        if (node.role == Role::Link && !disabled) more += "href=" + node.href;
        if ((node.state & Node::kNewTab) != 0) more += " new tab";
        if (disabled) more += " disabled";
        if ((node.state & Node::kExpanded) != 0) more += " expanded";
        if ((node.state & Node::kCollapsed) != 0) more += " collapsed";
        if (!node.language.empty()) more += " lang=" + std::string{node.language};
        if (node.role == Role::Field) {
            more += " value=" + node.value + " hint=" + node.hint;
            if (!node.described_by.empty()) more += " wrong: c-" + node.described_by;
        }
        if (node.role == Role::Image) more += " picture=" + node.picture;
        const bool spoken_by_label = !node.label.empty();
        lines.push_back(line_of(
            parent,
            "c-" + node.id,
            tag_of(node.role),
            aria_role_of(node.role),
            group || node.role == Role::Field ? "" : node.name,
            spoken_by_label ? node.label
            : group         ? node.name
                            : "",
            more
        ));
        put_lines(node.children, "c-" + node.id, lines);
    }
}

std::vector<std::string> lines_of_html(const std::string& html) {
    std::vector<std::string> lines;
    const auto elements = testing::read_html(html);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const auto& one = elements[i];
        if (one.of("id").substr(0, 2) != "c-") continue;
        std::string more;
        if (one.tag == "a" && one.has("href")) more += "href=" + one.of("href");
        if (one.of("target") == "_blank") more += " new tab";
        if (one.of("aria-disabled") == "true") more += " disabled";
        if (one.of("aria-expanded") == "true") more += " expanded";
        if (one.of("aria-expanded") == "false") more += " collapsed";
        if (one.has("lang")) more += " lang=" + one.of("lang");
        if (one.tag == "input") {
            more += " value=" + one.of("value") + " hint=" + one.of("placeholder");
            if (one.has("aria-invalid")) more += " wrong: " + one.of("aria-describedby");
        }
        if (one.of("role") == "img") {
            const auto& inner = elements[i + 1];
            const auto box = inner.of("viewBox");
            more += " picture=" + (inner.tag == "img" ? inner.of("src")
                                                      : box.substr(box.rfind(' ') + 1) + " " +
                                                            elements[i + 2].of("d"));
        }
        lines.push_back(line_of(
            one.inside_of,
            one.of("id"),
            one.tag,
            one.of("role"),
            one.text,
            one.of("aria-label"),
            more
        ));
    }
    return lines;
}

struct Case {
    std::string name;
    wire::OrderView view;
    std::string_view agent = kPhone;
    std::string query = {};
};

std::vector<wire::OrderView> odd_views() {
    std::vector<wire::OrderView> views;
    auto shut = a_view();
    for (auto& one : shut.channels) one.closed = true;
    views.push_back(shut);
    for (auto& one : shut.channels) one.failures_left = 0;
    views.push_back(shut);
    for (auto& one : shut.channels) one.allowed = false;
    views.push_back(shut);
    auto spent = a_view_with_links();
    spent.payable = false;
    views.push_back(spent);
    auto third = a_failed_view(Channel::Collect);
    third.message.situation = Situation::ChannelClosed;
    third.channels[1].closed = true;
    third.channels[1].failures_left = 0;
    views.push_back(third);
    auto expired = a_failed_view(Channel::QrCode, FailureReason::Expired);
    expired.message.no_money_taken = false;
    views.push_back(expired);
    views.push_back(a_failed_view(Channel::Intent, FailureReason::Superseded));
    auto pin = a_failed_view(Channel::Intent);
    pin.message.detail = wire::FailureDetail::WrongPin;
    views.push_back(pin);
    auto not_allowed = a_failed_view(Channel::Collect, FailureReason::GatewayRefused);
    not_allowed.message.situation = Situation::ChannelClosed;
    not_allowed.channels[1].closed = true;
    views.push_back(not_allowed);
    not_allowed.channels[2].closed = true;
    views.push_back(not_allowed);
    views.push_back(an_unclear_view(Channel::Intent, wire::FailureDetail::MoneyReturning));
    auto last = an_unclear_view(Channel::Collect);
    last.message.situation = Situation::ChannelClosed;
    last.return_url.clear();
    views.push_back(last);
    auto spent_unclear = an_unclear_view(Channel::Collect);
    spent_unclear.message.situation = Situation::AttemptsExhausted;
    views.push_back(spent_unclear);
    auto no_code = a_view();
    no_code.channels[2].closed = true;
    views.push_back(no_code);
    auto soon = a_waiting_view(Channel::QrCode);
    soon.attempt->expires_at = kStart + 45'000;
    views.push_back(soon);
    auto picture = a_waiting_view(Channel::QrCode);
    picture.attempt->prompt = QrPrompt{"", "iVBORw0KGgo="};
    views.push_back(picture);
    picture.attempt->prompt = QrPrompt{};
    views.push_back(picture);
    for (const std::size_t length : {500u, 2048u}) {
        picture.attempt->prompt = QrPrompt{std::string(length, 'a'), {}};
        views.push_back(picture);
    }
    auto web = a_waiting_view(Channel::Intent);
    web.attempt->app = UpiApp::Other;
    web.attempt->prompt = IntentPrompt{{{UpiApp::Other, "https://sandbox.example/app?a=1&b=2"}}};
    views.push_back(web);
    auto long_one = a_waiting_view(Channel::Intent);
    long_one.message.situation = Situation::WaitingLong;
    views.push_back(long_one);
    auto other_sum = a_view_in(Situation::Review);
    other_sum.payment_status = PaymentStatus::Paid;
    views.push_back(other_sum);
    auto many = a_view();
    many.merchant_name = "<b>\"Ravi's\" & Sons</b>";
    many.items.clear();
    for (int i = 0; i < 10; ++i) {
        many.items.push_back({"Tea & <" + std::to_string(i) + ">", i + 1, many.amount});
    }
    views.push_back(many);
    many.merchant_name = "चाय की दुकान";
    many.items.clear();
    many.return_url.clear();
    many.message.situation = Situation::Paid;
    views.push_back(many);
    return views;
}

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (const std::string_view agent : {kPhone, kIphone, kTablet, kDesktop}) {
        const std::string on = " on " + std::string{agent.substr(13, 20)};
        cases.push_back({"choose" + on, a_view(), agent});
        cases.push_back({"choose linked" + on, a_view_with_links(), agent});
        cases.push_back({"everything open" + on, a_view_with_links(), agent, "more=1&items=1"});
        cases.push_back({"choose again" + on, a_view(), agent, "again=1&choose=1"});
        cases.push_back({"the other layout" + on, a_view(), agent, "device=desktop"});
        cases.push_back({"as a phone" + on, a_view(), agent, "device=android_phone"});
        cases.push_back({"as a feature phone" + on, a_view(), agent, "device=feature_phone"});
        for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
            const std::string name = std::string{word(channel)} + on;
            cases.push_back({"waiting " + name, a_waiting_view(channel), agent});
            cases.push_back({"choosing " + name, a_waiting_view(channel), agent, "choose=1"});
            cases.push_back({"failed " + name, a_failed_view(channel), agent});
            cases.push_back({"unclear " + name, an_unclear_view(channel), agent});
            cases.push_back({"pay again " + name, an_unclear_view(channel), agent, "choose=1"});
            cases.push_back({"paid " + name, a_paid_view(channel), agent});
        }
        int number = 0;
        for (auto& view : odd_views()) {
            cases.push_back({"odd view " + std::to_string(number++) + on, std::move(view), agent});
        }
        for (int i = 0; i <= static_cast<int>(Situation::AttemptsExhausted); ++i) {
            const auto situation = static_cast<Situation>(i);
            cases.push_back({std::string{wire::word(situation)} + on, a_view_in(situation), agent});
        }
    }
    for (const std::string_view agent :
         {"Mozilla/5.0 (Linux; Android 14; wv) Instagram 390",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148 Instagram 390"}) {
        cases.push_back({"in an app", a_view(), agent});
        for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
            cases.push_back({"waiting in an app", a_waiting_view(channel), agent});
            auto begun = a_waiting_view(channel);
            for (const auto situation :
                 {Situation::Starting, Situation::WaitingLong, Situation::CheckAfterUnclear}) {
                begun.message.situation = situation;
                cases.push_back({"begun in an app", begun, agent});
            }
        }
    }
    return cases;
}

FirstPaint paint_of(const Case& one, Language language) {
    FirstPaint paint{one.view};
    paint.language = language;
    paint.asked = read_page_query(one.query);
    DeviceFacts facts;
    facts.user_agent = std::string{one.agent};
    paint.device = paint.asked.device.value_or(classify(facts));
    paint.user_agent = one.agent;
    return paint;
}

/// The module as it starts in that page.
Desk desk_of(const Case& one, Language language) {
    Desk desk;
    page::Opened opened;
    opened.order_id = one.view.order_id.str();
    opened.view_json = wire::encode(one.view);
    opened.facts.user_agent = std::string{one.agent};
    opened.language = language;
    opened.query = one.query;
    desk.send(std::move(opened));
    return desk;
}

TEST(FirstPaint, IsTheTreeThatTheModuleDraws) {
    PlainGlyphs glyphs;
    page::View view{glyphs};
    page::Environment env;
    env.dom = true;
    for (const auto& one : all_cases()) {
        for (const Language language : {Language::English, Language::Hindi}) {
            for (const float width : {390.0f, 1280.0f}) {
                env.width = width;
                const auto desk = desk_of(one, language);
                const auto frame = view.draw(desk.page, env);
                std::vector<std::string> drawn;
                put_lines(frame.semantics.nodes, "", drawn);
                const auto paint = paint_of(one, language);
                const auto where = one.name + " " + std::string{word(language)} + " at " +
                                   std::to_string(static_cast<int>(width));
                EXPECT_EQ(lines_of_html(first_paint_nodes(paint)), drawn) << where;
                EXPECT_EQ(first_paint_title(paint), frame.semantics.title) << where;
                if (::testing::Test::HasFailure()) return;
            }
        }
    }
}

/// The first paint and its forms without a script.
std::string whole_page(const Case& one) {
    auto paint = paint_of(one, Language::English);
    paint.form_token = "a-token";
    paint.form_key = "a-key";
    return first_paint_nodes(paint) + first_paint_forms(paint);
}

TEST(FirstPaint, OffersNoWayToPayAgainWithoutAWarningWhileMoneyIsUnclear) {
    const auto says = [](const std::string& html, Text words) {
        return html.find(text(words, Language::English)) != std::string::npos;
    };
    for (const std::string_view agent : {kPhone, kIphone, kTablet, kDesktop}) {
        for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
            Case one{"unclear", an_unclear_view(channel), agent};
            one.view.apps = a_view_with_links().apps;
            const auto html = whole_page(one);
            EXPECT_TRUE(says(html, Text::DetailMoneyUnclear));
            EXPECT_TRUE(says(html, Text::MoneyReturns));
            for (const auto& element : testing::read_html(html)) {
                const auto id = element.of("id");
                for (const std::string_view pays : {"c-retry", "c-new-qr", "c-show-qr", "c-pay"}) {
                    EXPECT_NE(id, pays);
                }
                EXPECT_NE(id.substr(0, 6), "c-app-");
                if (id != "c-another-way") continue;
                EXPECT_NE(element.of("class").find("quiet"), std::string::npos);
            }
            one.query = "choose=1";
            const auto ways = whole_page(one);
            EXPECT_TRUE(says(ways, Text::MayHavePaid));
            EXPECT_TRUE(says(ways, Text::MoneyReturns));
            EXPECT_TRUE(says(ways, Text::ShowQrCode));
            EXPECT_FALSE(says(ways, Text::TryAgain));
        }
    }
}

TEST(FirstPaint, LooksAgainWhileMoneyIsUnclearAndNotWhileTheCustomerChooses) {
    const Case one{"unclear", an_unclear_view(Channel::Collect)};
    EXPECT_GT(first_paint_refresh_s(paint_of(one, Language::English)), 0);
    const Case choosing{"pay again", an_unclear_view(Channel::Collect), kPhone, "choose=1"};
    EXPECT_EQ(first_paint_refresh_s(paint_of(choosing, Language::English)), 0);
}

TEST(FirstPaint, SaysOfATypedUpiIdWhatTheModuleSaysOfIt) {
    PlainGlyphs glyphs;
    page::View view{glyphs};
    page::Environment env;
    env.dom = true;
    const Case one{"typed", a_view()};
    for (const std::string_view typed :
         {"asha@okaxis",
          "asha",
          "asha@okaxsi",
          "9876543210",
          "asha@newbank",
          "paytmqr12@paytm",
          "as..ha@okaxis",
          "asha@gmail.com"}) {
        auto desk = desk_of(one, Language::English);
        desk.type(typed);
        desk.leave();
        std::vector<std::string> drawn;
        put_lines(view.draw(desk.page, env).semantics.nodes, "", drawn);
        auto paint = paint_of(one, Language::English);
        paint.vpa = checked_vpa(typed);
        EXPECT_EQ(lines_of_html(first_paint_nodes(paint)), drawn) << typed;
    }
}

TEST(FirstPaint, AWayOutThatAFormAskedForIsTheModulesUntilItEnds) {
    PlainGlyphs glyphs;
    page::View view{glyphs};
    page::Environment env;
    env.dom = true;
    for (const std::string_view agent : {kPhone, kIphone}) {
        const auto in_app = std::string{agent} + " Instagram 390";
        const Case one{"in an app", a_view(), in_app};
        auto paint = paint_of(one, Language::English);
        paint.way_out = {"https://pay.example/pay/F508037?token=a&b=</script>", kStart + 300'000};
        Desk desk;
        page::Opened opened;
        opened.order_id = one.view.order_id.str();
        opened.view_json = fill_page("{{view_json}}", paint);
        opened.facts.user_agent = in_app;
        desk.send(std::move(opened));
        const auto drawn = [&] {
            std::vector<std::string> lines;
            put_lines(view.draw(desk.page, env).semantics.nodes, "", lines);
            return lines;
        };
        EXPECT_EQ(lines_of_html(first_paint_nodes(paint)), drawn()) << agent;
        desk.pass(300'000);
        paint.way_out.reset();
        EXPECT_EQ(lines_of_html(first_paint_nodes(paint)), drawn()) << agent << ", ended";
    }
}

TEST(FirstPaint, LooksAgainSlowlyAfterTheEndOfAnOrderThatSomebodyBeganToPay) {
    for (const auto closed : {Situation::OrderCancelled, Situation::OrderExpired}) {
        auto view = a_failed_view(Channel::QrCode);
        view.message = wire::Message{};
        view.message.situation = closed;
        const auto refresh_s = [&] { return first_paint_refresh_s(FirstPaint{view}); };
        EXPECT_EQ(refresh_s(), 60) << wire::word(closed);
        view.server_time += 25 * 3'600'000;
        EXPECT_EQ(refresh_s(), 0) << "not for ever";
        view.attempt.reset();
        view.server_time = kStart;
        EXPECT_EQ(refresh_s(), 0) << "nothing is on its way";
    }
    EXPECT_EQ(first_paint_refresh_s(FirstPaint{a_paid_view()}), 0);
}

TEST(FirstPaint, EnterInTheFieldDoesNoMoreThanAPressOfMakePayment) {
    bool pressable = false, held_back = false;
    for (const auto& one : all_cases()) {
        const auto paint = paint_of(one, Language::English);
        const auto enter = testing::read_html(first_paint_enter(paint));
        for (const auto& element : testing::read_html(first_paint_nodes(paint))) {
            if (element.of("id") != "c-pay") continue;
            ASSERT_EQ(enter.size(), 1U) << one.name;
            const bool disabled = element.of("aria-disabled") == "true";
            EXPECT_EQ(enter[0].has("disabled"), disabled) << one.name;
            (disabled ? held_back : pressable) = true;
        }
    }
    EXPECT_TRUE(pressable && held_back) << "both are among the cases";
}

TEST(FirstPaint, HasAFormForEveryButtonThatWorksWithoutAScript) {
    for (const auto& one : all_cases()) {
        auto paint = paint_of(one, Language::English);
        paint.form_token = "a-token";
        paint.form_key = "a-key";
        const auto html = first_paint_nodes(paint) + first_paint_forms(paint);
        std::set<std::string> forms;
        for (const auto& element : testing::read_html(html)) {
            if (element.tag == "form") forms.insert(element.of("id"));
        }
        for (const auto& element : testing::read_html(html)) {
            const auto id = element.of("id");
            if (element.tag != "button") continue;
            if (element.of("aria-disabled") == "true") {
                EXPECT_EQ(element.of("type"), "button") << one.name << " " << id;
            } else {
                EXPECT_EQ(forms.count(element.of("form")), 1U) << one.name << " " << id;
            }
        }
    }
}

}  // namespace
}  // namespace chukta
