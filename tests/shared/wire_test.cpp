#include "shared/wire.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "shared/limits.h"

namespace chukta::wire {
namespace {

using Json = nlohmann::json;

constexpr EpochMs kNow = 1'795'300'277'000;

OrderView a_view() {
    OrderView view;
    view.order_id = OrderId{"order_7-A"};
    view.version = 12;
    view.merchant_name = "चाय Point";
    view.amount = Money::from_paise(149'900).value();
    view.items = {
        {"Masala chai", 2, Money::from_paise(49'900).value()},
        {"Mug \"large\"", 1, Money::from_paise(100'000).value()},
    };
    view.payment_status = PaymentStatus::Processing;
    view.fulfillment_status = FulfillmentStatus::Pending;
    view.payable = true;
    view.channels = {
        {Channel::Intent, true, false, 3},
        {Channel::Collect, true, true, 0},
        {Channel::QrCode, false, false, 2},
    };
    view.apps = {{UpiApp::GooglePay, "tez://upi/pay?pa=a%40b&am=1499.00"}, {UpiApp::Other, {}}};
    view.attempts_left = 17;
    view.message = {
        Situation::Failed,
        FailureReason::Declined,
        FailureDetail::WrongPin,
        Channel::Collect,
        true};
    view.return_url = "https://shop.example/thanks?o=7";
    view.bank_reference = "613371234567";
    view.server_time = kNow;
    return view;
}

AttemptView an_attempt(PaymentPrompt prompt) {
    AttemptView attempt;
    attempt.index = 3;
    attempt.channel = Channel::Collect;
    attempt.vpa_masked = "as***@okaxis";
    attempt.status = AttemptStatus::Pending;
    attempt.created_at = kNow - 5'000;
    attempt.expires_at = kNow + 295'000;
    attempt.prompt = std::move(prompt);
    return attempt;
}

Json a_view_as_json() { return Json::parse(encode(a_view()), nullptr, false); }

TEST(OrderViewOnTheWire, HasEveryCharacterOfItsTextsWhereverItStands) {
    auto sent = a_view();
    for (std::size_t at = 0; at < 20; ++at) {
        for (int c = 0; c < 0x80; ++c) {
            std::string name(20, 'a');
            name[at] = static_cast<char>(c);
            sent.merchant_name = name;
            const Json json = Json::parse(encode(sent), nullptr, false);
            ASSERT_TRUE(json.is_object()) << c << " at " << at;
            EXPECT_EQ(json["merchant_name"], name) << c << " at " << at;
        }
    }
}

TEST(OrderViewOnTheWire, SurvivesTheRoundTrip) {
    const OrderView sent = a_view();
    const auto read = decode_order_view(encode(sent));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->order_id, sent.order_id);
    EXPECT_EQ(read->version, 12);
    EXPECT_EQ(read->merchant_name, sent.merchant_name);
    EXPECT_EQ(read->amount, sent.amount);
    ASSERT_EQ(read->items.size(), 2u);
    EXPECT_EQ(read->items[1].name, "Mug \"large\"");
    EXPECT_EQ(read->items[0].quantity, 2);
    EXPECT_EQ(read->items[0].amount.paise(), 49'900);
    EXPECT_EQ(read->payment_status, PaymentStatus::Processing);
    EXPECT_EQ(read->fulfillment_status, FulfillmentStatus::Pending);
    EXPECT_FALSE(read->under_review);
    EXPECT_TRUE(read->payable);
    ASSERT_EQ(read->channels.size(), 3u);
    EXPECT_EQ(read->channels[1].channel, Channel::Collect);
    EXPECT_TRUE(read->channels[1].closed);
    EXPECT_EQ(read->channels[1].failures_left, 0);
    EXPECT_FALSE(read->channels[2].allowed);
    ASSERT_EQ(read->apps.size(), 2u);
    EXPECT_EQ(read->apps[0].href, sent.apps[0].href);
    EXPECT_FALSE(read->apps[1].href.has_value());
    EXPECT_EQ(read->attempts_left, 17);
    EXPECT_FALSE(read->attempt.has_value());
    EXPECT_EQ(read->message.situation, Situation::Failed);
    EXPECT_EQ(read->message.failure, FailureReason::Declined);
    EXPECT_EQ(read->message.detail, FailureDetail::WrongPin);
    EXPECT_EQ(read->message.channel, Channel::Collect);
    EXPECT_TRUE(read->message.no_money_taken);
    EXPECT_EQ(read->return_url, sent.return_url);
    EXPECT_FALSE(read->paid_at.has_value());
    EXPECT_EQ(read->bank_reference, sent.bank_reference);
    EXPECT_EQ(read->server_time, kNow);
}

TEST(OrderViewOnTheWire, KeepsTheAttemptAndEachKindOfPrompt) {
    const PaymentPrompt prompts[] = {
        IntentPrompt{{{UpiApp::PhonePe, "phonepe://pay?pa=x%40y"}, {UpiApp::Other, "upi://pay"}}},
        IntentPrompt{},
        CollectPrompt{},
        QrPrompt{"upi://pay?pa=shop%40ybl&am=1499.00&sign=a+b/c=", ""},
        QrPrompt{"", "iVBORw0KGgo="},
    };
    for (const PaymentPrompt& prompt : prompts) {
        OrderView sent = a_view();
        sent.attempt = an_attempt(prompt);
        sent.attempt->app = UpiApp::PhonePe;
        sent.paid_at = kNow;
        const auto read = decode_order_view(encode(sent));
        ASSERT_TRUE(read.has_value());
        ASSERT_TRUE(read->attempt.has_value());
        EXPECT_EQ(read->attempt->index, 3);
        EXPECT_EQ(read->attempt->channel, Channel::Collect);
        EXPECT_EQ(read->attempt->app, UpiApp::PhonePe);
        EXPECT_EQ(read->attempt->vpa_masked, "as***@okaxis");
        EXPECT_EQ(read->attempt->status, AttemptStatus::Pending);
        EXPECT_EQ(read->attempt->created_at, kNow - 5'000);
        EXPECT_EQ(read->attempt->expires_at, kNow + 295'000);
        ASSERT_TRUE(read->attempt->prompt.has_value());
        EXPECT_TRUE(*read->attempt->prompt == prompt);
        EXPECT_EQ(read->paid_at, kNow);
    }
}

TEST(OrderViewOnTheWire, IsPaiseAndRfc3339) {
    const Json json = a_view_as_json();
    ASSERT_TRUE(json.is_object());
    EXPECT_TRUE(json["amount"].is_number_integer());
    EXPECT_EQ(json["amount"], 149'900);
    EXPECT_EQ(json["currency"], "INR");
    EXPECT_EQ(json["server_time"], "2026-11-21T22:31:17.000Z");
    EXPECT_TRUE(json["attempt"].is_null());
    EXPECT_TRUE(json["paid_at"].is_null());
    EXPECT_TRUE(json["apps"][1]["href"].is_null());
    EXPECT_TRUE(json["items"].is_array());
}

TEST(OrderViewOnTheWire, EmptyListsStayLists) {
    OrderView empty = a_view();
    empty.items.clear();
    empty.channels.clear();
    empty.apps.clear();
    const Json json = Json::parse(encode(empty), nullptr, false);
    EXPECT_TRUE(json["items"].is_array());
    EXPECT_TRUE(json["apps"].is_array());
    EXPECT_TRUE(decode_order_view(encode(empty)).has_value());
}

TEST(OrderViewOnTheWire, BytesThatAreNotUtf8AreReplacedAndDoNotAbort) {
    OrderView view = a_view();
    view.merchant_name = "bad \xFF\xC3 name";
    view.items[0].name = "\xF0\x9F";
    const auto read = decode_order_view(encode(view));
    ASSERT_TRUE(read.has_value());
    EXPECT_NE(read->merchant_name.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(OrderViewOnTheWire, SkipsMembersItDoesNotKnow) {
    Json json = a_view_as_json();
    json["new_thing"] = Json::array({1, "two", Json::object({{"three", nullptr}})});
    json["items"][0]["colour"] = "red";
    json["message"]["hint"] = 7;
    EXPECT_TRUE(decode_order_view(json.dump()).has_value());
}

TEST(OrderViewOnTheWire, ANewerServersSituationIsReadAsNothingToSay) {
    Json json = a_view_as_json();
    json["message"]["situation"] = "waiting_for_godot";
    json["message"]["detail"] = "moon_phase";
    const auto read = decode_order_view(json.dump());
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->message.situation, Situation::Choose);
    EXPECT_EQ(read->message.detail, FailureDetail::None);
}

TEST(OrderViewOnTheWire, NeedsEveryMember) {
    const Json whole = a_view_as_json();
    ASSERT_TRUE(decode_order_view(whole.dump()).has_value());
    for (const auto& [name, value] : whole.items()) {
        Json cut = whole;
        cut.erase(name);
        const bool optional = name == "attempt" || name == "paid_at";
        EXPECT_EQ(decode_order_view(cut.dump()).has_value(), optional) << name;
    }
}

TEST(OrderViewOnTheWire, RefusesEveryMemberOfAnotherType) {
    const Json wrong[] = {
        Json(true),
        Json(-7),
        Json(1.5),
        Json("~"),
        Json::array(),
        Json::array({1}),
        Json::object()};
    OrderView full = a_view();
    full.attempt = an_attempt(QrPrompt{"upi://pay", ""});
    full.paid_at = kNow;
    const Json whole = Json::parse(encode(full), nullptr, false);
    for (const auto& [name, value] : whole.items()) {
        for (const Json& other : wrong) {
            // Of the same type a value may be allowed; that is not what is asked here.
            if (other.type() == value.type()) continue;
            if (other.is_number_integer() && value.is_number_integer()) continue;
            Json bent = whole;
            bent[name] = other;
            EXPECT_FALSE(decode_order_view(bent.dump()).has_value()) << name << " " << other.dump();
        }
    }
}

TEST(OrderViewOnTheWire, RefusesValuesOutsideTheirLimits) {
    struct Row {
        const char* pointer;
        Json value;
    };
    const Row rows[] = {
        {"/order_id", "x"},
        {"/order_id", std::string(46, 'x')},
        {"/order_id", "a/../b"},
        {"/version", -1},
        {"/version", 9'007'199'254'740'992},
        {"/version", 18'446'744'073'709'551'615u},
        {"/merchant_name", std::string(401, 'x')},
        {"/amount", -1},
        {"/amount", 100.0},
        {"/amount", "100"},
        {"/amount", Money::kPaiseMax + 1},
        {"/amount", 18'446'744'073'709'551'615u},
        {"/currency", "USD"},
        {"/currency", "inr"},
        {"/items/0/quantity", 0},
        {"/items/0/quantity", 2'000'000},
        {"/items/0/quantity", 4'294'967'297},
        {"/items/0/amount", -5},
        {"/items/0/name", std::string(401, 'x')},
        {"/items", Json(std::vector<Json>(51, a_view_as_json()["items"][0]))},
        {"/items/0", 5},
        {"/payment_status", "PAID"},
        {"/fulfillment_status", "paid"},
        {"/channels/0/channel", "link"},
        {"/channels/0/failures_left", 4},
        {"/channels/0/failures_left", -1},
        {"/channels/0/allowed", 1},
        {"/apps/0/app", "navi"},
        {"/apps/0/href", std::string(2049, 'x')},
        {"/attempts_left", 21},
        {"/attempts_left", -1},
        {"/message/failure", "because"},
        {"/message/channel", "card"},
        {"/message/no_money_taken", "no"},
        {"/return_url", "javascript:alert(1)"},
        {"/return_url", std::string("https://") + std::string(250, 'x')},
        {"/paid_at", "yesterday"},
        {"/paid_at", 1'795'300'277},
        {"/bank_reference", std::string(129, 'x')},
        {"/server_time", "2026-11-21 22:31:17"},
        {"/server_time", ""},
    };
    for (const Row& row : rows) {
        Json bent = a_view_as_json();
        bent[Json::json_pointer(row.pointer)] = row.value;
        EXPECT_FALSE(decode_order_view(bent.dump()).has_value())
            << row.pointer << " " << row.value.dump().substr(0, 60);
    }
}

TEST(OrderViewOnTheWire, RefusesABadAttempt) {
    struct Row {
        const char* pointer;
        Json value;
    };
    const Row rows[] = {
        {"/attempt/index", 1.0},
        {"/attempt/index", -1},
        {"/attempt/index", 1001},
        {"/attempt/channel", "upi"},
        {"/attempt/app", "whatsapp"},
        {"/attempt/vpa_masked", nullptr},
        {"/attempt/vpa_masked", std::string(256, 'x')},
        {"/attempt/status", "open"},
        {"/attempt/created_at", nullptr},
        {"/attempt/expires_at", 5},
        {"/attempt/prompt", "scan it"},
        {"/attempt/prompt", Json::object()},
        {"/attempt/prompt/type", "card"},
        {"/attempt/prompt/text", nullptr},
        {"/attempt/prompt/text", std::string(2049, 'x')},
        {"/attempt/prompt/png_base64", 9},
        {"/attempt/prompt/png_base64", std::string(350'000, 'x')},
        {"/attempt/prompt", {{"type", "intent"}}},
        {"/attempt/prompt", {{"type", "intent"}, {"links", Json::object()}}},
        {"/attempt/prompt", {{"type", "intent"}, {"links", Json::array({"upi://pay"})}}},
    };
    OrderView view = a_view();
    view.attempt = an_attempt(QrPrompt{"upi://pay", ""});
    const Json whole = Json::parse(encode(view), nullptr, false);
    ASSERT_TRUE(decode_order_view(whole.dump()).has_value());
    for (const Row& row : rows) {
        Json bent = whole;
        bent[Json::json_pointer(row.pointer)] = row.value;
        EXPECT_FALSE(decode_order_view(bent.dump()).has_value())
            << row.pointer << " " << row.value.dump().substr(0, 60);
    }
}

TEST(OrderViewOnTheWire, TheLargestViewFits) {
    OrderView view = a_view();
    // A control character takes six bytes of JSON: the longest way to write a name.
    view.items.assign(limits::kItemsMax, {std::string(100, '\x01'), 999, view.amount});
    view.attempt = an_attempt(QrPrompt{"", std::string((limits::kPngBytesMax + 2) / 3 * 4, 'A')});
    EXPECT_TRUE(decode_order_view(encode(view)).has_value());
}

TEST(OrderViewOnTheWire, RefusesWhatIsNotAnObject) {
    for (const char* text : {
             "",
             " ",
             "null",
             "true",
             "7",
             "\"text\"",
             "[]",
             "{}",
             "{",
             "}",
             "{\"order_id\":",
             "{\"order_id\":\"abc\"}}",
             "{'order_id':1}",
             "// nothing",
             "{\"amount\":1e400}",
             "{\"amount\":123456789012345678901234567890}",
             "\xFF\xFE",
             "{\"a\":\"\xC0\xAF\"}",
             "{\"a\":\"\xED\xA0\x80\"}",
             "{\"a\":\"\\ud800\"}",
         }) {
        EXPECT_FALSE(decode_order_view(text).has_value()) << text;
        EXPECT_FALSE(decode_start_attempt(text).has_value()) << text;
        EXPECT_FALSE(decode_problem(text).has_value()) << text;
    }
}

TEST(OrderViewOnTheWire, DeepNestingAndHugeTextsAreRefusedAtOnce) {
    for (const std::size_t depth : {20u, 1'000u, 30'000u, 500'000u, 5'000'000u}) {
        const std::string lists(depth, '[');
        std::string objects;
        for (std::size_t i = 0; i < depth / 5; ++i) objects += "{\"a\":";
        for (const std::string& text : {lists, objects, lists + std::string(depth, ']')}) {
            EXPECT_FALSE(decode_order_view(text).has_value());
            EXPECT_FALSE(decode_start_attempt(text).has_value());
            EXPECT_FALSE(decode_problem(text).has_value());
        }
    }
    Json json = a_view_as_json();
    json["padding"] = std::string(limits::kOrderViewBytesMax, ' ');
    EXPECT_FALSE(decode_order_view(json.dump()).has_value());
    // Brackets in a string are text, not depth.
    json["padding"] = std::string(1'000, '[') + "\"\\" + std::string(1'000, '{');
    EXPECT_TRUE(decode_order_view(json.dump()).has_value());
}

TEST(OrderViewOnTheWire, AnUnknownMemberMayNestOnlySoDeep) {
    const auto nested = [](std::size_t depth) {
        Json json = a_view_as_json();
        json["news"] = Json::parse(std::string(depth, '[') + std::string(depth, ']'));
        return json.dump();
    };
    // The view's own braces are the first level.
    EXPECT_TRUE(decode_order_view(nested(limits::kJsonDepthMax - 1)).has_value());
    EXPECT_FALSE(decode_order_view(nested(limits::kJsonDepthMax)).has_value());
}

TEST(OrderViewOnTheWire, NeverSurvivesACutText) {
    OrderView view = a_view();
    view.attempt = an_attempt(CollectPrompt{});
    const std::string text = encode(view);
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(decode_order_view(text.substr(0, size)).has_value()) << size;
    }
}

}  // namespace
}  // namespace chukta::wire
