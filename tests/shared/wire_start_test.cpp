#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "shared/limits.h"
#include "shared/wire.h"

namespace chukta::wire {
namespace {

using Json = nlohmann::json;

TEST(StartAttemptOnTheWire, SurvivesTheRoundTrip) {
    const StartAttempt starts[] = {
        {Channel::Intent, UpiApp::Paytm, {}, {}, DeviceClass::AndroidPhone},
        {Channel::Intent, UpiApp::Other, {}, 4, DeviceClass::IosTablet},
        {Channel::Collect, {}, Vpa::parse("asha@okaxis").value(), 1, DeviceClass::Desktop},
        {Channel::QrCode, {}, {}, {}, DeviceClass::AndroidDesktopMode},
    };
    for (const StartAttempt& sent : starts) {
        const auto read = decode_start_attempt(encode(sent));
        ASSERT_TRUE(read.has_value()) << encode(sent);
        EXPECT_EQ(read->channel, sent.channel);
        EXPECT_EQ(read->app, sent.app);
        EXPECT_EQ(read->vpa, sent.vpa);
        EXPECT_EQ(read->replaces, sent.replaces);
        EXPECT_EQ(read->device, sent.device);
    }
}

TEST(StartAttemptOnTheWire, CleansTheUpiIdAsThePageDoes) {
    const auto start =
        decode_start_attempt(R"({"channel":"collect","vpa":" Asha@OKAXIS ","device":"desktop"})");
    ASSERT_TRUE(start.has_value());
    EXPECT_EQ(start->vpa->str(), "asha@okaxis");
}

TEST(StartAttemptOnTheWire, SaysWhatIsWrong) {
    struct Row {
        const char* body;
        StartAttemptError error;
    };
    constexpr Row kRows[] = {
        {"", StartAttemptError::NotJson},
        {"channel=intent", StartAttemptError::NotJson},
        {"{\"channel\":\"qrcode\"", StartAttemptError::NotJson},
        {"[]", StartAttemptError::NotAnObject},
        {"null", StartAttemptError::NotAnObject},
        {"\"intent\"", StartAttemptError::NotAnObject},
        {"{}", StartAttemptError::ChannelInvalid},
        {R"({"channel":null})", StartAttemptError::ChannelInvalid},
        {R"({"channel":3})", StartAttemptError::ChannelInvalid},
        {R"({"channel":"link"})", StartAttemptError::ChannelInvalid},
        {R"({"channel":["intent"]})", StartAttemptError::ChannelInvalid},
        {R"({"channel":"intent","device":"desktop"})", StartAttemptError::AppInvalid},
        {R"({"channel":"intent","app":"navi"})", StartAttemptError::AppInvalid},
        {R"({"channel":"intent","app":{}})", StartAttemptError::AppInvalid},
        {R"({"channel":"qrcode","app":"gpay"})", StartAttemptError::AppInvalid},
        {R"({"channel":"collect"})", StartAttemptError::VpaInvalid},
        {R"({"channel":"collect","vpa":null})", StartAttemptError::VpaInvalid},
        {R"({"channel":"collect","vpa":5})", StartAttemptError::VpaInvalid},
        {R"({"channel":"collect","vpa":"asha"})", StartAttemptError::VpaInvalid},
        {R"({"channel":"collect","vpa":"asha@gmail.com"})", StartAttemptError::VpaInvalid},
        {R"({"channel":"qrcode","vpa":"asha@ybl"})", StartAttemptError::VpaInvalid},
        {R"({"channel":"intent","app":"gpay","vpa":"asha@ybl"})", StartAttemptError::VpaInvalid},
        {R"({"channel":"qrcode","replaces":0})", StartAttemptError::ReplacesInvalid},
        {R"({"channel":"qrcode","replaces":-1})", StartAttemptError::ReplacesInvalid},
        {R"({"channel":"qrcode","replaces":1.0})", StartAttemptError::ReplacesInvalid},
        {R"({"channel":"qrcode","replaces":"1"})", StartAttemptError::ReplacesInvalid},
        {R"({"channel":"qrcode","replaces":4294967297})", StartAttemptError::ReplacesInvalid},
        {R"({"channel":"qrcode","replaces":18446744073709551615})",
         StartAttemptError::ReplacesInvalid},
        {R"({"channel":"qrcode"})", StartAttemptError::DeviceInvalid},
        {R"({"channel":"qrcode","device":"toaster"})", StartAttemptError::DeviceInvalid},
        {R"({"channel":"qrcode","device":1})", StartAttemptError::DeviceInvalid},
    };
    for (const Row& row : kRows) {
        const auto start = decode_start_attempt(row.body);
        ASSERT_FALSE(start.has_value()) << row.body;
        EXPECT_EQ(start.error(), row.error) << row.body;
    }
}

TEST(StartAttemptOnTheWire, IsBounded) {
    const std::string body = R"({"channel":"qrcode","device":"desktop"})";
    EXPECT_TRUE(decode_start_attempt(body).has_value());
    EXPECT_FALSE(decode_start_attempt(body + std::string(limits::kApiBodyMax, ' ')).has_value());
    const Json long_vpa = {
        {"channel", "collect"}, {"device", "desktop"}, {"vpa", std::string(3'000, 'a') + "@ybl"}};
    EXPECT_EQ(decode_start_attempt(long_vpa.dump()).error(), StartAttemptError::VpaInvalid);
}

TEST(ProblemOnTheWire, SurvivesTheRoundTrip) {
    const Problem sent{409, "idempotency_key_reused", "Conflict", "the body differs"};
    const auto read = decode_problem(encode(sent));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->status, 409);
    EXPECT_EQ(read->code, sent.code);
    EXPECT_EQ(read->title, sent.title);
    EXPECT_EQ(read->detail, sent.detail);
    EXPECT_EQ(Json::parse(encode(sent))["type"], "about:blank");
}

TEST(ProblemOnTheWire, MayLackItsTextsButNotItsCode) {
    EXPECT_TRUE(decode_problem(R"({"status":503,"code":"unavailable"})").has_value());
    EXPECT_FALSE(decode_problem(R"({"status":503})").has_value());
    EXPECT_FALSE(decode_problem(R"({"code":"unavailable"})").has_value());
    EXPECT_FALSE(decode_problem(R"({"status":"503","code":"unavailable"})").has_value());
    EXPECT_FALSE(decode_problem(R"({"status":99,"code":"unavailable"})").has_value());
    EXPECT_FALSE(decode_problem(R"({"status":503,"code":7})").has_value());
    EXPECT_FALSE(decode_problem(R"({"status":503,"code":"x","title":[]})").has_value());
}

TEST(ProblemOnTheWire, BytesThatAreNotUtf8DoNotAbort) {
    EXPECT_TRUE(decode_problem(encode(Problem{500, "x", "\xFF", "\xC3\x28"})).has_value());
}

}  // namespace
}  // namespace chukta::wire
