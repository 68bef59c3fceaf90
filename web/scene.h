/// @file
/// The parts of the page that view.cpp puts together; each draws one thing into the column.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "shared/messages.h"
#include "web/page.h"
#include "web/widgets.h"

namespace chukta::page {

/// What a part needs to draw itself.
struct Scene {
    Ui& ui;
    const Page& page;
    const QrCode* code = nullptr;  ///< of the open QR attempt, when its text can be drawn
    float page_width = 0;          ///< css px at text scale 1

    std::string say(Text name, std::initializer_list<std::string_view> arguments = {}) const {
        return text(name, page.language, arguments);
    }
    /// A button of these words; what else is true of it is the caller's to say.
    ButtonSpec button(std::string_view id, Text words, ButtonKind kind = ButtonKind::Primary)
        const {
        return {id, say(words), kind};
    }
};

// view_order.cpp
void draw_header(Scene& scene, float left, float width);
void draw_summary(Scene& scene);
void draw_footer(Scene& scene);

// view_banners.cpp
/// What happened, above the methods; nothing if nothing did.
void draw_banners(Scene& scene);

// view_methods.cpp
/// All methods in one card, in the phone's order.
void draw_methods_card(Scene& scene);
/// Beside the QR card: apps where the class has them, and the UPI ID.
void draw_methods_beside_qr(Scene& scene);
/// At least so high, so that it ends where what is beside it does.
void draw_qr_choice_card(Scene& scene, float least = 0);
void draw_device_switch(Scene& scene);

// view_waiting.cpp
/// The banner of an attempt that is on its way, or the order's end.
void draw_state_card(Scene& scene, Screen screen);

}  // namespace chukta::page
