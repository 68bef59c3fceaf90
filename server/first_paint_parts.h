/// @file
/// The parts of the first paint, one function for each of web/view_*.cpp's; inside only.
#pragma once

#include <initializer_list>
#include <string>

#include "server/first_paint.h"
#include "server/html_nodes.h"

namespace chukta::first_paint {

/// What is drawn and where it goes.
struct Sheet {
    const FirstPaint& paint;
    HtmlNodes html = {};

    const wire::OrderView& view() const { return paint.view; }
    std::string say(Text name, std::initializer_list<std::string_view> arguments = {}) const {
        return text(name, paint.language, arguments);
    }
};

/// web/page.h's Screen, as far as a server can be asked for it.
enum class Screen { Choose, Starting, Waiting, Code, Checking, MaybePaid, End, Paid };
Screen screen_of(const FirstPaint& paint);

bool has_upi_id_field(const FirstPaint& paint);
bool has_open_attempt(const FirstPaint& paint);
/// The methods are asked for, though an attempt is open or its money is unclear.
bool is_choosing(const FirstPaint& paint);
/// The link of the open app attempt, or empty.
std::string open_link(const FirstPaint& paint);
/// The link that an app button is, or empty: then it is a button that fetches one.
std::string app_link(const FirstPaint& paint, UpiApp app);

/// A button of the POST form, by its control's name.
ButtonForm press(std::string_view control);
/// A button that asks for the page otherwise. Where a UPI ID can be typed, it takes along what has
/// been typed, by POST: a UPI ID does not belong into an address.
ButtonForm show(const FirstPaint& paint, std::string_view name, std::string_view value);

void draw_header(Sheet& sheet);
void draw_summary(Sheet& sheet);
void draw_methods(Sheet& sheet);
void draw_state(Sheet& sheet, Screen screen);

}  // namespace chukta::first_paint
