#include "web/canvas_font.h"

#include <imgui.h>
#include <imgui_internal.h>
#include <misc/freetype/imgui_freetype.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace chukta::page {
namespace {

constexpr unsigned kFirstRun = 0xE000;
constexpr unsigned kLastRun = 0xF8FF;

void put_utf8(std::string& out, unsigned c) {
    char buffer[5];
    ImTextCharToUtf8(buffer, c);
    out += buffer;
}

bool set_metrics(ImFontAtlas*, ImFontConfig*, ImFontBaked* baked, void*) {
    baked->Ascent = std::round(baked->Size * CanvasFonts::kAscent);
    baked->Descent = -std::round(baked->Size * (CanvasFonts::kContent - CanvasFonts::kAscent));
    return true;
}

bool load_glyph(
    ImFontAtlas* atlas,
    ImFontConfig* config,
    ImFontBaked* baked,
    void*,
    ImWchar code_point,
    ImFontGlyph* glyph,
    float* advance
) {
    auto& fonts = *static_cast<CanvasFonts*>(atlas->UserData);
    const auto weight = static_cast<Weight>(config->FontNo);
    const auto m = fonts.source().measure(weight, fonts.text_of(code_point), baked->Size);
    if (advance != nullptr) {
        *advance = m.advance;
        return true;
    }
    glyph->Codepoint = code_point;
    glyph->AdvanceX = m.advance;
    if (m.width <= 0 || m.height <= 0) return true;
    const ImFontAtlasRectId id = ImFontAtlasPackAddRect(atlas, m.width, m.height);
    if (id == ImFontAtlasRectId_Invalid) return false;
    fonts.want_picture(id, m.width, m.height);
    const float top = m.y + baked->Ascent;
    const auto width = static_cast<float>(m.width) / static_cast<float>(m.oversample);
    glyph->X0 = m.x;
    glyph->Y0 = top;
    glyph->X1 = m.x + width;
    glyph->Y1 = top + static_cast<float>(m.height);
    glyph->Visible = true;
    glyph->PackId = id;
    return true;
}

bool has_glyph(ImFontAtlas*, ImFontConfig*, ImWchar) { return true; }

const ImFontLoader& loader() {
    static const ImFontLoader one = [] {
        ImFontLoader made;
        made.Name = "canvas";
        made.FontSrcContainsGlyph = has_glyph;
        made.FontBakedInit = set_metrics;
        made.FontBakedLoadGlyph = load_glyph;
        return made;
    }();
    return one;
}

/// Whether a character cannot be drawn alone: its neighbours change its form, or it lies outside
/// ImGui's 16 bits. Latin, Greek, Cyrillic and the signs we use (₹ – — … • ×) can.
bool needs_shaping(unsigned c) {
    if (c >= 0x300 && c < 0x370) return true;
    if (c >= 0x2000 && c < 0x2300) return c == 0x200C || c == 0x200D;
    return c >= 0x590;
}

}  // namespace

CanvasFonts::CanvasFonts(ImFontAtlas& atlas, GlyphSource& source) : atlas_{atlas}, source_{source} {
    atlas.UserData = this;
    atlas.TexDesiredFormat = ImTextureFormat_Alpha8;
    for (int weight = 0; weight < 2; ++weight) {
        ImFontConfig config;
        config.FontLoader = &loader();
        config.FontNo = static_cast<ImU32>(weight);
        config.SizePixels = 16.0f;
        fonts_[weight] = atlas.AddFont(&config);
    }
}

std::string CanvasFonts::shaped(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto space = text.find_first_of(" \n", at);
        const auto word = text.substr(at, space == std::string_view::npos ? space : space - at);
        bool whole = false;
        for (const char* p = word.data(); p < word.data() + word.size() && !whole;) {
            unsigned c = 0;
            p += ImTextCharFromUtf8(&c, p, word.data() + word.size());
            whole = needs_shaping(c);
        }
        if (whole) {
            const auto known = std::find(runs_.begin(), runs_.end(), word);
            const auto index = static_cast<unsigned>(known - runs_.begin());
            if (known == runs_.end() && index <= kLastRun - kFirstRun) runs_.emplace_back(word);
            if (index < runs_.size()) {
                put_utf8(out, kFirstRun + index);
            } else {
                out += word;
            }
        } else {
            out += word;
        }
        if (space == std::string_view::npos) break;
        out += text[space];
        at = space + 1;
    }
    return out;
}

void CanvasFonts::discard() {
    for (ImFont* font : fonts_) ImFontAtlasFontDiscardBakes(&atlas_, font, 0);
}

void CanvasFonts::want_picture(int rect, int width, int height) {
    const ImTextureRect* place = ImFontAtlasPackGetRect(&atlas_, rect);
    wanted_.push_back({rect, atlas_.TexData, place->x, place->y, width, height});
    source_.draw();
}

void CanvasFonts::paint() {
    if (wanted_.empty()) return;
    std::size_t size = 0;
    for (const auto& one : wanted_) size += static_cast<std::size_t>(one.width * one.height);
    std::vector<unsigned char> pixels(size);
    source_.paint(pixels.data());
    const unsigned char* from = pixels.data();
    for (const auto& one : wanted_) {
        const auto put = [&](ImTextureData* texture, int x, int y) {
            for (int row = 0; row < one.height; ++row) {
                std::memcpy(
                    texture->GetPixelsAt(x, y + row),
                    from + row * one.width,
                    static_cast<std::size_t>(one.width)
                );
            }
            ImFontAtlasTextureBlockQueueUpload(&atlas_, texture, x, y, one.width, one.height);
        };
        // The atlas may have grown within the frame, which then draws from both its textures.
        if (one.texture != nullptr && one.texture != atlas_.TexData) {
            put(one.texture, one.x, one.y);
        }
        const ImTextureRect* place = ImFontAtlasPackGetRectSafe(&atlas_, one.rect);
        if (place != nullptr) put(atlas_.TexData, place->x, place->y);
        from += one.width * one.height;
    }
    wanted_.clear();
}

void CanvasFonts::postpone() {
    for (auto& one : wanted_) one.texture = nullptr;
}

std::string CanvasFonts::text_of(unsigned code_point) const {
    if (code_point >= kFirstRun && code_point - kFirstRun < runs_.size()) {
        return runs_[code_point - kFirstRun];
    }
    std::string out;
    put_utf8(out, code_point);
    return out;
}

}  // namespace chukta::page

/// With IMGUI_ENABLE_FREETYPE this is the loader ImGui takes, and stb_truetype is not compiled.
namespace ImGuiFreeType {
const ImFontLoader* GetFontLoader() { return &chukta::page::loader(); }
}  // namespace ImGuiFreeType
