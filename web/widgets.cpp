#include "web/widgets.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace chukta::page {
namespace {

/// Cards are painted on channel 0 once their height is known, all else above them.
enum Channel { kBehind = 0, kFront = 1, kChannels = 2 };

Box united(const Box& a, const Box& b) {
    const float right = std::max(a.x + a.width, b.x + b.width);
    const float bottom = std::max(a.y + a.height, b.y + b.height);
    const float left = std::min(a.x, b.x), top = std::min(a.y, b.y);
    return {left, top, right - left, bottom - top};
}

}  // namespace

Ui::Ui(ImDrawList& list, CanvasFonts& fonts, const Environment& env, Tweens& tweens)
    : list_{list}, fonts_{fonts}, env_{env}, tweens_{tweens}, unit_{env.dpr * env.text_scale} {
    step_s_ = static_cast<float>(std::clamp(env.now_s - tweens.last_s, 0.0, 0.1));
    tweens.last_s = env.now_s;
    tweens.moving = false;
    list_.ChannelsSplit(kChannels);
    list_.ChannelsSetCurrent(kFront);
    stack_.emplace_back();
}

float Ui::whole(float css) const { return std::floor(css * unit_ + 0.5f); }
float Ui::snap(float css) const { return whole(css) / unit_; }
ImVec2 Ui::at(float css_x, float css_y) const { return {whole(css_x), whole(css_y)}; }
ImU32 Ui::ink(Colour colour, float alpha) const { return packed(colour, env_.dark, alpha); }

void Ui::column(float left, float top, float wide) {
    x = snap(left);
    y = snap(top);
    width = snap(wide);
}

Box Ui::to_page(Box box) const {
    const float s = env_.text_scale;
    return {snap(box.x) * s, snap(box.y) * s, snap(box.width) * s, snap(box.height) * s};
}

Node& Ui::add(Node node) {
    node.box = to_page(node.box);
    node.radius *= env_.text_scale;
    node.font_size *= env_.text_scale;
    auto& siblings = stack_.back().children;
    siblings.push_back(std::move(node));
    return siblings.back();
}

void Ui::open(Node node) { stack_.push_back(std::move(node)); }

void Ui::read_last_at(std::size_t place) {
    auto& nodes = stack_.back().children;
    if (place >= nodes.size()) return;
    std::rotate(nodes.begin() + static_cast<std::ptrdiff_t>(place), nodes.end() - 1, nodes.end());
}

void Ui::close() {
    Node node = std::move(stack_.back());
    stack_.pop_back();
    for (const auto& child : node.children) {
        node.box = node.box.width == 0 ? child.box : united(node.box, child.box);
    }
    stack_.back().children.push_back(std::move(node));
}

std::vector<Node> Ui::take_nodes() {
    list_.ChannelsMerge();
    return std::move(stack_.front().children);
}

void Ui::card(std::string_view id, std::string_view label, std::string_view kind) {
    Node node;
    node.id = id;
    node.role = Role::Section;
    node.name = label;
    node.kind = kind.empty() ? "card" : "card " + std::string{kind};
    node.box = to_page({x, y, width, 1});
    open(std::move(node));
    columns_.push_back({x, width, list_.VtxBuffer.Size});
    // The card's own top is kept as the box; the content begins inside.
    x = snap(x + kPadding);
    y = snap(y + kPadding);
    width = snap(width - 2 * kPadding);
}

void Ui::move_down(Node& group, int first_vertex, float by) {
    for (int i = first_vertex; i < list_.VtxBuffer.Size; ++i) list_.VtxBuffer[i].pos.y += whole(by);
    const auto move = [&](auto& self, std::vector<Node>& nodes) -> void {
        for (auto& node : nodes) {
            node.box.y += by * env_.text_scale;
            self(self, node.children);
        }
    };
    move(move, group.children);
}

void Ui::end_card(float least) {
    y = snap(y + kPadding);
    const Frame frame = columns_.back();
    columns_.pop_back();
    x = frame.x;
    width = frame.width;
    Node& node = stack_.back();
    const float top = node.box.y / env_.text_scale;
    if (y < top + least) {
        move_down(node, frame.vertices, snap((top + least - y) / 2));
        y = snap(top + least);
    }
    const Box box{x, top, width, y - top};
    node.box = to_page(box);
    node.radius = kCardRadius * env_.text_scale;
    list_.ChannelsSetCurrent(kBehind);
    if (!env_.dark) shadow(box, kCardRadius);
    round_rect(box, kCardRadius, ink(Colour::Card), ink(Colour::Line), 1.0f);
    list_.ChannelsSetCurrent(kFront);
    close();
}

void Ui::banner(std::string_view id, BannerKind kind) {
    Node node;
    node.id = id;
    node.role = Role::Section;
    node.kind = kind == BannerKind::Danger   ? "banner danger"
                : kind == BannerKind::Notice ? "banner notice"
                                             : "banner";
    node.box = to_page({x, y, width, 1});
    open(std::move(node));
    columns_.push_back({x, width, list_.VtxBuffer.Size});
    x = snap(x + 16);
    y = snap(y + 14);
    width = snap(width - 32);
}

void Ui::end_banner() {
    y = snap(y + 14);
    const Frame frame = columns_.back();
    columns_.pop_back();
    x = frame.x;
    width = frame.width;
    Node& node = stack_.back();
    const float top = node.box.y / env_.text_scale;
    const Box box{x, top, width, y - top};
    node.box = to_page(box);
    node.radius = kControlRadius * env_.text_scale;
    Colour fill = Colour::Soft;
    Colour edge = Colour::Primary;
    if (node.kind == "banner danger") {
        fill = Colour::DangerSoft;
        edge = Colour::Danger;
    } else if (node.kind == "banner notice") {
        fill = Colour::NoticeSoft;
        edge = Colour::Notice;
    }
    list_.ChannelsSetCurrent(kBehind);
    round_rect(box, kControlRadius, ink(fill), ink(edge, 0.35f), 1.0f);
    list_.ChannelsSetCurrent(kFront);
    close();
}

std::vector<Ui::Line> Ui::wrap(const std::string& words, float size, Weight weight, float wide) {
    const std::string shaped = fonts_.shaped(words);
    ImFont* font = fonts_.font(weight);
    const float pixels = whole(size);
    std::vector<Line> lines;
    const char* at = shaped.data();
    const char* const end = at + shaped.size();
    while (at < end) {
        const char* cut = font->CalcWordWrapPosition(pixels, at, end, px(wide));
        if (cut <= at) cut = end;
        const auto taken = font->CalcTextSizeA(pixels, FLT_MAX, 0.0f, at, cut);
        lines.push_back({std::string{at, cut}, taken.x / unit_});
        at = cut;
        while (at < end && (*at == ' ' || *at == '\n')) ++at;
    }
    return lines;
}

float Ui::width_of(const std::string& words, float size, Weight weight) {
    const std::string shaped = fonts_.shaped(words);
    const auto taken = fonts_.font(weight)->CalcTextSizeA(
        whole(size), FLT_MAX, 0.0f, shaped.data(), shaped.data() + shaped.size()
    );
    return taken.x / unit_;
}

void Ui::paint_line(
    const std::string& shaped,
    float size,
    Weight weight,
    Colour colour,
    float left,
    float top,
    float line_height
) {
    const float pixels = whole(size);
    // CSS centres ascent plus descent in the line; so do we, or canvas and mirror would differ.
    const float content = std::round(pixels * CanvasFonts::kContent);
    const ImVec2 corner{
        whole(left), std::floor(whole(top) + (px(line_height) - content) / 2 + 0.5f)};
    list_.AddText(
        fonts_.font(weight),
        pixels,
        corner,
        ink(colour),
        shaped.data(),
        shaped.data() + shaped.size()
    );
}

std::vector<Ui::Line> Ui::balanced(
    const std::string& words, float size, Weight weight, float wide
) {
    auto lines = wrap(words, size, weight, wide);
    if (lines.size() < 2) return lines;
    // The narrowest column that needs no more lines.
    float enough = wide, too_narrow = wide / static_cast<float>(lines.size() + 1);
    for (int i = 0; i < 6; ++i) {
        const float middle = (enough + too_narrow) / 2;
        auto narrower = wrap(words, size, weight, middle);
        if (narrower.size() > lines.size()) {
            too_narrow = middle;
        } else {
            enough = middle;
            lines = std::move(narrower);
        }
    }
    return lines;
}

Ui::Line Ui::shortened(const std::string& shaped, float size, Weight weight, float wide) {
    const std::string dots = "…";
    const float room = wide - width_of(dots, size, weight);
    const char* rest = nullptr;
    fonts_.font(weight)->CalcTextSizeA(
        whole(size),
        px(std::max(room, 0.0f)),
        0.0f,
        shaped.data(),
        shaped.data() + shaped.size(),
        &rest
    );
    return {std::string{shaped.data(), rest} + dots, wide};
}

float Ui::left_of(const Line& line, Align align, const Box& box) const {
    if (align == Align::Centre) return box.x + (box.width - line.width) / 2;
    if (align == Align::Right) return box.x + box.width - line.width;
    return box.x;
}

Node& Ui::add_text(std::string_view id, const std::string& words, const TextStyle& style, Box box) {
    Node node;
    node.id = id;
    node.role = style.role;
    node.name = words;
    node.kind = style.kind.empty() && style.colour == Colour::Muted ? "muted" : style.kind;
    node.font_size = style.size;
    node.bold = style.weight == Weight::Semibold;
    node.align = style.align;
    node.box = box;
    return add(std::move(node));
}

void Ui::text(std::string_view id, const std::string& words, const TextStyle& style) {
    const float line_height = snap(style.size * style.line);
    Box box{x, y, width, 0};
    for (const auto& one : balanced(words, style.size, style.weight, width)) {
        const float left = left_of(one, style.align, box);
        paint_line(one.words, style.size, style.weight, style.colour, left, y, line_height);
        y = snap(y + line_height);
    }
    box.height = y - box.y;
    add_text(id, words, style, box);
}

void Ui::line(std::string_view id, const std::string& words, const TextStyle& style, Box box) {
    lines(id, words, style, box, 1);
}

float Ui::lines(
    std::string_view id,
    const std::string& words,
    const TextStyle& style,
    Box box,
    std::size_t lines_max
) {
    const float line_height = box.height;
    // One line is not wrapped at all: its width may be just that of its words.
    std::vector<Line> wrapped;
    const float whole_width = width_of(words, style.size, style.weight);
    if (whole_width <= box.width) {
        wrapped.push_back({fonts_.shaped(words), whole_width});
    } else if (lines_max == 1) {
        wrapped.push_back(shortened(fonts_.shaped(words), style.size, style.weight, box.width));
    } else {
        wrapped = wrap(words, style.size, style.weight, box.width);
        if (wrapped.size() <= lines_max) {
            wrapped = balanced(words, style.size, style.weight, box.width);
        }
    }
    if (wrapped.size() > lines_max) {
        auto& last = wrapped[lines_max - 1];
        // The next line's beginning, too, or a short last line would end in "…" far from the edge.
        last = shortened(
            last.words + " " + wrapped[lines_max].words, style.size, style.weight, box.width
        );
        wrapped.resize(lines_max);
    }
    box.height = line_height * static_cast<float>(wrapped.size());
    float top = box.y;
    for (const auto& one : wrapped) {
        const float left = left_of(one, style.align, box);
        paint_line(one.words, style.size, style.weight, style.colour, left, top, line_height);
        top += line_height;
    }
    add_text(id, words, style, box);
    return box.height;
}

void Ui::spoken(std::string_view id, Role role, const std::string& words) {
    Node node;
    node.id = id;
    node.role = role;
    node.name = words;
    node.kind = "spoken";
    node.box = {x, y, 1, 1};
    add(std::move(node));
}

void Ui::round_rect(Box box, float radius, ImU32 fill, ImU32 border, float thickness) {
    const ImVec2 a = at(box.x, box.y);
    const ImVec2 b = at(box.x + box.width, box.y + box.height);
    const float line = std::max(1.0f, std::floor(thickness * unit_ + 0.5f));
    list_.AddRectFilled(a, b, fill, px(radius));
    if ((border & IM_COL32_A_MASK) == 0) return;
    const float half = line / 2;
    list_.AddRect(
        {a.x + half, a.y + half}, {b.x - half, b.y - half}, border, px(radius) - half, 0, line
    );
}

float Ui::tween(std::string_view id, bool on) {
    constexpr float kSeconds = 0.12f;
    const ImGuiID key = ImHashStr(id.data(), id.size());
    float value = tweens_.values.GetFloat(key, 0.0f);
    const float goal = on ? 1.0f : 0.0f;
    if (value == goal) return value;
    const float step = env_.reduced_motion ? 1.0f : step_s_ / kSeconds;
    value = on ? std::min(value + step, 1.0f) : std::max(value - step, 0.0f);
    tweens_.values.SetFloat(key, value);
    if (value != goal) tweens_.moving = true;
    return value;
}

}  // namespace chukta::page
