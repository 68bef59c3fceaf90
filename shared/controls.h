/// @file
/// The names of the page's controls: the view gives them to semantic nodes, actions come back with
/// them. Stable, since tests and the server's first-paint HTML use them too (there as "c-<name>").
#pragma once

#include <string_view>

namespace chukta::page::control {

constexpr std::string_view kVpa = "vpa";
constexpr std::string_view kPay = "pay";
constexpr std::string_view kShowQr = "show-qr";
constexpr std::string_view kNewQr = "new-qr";
constexpr std::string_view kOpenApp = "open-app";
constexpr std::string_view kAnotherWay = "another-way";
constexpr std::string_view kKeepWaiting = "keep-waiting";
constexpr std::string_view kCancel = "cancel";
constexpr std::string_view kRetry = "retry";
constexpr std::string_view kAskNow = "ask-now";
constexpr std::string_view kOtherDevice = "other-device";
constexpr std::string_view kLanguage = "language";
constexpr std::string_view kItems = "items";
constexpr std::string_view kWayOut = "way-out";
constexpr std::string_view kStay = "stay";
constexpr std::string_view kBack = "back";
constexpr std::string_view kAppPrefix = "app-";          ///< then word(UpiApp)
constexpr std::string_view kSuggestionPrefix = "vpa-s";  ///< then 0 to 3

}  // namespace chukta::page::control
