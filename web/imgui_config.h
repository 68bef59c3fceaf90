/// @file
/// How Dear ImGui is compiled (IMGUI_USER_CONFIG): for painting alone.
#pragma once

#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS
#define IMGUI_DISABLE_DEMO_WINDOWS
#define IMGUI_DISABLE_DEBUG_TOOLS
#define IMGUI_DISABLE_FILE_FUNCTIONS
#define IMGUI_DISABLE_DEFAULT_FONT
#define IMGUI_DISABLE_DEFAULT_SHELL_FUNCTIONS
#define IMGUI_DEFINE_MATH_OPERATORS
// The public seam for another font loader: stb_truetype is left out, canvas_font.cpp comes in.
#define IMGUI_ENABLE_FREETYPE

#ifdef __EMSCRIPTEN__
// Their asserts; ours stay on. The native tests run the same page with both.
#define IM_ASSERT(expression) ((void)0)
#define IM_ASSERT_USER_ERROR(expression, message) ((void)0)
#endif
