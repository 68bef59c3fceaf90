/// @file
/// The HTML of /pay/{order_id}: the built page's template filled in, and the page for everybody who
/// may not see an order. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "server/first_paint.h"
#include "shared/messages.h"

namespace chukta {

/// Fills {{lang}} {{title}} {{order_id}} {{view_json}}, {{enter}} {{nodes}} {{forms}}
/// (first_paint.h), and {{refresh}} and {{refresh_s}} for a page that waits. Values are escaped for
/// HTML; the JSON for a <script type="application/json"> element. An unknown placeholder stays as
/// it is.
std::string fill_page(std::string_view page_template, const FirstPaint& paint);

/// The page with the headers a browser needs to run it and nothing else (product.md §5, Browser).
/// style_hash: of the template's <style>, as Assets has it.
http::Response page_answer(
    std::string html, std::string_view frame_ancestors, std::string_view style_hash
);

/// The one page for a wrong customer, a wrong or used token, no session and no such order.
http::Response not_found_page(std::string_view frame_ancestors);

/// What a person wanted: to see the page, or to press one of its buttons.
enum class Wanted { Page, Press };

/// What a problem says, for a person, with its status: "Please try again later" (5xx) and "Wait a
/// minute" (429) show the page by themselves; of anything else the way back is to the shop. A press
/// is not repeated, and one that ended in a 5xx may have been carried out: the page shows which.
http::Response refusal_page(
    const http::Response& problem, Wanted wanted, std::string_view frame_ancestors
);

/// The language an Accept-Language header prefers, of those we speak.
Language language_of(std::string_view accept_language);

}  // namespace chukta
