/// @file
/// What every page of the shop has around its content, and the small pieces of HTML they share.
/// Everything that is not a constant of ours is escaped where it enters the text.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/shop/customers.h"
#include "shared/time.h"

namespace shop {

/// Who is looking.
struct Visitor {
    const Customer* customer = nullptr;  ///< null: not logged in
    std::string form_token;              ///< the hidden field that forms must bring back
    int cart_count = 0;
};

struct Page {
    std::string title;
    std::string_view
        tab;            ///< which of the header's links is this: "teas", "orders", "cart" or none
    std::string main;   ///< HTML
    int refresh_s = 0;  ///< 0: the page does not load itself again
};

/// A whole HTML document.
std::string frame(const Visitor& visitor, const Page& page);

/// The hidden field of a form that changes something.
std::string form_token_field(const Visitor& visitor);

/// A glass of chai; its liquid takes the colour of the class hue-<hue>. Decoration, so hidden from
/// screen readers.
std::string chai_glass(std::string_view hue);

/// A status word as a coloured pill. The word itself is shown as it came.
std::string status_pill(std::string_view word);

/// "21 Nov 2026, 22:31" in Indian time, which has had one offset since 1945.
std::string display_time(chukta::EpochMs at_ms);

/// A message over the page's content.
std::string notice(std::string_view kind, std::string_view text);

std::string_view stylesheet();
std::string_view favicon();

}  // namespace shop
