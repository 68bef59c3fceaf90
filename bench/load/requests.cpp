#include "bench/load/requests.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace load {
namespace {

std::string format(const char* pattern, std::int64_t number) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, static_cast<long long>(number));
    return text.data();
}

std::int64_t epoch_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// "2026-11-25T15:43:17+05:30", India's wall clock.
std::string india_time(std::int64_t ms) {
    const std::time_t shifted = static_cast<std::time_t>(ms / 1000) + 19'800;
    std::tm parts{};
    gmtime_r(&shifted, &parts);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S+05:30", &parts);
    return text.data();
}

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<int>(bytes.size())
    );
    return text;
}

std::string signature(std::string_view secret, std::string_view message) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        reinterpret_cast<const unsigned char*>(message.data()),
        message.size(),
        mac.data(),
        &size
    );
    return base64({reinterpret_cast<const char*>(mac.data()), size});
}

std::string webhook_body(std::int64_t k, std::int64_t ms) {
    const auto time = india_time(ms);
    const auto payment = format("%lld", 8'000'000'000 + k);
    std::string body;
    body.reserve(1600);
    body +=
        R"({"data":{"order":{"order_id":")" + order_id(k) +
        R"(","order_amount":499.00,"order_currency":"INR","order_tags":{"basket":"two packets )"
        R"(of Assam, one of Nilgiri","campaign":"monsoon","store":"Chai & Co., Indiranagar, )"
        R"(Bengaluru 560038","till":"web"}},"payment":{"cf_payment_id":")" +
        payment +
        R"(","payment_status":"SUCCESS","payment_amount":499.00,"payment_currency":"INR",)"
        R"("payment_message":"00::Transaction success","payment_time":")" +
        time + R"(","bank_reference":")" + format("6060%08lld", k) +
        R"(","auth_id":null,"payment_method":{"upi":{"channel":"link","upi_id":)"
        R"("asha.customer@okaxis"}},"payment_group":"upi","international_payment":)"
        R"({"international":false},"payment_surcharge":null},"customer_details":)"
        R"({"customer_name":"Asha Rao","customer_id":"customer_)" +
        format("%07lld", k) +
        R"(","customer_email":"asha.rao@example.com","customer_phone":"9999999999"},)"
        R"("payment_gateway_details":{"gateway_name":"CASHFREE","gateway_order_id":")" +
        format("21%08lld", k) + R"(","gateway_payment_id":")" + payment +
        R"(","gateway_status_code":null,"gateway_order_reference_id":"null",)"
        R"("gateway_settlement":"CASHFREE","gateway_reference_name":null},"payment_offers":)"
        R"([{"offer_id":"0f05e1d0-fbf8-4c9c-a1f0-814c7b2abdba","offer_type":"DISCOUNT",)"
        R"("offer_meta":{"offer_title":"Monsoon","offer_description":"Nothing off, only a )"
        R"(text that is as long as such texts are","offer_code":"MONSOON26","offer_start_time":)"
        R"("2026-06-21T08:09:51Z","offer_end_time":"2026-12-31T00:00:00Z"},"offer_redemption":)"
        R"({"redemption_status":"SUCCESS","discount_amount":0.00,"cashback_amount":0.00}}],)"
        R"("terminal_details":null},"event_time":")" +
        time + R"(","type":"PAYMENT_SUCCESS_WEBHOOK"})";
    return body;
}

/// Proxies name the customer's address; customers have many.
std::string forwarded(std::int64_t k) {
    return "X-Forwarded-For: 10.7." + format("%lld", (k / 250) % 250) + "." +
           format("%lld", 1 + k % 250) + "\r\n";
}

std::string cookie(std::int64_t k) {
    return "Cookie: chukta_" + order_id(k) + "=" + format("bench-session-of-order-%020lld", k) +
           "\r\n";
}

constexpr std::string_view kBrowser =
    "Host: pay.example.com\r\nUser-Agent: Mozilla/5.0 (Linux; Android 14; Pixel 8) "
    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36\r\n"
    "Accept-Language: en-IN,en;q=0.9\r\n";

}  // namespace

std::string order_id(std::int64_t k) { return format("order_%07lld", k); }

std::string webhook(std::int64_t k, std::string_view secret, Signed how) {
    const auto ms = epoch_ms();
    const auto body = webhook_body(k, ms);
    const auto timestamp = format("%lld", ms);
    auto mac = signature(secret, timestamp + body);
    if (how == Signed::Forged) mac.front() = mac.front() == 'A' ? 'B' : 'A';
    return "POST /webhooks/cashfree HTTP/1.1\r\nHost: pay.example.com\r\nUser-Agent: "
           "ReactorNetty/1.1.18\r\nAccept: */*\r\nContent-Type: application/json\r\n"
           "x-webhook-version: 2023-08-01\r\nx-webhook-attempt: 1\r\nx-webhook-timestamp: " +
           timestamp + "\r\nx-webhook-signature: " + mac +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string poll(std::int64_t k, std::int64_t after) {
    std::string path = "/api/orders/" + order_id(k);
    if (after >= 0) path += "?after=" + std::to_string(after) + "&wait_s=25";
    return "GET " + path + " HTTP/1.1\r\n" + std::string{kBrowser} +
           "Accept: application/json\r\nX-Chukta-Device: android_phone\r\n" + forwarded(k) +
           cookie(k) + "\r\n";
}

std::string page(std::int64_t k) {
    return "GET /pay/" + order_id(k) + " HTTP/1.1\r\n" + std::string{kBrowser} +
           "Accept: text/html\r\n" + forwarded(k) + cookie(k) + "\r\n";
}

}  // namespace load
