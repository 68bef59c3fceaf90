// Order Pay over HTTP: the three channels, the test UPI IDs.
#include <png.h>
#include <zbar.h>

#include <algorithm>

#include "http/text.h"
#include "sandbox/ids.h"
#include "tests/sandbox/sandbox_support.h"

namespace {

using namespace sandbox_test;

std::string base64_decoded(std::string_view text) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned int bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = (bits << 6) | static_cast<unsigned int>(kAlphabet.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 0xFF);
    }
    return bytes;
}

struct Picture {
    unsigned int width = 0;
    unsigned int height = 0;
    int bits = 0;
    std::vector<unsigned char> grey;
};

Picture picture_of(const std::string& data_uri) {
    constexpr std::string_view kPrefix = "data:image/png;base64,";
    Picture picture;
    EXPECT_EQ(data_uri.substr(0, kPrefix.size()), kPrefix);
    const auto bytes = base64_decoded(std::string_view{data_uri}.substr(kPrefix.size()));
    // Byte 24 of a PNG is the bit depth of its IHDR chunk.
    picture.bits = bytes.at(24);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_TRUE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
    image.format = PNG_FORMAT_GRAY;
    picture.width = image.width;
    picture.height = image.height;
    picture.grey.resize(PNG_IMAGE_SIZE(image));
    EXPECT_TRUE(png_image_finish_read(&image, nullptr, picture.grey.data(), 0, nullptr));
    return picture;
}

/// What a phone's camera would read; empty when it reads nothing.
std::string read_qr(const Picture& picture) {
    zbar::ImageScanner scanner;
    scanner.set_config(zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
    scanner.set_config(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
    scanner.set_config(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_BINARY, 1);
    zbar::Image image{
        picture.width, picture.height, "Y800", picture.grey.data(), picture.grey.size()};
    scanner.scan(image);
    for (auto symbol = image.symbol_begin(); symbol != image.symbol_end(); ++symbol) {
        return symbol->get_data();
    }
    return {};
}

/// '#' stands for a decimal digit, '~' for a hexadecimal one, anything else for itself.
bool like(std::string_view text, std::string_view pattern) {
    return std::equal(
        text.begin(),
        text.end(),
        pattern.begin(),
        pattern.end(),
        [](char c, char wanted) {
            const bool digit = c >= '0' && c <= '9';
            if (wanted == '#') return digit;
            if (wanted == '~') return digit || (c >= 'a' && c <= 'f');
            return c == wanted;
        }
    );
}

std::string simulator_link(Bench& bench, const std::string& id, const std::string& amount) {
    return bench.app().url() + "/pgbillpayuiapi/simulator/" + id + "?txnId=" + id +
           "&amount=" + amount + "&pa=cashfree@testbank&pn=Cashfree&tr=" + id + "&am=" + amount +
           "&cu=INR&mode=00&purpose=00&mc=5732&tn=Cashfree%20Simulator%20Payment";
}

TEST(OrderPay, LinkAnswersOneSimulatorAddressForEveryApp) {
    Bench bench;
    const auto session = bench.session("ord_0001", 1250.5);
    const auto answer = bench.pay(Bench::link(session));
    ASSERT_EQ(answer.status, 200);
    const auto body = answer.json();
    const auto id = body["cf_payment_id"].get<std::string>();
    EXPECT_EQ(id.size(), 19U);
    EXPECT_EQ(body["action"], "custom");
    EXPECT_EQ(body["channel"], "link");
    EXPECT_EQ(body["payment_method"], "upi");
    EXPECT_NE(answer.body.find("\"payment_amount\":1250.50,"), std::string::npos);
    EXPECT_EQ(
        answer.body.find(R"({"action":"custom","cf_payment_id":)"), std::string::size_type{0}
    );
    EXPECT_NE(answer.body.find(R"("data":{"url":null,"payload":{"bhim":"http)"), std::string::npos);
    const auto& payload = body["data"]["payload"];
    ASSERT_EQ(payload.size(), 6U);
    for (const auto* app : {"bhim", "default", "gpay", "paytm", "phonepe"}) {
        EXPECT_EQ(payload[app], simulator_link(bench, id, "1250.50")) << app;
    }
    const auto web = payload["web"].get<std::string>();
    const auto start =
        bench.app().url() + "/pg/view/upi/" + sandbox::base32_of(id) + "." + session + ".";
    EXPECT_EQ(web.substr(0, start.size()), start);
    EXPECT_TRUE(like(web.substr(start.size()), "~~~~~~~~-~~~~-~~~~-~~~~-~~~~~~~~~~~~")) << web;
}

TEST(OrderPay, LinkInProductionFormNamesTheApps) {
    auto with = options();
    with.link_mode = sandbox::LinkMode::Production;
    Bench bench{with};
    const auto body = bench.pay(Bench::link(bench.session("ord_0001", 5))).json();
    const auto& payload = body["data"]["payload"];
    struct Row {
        const char* app;
        const char* start;
    };
    const Row rows[] = {
        {"default", "upi://pay?"},
        {"gpay", "tez://upi/pay?"},
        {"phonepe", "phonepe://pay?"},
        {"paytm", "paytmmp://pay?"},
        {"bhim", "bhim://upi/pay?"},
    };
    // The order of the query is fixed (facts/cashfree.md §3.3).
    constexpr std::string_view kQuery =
        "pa=chuktademo@cashfreesandbox&pn=Chukta%20Demo%20Shop&tr=ATC############&am=5.00&cu=INR"
        "&mode=00&purpose=00&mc=5732&tn=Payment%20for%20ord_0001";
    for (const auto& row : rows) {
        const auto link = payload[row.app].get<std::string>();
        const std::string start = row.start;
        ASSERT_EQ(link.substr(0, start.size()), start);
        EXPECT_TRUE(like(link.substr(start.size()), kQuery)) << link;
    }
    EXPECT_EQ(payload["default"].get<std::string>().find(body["cf_payment_id"]), std::string::npos);
}

TEST(OrderPay, QrCodeIsAPngOfTheSimulatorAddress) {
    Bench bench;
    const auto body = bench.pay(Bench::qrcode(bench.session("ord_0001", 5))).json();
    EXPECT_EQ(body["action"], "custom");
    EXPECT_EQ(body["channel"], "qrcode");
    EXPECT_EQ(body["data"]["payload"].size(), 1U);
    const auto picture = picture_of(body["data"]["payload"]["qrcode"]);
    EXPECT_EQ(picture.bits, 1);
    EXPECT_GE(picture.width, 320U);
    EXPECT_EQ(picture.width, picture.height);
    EXPECT_EQ(read_qr(picture), simulator_link(bench, body["cf_payment_id"], "5.00"));
}

TEST(OrderPay, QrCodeInProductionFormIsAUpiLink) {
    auto with = options();
    with.link_mode = sandbox::LinkMode::Production;
    with.merchant_name = "चाय & Co.";
    Bench bench{with};
    const auto body = bench.pay(Bench::qrcode(bench.session("ord_0001", 99999.99))).json();
    const auto text = read_qr(picture_of(body["data"]["payload"]["qrcode"]));
    EXPECT_EQ(text.substr(0, 10), "upi://pay?");
    EXPECT_EQ(http::query_parameter(text.substr(10), "pn"), "चाय & Co.");
    EXPECT_EQ(http::query_parameter(text.substr(10), "am"), "99999.99");
}

TEST(OrderPay, CollectAnswersNothingToShow) {
    Bench bench;
    const auto session = bench.session("ord_0001", 5);
    const auto answer = bench.pay(Bench::collect(session, "asha@okaxis"));
    const auto id = answer.json()["cf_payment_id"].get<std::string>();
    EXPECT_EQ(
        answer.body,
        R"({"action":"custom","cf_payment_id":")" + id +
            R"(","channel":"collect","data":{"url":null,"payload":null,"content_type":null,)"
            R"("method":null},"payment_amount":5.00,"payment_method":"upi"})"
    );
    auto waiting = Bench::collect(session, "asha@okaxis");
    waiting["payment_method"]["upi"]["upi_redirect_url"] = true;
    const auto page = bench.pay(waiting).json();
    EXPECT_EQ(page["action"], "collect");
    EXPECT_EQ(page["data"]["url"].get<std::string>().find(bench.app().url() + "/pg/view/upi/"), 0U);
}

TEST(OrderPay, EachCallWithoutAKeyIsAnotherAttempt) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    EXPECT_NE(bench.pay_id(Bench::link(session)), bench.pay_id(Bench::link(session)));
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").json().size(), 2U);
}

TEST(OrderPay, RefusesByTheFieldRules) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    struct Row {
        Json body;
        const char* code;
    };
    const Json link = {{"upi", {{"channel", "link"}}}};
    auto minutes = Bench::collect(session, "asha@okaxis");
    minutes["payment_method"]["upi"]["upi_expiry_minutes"] = 4;
    auto redirect = Bench::collect(session, "asha@okaxis");
    redirect["payment_method"]["upi"]["upi_redirect_url"] = "https://shop.example";
    const Row rows[] = {
        {{{"payment_method", link}}, "payment_session_id_invalid"},
        {{{"payment_session_id", "session_none"}, {"payment_method", link}},
         "payment_session_id_invalid"},
        {{{"payment_session_id", session}}, "payment_method_missing"},
        {{{"payment_session_id", session}, {"payment_method", Json::object()}},
         "payment_method_invalid"},
        {{{"payment_session_id", session}, {"payment_method", {{"gold", 1}}}},
         "payment_method_invalid"},
        {{{"payment_session_id", session}, {"payment_method", {{"card", Json::object()}}}},
         "request_failed"},
        {{{"payment_session_id", session}, {"payment_method", "upi"}}, "request_failed"},
        {Bench::upi(session, Json::object()), "channel_missing"},
        {Bench::upi(session, {{"channel", "gpay"}}), "channel_invalid"},
        {Bench::upi(session, {{"channel", "collect"}}), "upi_id_missing"},
        {Bench::collect(session, "asha"), "upi_id_invalid"},
        {Bench::collect(session, "asha@ok axis"), "upi_id_invalid"},
        {minutes, "upi_expiry_minutes_invalid"},
        {redirect, "request_failed"},
    };
    for (const auto& row : rows) {
        const auto answer = bench.pay(row.body);
        EXPECT_EQ(answer.status, 400) << row.body;
        EXPECT_EQ(answer.code(), row.code) << row.body << answer.body;
    }
    EXPECT_EQ(bench.pg("GET", "/orders/ord_0001/payments").body, "[]");
}

TEST(OrderPay, RefusesAnOrderThatIsNoLongerActive) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    bench.approve(bench.pay_id(Bench::link(session)));
    const auto answer = bench.pay(Bench::link(session));
    EXPECT_EQ(answer.code(), "order_inactive");
    EXPECT_EQ(answer.json()["message"], "order is no longer active");
}

TEST(OrderPay, NeedsNoCredentialsButAVersion) {
    Bench bench;
    const auto body = Bench::link(bench.session("ord_0001")).dump();
    EXPECT_EQ(bench.call("POST", "/pg/orders/sessions", body, {}).code(), "version_missing");
    EXPECT_EQ(bench.pay(Json::parse(body)).status, 200);
}

TEST(TestIds, ActByTheDocumentedTable) {
    struct Row {
        const char* local;
        const char* status;
        const char* error_code;
    };
    // facts/cashfree.md §7.1; the codes beyond TRANSACTION_DECLINED are the sandbox's own.
    const Row rows[] = {
        {"testsuccess", "SUCCESS", nullptr},
        {"testtpvsuccess", "SUCCESS", nullptr},
        {"testuserdropped", "USER_DROPPED", nullptr},
        {"testfailure", "FAILED", "TRANSACTION_DECLINED"},
        {"testdeclineuser", "FAILED", "TRANSACTION_DECLINED"},
        {"testexpired", "FAILED", "COLLECT_EXPIRED"},
        {"testtimeoutbank", "FAILED", "BANK_TIMEOUT"},
        {"testremittertimeout", "FAILED", "BANK_TIMEOUT"},
        {"testbeneficiarytimeout", "FAILED", "BANK_TIMEOUT"},
        {"testremitterunavailable", "FAILED", "ISSUER_NOT_AVAILABLE"},
        {"testremitterdispatchfailed", "FAILED", "ISSUER_NOT_AVAILABLE"},
        {"testinsufficientfunds", "FAILED", "INSUFFICIENT_FUNDS"},
        {"testbankdeclined", "FAILED", "TRANSACTION_DECLINED"},
        {"testdebitfailed", "FAILED", "DEBIT_FAILED"},
        {"testinvalidpin", "FAILED", "INVALID_UPI_PIN"},
        {"testriskflagged", "FAILED", "RISK_DECLINED"},
        {"testtransactionrisk", "FAILED", "RISK_DECLINED"},
        {"testbankriskrejected", "FAILED", "RISK_DECLINED"},
        {"testfraud", "FAILED", "RISK_DECLINED"},
        {"testnetworkerror", "FAILED", "NETWORK_ERROR"},
        {"testvalidationerror", "FAILED", "VALIDATION_ERROR"},
        {"testfingerprintmismatch", "FAILED", "DEVICE_MISMATCH"},
        {"testpspunregistered", "FAILED", "PSP_NOT_REGISTERED"},
        {"testtpvfail", "FAILED", "TPV_FAILED"},
    };
    Bench bench;
    std::vector<std::pair<Row, std::string>> asked;
    int number = 100;
    for (const auto& row : rows) {
        const auto session = bench.session("ord_" + std::to_string(number++));
        asked.emplace_back(
            row, bench.pay_id(Bench::collect(session, std::string{row.local} + "@gocash"))
        );
    }
    bench.app().advance(29'999ms);
    EXPECT_EQ(bench.payment_of("ord_100", asked[0].second)["payment_status"], "NOT_ATTEMPTED");
    bench.app().advance(1ms);
    number = 100;
    for (const auto& [row, id] : asked) {
        const auto payment = bench.payment_of("ord_" + std::to_string(number++), id);
        EXPECT_EQ(payment["payment_status"], row.status) << row.local;
        EXPECT_EQ(payment["payment_completion_time"], "2026-03-01T10:00:30+05:30") << row.local;
        if (row.error_code == nullptr) {
            EXPECT_TRUE(payment["error_details"].is_null()) << row.local;
        } else {
            EXPECT_EQ(payment["error_details"]["error_code"], row.error_code) << row.local;
        }
    }
    const auto session = bench.session("ord_refused");
    for (const auto* local : {"testinvalid", "testinvalidvpa", "TESTINVALID"}) {
        const auto answer = bench.pay(Bench::collect(session, std::string{local} + "@gocash"));
        EXPECT_EQ(answer.code(), "upi_id_invalid") << local;
        EXPECT_EQ(answer.json()["message"], "Invalid UPI ID entered");
    }
}

TEST(TestIds, OtherIdsWaitForTheAppOrAreRefusedWhenStrict) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    const auto id = bench.pay_id(Bench::collect(session, "asha@okaxis"));
    bench.app().advance(60s);
    EXPECT_EQ(bench.payment_of("ord_0001", id)["payment_status"], "NOT_ATTEMPTED");
    bench.fault({{"name", "strict_ids"}, {"count", "always"}});
    EXPECT_EQ(bench.pay(Bench::collect(session, "asha@okaxis")).code(), "upi_id_invalid");
    EXPECT_EQ(bench.pay(Bench::collect(session, "testsuccess@gocash")).status, 200);
    EXPECT_EQ(bench.pay(Bench::link(session)).status, 200);
}

TEST(TestIds, CollectClosesAtItsOwnExpiry) {
    Bench bench;
    auto body = Bench::collect(bench.session("ord_0001"), "asha@okaxis");
    body["payment_method"]["upi"]["upi_expiry_minutes"] = 7;
    const auto id = bench.pay_id(body);
    bench.app().advance(7min - 1ms);
    EXPECT_EQ(bench.payment_of("ord_0001", id)["payment_status"], "NOT_ATTEMPTED");
    bench.app().advance(1ms);
    EXPECT_EQ(bench.payment_of("ord_0001", id)["payment_status"], "USER_DROPPED");
}

TEST(CallLog, KeepsDeviceHeadersAndNoCredentials) {
    Bench bench;
    const auto body = Bench::link(bench.session("ord_0001")).dump();
    const http::Headers headers{
        {"x-api-version", "2023-08-01"},
        {"x-client-device", "mobile"},
        {"x-client-os", "android"},
        {"x-client-browser", "chrome"},
        {"x-client-rendering-type", "mweb"},
        {"x-client-id", std::string{kClientId}},
        {"x-client-secret", std::string{kSecret}}};
    ASSERT_EQ(bench.call("POST", "/pg/orders/sessions", body, headers).status, 200);
    const auto state = bench.call("GET", "/sandbox/state");
    EXPECT_EQ(state.body.find(kSecret), std::string::npos);
    const auto call = state.json()["order_pay_calls"][0];
    EXPECT_EQ(call["headers"]["x-client-device"], "mobile");
    EXPECT_EQ(call["headers"]["x-client-os"], "android");
    EXPECT_EQ(call["headers"]["x-client-rendering-type"], "mweb");
    EXPECT_EQ(call["credentials_sent"], true);
    EXPECT_EQ(call["body"], body);
    EXPECT_EQ(call["order_id"], "ord_0001");
}

TEST(QrFaults, MakeItUnreadableOrAskForAnotherSum) {
    Bench bench;
    const auto session = bench.session("ord_0001");
    bench.fault({{"name", "unreadable_qr"}});
    const auto broken = bench.pay(Bench::qrcode(session)).json();
    EXPECT_EQ(read_qr(picture_of(broken["data"]["payload"]["qrcode"])), "");
    bench.fault({{"name", "wrong_amount_qr"}});
    const auto wrong = bench.pay(Bench::qrcode(session)).json();
    EXPECT_EQ(
        read_qr(picture_of(wrong["data"]["payload"]["qrcode"])),
        simulator_link(bench, wrong["cf_payment_id"], "6.00")
    );
    const auto good = bench.pay(Bench::qrcode(session)).json();
    EXPECT_EQ(
        read_qr(picture_of(good["data"]["payload"]["qrcode"])),
        simulator_link(bench, good["cf_payment_id"], "5.00")
    );
}

}  // namespace
