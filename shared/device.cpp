#include "shared/device.h"

#include <array>
#include <cassert>

namespace chukta {
namespace {

constexpr std::array kClasses{
    DeviceClass::IosPhone,
    DeviceClass::IosTablet,
    DeviceClass::AndroidPhone,
    DeviceClass::AndroidTablet,
    DeviceClass::AndroidDesktopMode,
    DeviceClass::FeaturePhone,
    DeviceClass::Desktop,
};

/// Below this short side a touch device is held like a phone (facts/upi-and-devices.md §4.2).
constexpr int kTabletShortSidePx = 600;

bool has(std::string_view text, std::string_view token) {
    return text.find(token) != std::string_view::npos;
}

/// "Line/10" but not "Online/10".
bool has_word(std::string_view text, std::string_view token) {
    for (std::size_t at = text.find(token); at != std::string_view::npos;
         at = text.find(token, at + 1)) {
        if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '[' || text[at - 1] == '(') {
            return true;
        }
    }
    return false;
}

bool is_ios_user_agent(std::string_view user_agent) {
    return has(user_agent, "iPhone") || has(user_agent, "iPod") || has(user_agent, "iPad");
}

bool is_known_narrow(const DeviceFacts& facts) {
    return facts.short_side_px > 0 && facts.short_side_px < kTabletShortSidePx;
}

}  // namespace

std::string_view word(DeviceClass device) {
    switch (device) {
        case DeviceClass::IosPhone:
            return "ios_phone";
        case DeviceClass::IosTablet:
            return "ios_tablet";
        case DeviceClass::AndroidPhone:
            return "android_phone";
        case DeviceClass::AndroidTablet:
            return "android_tablet";
        case DeviceClass::AndroidDesktopMode:
            return "android_desktop_mode";
        case DeviceClass::FeaturePhone:
            return "feature_phone";
        case DeviceClass::Desktop:
            return "desktop";
    }
    assert(false);
    return "";
}

std::optional<DeviceClass> device_class_from(std::string_view text) {
    for (const DeviceClass device : kClasses) {
        if (word(device) == text) return device;
    }
    return std::nullopt;
}

DeviceClass classify(const DeviceFacts& facts) {
    const std::string_view ua = facts.user_agent;
    const std::string_view platform = facts.platform;
    // A JioPhone's user agent says "Android" too, so this row is read before Android's.
    if (has(ua, "KAIOS")) return DeviceClass::FeaturePhone;
    if (has(ua, "iPhone") || has(ua, "iPod")) return DeviceClass::IosPhone;
    if (has(ua, "iPad")) return DeviceClass::IosTablet;
    // No Mac has a touch screen; an iPad, or an iPhone asking for desktop pages, says it is a Mac.
    const bool says_mac = has(ua, "Macintosh") || has(platform, "Mac") || has(platform, "mac");
    if (says_mac && facts.max_touch_points > 1) {
        return is_known_narrow(facts) ? DeviceClass::IosPhone : DeviceClass::IosTablet;
    }
    if (platform == "Android" || has(ua, "Android")) {
        if (facts.ua_mobile || has(ua, "Mobile")) return DeviceClass::AndroidPhone;
        return is_known_narrow(facts) ? DeviceClass::AndroidPhone : DeviceClass::AndroidTablet;
    }
    if (has(ua, "Linux") && !has(ua, "CrOS") && facts.max_touch_points >= 2 &&
        facts.pointer_coarse && facts.hover_none) {
        return DeviceClass::AndroidDesktopMode;
    }
    return DeviceClass::Desktop;
}

bool is_in_app_browser(std::string_view user_agent) {
    // facts/upi-and-devices.md §3.4. Tokens lie and change; they reorder and warn, never hide.
    for (const std::string_view token : {
             "FBAN",
             "FBAV",
             "FB_IAB",
             "Instagram",
             "Twitter",
             "LinkedInApp",
             "Snapchat",
             "WhatsApp",
             "Telegram",
             "; wv)",
         }) {
        if (has(user_agent, token)) return true;
    }
    if (has_word(user_agent, "Line/")) return true;
    return is_ios_user_agent(user_agent) && has(user_agent, "AppleWebKit") &&
           !has(user_agent, "Safari/");
}

namespace {

std::string_view client_device(DeviceClass device) {
    switch (device) {
        case DeviceClass::IosPhone:
        case DeviceClass::AndroidPhone:
        case DeviceClass::FeaturePhone:
            return "mobile";
        case DeviceClass::IosTablet:
        case DeviceClass::AndroidTablet:
        case DeviceClass::AndroidDesktopMode:
            return "tablet";
        case DeviceClass::Desktop:
            return "desktop";
    }
    assert(false);
    return "";
}

std::string_view client_os(DeviceClass device, std::string_view ua) {
    switch (device) {
        case DeviceClass::IosPhone:
        case DeviceClass::IosTablet:
            return "ios";
        case DeviceClass::AndroidPhone:
        case DeviceClass::AndroidTablet:
        case DeviceClass::AndroidDesktopMode:
            return "android";
        case DeviceClass::FeaturePhone:
            return "others";
        case DeviceClass::Desktop:
            break;
    }
    if (has(ua, "Windows")) return "windows";
    if (has(ua, "Macintosh")) return "macos";
    if (has(ua, "CrOS")) return "others";
    if (has(ua, "Linux")) return "linux";
    return "others";
}

std::string_view client_browser(std::string_view ua) {
    // Everyone carries the names of those they imitate, so the imitators are asked first.
    if (has(ua, "Edg/") || has(ua, "EdgA/") || has(ua, "EdgiOS/")) return "edge";
    for (const std::string_view other :
         {"SamsungBrowser/", "OPR/", "OPT/", "UCBrowser/", "YaBrowser/"}) {
        if (has(ua, other)) return "others";
    }
    if (has(ua, "Firefox/") || has(ua, "FxiOS/")) return "firefox";
    if (has(ua, "Chrome/") || has(ua, "CriOS/")) return "chrome";
    if (has(ua, "Safari/")) return "safari";
    return "others";
}

}  // namespace

DeviceClass other_layout(DeviceClass shown, const DeviceFacts& facts) {
    if (shows_apps(shown)) return DeviceClass::Desktop;
    const auto detected = classify(facts);
    if (shows_apps(detected)) return detected;
    return has(facts.user_agent, "Macintosh") ? DeviceClass::IosPhone : DeviceClass::AndroidPhone;
}

ClientHeaders client_headers(DeviceClass device, std::string_view user_agent) {
    ClientHeaders headers;
    headers.device = client_device(device);
    headers.os = client_os(device, user_agent);
    headers.browser = client_browser(user_agent);
    // Their table asks for it "when mobile", and mobile, tablet and desktop are its three devices.
    if (headers.device == "mobile") {
        headers.rendering = is_in_app_browser(user_agent) ? "webview" : "mweb";
    }
    return headers;
}

}  // namespace chukta
