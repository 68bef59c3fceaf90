// The ways to pay, and what is said above them.

#include <algorithm>
#include <vector>

#include "shared/controls.h"
#include "shared/ways.h"
#include "web/scene.h"

namespace chukta::page {
namespace {

bool is_drawn(const Page& page, Channel channel) {
    return is_drawn(*page.view, page.device, channel);
}

bool is_closed(const Page& page, Channel channel) {
    return channel_of(*page.view, channel)->closed;
}

/// What is said in a control's place stands where the control stood: in the middle, or below a
/// heading at its left.
void draw_closed(Scene& scene, std::string_view id, Channel channel, Align align) {
    TextStyle muted{14, Weight::Regular, Colour::Muted, align, Role::Status};
    const Text why = closed_text(*scene.page.view, channel, scene.page.device);
    scene.ui.text(id, scene.say(why), muted);
}

void heading(Scene& scene, std::string_view id, Text words, Align align = Align::Left) {
    scene.ui.text(
        id, scene.say(words), {18, Weight::Semibold, Colour::Text, align, Role::Heading2}
    );
}

void draw_tile(Scene& scene, UpiApp app, Box box) {
    const auto& page = scene.page;
    const std::string id = std::string{control::kAppPrefix} + std::string{word(app)};
    auto spec = scene.button(id, text_of(app));
    const bool opens_more = app == UpiApp::Other && is_ios(page.device);
    if (opens_more) {
        spec.state = page.more_open ? Node::kExpanded : Node::kCollapsed;
    } else {
        spec.href = app_link(page, app);
        spec.new_tab = is_web_link(spec.href);
        spec.disabled = is_busy(page) || !can_choose(page, Channel::Intent);
    }
    scene.ui.tile(spec, app, box);
}

void draw_apps(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    heading(
        scene, "apps-title", is_phone(page.device) ? Text::PayWithUpiApp : Text::PayOnThisDevice
    );
    ui.gap(14);
    if (is_closed(page, Channel::Intent)) {
        return draw_closed(scene, "apps-closed", Channel::Intent, Align::Left);
    }

    const auto apps = apps_to_draw(*page.view, page.device, page.more_open);
    constexpr float kBetween = 12, kHeight = 96, kNarrowest = 96;
    std::size_t columns = apps.size() == 4 ? 2 : std::min<std::size_t>(apps.size(), 3);
    const auto tile_width = [&](std::size_t count) {
        const auto n = static_cast<float>(count);
        return (ui.width - kBetween * (n - 1)) / n;
    };
    if (apps.size() == 4 && tile_width(4) >= kNarrowest) columns = 4;
    while (columns > 1 && tile_width(columns) < 84) --columns;
    if (columns == 0) return;
    const float wide = tile_width(columns);
    Node tiles;
    tiles.id = "apps";
    tiles.role = Role::Group;
    tiles.kind = apps.size() == 4 ? "tiles four" : "tiles";
    ui.open(std::move(tiles));
    for (std::size_t i = 0; i < apps.size(); ++i) {
        const auto column = static_cast<float>(i % columns);
        if (i > 0 && i % columns == 0) ui.gap(kHeight + kBetween);
        const float left = ui.x + column * (wide + kBetween);
        // A lone last tile takes the whole row.
        const bool alone = i % columns == 0 && i + 1 == apps.size();
        draw_tile(scene, apps[i], {left, ui.y, alone ? ui.width : wide, kHeight});
    }
    ui.close();
    ui.gap(kHeight);
}

std::string field_error(const Scene& scene) {
    const auto& page = scene.page;
    if (page.vpa_error) return scene.say(text_of(*page.vpa_error));
    if (!page.vpa_refused) return {};
    const auto& message = page.view->message;
    if (message.failure != FailureReason::InvalidVpa) return scene.say(Text::VpaInvalid);
    return scene.say(text_of(message.failure, message.detail));
}

/// A word about a UPI ID that is accepted all the same.
void draw_vpa_notice(Scene& scene) {
    const auto& page = scene.page;
    if (!page.vpa_checked || page.vpa_error || page.vpa_refused) return;
    const auto vpa = Vpa::parse(page.vpa_typed);
    if (!vpa) return;
    const auto notice = notice_of(*vpa);
    std::string words;
    if (notice.shop_id) {
        words = scene.say(Text::VpaShopId);
    } else if (notice.unknown_handle) {
        words = scene.say(Text::VpaUnknownHandle, {vpa->handle()});
    } else if (notice.odd_punctuation) {
        words = scene.say(Text::VpaOddPunctuation);
    } else {
        return;
    }
    scene.ui.gap(6);
    TextStyle style{14, Weight::Regular, Colour::Notice, Align::Left, Role::Status};
    style.kind = "note";
    scene.ui.text("vpa-note", words, style);
}

void draw_upi_id(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    if (is_closed(page, Channel::Collect)) {
        const Align align = is_drawn(page, Channel::Intent) ? Align::Centre : Align::Left;
        return draw_closed(scene, "upi-id-closed", Channel::Collect, align);
    }
    Ui::FieldSpec field;
    field.id = control::kVpa;
    field.label = scene.say(Text::UpiIdLabel);
    field.value = page.vpa_typed;
    field.hint = scene.say(Text::UpiIdPlaceholder);
    field.error = field_error(scene);
    ui.field(field);
    draw_vpa_notice(scene);
    for (std::size_t i = 0; i < page.suggestions.size(); ++i) {
        ui.gap(8);
        ButtonSpec suggestion;
        const std::string id = std::string{control::kSuggestionPrefix} + std::to_string(i);
        suggestion.id = id;
        suggestion.kind = ButtonKind::Secondary;
        suggestion.name = scene.say(Text::DidYouMean, {page.suggestions[i]});
        suggestion.disabled = is_busy(page);
        ui.gap(ui.button_at(suggestion, {ui.x, ui.y, ui.width, 48}, 15));
    }
    ui.gap(14);
    auto pay = scene.button(control::kPay, Text::MakePayment);
    pay.disabled = is_busy(page) || !can_choose(page, Channel::Collect);
    ui.button(pay);
    ui.gap(8);
    TextStyle hint{13, Weight::Regular, Colour::Muted, Align::Centre};
    ui.text("upi-id-hint", scene.say(Text::UpiIdHint), hint);
}

void draw_show_qr(Scene& scene, ButtonKind kind) {
    auto show = scene.button(control::kShowQr, Text::ShowQrCode, kind);
    show.disabled = is_busy(scene.page) || !can_choose(scene.page, Channel::QrCode);
    scene.ui.button(show);
}

void draw_qr_row(Scene& scene) {
    if (is_closed(scene.page, Channel::QrCode)) {
        return draw_closed(scene, "qr-closed", Channel::QrCode, Align::Centre);
    }
    draw_show_qr(scene, ButtonKind::Secondary);
    scene.ui.gap(8);
    TextStyle hint{13, Weight::Regular, Colour::Muted, Align::Centre};
    scene.ui.text("qr-hint", scene.say(Text::QrOtherPhone), hint);
}

}  // namespace

void draw_methods_card(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    ui.card("methods", scene.say(Text::PaymentMethods));
    int drawn = 0;
    const auto part = [&](bool wanted, auto draw) {
        if (!wanted) return;
        if (drawn > 0) {
            ui.gap(20);
            ui.divider("or-" + std::to_string(drawn), scene.say(Text::Or));
            ui.gap(16);
        }
        ++drawn;
        draw(scene);
    };
    if (page.device == DeviceClass::FeaturePhone) {
        ui.text("feature-phone", scene.say(Text::FeaturePhoneHelp), {15});
        ui.gap(16);
    }
    const bool qr = is_drawn(page, Channel::QrCode);
    const bool qr_early = qr && is_ios(page.device) && page.more_open;
    part(is_drawn(page, Channel::Intent), draw_apps);
    part(qr_early, draw_qr_row);
    part(is_drawn(page, Channel::Collect), draw_upi_id);
    part(qr && !qr_early, draw_qr_row);
    ui.end_card();
    ui.gap(8);
}

void draw_methods_beside_qr(Scene& scene) {
    auto& ui = scene.ui;
    const auto& page = scene.page;
    const bool apps = is_drawn(page, Channel::Intent);
    const bool upi_id = is_drawn(page, Channel::Collect);
    if (!apps && !upi_id) return;
    ui.card("methods", scene.say(Text::PaymentMethods));
    if (apps) draw_apps(scene);
    if (apps && upi_id) {
        ui.gap(20);
        ui.divider("or-1", scene.say(Text::Or));
        ui.gap(16);
    }
    if (upi_id && !apps) {
        heading(scene, "upi-id-title", Text::PayWithUpiId);
        ui.gap(10);
    }
    if (upi_id) draw_upi_id(scene);
    ui.end_card();
    ui.gap(8);
}

void draw_qr_choice_card(Scene& scene, float least) {
    if (!is_drawn(scene.page, Channel::QrCode)) return;
    auto& ui = scene.ui;
    ui.card("qr-card", scene.say(Text::PayWithQr), "beside");
    ui.gap(8);
    ui.phone_picture();
    ui.gap(20);
    heading(scene, "qr-title", Text::PayWithQr, Align::Centre);
    ui.gap(4);
    TextStyle hint{15, Weight::Regular, Colour::Muted, Align::Centre};
    if (is_closed(scene.page, Channel::QrCode)) {
        draw_closed(scene, "qr-closed", Channel::QrCode, Align::Centre);
    } else {
        ui.text("qr-hint", scene.say(Text::QrOnYourPhone), hint);
        ui.gap(20);
        draw_show_qr(scene, ButtonKind::Primary);
    }
    ui.gap(8);
    ui.end_card(least);
    ui.gap(8);
}

void draw_device_switch(Scene& scene) {
    if (!has_other_layout(*scene.page.view, scene.page.device)) return;
    auto other = scene.button(
        control::kOtherDevice,
        shows_apps(scene.page.device) ? Text::SwitchToQr : Text::SwitchToApps,
        ButtonKind::Quiet
    );
    auto& ui = scene.ui;
    ui.gap(ui.button_at(other, {ui.x, ui.y, ui.width, 48}, 15) + 4);
}

}  // namespace chukta::page
