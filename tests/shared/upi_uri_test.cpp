#include "shared/upi_uri.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "shared/limits.h"

namespace chukta {
namespace {

using namespace std::string_view_literals;

TEST(LinkParameter, IsDecodedOnce) {
    struct Row {
        std::string_view link;
        std::string_view name;
        std::optional<std::string> value;
    };
    const Row rows[] = {
        {"upi://pay?pa=shop%40ybl&am=1.00", "pa", "shop@ybl"},
        {"upi://pay?pa=shop@ybl&am=1.00", "am", "1.00"},
        {"upi://pay?pn=Chai%20Point", "pn", "Chai Point"},
        {"upi://pay?sign=a+b/c==", "sign", "a+b/c=="},
        {"upi://pay?sign=a%2Bb%2fc%3D", "sign", "a+b/c="},
        {"upi://pay?tn=100%2525", "tn", "100%25"},
        {"upi://pay?pn=%E0%A4%9A%E0%A4%BE%E0%A4%AF", "pn", "चाय"},
        {"upi://pay?a=&b", "a", ""},
        {"upi://pay?a=&b", "b", ""},
        {"upi://pay?&&a=1&&", "a", "1"},
        {"upi://pay?a=x?y", "a", "x?y"},
        {"upi://pay?a=1#am=5", "a", "1"},
        {"https://x.example/p?am=5&x=1", "am", "5"},
        // Absent.
        {"upi://pay", "am", {}},
        {"upi://pay?", "am", {}},
        {"upi://pay?AM=1", "am", {}},
        {"upi://pay?mam=1", "am", {}},
        {"upi://pay?a=1#?am=5", "am", {}},
        {"", "am", {}},
        // Twice, in whatever disguise: apps differ on which one counts.
        {"upi://pay?am=1&am=1", "am", {}},
        {"upi://pay?am=1&%61m=9", "am", {}},
        {"upi://pay?am&am=9", "am", {}},
        // Badly encoded.
        {"upi://pay?am=%", "am", {}},
        {"upi://pay?am=%3", "am", {}},
        {"upi://pay?am=%zz", "am", {}},
        {"upi://pay?am=1%", "am", {}},
        {"upi://pay?am=%1&am=2", "am", {}},
        {"upi://pay?am=%31"sv.substr(0, 15), "am", {}},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(link_parameter(row.link, row.name), row.value) << row.link << " " << row.name;
    }
}

TEST(LinkAmount, IsRupees) {
    EXPECT_EQ(link_amount("upi://pay?pa=a%40b&am=1499.00&cu=INR")->paise(), 149'900);
    EXPECT_EQ(link_amount("upi://pay?am=1")->paise(), 100);
    EXPECT_EQ(link_amount("tez://upi/pay?am=0.29")->paise(), 29);
    EXPECT_EQ(link_amount("upi://pay?am=1%2E50")->paise(), 150);
    for (const char* link : {
             "upi://pay",
             "upi://pay?am=",
             "upi://pay?am=1,499.00",
             "upi://pay?am=1499.005",
             "upi://pay?am=-1",
             "upi://pay?am=1&am=1",
             "upi://pay?mam=1",
             "upi://pay?am=+1",
         }) {
        EXPECT_FALSE(link_amount(link).has_value()) << link;
    }
}

TEST(UpiLink, IsKnownByItsScheme) {
    EXPECT_TRUE(is_upi_link("upi://pay?pa=a@b"));
    EXPECT_TRUE(is_upi_link("UPI://pay"));
    EXPECT_TRUE(is_upi_link("upi:pay"));
    for (const char* other :
         {"", "upi", "upix://pay", "tez://upi/pay", " upi://pay", "https://upi:"}) {
        EXPECT_FALSE(is_upi_link(other)) << other;
    }
}

TEST(AllowedLink, IsTheAppsOwnOrTheGateways) {
    struct Row {
        UpiApp app;
        std::string_view link;
        bool allowed;
    };
    constexpr auto kOrigin = "https://api.gateway.example"sv;
    constexpr Row kRows[] = {
        {UpiApp::GooglePay, "upi://pay?pa=a%40b", true},
        {UpiApp::GooglePay, "tez://upi/pay?pa=a%40b", true},
        {UpiApp::GooglePay, "gpay://upi/pay?pa=a%40b", true},
        {UpiApp::GooglePay, "GPAY://upi/pay", true},
        {UpiApp::GooglePay, "phonepe://pay", false},
        {UpiApp::PhonePe, "phonepe://pay?pa=a%40b", true},
        {UpiApp::PhonePe, "tez://upi/pay", false},
        {UpiApp::Paytm, "paytmmp://pay?pa=a%40b", true},
        {UpiApp::Paytm, "paytm://pay", false},
        {UpiApp::Bhim, "bhim://pay", true},
        {UpiApp::Bhim, "paytmmp://pay", false},
        {UpiApp::Other, "upi://pay?pn=%E0%A4%9A", true},
        {UpiApp::Other, "upi://pay?pn=चाय", true},
        {UpiApp::Other, "gpay://upi/pay", false},
        {UpiApp::Other, "upi:pay", false},
        // The web, only under the gateway's origin.
        {UpiApp::Other, "https://api.gateway.example", true},
        {UpiApp::Other, "https://api.gateway.example/pay/1", true},
        {UpiApp::Other, "https://api.gateway.example?x=1", true},
        {UpiApp::Other, "https://api.gateway.example.evil.example/", false},
        {UpiApp::Other, "https://api.gateway.example@evil.example/", false},
        {UpiApp::Other, "https://api.gateway.example:8443/", false},
        {UpiApp::Other, "https://api.gateway.example\\@evil.example/", false},
        {UpiApp::Other, "https://evil.example/https://api.gateway.example/", false},
        {UpiApp::Other, "http://api.gateway.example/", false},
        {UpiApp::Other, "//api.gateway.example/", false},
        // Never.
        {UpiApp::Other, "", false},
        {UpiApp::Other, "javascript:alert(1)", false},
        {UpiApp::Other, "javascript://upi://pay", false},
        {UpiApp::Other, "data:text/html,hi", false},
        {UpiApp::Other, "intent://pay#Intent;scheme=upi;end", false},
        {UpiApp::Other, "file:///etc/passwd", false},
        {UpiApp::Other, "upi://pay?pn=Chai Point", false},
        {UpiApp::Other, " upi://pay", false},
        {UpiApp::Other, "upi://pay\n", false},
        {UpiApp::Other, "upi://pay\tx", false},
        {UpiApp::Other, "upi://pay\0x"sv, false},
        {UpiApp::Other, "upi://pay\x7F", false},
        {UpiApp::Other, "upi://pay\xC2\x85", false},
    };
    for (const Row& row : kRows) {
        EXPECT_EQ(link_is_allowed(row.app, row.link, kOrigin), row.allowed)
            << word(row.app) << " " << row.link;
    }
}

TEST(AllowedLink, MayBePlainHttpWhereTheGatewayIs) {
    EXPECT_TRUE(link_is_allowed(
        UpiApp::PhonePe, "http://127.0.0.1:8081/upi/pay?x=1", "http://127.0.0.1:8081"
    ));
    EXPECT_FALSE(
        link_is_allowed(UpiApp::PhonePe, "http://127.0.0.1:80811/", "http://127.0.0.1:8081")
    );
}

TEST(AllowedLink, NeedsAnOriginForTheWeb) {
    for (const std::string_view origin : {""sv, "https"sv, "javascript:"sv, "data:"sv}) {
        EXPECT_FALSE(link_is_allowed(UpiApp::Other, "https://x.example/", origin));
        EXPECT_FALSE(link_is_allowed(UpiApp::Other, "javascript:/alert(1)", origin));
        EXPECT_FALSE(link_is_allowed(UpiApp::Other, "data:/x", origin));
    }
}

TEST(AllowedLink, IsBounded) {
    const std::string prefix = "upi://pay?tn=";
    const std::string fits = prefix + std::string(limits::kLinkLengthMax - prefix.size(), 'x');
    EXPECT_TRUE(link_is_allowed(UpiApp::Other, fits, ""));
    EXPECT_FALSE(link_is_allowed(UpiApp::Other, fits + "x", ""));
}

}  // namespace
}  // namespace chukta
