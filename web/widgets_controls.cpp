#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "web/widgets.h"

namespace chukta::page {
namespace {

std::string_view kind_word(ButtonKind kind) {
    switch (kind) {
        case ButtonKind::Primary:
            return "primary";
        case ButtonKind::Secondary:
            return "secondary";
        case ButtonKind::Quiet:
            return "quiet";
    }
    return "primary";
}

Node control_node(const ButtonSpec& spec, Box box, float radius) {
    Node node;
    node.id = spec.id;
    node.role = spec.href.empty() ? Role::Button : Role::Link;
    node.name = spec.name;
    node.href = spec.href;
    node.language = spec.language;
    node.state = spec.state;
    if (spec.disabled) node.state |= Node::kDisabled;
    if (spec.new_tab && !spec.href.empty()) node.state |= Node::kNewTab;
    node.box = box;
    node.radius = radius;
    node.align = Align::Centre;
    return node;
}

/// Between two colours, for tints.
ImU32 blend(ImU32 from, ImU32 to, float share) {
    return ImAlphaBlendColors(
        from, (to & ~IM_COL32_A_MASK) | static_cast<ImU32>(share * 255.0f) << IM_COL32_A_SHIFT
    );
}

}  // namespace

void Ui::button(const ButtonSpec& spec) {
    const float height = spec.kind == ButtonKind::Quiet ? kTouch : kControl;
    y = snap(y + button_at(spec, {x, y, width, height}));
}

float Ui::button_at(const ButtonSpec& spec, Box box, float size) {
    const Weight weight = Weight::Semibold;
    // Long words (Hindi, names, large text) take another line rather than lose their end.
    const auto lines = balanced(spec.name, size, weight, box.width - 16);
    const float line_height = snap(size * 1.25f);
    constexpr float kAir = 12;
    box.height = std::max(box.height, line_height * static_cast<float>(lines.size()) + kAir);
    const bool on = !spec.disabled;
    const float hover = tween(spec.id, on && env_.hovered == spec.id);
    const float press = tween(std::string{spec.id} + "!", on && env_.pressed == spec.id);
    Colour words = Colour::Primary;
    switch (spec.kind) {
        case ButtonKind::Primary: {
            const ImU32 rest = spec.disabled ? blend(ink(Colour::Card), ink(Colour::Muted), 0.75f)
                                             : ink(Colour::Primary);
            const ImU32 fill = blend(rest, ink(Colour::PrimaryDown), std::max(hover * 0.6f, press));
            round_rect(box, kControlRadius, fill, 0, 0);
            words = Colour::OnPrimary;
            break;
        }
        case ButtonKind::Secondary: {
            const ImU32 fill =
                blend(ink(Colour::Card), ink(Colour::Soft), std::max(hover * 0.7f, press));
            round_rect(box, kControlRadius, fill, ink(Colour::Line), 1.5f);
            break;
        }
        case ButtonKind::Quiet:
            if (hover > 0 || press > 0) {
                const ImU32 fill = ink(Colour::Soft, std::max(hover * 0.7f, press));
                round_rect(box, kControlRadius, fill, 0, 0);
            }
            break;
    }
    if (spec.disabled && spec.kind != ButtonKind::Primary) words = Colour::Muted;

    float top = box.y + (box.height - line_height * static_cast<float>(lines.size())) / 2;
    for (const auto& one : lines) {
        paint_line(
            one.words, size, weight, words, box.x + (box.width - one.width) / 2, top, line_height
        );
        top += line_height;
    }
    Node node = control_node(spec, box, kControlRadius);
    node.kind = kind_word(spec.kind);
    node.font_size = size;
    node.bold = true;
    add(std::move(node));
    return box.height;
}

void Ui::tile(const ButtonSpec& spec, UpiApp app, Box box) {
    const bool on = !spec.disabled;
    const float hover = tween(spec.id, on && env_.hovered == spec.id);
    const float press = tween(std::string{spec.id} + "!", on && env_.pressed == spec.id);
    const float lit = std::max(hover * 0.7f, press);
    const ImU32 border = blend(ink(Colour::Line), ink(Colour::Primary), lit);
    round_rect(box, kControlRadius, blend(ink(Colour::Card), ink(Colour::Soft), lit), border, 1.5f);
    constexpr float kIcon = 40.0f, kName = 20.0f, kBetween = 8.0f;
    const float top = box.y + (box.height - kIcon - kBetween - kName) / 2;
    app_icon(app, box.x + box.width / 2, top + kIcon / 2);
    const float size = width_of(spec.name, 15, Weight::Regular) > box.width - 8 ? 13.0f : 15.0f;
    const float wide = width_of(spec.name, size, Weight::Regular);
    paint_line(
        fonts_.shaped(spec.name),
        size,
        Weight::Regular,
        spec.disabled ? Colour::Muted : Colour::Text,
        box.x + (box.width - wide) / 2,
        top + kIcon + kBetween,
        kName
    );
    Node node = control_node(spec, box, kControlRadius);
    node.kind = "tile " + std::string{word(app)};
    node.font_size = size;
    add(std::move(node));
}

void Ui::field(const FieldSpec& spec) {
    TextStyle label{14, Weight::Semibold, Colour::Text, Align::Left, Role::Label};
    const std::string id{spec.id};
    text(id + "-label", spec.label, label);
    gap(4);
    const Box box{x, y, width, kControl};
    const bool wrong = !spec.error.empty();
    const float hover = tween(spec.id, env_.hovered == spec.id);
    const ImU32 border =
        wrong ? ink(Colour::Danger) : blend(ink(Colour::Edge), ink(Colour::Primary), hover * 0.7f);
    round_rect(box, kControlRadius, ink(Colour::Field), border, 1.5f);
    Node node;
    node.id = spec.id;
    node.role = Role::Field;
    node.kind = "field";
    node.value = spec.value;
    node.hint = spec.hint;
    node.font_size = 17;
    node.radius = kControlRadius;
    node.box = box;
    if (spec.disabled) node.state |= Node::kDisabled;
    if (wrong) {
        node.state |= Node::kInvalid;
        node.described_by = id + "-error";
    }
    add(std::move(node));
    y = snap(y + kControl);
    if (!wrong) return;
    gap(6);
    TextStyle error{14, Weight::Regular, Colour::Danger, Align::Left, Role::Alert};
    error.kind = "error";
    text(id + "-error", spec.error, error);
}

void Ui::divider(std::string_view id, const std::string& word) {
    const TextStyle style{14, Weight::Regular, Colour::Muted, Align::Centre, Role::Paragraph, "or"};
    const float wide = width_of(word, style.size, style.weight);
    const float height = 20, middle = whole(y + height / 2);
    const float line = std::max(1.0f, std::floor(unit_ + 0.5f));
    const float left = x + (width - wide) / 2 - 12, right = x + (width + wide) / 2 + 12;
    const ImU32 grey = ink(Colour::Line);
    list_.AddRectFilled({whole(x), middle}, {whole(left), middle + line}, grey);
    list_.AddRectFilled({whole(right), middle}, {whole(x + width), middle + line}, grey);
    this->line(id, word, style, {x, y, width, height});
    y = snap(y + height);
}

}  // namespace chukta::page
