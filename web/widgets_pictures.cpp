#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "web/widgets.h"

namespace chukta::page {
namespace {

constexpr ImU32 kBlack = IM_COL32(0, 0, 0, 255);
constexpr ImU32 kWhite = IM_COL32(255, 255, 255, 255);

/// A neutral mark: the apps' own logos are trademarks.
struct Mark {
    ImU32 plate;
    const char* letters;
};

Mark mark_of(UpiApp app) {
    switch (app) {
        case UpiApp::GooglePay:
            return {IM_COL32(0x1A, 0x66, 0xD6, 255), "G"};
        case UpiApp::PhonePe:
            return {IM_COL32(0x5F, 0x25, 0x9F, 255), "Pe"};
        case UpiApp::Paytm:
            return {IM_COL32(0x00, 0x6F, 0xA8, 255), "Pt"};
        case UpiApp::Bhim:
            return {IM_COL32(0xB5, 0x4A, 0x0C, 255), "B"};
        case UpiApp::Other:
            break;
    }
    return {0, ""};
}

}  // namespace

void Ui::shadow(Box box, float radius) {
    // `box-shadow: 0 6px 12px` of page.css: a blur is the box faded by the normal distribution,
    // here in rings around the box moved down. What lies under the card is left out: rings fill
    // only perimeter × blur, stacked translucent cards cost four times as much (facts/imgui-web.md
    // §1).
    struct Ring {
        float out;
        float shade;
    };
    constexpr Ring kRings[] = {{-7, 0.88f}, {-2, 0.63f}, {2, 0.37f}, {6, 0.16f}, {12, 0}};
    constexpr int kCount = std::size(kRings);
    constexpr float kDrop = 6.0f, kStrength = 0.086f;
    constexpr int kSteps = 6;
    constexpr int kPoints = 4 * (kSteps + 1);
    const float left = px(box.x), top = px(box.y + kDrop);
    const float right = px(box.x + box.width), bottom = px(box.y + box.height + kDrop);
    const float r = px(radius);
    const ImVec2 centres[4] = {
        {right - r, bottom - r}, {left + r, bottom - r}, {left + r, top + r}, {right - r, top + r}};
    list_.PrimReserve(kPoints * 6 * (kCount - 1), kPoints * kCount);
    const auto first = list_._VtxCurrentIdx;
    const ImVec2 white = list_._Data->TexUvWhitePixel;
    for (int i = 0; i < kPoints; ++i) {
        const int corner = i / (kSteps + 1);
        const float turn = static_cast<float>(corner) +
                           static_cast<float>(i % (kSteps + 1)) / static_cast<float>(kSteps);
        const float angle = turn * IM_PI / 2;
        const ImVec2 way{std::cos(angle), std::sin(angle)};
        const ImVec2 c = centres[corner];
        for (const Ring& ring : kRings) {
            const float far = r + px(ring.out);
            const ImU32 shade = ink(Colour::Shadow, kStrength * ring.shade);
            list_.PrimWriteVtx({c.x + way.x * far, c.y + way.y * far}, white, shade);
        }
        const int next = (i + 1) % kPoints;
        for (int ring = 0; ring + 1 < kCount; ++ring) {
            const auto a = first + static_cast<unsigned>(kCount * i + ring);
            const auto b = first + static_cast<unsigned>(kCount * next + ring);
            for (const unsigned index : {a, a + 1, b + 1, a, b + 1, b}) {
                list_.PrimWriteIdx(static_cast<ImDrawIdx>(index));
            }
        }
    }
}

void Ui::app_icon(UpiApp app, float centre_x, float centre_y) {
    constexpr float kSide = 40.0f;
    const Box box{centre_x - kSide / 2, centre_y - kSide / 2, kSide, kSide};
    const Mark mark = mark_of(app);
    if (mark.plate == 0) {
        round_rect(box, 12, ink(Colour::Soft), 0, 0);
        for (int i = -1; i <= 1; ++i) {
            const ImVec2 centre{whole(centre_x) + px(9) * static_cast<float>(i), whole(centre_y)};
            list_.AddCircleFilled(centre, px(3), ink(Colour::Primary));
        }
        return;
    }
    round_rect(box, 12, mark.plate, 0, 0);
    const std::string letters = mark.letters;
    const float size = letters.size() > 1 ? 18.0f : 21.0f;
    const float wide = width_of(letters, size, Weight::Semibold);
    const float pixels = whole(size);
    const float content = std::round(pixels * CanvasFonts::kContent);
    list_.AddText(
        fonts_.font(Weight::Semibold),
        pixels,
        {whole(centre_x - wide / 2), std::floor(whole(centre_y) - content / 2 + 0.5f)},
        kWhite,
        letters.c_str()
    );
}

void Ui::avatar(Box box, const std::string& letter) {
    const float radius = px(box.width / 2);
    const ImVec2 corner = at(box.x, box.y);
    list_.AddCircleFilled({corner.x + radius, corner.y + radius}, radius, ink(Colour::Primary));
    const float wide = width_of(letter, 20, Weight::Semibold);
    paint_line(
        fonts_.shaped(letter),
        20,
        Weight::Semibold,
        Colour::OnPrimary,
        box.x + (box.width - wide) / 2,
        box.y,
        box.height
    );
}

void Ui::lock(float left, float middle) {
    const ImU32 colour = ink(Colour::Success);
    const ImVec2 a = at(left, middle - 1);
    list_.AddRectFilled(a, {a.x + px(11), a.y + px(8)}, colour, px(2));
    const ImVec2 c{a.x + px(5.5f), a.y - px(1)};
    list_.PathLineTo({c.x - px(3), a.y + px(1)});
    list_.PathArcTo(c, px(3), IM_PI, 2 * IM_PI);
    list_.PathLineTo({c.x + px(3), a.y + px(1)});
    list_.PathStroke(colour, 0, px(1.6f));
}

void Ui::tick() {
    constexpr float kRadius = 36;
    const ImVec2 c{whole(x + width / 2), whole(y + kRadius)};
    list_.AddCircleFilled(c, px(kRadius), ink(Colour::Success));
    list_.PathLineTo({c.x - px(15), c.y + px(1)});
    list_.PathLineTo({c.x - px(4), c.y + px(12)});
    list_.PathLineTo({c.x + px(16), c.y - px(11)});
    list_.PathStroke(ink(Colour::OnSuccess), 0, px(6));
    y = snap(y + 2 * kRadius);
}

void Ui::cross(Colour colour) {
    constexpr float kRadius = 32;
    const ImVec2 c{whole(x + width / 2), whole(y + kRadius)};
    list_.AddCircleFilled(c, px(kRadius), ink(colour, 0.14f));
    list_.AddRectFilled(
        {c.x - px(3), c.y - px(17)}, {c.x + px(3), c.y + px(5)}, ink(colour), px(3)
    );
    list_.AddCircleFilled({c.x, c.y + px(14)}, px(4), ink(colour));
    y = snap(y + 2 * kRadius);
}

void Ui::clock_face(Colour colour) {
    constexpr float kRadius = 32;
    const ImVec2 c{whole(x + width / 2), whole(y + kRadius)};
    list_.AddCircleFilled(c, px(kRadius), ink(colour, 0.14f));
    list_.AddCircle(c, px(18), ink(colour), 0, px(4));
    list_.PathLineTo({c.x, c.y - px(10)});
    list_.PathLineTo(c);
    list_.PathLineTo({c.x + px(7), c.y + px(4)});
    list_.PathStroke(ink(colour), 0, px(3.5f));
    y = snap(y + 2 * kRadius);
}

void Ui::spinner(std::string_view name) {
    constexpr float kSide = 56;
    Node node;
    node.id = "spinner";
    node.role = Role::Spinner;
    node.name = name;
    node.kind = "turning";
    node.radius = kSide / 2;
    node.box = {x + (width - kSide) / 2, y, kSide, kSide};
    add(std::move(node));
    y = snap(y + kSide);
}

void Ui::qr(std::string_view id, const QrCode& code, const std::string& name) {
    const int side = code.whole_side();
    // A whole number of device pixels a module: as many as 300 css px and the column have; where
    // that is under 4 css px, what the window has beside the column too.
    const float window = px(width + 2 * (kPadding + kMargin)) + 0.01f;
    const auto most = static_cast<int>(std::min(px(300), px(width))) / side;
    const float least = 4 * env_.dpr;
    const auto in_window =
        std::min(static_cast<int>(std::ceil(least)), static_cast<int>(window) / side);
    auto module = static_cast<float>(std::max({1, most, in_window}));
    if (module < least && least * static_cast<float>(side) <= window) module = least;
    const float code_px = std::ceil(module * static_cast<float>(side));
    // The plate is as large before the module has come (page.css); white even in the dark: readers
    // expect it (facts/imgui-web.md §7).
    const float side_px = std::max(code_px, std::floor(std::min(px(300), px(width))));
    const ImVec2 plate{std::floor(whole(x) + (px(width) - side_px) / 2), whole(y)};
    list_.AddRectFilled(plate, {plate.x + side_px, plate.y + side_px}, kWhite, px(8));
    const float around = std::floor((side_px - code_px) / 2);
    const ImVec2 corner{plate.x + around, plate.y + around};
    for (int row = 0; row < code.side; ++row) {
        for (int from = 0; from < code.side; ++from) {
            if (!code.black(from, row)) continue;
            int end = from + 1;
            while (end < code.side && code.black(end, row)) ++end;
            const auto edge = [&](int modules) {
                // So that none is grey.
                return std::round(static_cast<float>(modules + QrCode::kQuietZone) * module);
            };
            list_.PrimReserve(6, 4);
            list_.PrimRect(
                {corner.x + edge(from), corner.y + edge(row)},
                {corner.x + edge(end), corner.y + edge(row + 1)},
                kBlack
            );
            from = end;
        }
    }
    Node node;
    node.id = id;
    node.role = Role::Image;
    node.name = name;
    node.kind = is_wide(code) ? "qr wide" : "qr";
    if (env_.dom) node.picture = std::to_string(side) + " " + svg_path(code);
    node.box = {plate.x / unit_, y, side_px / unit_, side_px / unit_};
    add(std::move(node));
    y = snap(y + side_px / unit_);
}

void Ui::png(std::string_view id, const std::string& data_uri, const std::string& name) {
    // The same at every size of the text, and wider than the column if need be: what is in it is
    // not known, and larger is better.
    const float side = std::min(300 / env_.text_scale, width + 2 * (kPadding + kMargin));
    const Box box{x + (width - side) / 2, y, side, side};
    round_rect(box, 8, kWhite, 0, 0);
    Node node;
    node.id = id;
    node.role = Role::Image;
    node.name = name;
    node.kind = "qr png";
    node.picture = data_uri;
    node.box = box;
    add(std::move(node));
    y = snap(y + side);
}

void Ui::phone_picture() {
    // A phone that scans: said in words beside it.
    constexpr float kHeight = 88;
    const ImVec2 c{whole(x + width / 2), whole(y + kHeight / 2)};
    const ImU32 line = ink(Colour::Primary);
    list_.AddRectFilled(
        {c.x - px(25), c.y - px(44)}, {c.x + px(25), c.y + px(44)}, ink(Colour::Soft), px(10)
    );
    list_.AddRect(
        {c.x - px(25), c.y - px(44)}, {c.x + px(25), c.y + px(44)}, line, px(10), 0, px(3)
    );
    for (const ImVec2 way : {ImVec2{-1, -1}, ImVec2{1, -1}, ImVec2{-1, 1}, ImVec2{1, 1}}) {
        const float far = px(14), arm = px(8);
        const ImVec2 corner{c.x + way.x * far, c.y + way.y * far};
        list_.PathLineTo({corner.x - way.x * arm, corner.y});
        list_.PathLineTo(corner);
        list_.PathLineTo({corner.x, corner.y - way.y * arm});
        list_.PathStroke(line, 0, px(3));
    }
    for (const ImVec2 spot : {ImVec2{-1, -1}, ImVec2{1, -1}, ImVec2{-1, 1}, ImVec2{1, 1}}) {
        const ImVec2 m{c.x + spot.x * px(5), c.y + spot.y * px(5)};
        const float half = px(2.6f);
        list_.AddRectFilled({m.x - half, m.y - half}, {m.x + half, m.y + half}, line);
    }
    y = snap(y + kHeight);
}

void Ui::timer_pill(
    std::string_view id, const std::string& time, float share, Box box, const std::string& label
) {
    round_rect(box, box.height / 2, ink(Colour::Soft), 0, 0);
    const ImVec2 c{whole(box.x + 19), whole(box.y + box.height / 2)};
    list_.AddCircle(c, px(8), ink(Colour::Primary, 0.25f), 0, px(2.5f));
    const float from = -IM_PI / 2;
    list_.PathArcTo(c, px(8), from, from + 2 * IM_PI * std::clamp(share, 0.0f, 1.0f));
    list_.PathStroke(ink(Colour::Primary), 0, px(2.5f));
    paint_line(time, 16, Weight::Semibold, Colour::Text, box.x + 34, box.y, box.height);
    Node node;
    node.id = id;
    node.role = Role::Timer;
    node.name = time;
    node.label = label;
    node.kind = "pill";
    node.font_size = 16;
    node.bold = true;
    node.align = Align::Right;
    node.radius = box.height / 2;
    node.box = box;
    add(std::move(node));
}

}  // namespace chukta::page
