#include "server/cashfree/gateway.h"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/server.h"
#include "server/crypto.h"
#include "tests/support/qr_png.h"
#include "tests/support/vectors.h"

namespace chukta::cashfree {
namespace {

constexpr const char* kSandbox = "https://sandbox.cashfree.com/pg";
constexpr const char* kProduction = "https://api.cashfree.com/pg";
constexpr const char* kLocal = "http://127.0.0.1:8081/pg";

GatewaySettings settings_for(std::string base_url) {
    GatewaySettings settings;
    settings.client.base_url = std::move(base_url);
    settings.client_id = Secret{"TEST_ID"};
    settings.client_secret = Secret{"TEST_SECRET_0001"};
    return settings;
}

/// An Order Pay answer of channel link with these payload members.
std::string link_answer(const std::string& payload) {
    return R"({"cf_payment_id":"1","channel":"link","payment_amount":5.00,"data":{"payload":{)" +
           payload + "}}}";
}

std::string qr_answer(const std::string& data_uri) {
    return R"({"cf_payment_id":"1","channel":"qrcode","data":{"payload":{"qrcode":")" + data_uri +
           R"("}}})";
}

std::string data_uri_of(const std::string& png) {
    return "data:image/png;base64," + crypto::base64_encode(png);
}

/// The links of the answer; none when it could not be read.
std::vector<AppLink> links_in(const Gateway& gateway, const std::string& body) {
    const auto news = gateway.read_pay(body);
    if (!news || !std::holds_alternative<IntentPrompt>(news->prompt)) return {};
    return std::get<IntentPrompt>(news->prompt).links;
}

QrPrompt qr_in(const std::string& body) {
    const Gateway gateway{settings_for(kProduction)};
    const auto news = gateway.read_pay(body);
    if (!news || !std::holds_alternative<QrPrompt>(news->prompt)) {
        ADD_FAILURE() << "no QR prompt";
        return {};
    }
    return std::get<QrPrompt>(news->prompt);
}

TEST(CashfreeGateway, KnowsWhereItsPaymentPagesLive) {
    EXPECT_EQ(
        link_origins_of(kSandbox),
        (std::vector<std::string>{
            "https://sandbox.cashfree.com", "https://payments-test.cashfree.com"})
    );
    EXPECT_EQ(link_origins_of(kProduction), std::vector<std::string>{"https://api.cashfree.com"});
    EXPECT_EQ(link_origins_of(kLocal), std::vector<std::string>{"http://127.0.0.1:8081"});
    EXPECT_TRUE(link_origins_of("not a url").empty());
}

TEST(CashfreeGateway, GivesOutTheSandboxsLinks) {
    const Gateway gateway{settings_for(kSandbox)};
    const auto body = vector_bytes("cashfree/pay_link.json");
    const auto news = gateway.read_pay(body);
    ASSERT_TRUE(news);
    EXPECT_EQ(news->payment_id.str(), "1457662411918550528");
    EXPECT_EQ(news->amount, *Money::parse_rupees("5"));
    const auto links = links_in(gateway, body);
    ASSERT_EQ(links.size(), 5U);
    EXPECT_EQ(links[0].app, UpiApp::GooglePay);
    EXPECT_EQ(links[4].app, UpiApp::Other);
    for (const auto& link : links) {
        EXPECT_EQ(
            link.href,
            "https://payments-test.cashfree.com/pgbillpayuiapi/simulator/1457662411918550528"
            "?txnId=1457662411918550528&amount=5.00&pa=cashfree@testbank&pn=Cashfree"
            "&tr=1457662411918550528&am=5.00&cu=INR&mode=00&purpose=00&mc=5732"
            "&tn=Cashfree%20Simulator%20Payment"
        );
    }
}

TEST(CashfreeGateway, GivesOutTheLinksThatStartApps) {
    const Gateway gateway{settings_for(kProduction)};
    const auto links = links_in(gateway, vector_bytes("cashfree/pay_link_production.json"));
    struct Row {
        UpiApp app;
        const char* start;
    };
    constexpr Row kRows[] = {
        {UpiApp::GooglePay, "tez://upi/pay?pa="},
        {UpiApp::PhonePe, "phonepe://pay?pa="},
        {UpiApp::Paytm, "paytmmp://pay?pa="},
        {UpiApp::Bhim, "bhim://upi/pay?pa="},
        {UpiApp::Other, "upi://pay?pa="},
    };
    ASSERT_EQ(links.size(), std::size(kRows));
    for (std::size_t i = 0; i < links.size(); ++i) {
        EXPECT_EQ(links[i].app, kRows[i].app);
        EXPECT_EQ(links[i].href.find(kRows[i].start), 0U) << links[i].href;
    }
}

TEST(CashfreeGateway, NeverGivesOutASessionOrALinkElsewhere) {
    for (const char* base_url : {kSandbox, kProduction, kLocal}) {
        const Gateway gateway{settings_for(base_url)};
        for (const char* file : {"cashfree/pay_link.json", "cashfree/pay_link_production.json"}) {
            for (const auto& link : links_in(gateway, vector_bytes(file))) {
                EXPECT_EQ(link.href.find("session_"), std::string::npos) << link.href;
            }
        }
        for (const char* payload :
             {R"("web":"https://api.cashfree.com/pg/view/upi/x.session_y.z")",
              R"("amazonpay":"upi://pay?pa=a@b")",
              R"("default":"https://evil.example/pay")",
              R"("default":"https://payments-test.cashfree.com.evil.example/x")",
              R"("default":"https://api.cashfree.com@evil.example/x")",
              R"("default":"http://api.cashfree.com/x")",
              R"x("default":"javascript:alert(1)")x",
              R"("default":"data:text/html,x")",
              R"("default":"upi://pay?pa=a@b\n&am=1")",
              R"("default":"upi://pay?pa=a b")",
              R"("default":"")",
              R"("gpay":"intent://pay#Intent;scheme=upi;end")",
              ""}) {
            EXPECT_TRUE(links_in(gateway, link_answer(payload)).empty()) << payload;
            EXPECT_FALSE(gateway.read_pay(link_answer(payload))) << payload;
        }
        const std::string too_long = "upi://pay?pa=" + std::string(2048, 'a');
        EXPECT_TRUE(links_in(gateway, link_answer(R"("default":")" + too_long + R"(")")).empty());
    }
}

TEST(CashfreeGateway, GivesOutPagesOfConfiguredOrigins) {
    const std::string page = link_answer(R"("default":"http://127.0.0.1:8081/upi/7?am=5.00")");
    EXPECT_EQ(links_in(Gateway{settings_for(kLocal)}, page).size(), 1U);
    EXPECT_TRUE(links_in(Gateway{settings_for(kProduction)}, page).empty());

    const std::string elsewhere = link_answer(R"("default":"https://pages.example/upi/7")");
    GatewaySettings settings = settings_for(kProduction);
    EXPECT_TRUE(links_in(Gateway{settings_for(kProduction)}, elsewhere).empty());
    settings.more_link_origins = {"https://pages.example"};
    EXPECT_EQ(links_in(Gateway{std::move(settings)}, elsewhere).size(), 1U);
}

TEST(CashfreeGateway, ReadsTheQrsTextByteForByte) {
    const std::string text =
        "upi://pay?pa=shop.cf@icici&pn=Asha%20Stores&tr=ATC4021557719&am=5.00&cu=INR";
    const auto prompt = qr_in(qr_answer(data_uri_of(png_of(qr_picture(text)))));
    EXPECT_EQ(prompt.text, text);
    EXPECT_EQ(prompt.png_base64, "");
}

TEST(CashfreeGateway, ShowsTheQrItselfWhenItsTextCannotBeDrawnAgain) {
    for (const std::string& png :
         {png_of(blank_picture(64, 64)),
          png_of(qr_picture("\xFF\xFE")),
          png_of(qr_picture("a\nb")),
          png_of(qr_picture(std::string(2100, 'a')))}) {
        const auto prompt = qr_in(qr_answer(data_uri_of(png)));
        EXPECT_EQ(prompt.text, "");
        EXPECT_EQ(prompt.png_base64, crypto::base64_encode(png));
    }
}

TEST(CashfreeGateway, ShowsNoQrThatIsNoPicture) {
    const Gateway gateway{settings_for(kProduction)};
    const std::string good = data_uri_of(png_of(qr_picture("upi://pay?pa=a@b")));
    ASSERT_TRUE(gateway.read_pay(qr_answer(good)));
    const std::string huge = std::string(512 * 1024, 'A');
    for (const std::string& uri :
         {std::string{},
          std::string{"data:image/png;base64,"},
          std::string{"data:image/png;base64,AAAA"},
          "x" + good,
          good + "=",
          good.substr(0, good.size() / 8 * 4),
          "data:image/svg+xml;base64," + crypto::base64_encode("<svg/>"),
          std::string{"https://evil.example/qr.png"},
          std::string{"data:image/png;base64,"} + huge}) {
        const auto news = gateway.read_pay(qr_answer(uri));
        ASSERT_FALSE(news) << uri.substr(0, 80);
        EXPECT_EQ(news.error(), WireError::WrongShape);
    }
    EXPECT_FALSE(gateway.read_pay(R"({"cf_payment_id":"1","channel":"qrcode","data":null})"));
}

TEST(CashfreeGateway, AsksNothingButApprovalOfACollect) {
    const Gateway gateway{settings_for(kProduction)};
    const auto news =
        gateway.read_pay(R"({"cf_payment_id":"1","channel":"collect","data":{"payload":null}})");
    ASSERT_TRUE(news);
    EXPECT_TRUE(std::holds_alternative<CollectPrompt>(news->prompt));
}

TEST(CashfreeGateway, ChecksWebhooksWithBothSecrets) {
    const auto body = vector_bytes("cashfree/signature_v1.json");
    const WebhookHeaders headers{"1772339405123", "mR5pg3autlaYvRjTMrny9tjhfhzzjDNSfwpmk5eggqI="};
    EXPECT_TRUE(Gateway{settings_for(kLocal)}.signed_by_gateway(headers, body));
    EXPECT_FALSE(Gateway{settings_for(kLocal)}.signed_by_gateway(headers, body + " "));

    GatewaySettings rotated = settings_for(kLocal);
    rotated.client_secret = Secret{"the next one"};
    rotated.client_secret_previous = Secret{"TEST_SECRET_0001"};
    EXPECT_TRUE(Gateway{std::move(rotated)}.signed_by_gateway(headers, body));
}

TEST(CashfreeGateway, NamesRefusalsAndTheirCodes) {
    const Gateway gateway{settings_for(kLocal)};
    const auto refusal = gateway.read_refusal(
        400, R"({"message":"Invalid UPI ID entered","code":"upi_id_invalid","type":"x"})"
    );
    EXPECT_EQ(refusal.refusal, Refusal::InvalidVpa);
    EXPECT_EQ(refusal.code, "upi_id_invalid");
    for (const char* body : {"", "<html>", "[]", R"({"message":"upi_id_invalid"})"}) {
        EXPECT_EQ(gateway.read_refusal(400, body).refusal, Refusal::Other) << body;
        EXPECT_EQ(gateway.read_refusal(400, body).code, "") << body;
    }
}

TEST(CashfreeGateway, SpeaksToAServerInItsWords) {
    std::mutex mutex;
    std::vector<http::Request> heard;
    http::Server server{
        http::ServerOptions{}, [&](http::Request&& request, http::Responder responder) {
            const std::lock_guard lock{mutex};
            heard.push_back(std::move(request));
            responder.send({200, {}, "{}"});
        }};
    GatewaySettings settings =
        settings_for("http://127.0.0.1:" + std::to_string(server.port()) + "/pg");
    settings.notify_url = "https://pay.example/webhooks/cashfree";
    Gateway gateway{std::move(settings)};

    GatewayOrder order;
    order.order_id = OrderId{"ord_0001"};
    order.amount = *Money::parse_rupees("170");
    order.customer_id = CustomerId{"cust1"};
    order.customer_phone = "9999999999";
    ASSERT_TRUE(gateway.create_order(order));
    ASSERT_TRUE(gateway.get_order(order.order_id));
    ASSERT_TRUE(gateway.terminate_order(order.order_id));
    GatewayPay pay;
    pay.attempt_id = AttemptId{"attempt-0001"};
    pay.session = "session_x";
    pay.channel = Channel::Collect;
    pay.vpa = *Vpa::parse("asha@okaxis");
    ASSERT_TRUE(gateway.pay(pay));
    ASSERT_TRUE(gateway.get_payments(order.order_id));

    const std::lock_guard lock{mutex};
    ASSERT_EQ(heard.size(), 5U);
    EXPECT_NE(heard[0].body.find("\"order_amount\":170.00,"), std::string::npos);
    EXPECT_NE(heard[0].body.find("\"notify_url\":\"https://pay.example/"), std::string::npos);
    EXPECT_EQ(heard[1].target, "/pg/orders/ord_0001");
    EXPECT_EQ(heard[2].body, R"({"order_status":"TERMINATED"})");
    EXPECT_NE(heard[3].body.find("\"upi_id\":\"asha@okaxis\""), std::string::npos);
    EXPECT_EQ(heard[3].headers.find("x-idempotency-key"), "attempt-0001");
    EXPECT_EQ(heard[4].target, "/pg/orders/ord_0001/payments");
}

}  // namespace
}  // namespace chukta::cashfree
