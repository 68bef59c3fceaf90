#include "shared/device.h"

#include <gtest/gtest.h>

#include <string>

namespace chukta {
namespace {

constexpr const char* kIphone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.6 Mobile/15E148 Safari/604.1";
constexpr const char* kIphoneChrome =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) CriOS/143.0.0.0 Mobile/15E148 Safari/604.1";
constexpr const char* kIphoneInstagram =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 Instagram 400.0.0.0 (iPhone15,2; iOS 18_6)";
constexpr const char* kIphoneWebView =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148";
constexpr const char* kIpod =
    "Mozilla/5.0 (iPod touch; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1";
constexpr const char* kOldIpad =
    "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/12.1 Mobile/15E148 Safari/604.1";
constexpr const char* kMac =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Safari/605.1.15";
constexpr const char* kAndroidPhone =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Mobile Safari/537.36";
constexpr const char* kAndroidTablet =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36";
constexpr const char* kAndroidFirefox =
    "Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0";
constexpr const char* kAndroidSamsung =
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36";
constexpr const char* kAndroidWebView =
    "Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP4A; wv) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Version/4.0 Chrome/143.0.0.0 Mobile Safari/537.36";
constexpr const char* kAndroidFacebook =
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/143.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/500.0.0.0.0;]";
constexpr const char* kLinux =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 "
    "Safari/537.36";
constexpr const char* kChromebook =
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36";
constexpr const char* kWindows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36";
constexpr const char* kWindowsEdge =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0";
constexpr const char* kKaios =
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5";
constexpr const char* kJioPhone =
    "Mozilla/5.0 (Mobile; LYF/F120B/LYF-F120B-001; Android; rv:48.0) Gecko/48.0 Firefox/48.0 "
    "KAIOS/2.0";

struct Row {
    const char* what;
    DeviceClass device;
    DeviceFacts facts;
};

/// User agent, platform, mobile hint, touch points, short side, coarse pointer, no hover.
DeviceFacts facts(
    const char* user_agent,
    const char* platform,
    bool ua_mobile,
    int touch_points,
    int short_side_px,
    bool coarse,
    bool hover_none
) {
    return {user_agent, platform, ua_mobile, touch_points, short_side_px, coarse, hover_none};
}

/// What the server knows before the page has run.
DeviceFacts only_user_agent(const char* user_agent) {
    return facts(user_agent, "", false, 0, 0, false, false);
}

TEST(DeviceClass, FollowsTheDecisionTable) {
    using enum DeviceClass;
    const Row rows[] = {
        // facts/upi-and-devices.md §4.2, row by row.
        {"1 iPhone", IosPhone, facts(kIphone, "iPhone", false, 5, 390, true, true)},
        {"1 iPhone Chrome", IosPhone, facts(kIphoneChrome, "iPhone", false, 5, 390, true, true)},
        {"1 iPod", IosPhone, facts(kIpod, "iPod touch", false, 5, 320, true, true)},
        {"2 old iPad", IosTablet, facts(kOldIpad, "iPad", false, 5, 768, true, true)},
        {"2 iPad as Mac", IosTablet, facts(kMac, "MacIntel", false, 5, 820, true, true)},
        {"2 iPad as Mac, keyboard",
         IosTablet,
         facts(kMac, "MacIntel", false, 5, 820, false, false)},
        {"2 iPad mini", IosTablet, facts(kMac, "MacIntel", false, 5, 744, true, true)},
        {"2 just wide enough", IosTablet, facts(kMac, "MacIntel", false, 5, 600, true, true)},
        {"2 screen unknown", IosTablet, facts(kMac, "MacIntel", false, 5, 0, true, true)},
        {"3 iPhone, desktop site", IosPhone, facts(kMac, "MacIntel", false, 5, 430, true, true)},
        {"3 just too narrow", IosPhone, facts(kMac, "MacIntel", false, 5, 599, true, true)},
        {"4 Android", AndroidPhone, facts(kAndroidPhone, "Android", true, 5, 360, true, true)},
        {"4 Firefox",
         AndroidPhone,
         facts(kAndroidFirefox, "Linux armv8l", false, 5, 360, true, true)},
        {"4 hints only", AndroidPhone, facts("", "Android", true, 5, 360, true, true)},
        {"4 unfolded", AndroidPhone, facts(kAndroidPhone, "Android", true, 5, 720, true, true)},
        {"5 tablet", AndroidTablet, facts(kAndroidTablet, "Android", false, 5, 800, true, true)},
        {"5 narrow", AndroidPhone, facts(kAndroidTablet, "Android", false, 5, 412, true, true)},
        {"5 screen unknown",
         AndroidTablet,
         facts(kAndroidTablet, "Android", false, 5, 0, true, true)},
        {"6 desktop mode", AndroidDesktopMode, facts(kLinux, "Linux", false, 5, 412, true, true)},
        {"6 with a mouse", Desktop, facts(kLinux, "Linux", false, 5, 412, true, false)},
        {"6 fine pointer", Desktop, facts(kLinux, "Linux x86_64", false, 10, 1080, false, true)},
        {"6 one finger", Desktop, facts(kLinux, "Linux x86_64", false, 1, 1080, true, true)},
        {"6 Chromebook", Desktop, facts(kChromebook, "Chrome OS", false, 10, 800, true, true)},
        {"6 Chromebook, Linux",
         Desktop,
         facts("Mozilla/5.0 (X11; Linux; CrOS)", "Linux", false, 10, 800, true, true)},
        {"7 KaiOS", FeaturePhone, facts(kKaios, "", false, 0, 240, false, true)},
        {"7 JioPhone", FeaturePhone, facts(kJioPhone, "", false, 0, 240, false, true)},
        {"8 Windows", Desktop, facts(kWindows, "Windows", false, 0, 1080, false, false)},
        {"8 Windows, touch", Desktop, facts(kWindows, "Windows", false, 10, 800, false, false)},
        {"8 Windows tablet", Desktop, facts(kWindows, "Windows", false, 10, 800, true, true)},
        {"8 Mac", Desktop, facts(kMac, "MacIntel", false, 0, 900, false, false)},
        {"8 Mac, one touch", Desktop, facts(kMac, "MacIntel", false, 1, 900, false, false)},
        {"8 Linux", Desktop, facts(kLinux, "Linux x86_64", false, 0, 1080, false, false)},
        {"8 nothing known", Desktop, {}},
        // In-app browsers are devices like any other.
        {"Instagram", IosPhone, facts(kIphoneInstagram, "iPhone", false, 5, 390, true, true)},
        {"WebView", AndroidPhone, facts(kAndroidWebView, "Android", true, 5, 360, true, true)},
        // The server's first guess, from the user agent alone.
        {"server: iPhone", IosPhone, only_user_agent(kIphone)},
        {"server: Android", AndroidPhone, only_user_agent(kAndroidPhone)},
        {"server: tablet", AndroidTablet, only_user_agent(kAndroidTablet)},
        {"server: Mac or iPad", Desktop, only_user_agent(kMac)},
        {"server: Linux", Desktop, only_user_agent(kLinux)},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(word(classify(row.facts)), word(row.device)) << row.what;
    }
}

TEST(DeviceClass, ReadsBackFromItsWord) {
    const char* words[] = {
        "ios_phone",
        "ios_tablet",
        "android_phone",
        "android_tablet",
        "android_desktop_mode",
        "feature_phone",
        "desktop",
    };
    for (std::size_t i = 0; i < std::size(words); ++i) {
        EXPECT_EQ(word(static_cast<DeviceClass>(i)), words[i]);
        EXPECT_EQ(device_class_from(words[i]), static_cast<DeviceClass>(i));
    }
    EXPECT_EQ(static_cast<std::size_t>(DeviceClass::Desktop) + 1, std::size(words));
    EXPECT_FALSE(device_class_from("phone").has_value());
    EXPECT_FALSE(device_class_from("").has_value());
}

TEST(InAppBrowser, IsKnownByItsTokens) {
    for (const char* in_app : {
             kIphoneInstagram,
             kIphoneWebView,
             kAndroidWebView,
             kAndroidFacebook,
             "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
             "[FBAN/FBIOS]",
             "Mozilla/5.0 (Linux; Android 15) Chrome/143.0 Mobile Safari/537.36 Line/14.0.0/IAB",
             "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1 Line/14.0.0",
             "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Twitter for iPhone/10.0",
             "Mozilla/5.0 (Linux; Android 15) Safari/537.36 [LinkedInApp]/9.0",
             "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Safari/604.1 Snapchat/13.0",
             "Mozilla/5.0 (Linux; Android 15) Chrome/143.0 Mobile Safari/537.36 WhatsApp/2.25",
         }) {
        EXPECT_TRUE(is_in_app_browser(in_app)) << in_app;
    }
    for (const char* browser : {
             kIphone,
             kIphoneChrome,
             kOldIpad,
             kMac,
             kAndroidPhone,
             kAndroidTablet,
             kAndroidFirefox,
             kAndroidSamsung,
             kLinux,
             kWindowsEdge,
             kKaios,
             "",
             "Mozilla/5.0 (Linux; Android 15) Chrome/143.0 Mobile Safari/537.36 Online/1.0",
         }) {
        EXPECT_FALSE(is_in_app_browser(browser)) << browser;
    }
}

TEST(ClientHeaders, SpeakTheGatewaysWords) {
    struct Expected {
        const char* user_agent;
        DeviceClass device;
        const char* device_word;
        const char* os;
        const char* browser;
        const char* rendering;
    };
    using enum DeviceClass;
    constexpr Expected kRows[] = {
        {kIphone, IosPhone, "mobile", "ios", "safari", "mweb"},
        {kIphoneChrome, IosPhone, "mobile", "ios", "chrome", "mweb"},
        {kIphoneInstagram, IosPhone, "mobile", "ios", "others", "webview"},
        {kMac, IosTablet, "tablet", "ios", "safari", ""},
        {kMac, Desktop, "desktop", "macos", "safari", ""},
        {kAndroidPhone, AndroidPhone, "mobile", "android", "chrome", "mweb"},
        {kAndroidFirefox, AndroidPhone, "mobile", "android", "firefox", "mweb"},
        {kAndroidSamsung, AndroidPhone, "mobile", "android", "others", "mweb"},
        {kAndroidWebView, AndroidPhone, "mobile", "android", "chrome", "webview"},
        {kAndroidTablet, AndroidTablet, "tablet", "android", "chrome", ""},
        {kLinux, AndroidDesktopMode, "tablet", "android", "chrome", ""},
        {kLinux, Desktop, "desktop", "linux", "chrome", ""},
        {kChromebook, Desktop, "desktop", "others", "chrome", ""},
        {kWindows, Desktop, "desktop", "windows", "chrome", ""},
        {kWindowsEdge, Desktop, "desktop", "windows", "edge", ""},
        {kKaios, FeaturePhone, "mobile", "others", "firefox", "mweb"},
        {"", Desktop, "desktop", "others", "others", ""},
    };
    for (const Expected& row : kRows) {
        const ClientHeaders headers = client_headers(row.device, row.user_agent);
        EXPECT_EQ(headers.device, row.device_word) << row.user_agent;
        EXPECT_EQ(headers.os, row.os) << row.user_agent;
        EXPECT_EQ(headers.browser, row.browser) << row.user_agent;
        EXPECT_EQ(headers.rendering, row.rendering) << row.user_agent;
    }
}

TEST(DeviceClass, KnowsPhonesAndIos) {
    EXPECT_TRUE(is_phone(DeviceClass::IosPhone));
    EXPECT_TRUE(is_phone(DeviceClass::AndroidPhone));
    EXPECT_FALSE(is_phone(DeviceClass::AndroidTablet));
    EXPECT_FALSE(is_phone(DeviceClass::Desktop));
    EXPECT_TRUE(is_ios(DeviceClass::IosTablet));
    EXPECT_FALSE(is_ios(DeviceClass::AndroidPhone));
}

}  // namespace
}  // namespace chukta
