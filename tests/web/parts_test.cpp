// The small parts of the page: QR codes, semantic nodes as JSON, colours.

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>
#include <utility>

#include "shared/qr.h"
#include "shared/wire.h"
#include "tests/support/page_views.h"
#include "web/semantics.h"
#include "web/theme.h"

namespace chukta::page {
namespace {

using namespace testing;

TEST(Qr, HasTheFindersAndNoCodeForNothing) {
    const auto code = make_qr(link_of(UpiApp::Other));
    ASSERT_TRUE(code);
    for (const auto& [x, y] : {std::pair{0, 0}, {code->side - 7, 0}, {0, code->side - 7}}) {
        EXPECT_TRUE(code->black(x, y));
        EXPECT_FALSE(code->black(x + 1, y + 1));
        EXPECT_TRUE(code->black(x + 3, y + 3));
    }
    EXPECT_FALSE(make_qr(""));
    EXPECT_FALSE(make_qr(std::string(2332, 'a')));
    EXPECT_TRUE(make_qr(std::string(2331, 'a')));
}

TEST(Qr, PathCoversExactlyTheBlackModules) {
    const auto code = make_qr("upi://pay?pa=a@b");
    std::istringstream path{svg_path(*code)};
    std::set<std::pair<int, int>> drawn, black;
    float x = 0, y = 0;
    for (char step = 0; path >> step;) {
        float right = 0, down = 0;
        path >> right;
        if (step == 'm') path >> down;
        for (int i = 0; step == 'h' && i < static_cast<int>(right); ++i) {
            // A line one module thick, so along its middle.
            EXPECT_EQ(y, std::floor(y) + 0.5f);
            drawn.insert(
                {static_cast<int>(x) + i - QrCode::kQuietZone,
                 static_cast<int>(y) - QrCode::kQuietZone}
            );
        }
        x += right;
        y += down;
    }
    for (int at = 0; at < code->side * code->side; ++at) {
        if (code->black(at % code->side, at / code->side)) {
            black.insert({at % code->side, at / code->side});
        }
    }
    EXPECT_EQ(drawn, black);
}

TEST(Semantics, EscapesWhatAnotherWrote) {
    Semantics tree;
    tree.language = "en";
    Node node;
    node.id = "merchant";
    node.name = "A \"B\" \\ <script>\n\x01";
    tree.nodes.push_back(node);
    EXPECT_EQ(
        to_json(tree),
        "{\"l\":\"en\",\"q\":\"\",\"n\":0,\"y\":0,\"c\":[{\"i\":\"merchant\",\"r\":\"p\",\"t\":\"A "
        "\\\"B\\\" "
        "\\\\ <script>\\u000a\\u0001\",\"b\":[0,0,0,0,0,0]}]}"
    );
}

TEST(Semantics, WritesBoxesWithTwoDecimals) {
    Semantics tree;
    Node node;
    node.id = "a";
    node.box = {1.5f, 20.25f, 100.126f, 44.0f};
    tree.nodes.push_back(node);
    EXPECT_NE(to_json(tree).find("\"b\":[1.5,20.25,100.13,44,0,0]"), std::string::npos);
}

double luminance(std::uint32_t packed_colour) {
    double sum = 0;
    const double weights[] = {0.2126, 0.7152, 0.0722};
    for (int i = 0; i < 3; ++i) {
        const double c = static_cast<double>(packed_colour >> (8 * i) & 255) / 255;
        sum += weights[i] * (c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

TEST(Theme, TextIsReadableOnItsGround) {
    struct Row {
        Colour text, ground;
        double least;
    };
    constexpr Row kRows[] = {
        {Colour::Text, Colour::Background, 7},
        {Colour::Text, Colour::Card, 7},
        {Colour::Muted, Colour::Background, 4.5},
        {Colour::Muted, Colour::Card, 4.5},
        {Colour::Primary, Colour::Card, 4.5},
        {Colour::Primary, Colour::Background, 4.5},
        {Colour::OnPrimary, Colour::Primary, 4.5},
        {Colour::OnPrimary, Colour::PrimaryDown, 4.5},
        {Colour::Danger, Colour::DangerSoft, 4.5},
        {Colour::Danger, Colour::Card, 4.5},
        {Colour::Notice, Colour::NoticeSoft, 4.5},
        {Colour::Notice, Colour::Card, 4.5},
        {Colour::Success, Colour::Background, 4.5},
        {Colour::Text, Colour::Soft, 7},
        {Colour::Primary, Colour::Soft, 4.5},
        {Colour::Edge, Colour::Field, 3},
        {Colour::OnSuccess, Colour::Success, 3},
    };
    for (const bool dark : {false, true}) {
        for (const Row& row : kRows) {
            const double a = luminance(packed(row.text, dark));
            const double b = luminance(packed(row.ground, dark));
            const double contrast = (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
            EXPECT_GE(contrast, row.least)
                << (dark ? "dark " : "light ") << static_cast<int>(row.text) << " on "
                << static_cast<int>(row.ground);
        }
    }
}

}  // namespace
}  // namespace chukta::page
