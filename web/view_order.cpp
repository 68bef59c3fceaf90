// The order that stays visible at the top (product.md §1.3), and the page's frame around it.

#include <algorithm>

#include "shared/controls.h"
#include "shared/display.h"
#include "shared/messages.h"
#include "web/scene.h"

namespace chukta::page {
namespace {

constexpr float kAvatar = 44;
/// Somebody who needs large text, or zooms in, is not given half of a name.
constexpr std::size_t kAllLines = 30;

std::size_t items_shown(const Scene& scene) {
    const auto& items = scene.page.view->items;
    // By class, as the server has to decide it too.
    const std::size_t few = is_phone(scene.page.device) ? 2 : 6;
    if (scene.page.items_open || items.size() <= few) return items.size();
    return few;
}

void draw_items(Scene& scene) {
    auto& ui = scene.ui;
    const auto& items = scene.page.view->items;
    if (items.empty()) return;
    ui.gap(12);
    Node list;
    list.id = "items-list";
    list.role = Role::List;
    list.name = scene.say(Text::Items);
    ui.open(std::move(list));
    const std::size_t shown = items_shown(scene);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& item = items[i];
        const std::string id = "item-" + std::to_string(i);
        const std::string sum = item.amount.display();
        const std::string name =
            item.quantity == 1
                ? item.name
                : scene.say(Text::ItemQuantity, {std::to_string(item.quantity), item.name});
        Node row;
        row.id = id;
        row.role = Role::Item;
        ui.open(std::move(row));
        const float sum_width = ui.width_of(sum, 14, Weight::Regular);
        // In large text a name beside its sum would be one letter wide.
        const bool beside = ui.width >= 200;
        TextStyle words{14, Weight::Regular, Colour::Muted, Align::Left, Role::Span};
        const float row_height = 22;
        const Box place{ui.x, ui.y, beside ? ui.width - sum_width - 16 : ui.width, row_height};
        float height = ui.lines(id + "-name", name, words, place, beside ? 2 : kAllLines);
        words.align = Align::Right;
        words.colour = Colour::Text;
        const float left = ui.x + ui.width - sum_width;
        const float top = beside ? ui.y : ui.y + height;
        ui.line(id + "-sum", sum, words, {left, top, sum_width, row_height});
        if (!beside) height += row_height;
        ui.gap(height + 4);
        ui.close();
    }
    ui.close();
    if (shown == items.size() && !scene.page.items_open) return;
    auto more = scene.button(
        control::kItems,
        scene.page.items_open ? Text::HideItems : Text::ShowItems,
        ButtonKind::Quiet
    );
    more.state = scene.page.items_open ? Node::kExpanded : Node::kCollapsed;
    ui.button(more);
    ui.gap(-kPadding / 2);
}

/// How much of the time is left, for the pill's ring.
float share_left(const Page& page, EpochMs left) {
    const auto& attempt = *page.view->attempt;
    const auto whole = *attempt.expires_at - attempt.created_at;
    if (whole <= 0) return 0;
    return static_cast<float>(left) / static_cast<float>(whole);
}

void draw_timer(Scene& scene, float amount_end, float middle) {
    auto& ui = scene.ui;
    const Screen screen = screen_of(scene.page);
    if (screen != Screen::WaitingQr && screen != Screen::WaitingCollect) return;
    const auto left = remaining_ms(scene.page);
    if (!left) return;
    const std::string time = clock_text(*left);
    const float width = 48 + ui.width_of("00:00", 16, Weight::Semibold);
    Box box{ui.x + ui.width - width, middle - 18, width, 36};
    if (box.x < amount_end + 8) {
        ui.gap(10);
        // With text of 200 % on the smallest phones it is wider than the card, never than the
        // window.
        box.x = std::min(ui.x, 2 * ui.x + ui.width - width);
        box.y = ui.y;
        ui.gap(box.height);
    }
    const auto label = scene.say(Text::TimeLeft, {time});
    ui.timer_pill("timer", time, share_left(scene.page, *left), box, label);
    // Spoken once; a countdown in a live region would talk every second.
    if (*left < 60'000) ui.spoken("last-minute", Role::Status, scene.say(Text::LessThanAMinute));
}

}  // namespace

void draw_header(Scene& scene, float left, float width) {
    auto& ui = scene.ui;
    ui.column(left, ui.y + 14, width);
    const float top = ui.y;
    Node header;
    header.id = "header";
    header.role = Role::Header;
    ui.open(std::move(header));

    auto language = scene.button(control::kLanguage, Text::OtherLanguage, ButtonKind::Quiet);
    const bool hindi = scene.page.language == Language::Hindi;
    language.language = word(hindi ? Language::English : Language::Hindi);
    const float language_width =
        std::max(kTouch, ui.width_of(language.name, 14, Weight::Semibold) + 20);
    // Its words, not its box, end where the cards do.
    const float right = left + width - language_width + 10;

    const auto& view = scene.page.view;
    const std::string secure = scene.say(Text::Secure);
    const float secure_width = ui.width_of(secure, 14, Weight::Semibold) + 20;
    // page.css's @media, too.
    const bool roomy = width >= 320;
    const float name_left = roomy ? left + kAvatar + 12 : left;
    const float name_right = roomy ? right - secure_width - 12 : right - 4;
    const float name_width = name_right - name_left;
    float height = kAvatar;
    if (view) {
        TextStyle name{17, Weight::Semibold, Colour::Text, Align::Left, Role::Heading1};
        const Box place{name_left, top, name_width, 24};
        // Who is paid is shown as whole as it can be, and the number the shop asks for in full.
        const float name_height =
            ui.lines("merchant", view->merchant_name, name, place, roomy ? 3 : kAllLines);
        const auto order = scene.say(Text::OrderLabel, {view->order_id.str()});
        TextStyle muted{13, Weight::Regular, Colour::Muted};
        const Box below{name_left, top + name_height, name_width, 20};
        const float order_height = ui.lines("order", order, muted, below, kAllLines);
        height = std::max(height, name_height + order_height);
    } else {
        TextStyle name{17, Weight::Semibold, Colour::Text, Align::Left, Role::Heading1};
        const Box place{left, top, name_right - left, 44};
        height = ui.lines("merchant", scene.say(Text::PageTitle), name, place, kAllLines);
    }
    // page.css has them in the middle, too.
    const float beside = top + (height - kAvatar) / 2;
    if (roomy) {
        if (view) ui.avatar({left, beside, kAvatar, kAvatar}, initial_of(view->merchant_name));
        const float from = right - secure_width - 2;
        ui.lock(from, beside + kAvatar / 2);
        TextStyle green{14, Weight::Semibold, Colour::Success, Align::Left, Role::Paragraph};
        green.kind = "secure";
        ui.line("secure", secure, green, {from + 18, beside, secure_width - 16, kAvatar});
    }
    ui.button_at(language, {right, beside, language_width, kTouch}, 14);
    ui.column(left, top + height, width);
    ui.close();
    ui.gap(kGap);
}

void draw_summary(Scene& scene) {
    auto& ui = scene.ui;
    const auto& view = *scene.page.view;
    ui.card("summary", scene.say(Text::OrderSummary));
    const Screen screen = screen_of(scene.page);
    // Money of another sum is under review too, and this sum was not paid then.
    const bool paid = screen == Screen::Paid || view.payment_status == PaymentStatus::Paid;
    const float top = ui.y;
    ui.text(
        "amount-label",
        scene.say(paid ? Text::AmountPaid : Text::AmountToPay),
        {14, Weight::Regular, Colour::Muted}
    );
    ui.gap(2);
    const std::string sum = view.amount.display();
    float size = 34;
    // A number that is broken can be misread.
    while (size > 10 && ui.width_of(sum, size, Weight::Semibold) > ui.width) size -= 2;
    const float sum_width = ui.width_of(sum, size, Weight::Semibold);
    TextStyle big{size, Weight::Semibold};
    big.line = 1.25f;
    big.kind = "amount";
    ui.text("amount", sum, big);
    draw_timer(scene, ui.x + sum_width, (top + ui.y) / 2);
    draw_items(scene);
    ui.end_card();
    ui.gap(kGap);
}

void draw_footer(Scene& scene) {
    auto& ui = scene.ui;
    Node footer;
    footer.id = "footer";
    footer.role = Role::Footer;
    ui.open(std::move(footer));
    ui.gap(4);
    ui.text(
        "footer-text",
        scene.say(Text::Footer),
        {13, Weight::Regular, Colour::Muted, Align::Centre, Role::Paragraph}
    );
    ui.close();
    ui.gap(24);
}

}  // namespace chukta::page
