#include <string>

#include "server/crypto.h"
#include "server/session.h"
#include "shared/limits.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

constexpr const char* kKey = "tk-W8d0Qx7Lr2Zp5Vn9Hc3Fy6Js1Gb4Mt";

class StoppedClock final : public chukta::Clock {
public:
    chukta::EpochMs now() const override { return 1'780'000'000'000; }
};

/// Reading a token asks no store.
class NoStore final : public chukta::SessionStore {
public:
    bool use_token(const std::string&, chukta::EpochMs, const std::string&, const chukta::Session&)
        override {
        expect(false, "reading uses nothing up");
        return false;
    }
    std::optional<chukta::Session> find_session(const std::string&) override { return {}; }
    std::optional<std::string> session_of_token(const std::string&) override { return {}; }
};

std::string base64url(std::string_view bytes) {
    std::string text = chukta::crypto::base64_encode(bytes);
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (text.ends_with('=')) text.pop_back();
    return text;
}

std::string sign(std::string_view header, std::string_view claims) {
    const std::string head = base64url(header) + "." + base64url(claims);
    return head + "." + base64url(chukta::crypto::hmac_sha256(kKey, head));
}

void check(const std::optional<chukta::CustomerToken>& token, const StoppedClock& clock) {
    if (!token) return;
    expect(!token->order_id.str().empty() && !token->customer_id.str().empty(), "of somebody");
    expect(!token->jti.empty(), "a token has a name");
    expect(token->expires_at > clock.now(), "a token has time left");
    expect(token->expires_at <= clock.now() + 400'000, "a token is short");
}

}  // namespace

/// The first line is a header, the rest claims, which are signed rightly; and the whole is a token.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = chukta::fuzz::as_text(bytes, size);
    const StoppedClock clock;
    NoStore store;
    chukta::SessionSettings settings;
    settings.issuer = "chai";
    settings.token_keys.emplace_back(kKey);
    const chukta::Sessions sessions{store, clock, std::move(settings)};

    // Nobody guesses an HMAC: whatever is taken as it is was signed by our key.
    if (const auto token = sessions.read_token(text)) {
        const auto dot = text.rfind('.');
        expect(
            base64url(chukta::crypto::hmac_sha256(kKey, text.substr(0, dot))) ==
                text.substr(dot + 1),
            "a token is signed by us"
        );
    }
    std::string_view claims = text;
    const std::string_view header = chukta::fuzz::take_line(claims);
    check(sessions.read_token(sign(header, claims)), clock);
    check(sessions.read_token(sign(R"({"alg":"HS256","typ":"JWT"})", text)), clock);
    return 0;
}
