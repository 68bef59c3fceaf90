/// @file
/// Fonts without a font file: whoever can shape and rasterise text (in the browser: its 2D canvas)
/// gives ImGui's atlas each glyph when it is first needed, at the size of the device's pixels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

struct ImFont;
struct ImFontAtlas;
struct ImTextureData;

namespace chukta::page {

enum class Weight { Regular, Semibold };

/// One glyph, or one whole word of a script that needs shaping. Pixels; y grows downwards from the
/// baseline.
struct GlyphMetrics {
    float advance = 0;
    float x = 0, y = 0;
    int width = 0, height = 0;  ///< of the picture
    int oversample = 1;         ///< the picture is this many times wider than it is shown
};

/// Measures and draws text. Implemented over the browser's canvas, and by tests.
class GlyphSource {
public:
    virtual ~GlyphSource() = default;
    virtual GlyphMetrics measure(Weight weight, std::string_view text, float em_px) = 0;
    /// A picture of what was measured last is wanted, with the next paint().
    virtual void draw() = 0;
    /// The pictures wanted since, one after the other: width × height coverage values each. All at
    /// once, because reading pixels back costs a browser more than drawing them.
    virtual void paint(unsigned char* out) = 0;
};

/// The page's two fonts in an ImGui atlas. A font's size is its CSS em, not its line.
class CanvasFonts {
public:
    /// Both must outlive it.
    CanvasFonts(ImFontAtlas& atlas, GlyphSource& source);

    ImFont* font(Weight weight) const { return fonts_[static_cast<std::size_t>(weight)]; }

    /// The text with each word that needs the browser's shaping (any Indic script) replaced by one
    /// private code point, which the atlas then draws as a whole: correct conjuncts, and wrapping
    /// by word.
    std::string shaped(std::string_view text);

    /// Forgets every picture: the real fonts have come late.
    void discard();

    /// Before the frame's textures are sent: puts the new glyphs' pictures into them.
    void paint();
    /// The frame is not shown on the canvas: the pictures wait for one that is.
    void postpone();

    /// A glyph has its place in the atlas, and no picture yet.
    void want_picture(int rect, int width, int height);

    /// What a code point stands for.
    std::string text_of(unsigned code_point) const;
    GlyphSource& source() const { return source_; }

    /// Inter's ascent and content height in em; the baseline is placed as CSS places it.
    static constexpr float kAscent = 0.96875f;
    static constexpr float kContent = 1.2102f;

private:
    struct Wanted {
        int rect;                ///< in the atlas, wherever it lies by then
        ImTextureData* texture;  ///< where it lay when this frame's text was laid out, or null
        int x, y, width, height;
    };

    ImFontAtlas& atlas_;
    std::vector<Wanted> wanted_;
    GlyphSource& source_;
    ImFont* fonts_[2] = {};
    std::vector<std::string> runs_;  ///< by code point; a page has a hundred or two
};

}  // namespace chukta::page
