/// @file
/// The teas of Chai & Co. Constant data; any thread.
#pragma once

#include <span>
#include <string_view>

#include "shared/money.h"

namespace shop {

struct Tea {
    std::string_view id;    ///< in forms and in the state file
    std::string_view name;  ///< on the page and in the order's items
    std::string_view pack;  ///< what one unit is
    std::string_view note;
    std::string_view hue;  ///< a class of the style sheet: the colour in the glass
    chukta::Money price;
};

/// Every tea, in the order of the shelf.
std::span<const Tea> catalogue();

/// Null when there is no such tea.
const Tea* find_tea(std::string_view id);

}  // namespace shop
