#include "web/view.h"

#include <algorithm>
#include <cmath>

#include "web/scene.h"

namespace chukta::page {
namespace {

std::string title_of(const Scene& scene) {
    const auto& page = scene.page;
    if (!page.view) return scene.say(Text::PageTitle);
    const auto& merchant = page.view->merchant_name;
    const auto screen = screen_of(page);
    // Under review nobody is asked to pay, and nothing is called successful yet.
    const auto what = screen == Screen::Paid     ? scene.say(Text::PaymentSuccessful)
                      : screen == Screen::Review ? merchant
                                                 : scene.say(Text::PageTitleFor, {merchant});
    return what + " · " + page.view->amount.display();
}

/// Whether the QR code has a card of its own. By class and not by width: the nodes and their order
/// are then the same at every width, and those that the server writes (server/first_paint.h).
bool has_qr_card(const Page& page) {
    return !is_phone(page.device) && page.device != DeviceClass::FeaturePhone;
}

/// Tablets: the code first, then the apps (facts/upi-and-devices.md §4.2).
bool is_qr_first(const Page& page) { return has_qr_card(page) && shows_apps(page.device); }

/// A code that cannot stand beside the summary.
bool shows_wide_code(const Scene& scene, Screen screen) {
    return screen == Screen::WaitingQr && scene.code != nullptr && is_wide(*scene.code);
}

void draw_one_column(Scene& scene, Screen screen) {
    auto& ui = scene.ui;
    const bool roomy = scene.page_width >= kTwoColumnsFrom;
    const bool wide = roomy && shows_wide_code(scene, screen);
    const float width =
        std::min(scene.page_width - 2 * kMargin, wide ? kTwoColumns : kOneColumnMax);
    const float left = (scene.page_width - width) / 2;
    if (roomy) ui.gap(20);
    draw_header(scene, left, width);
    if (scene.page.view && screen != Screen::Forbidden) draw_summary(scene);
    draw_banners(scene);
    if (screen != Screen::Choose) {
        draw_state_card(scene, screen);
    } else if (has_qr_card(scene.page)) {
        if (is_qr_first(scene.page)) draw_qr_choice_card(scene);
        draw_methods_beside_qr(scene);
        if (!is_qr_first(scene.page)) draw_qr_choice_card(scene);
        draw_device_switch(scene);
    } else {
        draw_methods_card(scene);
        draw_device_switch(scene);
    }
    ui.column(left, ui.y, width);
    draw_footer(scene);
}

void draw_two_columns(Scene& scene, Screen screen) {
    auto& ui = scene.ui;
    const float width = std::min(scene.page_width - 2 * kMargin, kTwoColumns);
    const float left = (scene.page_width - width) / 2;
    const float narrow = (width - kBetweenColumns) * kLeftColumn / (kLeftColumn + kRightColumn);
    const float wide = width - kBetweenColumns - narrow;
    ui.gap(20);
    draw_header(scene, left, width);
    const float top = ui.y;
    const bool beside = screen == Screen::Choose && has_qr_card(scene.page);

    const float right = left + narrow + kBetweenColumns;
    ui.column(left, top, narrow);
    if (scene.page.view && screen != Screen::Forbidden) draw_summary(scene);
    if (beside) draw_banners(scene);
    float left_end = ui.y;
    float right_end;
    if (beside) {
        const auto place = ui.count();
        draw_methods_beside_qr(scene);
        left_end = ui.y;
        ui.column(right, top, wide);
        constexpr float kBelow = 8;  // of each card
        draw_qr_choice_card(scene, left_end - kBelow - top);
        right_end = ui.y;
        // Painted last, since it ends where the other does.
        if (is_qr_first(scene.page)) ui.read_last_at(place);
        ui.column(left, std::max(left_end, right_end), width);
        draw_device_switch(scene);
        left_end = ui.y;
    } else {
        ui.column(right, top, wide);
        draw_banners(scene);
        if (screen == Screen::Choose) {
            draw_methods_card(scene);
            draw_device_switch(scene);
        } else {
            draw_state_card(scene, screen);
        }
        right_end = ui.y;
    }
    ui.column(left, std::max(left_end, right_end), width);
    draw_footer(scene);
}

}  // namespace

View::View(GlyphSource& source) : fonts_{painter_.atlas(), source} {}

void View::discard_glyphs() { fonts_.discard(); }

const QrCode* View::code_of(const std::string& text) {
    if (text != qr_text_) {
        qr_text_ = text;
        qr_ = make_qr(text);
    }
    return qr_ ? &*qr_ : nullptr;
}

Frame View::draw(const Page& page, const Environment& env) {
    Ui ui{painter_.begin_frame(env.width * env.dpr), fonts_, env, tweens_};
    Scene scene{ui, page};
    scene.page_width = env.width / env.text_scale;
    if (page.view && page.view->attempt && page.view->attempt->prompt) {
        if (const auto* qr = std::get_if<QrPrompt>(&*page.view->attempt->prompt)) {
            scene.code = code_of(qr->text);
        }
    }
    const Screen screen = screen_of(page);
    // Without an order there is nothing to stand beside.
    if (scene.page_width >= kTwoColumnsFrom && page.view && screen != Screen::Forbidden &&
        !shows_wide_code(scene, screen)) {
        draw_two_columns(scene, screen);
    } else {
        draw_one_column(scene, screen);
    }

    Frame frame;
    frame.semantics.language = word(page.language);
    frame.semantics.title = title_of(scene);
    frame.semantics.query = address_query(page);
    frame.semantics.focus = page.focus;
    frame.semantics.focus_serial = page.focus_serial;
    frame.semantics.height = std::ceil(ui.y * env.text_scale);
    frame.semantics.nodes = ui.take_nodes();
    frame.moving = tweens_.moving;
    painter_.end_frame();
    if (env.dom) {
        fonts_.postpone();
    } else {
        fonts_.paint();
    }
    return frame;
}

}  // namespace chukta::page
