/// @file
/// The page as HTML, drawn from the order's view: what the customer sees and uses before the module
/// has come, and all there is without JavaScript. The same tree that web/view_*.cpp draws, which
/// takes these elements over (docs/decisions/0005). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/device.h"
#include "shared/messages.h"
#include "shared/page_query.h"
#include "shared/vpa.h"
#include "shared/wire.h"
#include "shared/wire_handoff.h"

namespace chukta {

/// What the customer typed into the UPI ID field, when its form came back (routes_form.cpp).
struct TypedVpa {
    std::string text;      ///< as it is shown in the field
    bool checked = false;  ///< say what is wrong with it, and offer what may be meant
    std::optional<VpaError> error = {};
    bool held = false;  ///< a likely typo was shown once; sent again it goes through
};
/// Cleaned and checked as the module does it when the customer leaves the field.
TypedVpa checked_vpa(std::string_view typed);

struct FirstPaint {
    const wire::OrderView& view;
    Language language = Language::English;
    DeviceClass device = DeviceClass::Desktop;
    std::string_view user_agent = {};
    PageQuery asked = {};
    TypedVpa vpa = {};
    /// Of this customer's session; who does not know it cannot post (product.md §5, CSRF).
    std::string form_token = {};
    /// Of this page: a form sent twice is one press.
    std::string form_key = {};
    /// A link that opens the page in another browser, once; nothing until it was asked for.
    std::optional<wire::Handoff> way_out = {};
};

/// What <main> holds.
std::string first_paint_nodes(const FirstPaint& paint);
/// Stands before <main>. Enter in the field presses its form's first button: this one pays, and the
/// next would be the language's.
std::string first_paint_enter(const FirstPaint& paint);
/// The forms that its controls belong to, and what is said without JavaScript.
std::string first_paint_forms(const FirstPaint& paint);
/// "Pay Chai & Co. · ₹500.00"
std::string first_paint_title(const FirstPaint& paint);
/// In how many seconds a page without JavaScript looks again; 0 for never.
int first_paint_refresh_s(const FirstPaint& paint);

/// "/pay/ord_0001?lang=hi": the page with the customer's choices and without what has passed.
std::string page_address(const FirstPaint& paint);

/// Ids of the forms, and names of their fields.
namespace form {
constexpr std::string_view kPress = "press-form";  ///< POST: buttons, without the UPI ID
constexpr std::string_view kPay = "pay-form";      ///< POST: the UPI ID; pays, or keeps it
constexpr std::string_view kShow = "show-form";    ///< GET: only draws the page otherwise
constexpr std::string_view kToken = "token";
constexpr std::string_view kKey = "key";
constexpr std::string_view kButton = "press";      ///< the control's name (shared/controls.h)
constexpr std::string_view kOpenAttempt = "open";  ///< index of the attempt that was open
constexpr std::string_view kUpiId = "upi-id";
constexpr std::string_view kHeld = "held";
constexpr std::string_view kSuggestion = "suggestion";
}  // namespace form

}  // namespace chukta
