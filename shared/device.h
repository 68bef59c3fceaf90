/// @file
/// Which kind of device is this? The decision table of facts/upi-and-devices.md §4.2. A guess: the
/// page always offers the other layout.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chukta {

/// The classes of the table; the layout follows the class, never the width.
enum class DeviceClass {
    IosPhone,
    IosTablet,
    AndroidPhone,
    AndroidTablet,
    AndroidDesktopMode,
    FeaturePhone,
    Desktop,
};
std::string_view word(DeviceClass);  // "ios_phone" "ios_tablet" "android_phone" ...
std::optional<DeviceClass> device_class_from(std::string_view text);

/// What a browser says of itself. The server knows only user_agent; the rest is the page's.
struct DeviceFacts {
    std::string user_agent;
    std::string platform;    ///< userAgentData.platform, else navigator.platform, else empty
    bool ua_mobile = false;  ///< userAgentData.mobile
    int max_touch_points = 0;
    int short_side_px = 0;  ///< the smaller of screen width and height, css px; 0 = unknown
    bool pointer_coarse = false;
    bool hover_none = false;
};
DeviceClass classify(const DeviceFacts& facts);

/// Whether the user agent is an in-app browser (Instagram, Facebook, a WebView …): its host decides
/// whether app links work, so a way out is offered (§3.4).
bool is_in_app_browser(std::string_view user_agent);

/// The class that the other layout belongs to: "On your phone? Show apps" and back.
DeviceClass other_layout(DeviceClass shown, const DeviceFacts& facts);

/// What the gateway wants to hear of the shopper's device (x-client-*, facts/cashfree.md §8).
struct ClientHeaders {
    std::string_view device;     ///< mobile desktop tablet
    std::string_view os;         ///< android ios windows macos linux others
    std::string_view browser;    ///< safari chrome firefox edge others
    std::string_view rendering;  ///< mweb webview, or empty when not mobile
};
ClientHeaders client_headers(DeviceClass device, std::string_view user_agent);

/// Phones: app buttons come first.
constexpr bool is_phone(DeviceClass c) {
    return c == DeviceClass::IosPhone || c == DeviceClass::AndroidPhone;
}
/// Whether apps (not only UPI ID and QR) are drawn in this class.
constexpr bool shows_apps(DeviceClass c) {
    return c != DeviceClass::FeaturePhone && c != DeviceClass::Desktop;
}
constexpr bool is_ios(DeviceClass c) {
    return c == DeviceClass::IosPhone || c == DeviceClass::IosTablet;
}

}  // namespace chukta
