// What the page must look like, as far as boxes can tell; the rest is in tests/e2e/look.test.mjs.

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "tests/support/page_views.h"
#include "tests/support/plain_glyphs.h"
#include "web/view.h"

namespace chukta::page {
namespace {

using namespace testing;

class LookTest : public ::testing::Test {
protected:
    PlainGlyphs glyphs;
    View view{glyphs};
    Environment env;

    Box box_of(const Page& page, std::string_view id) { return node_of(page, id).box; }

    Node node_of(const Page& page, std::string_view id) {
        const Frame frame = view.draw(page, env);
        std::optional<Node> found;
        const std::function<void(const std::vector<Node>&)> look =
            [&](const std::vector<Node>& nodes) {
                for (const auto& node : nodes) {
                    if (node.id == id) found = node;
                    look(node.children);
                }
            };
        look(frame.semantics.nodes);
        EXPECT_TRUE(found) << id;
        return found.value_or(Node{});
    }
};

TEST_F(LookTest, AQrModuleIsFourCssPixelsOnEveryScreen) {
    for (const std::size_t length : {40u, 150u, 220u, 330u, 345u}) {
        auto order = a_waiting_view(Channel::QrCode);
        const std::string text(length, 'a');
        order.attempt->prompt = QrPrompt{text, {}};
        Desk desk;
        desk.open(order);
        const int side = make_qr(text)->side + 2 * QrCode::kQuietZone;
        for (const float dpr : {1.0f, 1.25f, 1.5f, 2.0f, 2.625f, 3.0f}) {
            for (const float width : {360.0f, 412.0f, 800.0f, 1280.0f}) {
                env.dpr = dpr;
                env.width = width;
                const Box box = box_of(desk.page, "qr");
                const auto where = std::to_string(length) + " at " + std::to_string(width) + " × " +
                                   std::to_string(dpr);
                EXPECT_GE(box.width / static_cast<float>(side), 3.99f) << where;
                EXPECT_GE(box.x, 0) << where;
                EXPECT_LE(box.x + box.width, width) << where;
            }
        }
    }
}

TEST_F(LookTest, ALongMerchantNameTakesMoreLinesAndNothingLiesOnIt) {
    env.width = 360;
    auto order = a_view();
    Desk brief;
    brief.open(order);
    order.merchant_name = "The Very Long Name Trading and Provisions Company of Mumbai";
    Desk desk;
    desk.open(order);
    const Box name = box_of(desk.page, "merchant"), number = box_of(desk.page, "order");
    EXPECT_GT(name.height, 1.5f * box_of(brief.page, "merchant").height);
    EXPECT_GE(number.y, name.y + name.height - 0.5f);
    EXPECT_GE(box_of(desk.page, "summary").y, number.y + number.height);
}

TEST_F(LookTest, WhatIsSaidInPlaceOfACentredControlIsCentred) {
    auto order = a_failed_view(Channel::QrCode);
    order.message.situation = wire::Situation::ChannelClosed;
    for (auto& one : order.channels) one.closed = true;
    Desk desktop, phone;
    desktop.open(order, kDesktop);
    phone.open(order);
    env.width = 1280;
    EXPECT_EQ(node_of(desktop.page, "qr-closed").align, Align::Centre);
    EXPECT_EQ(node_of(desktop.page, "upi-id-closed").align, Align::Left) << "below its heading";
    env.width = 360;
    EXPECT_EQ(node_of(phone.page, "qr-closed").align, Align::Centre);
    EXPECT_EQ(node_of(phone.page, "upi-id-closed").align, Align::Centre);
    EXPECT_EQ(node_of(phone.page, "apps-closed").align, Align::Left) << "below its heading";
}

TEST_F(LookTest, AnItemsLongNameKeepsClearOfTheNextItem) {
    env.width = 360;
    auto order = a_view();
    order.items[0].name = "First flush Darjeeling, hand-plucked, in pouches of muslin, with a card";
    Desk desk;
    desk.open(order);
    const Box first = box_of(desk.page, "item-0-name"), next = box_of(desk.page, "item-1-name");
    EXPECT_GT(first.height, next.height);
    EXPECT_GE(next.y, first.y + first.height);
    EXPECT_LT(first.x + first.width, box_of(desk.page, "item-0-sum").x);
}

TEST_F(LookTest, WithoutAnOrderTheOnlyCardIsInTheMiddle) {
    env.width = 1280;
    Desk desk;
    desk.open(a_view(), kDesktop);
    desk.refuse(desk.page.poll.request, 404, "order_not_found");
    const Box card = box_of(desk.page, "state");
    EXPECT_NEAR(card.x + card.width / 2, 640, 1);
}

}  // namespace
}  // namespace chukta::page
