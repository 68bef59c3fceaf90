#include "web/painter.h"

#include <cmath>

namespace chukta::page {
namespace {

/// Far more than any page is high; the canvas is cut to what was drawn.
constexpr float kTall = 30000.0f;
constexpr float kCircleMaxError = 0.15f;  ///< device pixels

}  // namespace

Painter::Painter() {
    shared_.FontAtlas = &atlas_;
    // As ImGui's NewFrame sets them.
    shared_.CurveTessellationTol = 1.25f;
    shared_.ClipRectFullscreen = {0, 0, kTall, kTall};
    shared_.SetCircleTessellationMaxError(kCircleMaxError);
    shared_.InitialFlags = ImDrawListFlags_AntiAliasedLines |
                           ImDrawListFlags_AntiAliasedLinesUseTex |
                           ImDrawListFlags_AntiAliasedFill | ImDrawListFlags_AllowVtxOffset;
    ImFontAtlasAddDrawListSharedData(&atlas_, &shared_);
}

Painter::~Painter() { ImFontAtlasRemoveDrawListSharedData(&atlas_, &shared_); }

ImDrawList& Painter::begin_frame(float width) {
    width_ = std::floor(width + 0.5f);
    ImFontAtlasUpdateNewFrame(&atlas_, ++frames_, true);
    list_._ResetForNewFrame();
    list_.PushTexture(atlas_.TexRef);
    list_.PushClipRect({0, 0}, {width_, kTall});
    return list_;
}

void Painter::end_frame() { list_._PopUnusedDrawCmd(); }

}  // namespace chukta::page
