/// @file
/// The half of Dear ImGui that paints: a font atlas and a draw list, without a context and so
/// without its windows, inputs and navigation; a page whose elements take every click needs none of
/// them. Why: docs/decisions/0009-painting-without-imgui-windows.md.
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

namespace chukta::page {

/// Owns what is painted. One thread; any number in a process.
class Painter {
public:
    Painter();
    ~Painter();
    Painter(const Painter&) = delete;
    Painter& operator=(const Painter&) = delete;

    /// Everything is painted between the two, each frame anew. Device pixels.
    ImDrawList& begin_frame(float width);
    void end_frame();

    /// Of the last frame, until the next begins.
    float width() const { return width_; }
    const ImDrawList& drawn() const { return list_; }

    ImFontAtlas& atlas() { return atlas_; }
    /// What the renderer must make, renew or forget (imgui.h, ImTextureData).
    ImVector<ImTextureData*>& textures() { return atlas_.TexList; }

private:
    ImFontAtlas atlas_;
    ImDrawListSharedData shared_;
    ImDrawList list_{&shared_};
    float width_ = 0;
    int frames_ = 0;
};

}  // namespace chukta::page
