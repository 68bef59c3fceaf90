#include "sandbox/shop/catalogue.h"

#include <algorithm>
#include <array>

namespace shop {
namespace {

chukta::Money rupees(std::int64_t whole) { return chukta::Money::from_paise(whole * 100).value(); }

}  // namespace

std::span<const Tea> catalogue() {
    // The sachet and the silver tips are there so that a demo meets a small sum and a grouped one.
    static const std::array<Tea, 8> kTeas{{
        {"masala",
         "Masala Chai",
         "250 g",
         "Assam leaf with ginger, green cardamom, clove and black pepper.",
         "amber",
         rupees(290)},
        {"assam",
         "Assam Breakfast",
         "250 g",
         "Malty and brisk. Made for milk, and for six in the morning.",
         "brick",
         rupees(240)},
        {"darjeeling",
         "Darjeeling First Flush",
         "100 g",
         "Picked in March. Light, floral, a little like muscat grapes.",
         "gold",
         rupees(650)},
        {"nilgiri",
         "Nilgiri Frost",
         "250 g",
         "Winter leaf from the Blue Mountains, round and never bitter.",
         "rose",
         rupees(320)},
        {"kahwa",
         "Kashmiri Kahwa",
         "100 g",
         "Green tea with saffron, cinnamon and slivered almonds.",
         "saffron",
         rupees(480)},
        {"tulsi",
         "Tulsi Green",
         "100 g",
         "Holy basil and young green leaf. Calm in a cup.",
         "leaf",
         rupees(210)},
        {"cutting",
         "Cutting Chai Sachet",
         "1 glass",
         "Half a glass, full strength, as on the railway platform.",
         "amber",
         rupees(15)},
        {"silver",
         "Silver Tips Imperial",
         "50 g",
         "Unopened buds, plucked under a full moon. For a special day.",
         "silver",
         rupees(12'500)},
    }};
    return kTeas;
}

const Tea* find_tea(std::string_view id) {
    const auto teas = catalogue();
    const auto found = std::ranges::find(teas, id, &Tea::id);
    return found == teas.end() ? nullptr : &*found;
}

}  // namespace shop
