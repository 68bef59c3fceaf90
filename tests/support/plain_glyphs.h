/// @file
/// Glyphs for tests without a browser: every letter is a box, as wide as Inter's are on average and
/// a little more, so that a layout which fits here fits there.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>

#include "web/canvas_font.h"

namespace chukta::page::testing {

class PlainGlyphs : public GlyphSource {
public:
    GlyphMetrics measure(Weight, std::string_view text, float em_px) override {
        int letters = 0;
        for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        GlyphMetrics m;
        m.advance = em_px * 0.6f * static_cast<float>(letters);
        if (text == " ") return m;
        m.y = -std::round(em_px * 0.7f);
        m.width = static_cast<int>(std::ceil(m.advance));
        m.height = static_cast<int>(std::ceil(em_px * 0.7f));
        last_ = static_cast<std::size_t>(m.width) * static_cast<std::size_t>(m.height);
        return m;
    }
    void draw() override { wanted_ += last_; }
    void paint(unsigned char* out) override {
        std::memset(out, 255, wanted_);
        wanted_ = 0;
    }

private:
    std::size_t last_ = 0, wanted_ = 0;  ///< coverage values
};

}  // namespace chukta::page::testing
