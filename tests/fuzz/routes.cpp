#include "server/routes.h"

#include <string>

#include "http/framing.h"
#include "tests/fuzz/door.h"

using chukta::fuzz::Door;
using chukta::fuzz::expect;

namespace {

void replace_all(std::string& text, std::string_view word, std::string_view value) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
        text.replace(at, word.size(), value);
        at += value.size();
    }
}

/// What an input cannot guess: "$COOKIE", "$SHOPKEY", "$TOKEN" in fields and target, and "$SIGN"
/// as the signature of its own timestamp and body.
void fill_in(http::Request& request, const Door& door) {
    static int number = 0;
    const auto fill = [&](std::string& text) {
        replace_all(text, "$COOKIE", door.cookie());
        replace_all(text, "$SHOPKEY", chukta::testing::kShopKey);
        if (text.find("$TOKEN") != std::string::npos) {
            chukta::testing::Claims claims;
            claims.jti = "jti-" + std::to_string(10'000'000 + ++number);
            replace_all(text, "$TOKEN", chukta::testing::a_token(claims));
        }
    };
    fill(request.target);
    http::Headers headers;
    const auto timestamp = std::string{request.headers.find("x-webhook-timestamp").value_or("")};
    for (auto field : request.headers.fields()) {
        fill(field.value);
        if (field.value == "$SIGN") {
            field.value = chukta::crypto::base64_encode(chukta::crypto::hmac_sha256(
                chukta::testing::kGatewaySecret, timestamp + request.body
            ));
        }
        headers.add(field.name, field.value);
    }
    request.headers = std::move(headers);
}

void check(const http::Response& answer, const http::Request& request) {
    expect(answer.status >= 200 && answer.status < 600, "an answer has a status");
    expect(answer.status != 500, "no handler lets go of a request unanswered");
    expect(answer.status != 503, "a healthy server is available");
    const auto type = answer.headers.find("Content-Type").value_or("");
    const bool is_page = type.starts_with("text/html");
    if (answer.status >= 400) {
        expect(is_page || type == "application/problem+json", "a problem is told as one");
        expect(is_page || answer.body.find("\"code\"") != std::string::npos, "and has a code");
    }
    expect(answer.headers.find("X-Content-Type-Options").has_value(), "nosniff");
    expect(answer.headers.find("Content-Security-Policy").has_value(), "a policy");
    for (const auto& field : answer.headers.fields()) {
        expect(
            field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos,
            "a header is one line"
        );
    }
    for (const char* secret :
         {chukta::testing::kShopKey, chukta::testing::kTokenKey, chukta::testing::kGatewaySecret}) {
        expect(answer.content().find(secret) == std::string::npos, "no answer holds a secret");
    }
    // The page of an order is its customer's alone.
    if (answer.body.find("Masala chai") != std::string::npos) {
        const auto cookie = request.headers.find("Cookie").value_or("");
        const auto key = request.headers.find("Authorization").value_or("");
        expect(
            cookie.find("chukta_") != std::string_view::npos ||
                key.find(chukta::testing::kShopKey) != std::string_view::npos ||
                request.target.find("token=") != std::string::npos,
            "an order is shown to those who may see it"
        );
    }
}

constexpr int kInputsPerDoor = 500;
constexpr std::int64_t kBetweenInputsMs = 250;  // what the rate limit of one session leaves

}  // namespace

/// The bytes of a connection: each whole request on it is handled.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const chukta::fuzz::QuietLog quiet;
    static std::unique_ptr<Door> door;
    static int inputs = 0;
    if (!door || ++inputs % kInputsPerDoor == 0) {
        door.reset();
        door = std::make_unique<Door>();
    }
    door->front().clock().advance(kBetweenInputsMs);

    const http::ServerLimits limits;
    http::Framing framing{limits};
    framing.append(chukta::fuzz::as_text(bytes, size));
    constexpr int kRequestsMax = 4;
    for (int i = 0; i < kRequestsMax; ++i) {
        auto frame = framing.take();
        auto* framed = std::get_if<http::Framed>(&frame);
        if (!framed) break;
        fill_in(framed->request, *door);
        const auto request = framed->request;
        check(door->ask(std::move(framed->request)), request);
    }
    return 0;
}
