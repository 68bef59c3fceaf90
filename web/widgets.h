/// @file
/// The page's own widgets: each paints with ImGui's draw list and emits its semantic node. All
/// measures are css px at text scale 1; what is painted lies on whole device pixels.
#pragma once

#include <imgui.h>

#include <string>
#include <string_view>
#include <vector>

#include "shared/qr.h"
#include "shared/status.h"
#include "web/canvas_font.h"
#include "web/environment.h"
#include "web/semantics.h"
#include "web/theme.h"

namespace chukta::page {

struct TextStyle {
    float size = 15;
    Weight weight = Weight::Regular;
    Colour colour = Colour::Text;
    Align align = Align::Left;
    Role role = Role::Paragraph;
    std::string_view kind = {};  ///< for the style sheet, when the nodes are the page
    float line = 1.4f;           ///< line height in em
};

enum class ButtonKind { Primary, Secondary, Quiet };

struct ButtonSpec {
    std::string_view id;
    std::string name;
    ButtonKind kind = ButtonKind::Primary;
    std::string href = {};  ///< a link instead of a button
    bool new_tab = false;
    bool disabled = false;
    unsigned state = 0;
    std::string_view language = {};  ///< of its name, where that is not the page's
};

enum class BannerKind { Danger, Notice, Info };

/// How far the hover and press tints have come, kept between frames.
struct Tweens {
    ImGuiStorage values;
    double last_s = 0;
    bool moving = false;  ///< one of them is not there yet: another frame is wanted
};

/// One frame's painting. Lives as long as the frame.
class Ui {
public:
    Ui(ImDrawList& list, CanvasFonts& fonts, const Environment& env, Tweens& tweens);

    // ---- where things go: one column, from the top down
    float x = 0, y = 0, width = 0;
    void column(float left, float top, float wide);
    void gap(float height) { y = snap(y + height); }

    // ---- groups
    void open(Node node);
    void close();
    std::size_t count() const { return stack_.back().children.size(); }
    /// What was drawn last is read as the group's `place`th, from 0.
    void read_last_at(std::size_t place);
    void card(std::string_view id, std::string_view label, std::string_view kind = {});
    /// A card that is lower than `least` grows to it and has its content in the middle.
    void end_card(float least = 0);
    void banner(std::string_view id, BannerKind kind);
    void end_banner();

    // ---- text
    /// Wrapped into the column; moves on.
    void text(std::string_view id, const std::string& words, const TextStyle& style);
    /// One line at a place of its own, shortened with … to fit; does not move on.
    void line(std::string_view id, const std::string& words, const TextStyle& style, Box box);
    /// At a place of its own as well, in up to lines_max lines from the box's top down, each as
    /// high as the box; the last one is shortened. Answers with the height it took.
    float lines(
        std::string_view id,
        const std::string& words,
        const TextStyle& style,
        Box box,
        std::size_t lines_max
    );
    float width_of(const std::string& words, float size, Weight weight);
    /// What the mirror alone has: spoken, never seen.
    void spoken(std::string_view id, Role role, const std::string& words);

    // ---- controls
    void button(const ButtonSpec& spec);
    /// Answers with its height: the box's, or more where its words need more lines.
    float button_at(const ButtonSpec& spec, Box box, float size = 16);
    void tile(const ButtonSpec& spec, UpiApp app, Box box);
    struct FieldSpec {
        std::string_view id;
        std::string label;
        std::string value;
        std::string hint;
        std::string error;  ///< shown under it; empty when there is none
        bool disabled = false;
    };
    void field(const FieldSpec& spec);
    /// "———— or ————"
    void divider(std::string_view id, const std::string& word);

    // ---- pictures
    void avatar(Box box, const std::string& letter);
    void lock(float left, float middle);
    void tick();
    void cross(Colour colour);
    void clock_face(Colour colour);
    /// The CSS spinner of the mirror; only its place is kept here.
    void spinner(std::string_view name);
    void qr(std::string_view id, const QrCode& code, const std::string& name);
    void png(std::string_view id, const std::string& data_uri, const std::string& name);
    void phone_picture();
    void timer_pill(
        std::string_view id, const std::string& time, float share, Box box, const std::string& label
    );

    std::vector<Node> take_nodes();
    float snap(float css) const;

private:
    struct Line {
        std::string words;
        float width;
    };
    ImVec2 at(float css_x, float css_y) const;
    float px(float css) const { return css * unit_; }
    float whole(float css) const;
    ImU32 ink(Colour colour, float alpha = 1.0f) const;
    std::vector<Line> wrap(const std::string& words, float size, Weight weight, float wide);
    /// Wrapped so that its lines are about equally long: no last word stands alone.
    std::vector<Line> balanced(const std::string& words, float size, Weight weight, float wide);
    /// The beginning that fits, and "…".
    Line shortened(const std::string& shaped, float size, Weight weight, float wide);
    float left_of(const Line& line, Align align, const Box& box) const;
    Node& add_text(std::string_view id, const std::string& words, const TextStyle& style, Box box);
    void paint_line(
        const std::string& shaped,
        float size,
        Weight weight,
        Colour colour,
        float left,
        float top,
        float line_height
    );
    void round_rect(Box box, float radius, ImU32 fill, ImU32 border, float thickness);
    void shadow(Box box, float radius);
    void app_icon(UpiApp app, float centre_x, float centre_y);
    float tween(std::string_view id, bool on);
    Node& add(Node node);
    Box to_page(Box box) const;

    ImDrawList& list_;
    CanvasFonts& fonts_;
    const Environment& env_;
    Tweens& tweens_;
    float unit_;    ///< device px of one css px at text scale 1
    float step_s_;  ///< since the last frame
    std::vector<Node> stack_;
    struct Frame {
        float x, width;
        int vertices;  ///< of the list, before the group's own
    };
    std::vector<Frame> columns_;

    void move_down(Node& group, int first_vertex, float by);
};

}  // namespace chukta::page
