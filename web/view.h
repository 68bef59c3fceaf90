/// @file
/// Draws the page with Dear ImGui and tells what it drew as semantic nodes. Touches no network and
/// no clock.
#pragma once

#include <optional>
#include <string>

#include "shared/qr.h"
#include "web/canvas_font.h"
#include "web/environment.h"
#include "web/page.h"
#include "web/painter.h"
#include "web/semantics.h"
#include "web/widgets.h"

namespace chukta::page {

/// What one frame gave. The triangles are the painter's.
struct Frame {
    Semantics semantics;
    bool moving = false;  ///< a tint is on its way: draw again at once
};

/// One thread.
class View {
public:
    /// The source must outlive it.
    explicit View(GlyphSource& source);
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    Frame draw(const Page& page, const Environment& env);

    Painter& painter() { return painter_; }

    /// The real fonts have come: draw each glyph anew.
    void discard_glyphs();

private:
    const QrCode* code_of(const std::string& text);

    Painter painter_;
    CanvasFonts fonts_;
    Tweens tweens_;
    std::string qr_text_;
    std::optional<QrCode> qr_;
};

}  // namespace chukta::page
