/// @file
/// What the page's surface is like at the moment of a frame.
#pragma once

#include <string>

namespace chukta::page {

struct Environment {
    float width = 360.0f;     ///< css px
    float dpr = 1.0f;         ///< device px of one css px
    float text_scale = 1.0f;  ///< root font size / 16
    bool dark = false;
    bool reduced_motion = false;
    bool dom = false;     ///< the nodes are the visible page; nothing is painted
    std::string hovered;  ///< the control under the pointer, or empty
    std::string pressed;  ///< the control that is held down, or empty
    double now_s = 0.0;   ///< for tweens only
};

}  // namespace chukta::page
