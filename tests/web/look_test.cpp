// What the page must look like, as far as boxes can tell; the rest is in tests/e2e/look.test.mjs.

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
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

    std::optional<Node> find(const Page& page, std::string_view id) {
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
        return found;
    }

    Node node_of(const Page& page, std::string_view id) {
        auto found = find(page, id);
        EXPECT_TRUE(found) << id;
        return found.value_or(Node{});
    }
};

/// Device px of one module: the lowest black rectangle that was painted.
float painted_module(const ImDrawList& drawn) {
    float lowest = std::numeric_limits<float>::max();
    for (int i = 0; i + 3 < drawn.VtxBuffer.Size; ++i) {
        const ImDrawVert &from = drawn.VtxBuffer[i], &to = drawn.VtxBuffer[i + 2];
        if (from.col != IM_COL32_BLACK || to.col != IM_COL32_BLACK) continue;
        EXPECT_EQ(from.pos.y, std::floor(from.pos.y)) << "a grey edge";
        if (to.pos.x > from.pos.x && to.pos.y > from.pos.y) {
            lowest = std::min(lowest, to.pos.y - from.pos.y);
        }
    }
    return lowest;
}

// 345 bytes are a signed link with an invoice; 600 one with its taxes; 2048 the longest there is.
TEST_F(LookTest, AQrModuleIsFourCssPixelsWhereverTheWindowHasThem) {
    for (const std::size_t length : {40u, 150u, 220u, 330u, 367u, 425u, 600u, 900u, 2048u}) {
        auto order = a_waiting_view(Channel::QrCode);
        const std::string text(length, 'a');
        order.attempt->prompt = QrPrompt{text, {}};
        Desk desk;
        desk.open(order);
        const auto side = static_cast<float>(make_qr(text)->whole_side());
        for (const float dpr : {1.0f, 1.25f, 1.5f, 2.0f, 2.625f, 3.0f}) {
            for (const float width : {320.0f, 360.0f, 412.0f, 700.0f, 768.0f, 800.0f, 1280.0f}) {
                env.dpr = dpr;
                env.width = width;
                const Box box = box_of(desk.page, "qr");
                const auto where = std::to_string(length) + " at " + std::to_string(width) + " × " +
                                   std::to_string(dpr);
                const float in_window = std::floor(width * dpr / side);
                EXPECT_GE(
                    painted_module(view.painter().drawn()), std::min(std::floor(4 * dpr), in_window)
                ) << where;
                EXPECT_GE(box.width * dpr + 0.01f, std::min(4 * dpr, in_window) * side) << where;
                EXPECT_GE(box.x, 0) << where;
                EXPECT_LE(box.x + box.width, width + 0.01f) << where;
                const Box sum = box_of(desk.page, "summary");
                EXPECT_TRUE(box.x >= sum.x + sum.width || box.y >= sum.y + sum.height) << where;
            }
        }
    }
}

TEST_F(LookTest, ACodeThatASmallPhoneCannotDrawLargeSaysWhatToDo) {
    for (const std::size_t length : {367u, 368u}) {
        auto order = a_waiting_view(Channel::QrCode);
        order.attempt->prompt = QrPrompt{std::string(length, 'a'), {}};
        Desk desk;
        desk.open(order);
        EXPECT_EQ(find(desk.page, "qr-fine").has_value(), length == 368) << length;
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

TEST_F(LookTest, ALongOrderNumberIsReadWhole) {
    env.width = 360;
    auto order = a_view();
    Desk brief;
    brief.open(order);
    order.order_id = OrderId{"SHOP-2026-11-0123456789"};
    Desk desk;
    desk.open(order);
    const Box number = box_of(desk.page, "order");
    EXPECT_GT(number.height, 1.5f * box_of(brief.page, "order").height);
    EXPECT_GE(box_of(desk.page, "summary").y, number.y + number.height);
}

TEST_F(LookTest, TheHeaderStandsAsHighOnEveryScreen) {
    for (const float width : {360.0f, 800.0f, 1280.0f}) {
        env.width = width;
        Desk loading, choosing, ended;
        loading.page.order_id = "F508037";
        choosing.open(a_view(), kTablet);
        ended.open(a_view(), kTablet);
        ended.refuse(ended.page.poll.request, 401, "session_ended");
        const float top = box_of(choosing.page, "header").y;
        EXPECT_EQ(box_of(ended.page, "header").y, top) << width;
        EXPECT_EQ(box_of(loading.page, "header").y, top) << width;
    }
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
