/// @file
/// Colours and measures of the page. Measures are css px.
#pragma once

#include <cstdint>

namespace chukta::page {

enum class Colour {
#define CHUKTA_COLOUR_NAME(name) name,
#include "web/colour_names.inc"  // of theme.inc, by names.cmake
#undef CHUKTA_COLOUR_NAME
};

/// As ImGui packs it: 0xAABBGGRR.
std::uint32_t packed(Colour colour, bool dark, float alpha = 1.0f);

constexpr float kTouch = 44.0f;  ///< the least side of anything that is pressed
constexpr float kControl = 52.0f;
constexpr float kMargin = 16.0f;
constexpr float kPadding = 20.0f;
constexpr float kGap = 16.0f;
constexpr float kCardRadius = 18.0f;
constexpr float kControlRadius = 14.0f;
constexpr float kOneColumnMax = 520.0f;
constexpr float kTwoColumnsFrom = 700.0f;
constexpr float kLeftColumn = 404.0f;
constexpr float kRightColumn = 454.0f;
constexpr float kBetweenColumns = 22.0f;
constexpr float kTwoColumns = kLeftColumn + kBetweenColumns + kRightColumn;

}  // namespace chukta::page
