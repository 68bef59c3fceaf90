#include "http/text.h"

#include <algorithm>
#include <string>

#include "server/client_address.h"
#include "server/web_url.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

void percent(std::string_view text) {
    if (const auto decoded = http::percent_decode(text)) {
        expect(decoded->size() <= text.size(), "decoding never grows");
    }
    const auto encoded = http::percent_encode(text);
    expect(http::percent_decode(encoded) == std::string{text}, "what was encoded decodes");
    expect(
        http::query_parameter("a=" + encoded, "a") == std::string{text}, "a parameter reads back"
    );
    expect(!http::query_parameter("a=1&a=" + encoded, "a"), "given twice is not given");
    static_cast<void>(http::query_parameter(text, "token"));
    static_cast<void>(http::form_field(text, "channel"));
    static_cast<void>(http::cookie(text, "chukta_ord_0001"));
}

void html(std::string_view text) {
    const auto escaped = http::html_escape(text);
    expect(escaped.find_first_of("<>\"'") == std::string::npos, "no markup is left");
    expect(escaped.size() >= text.size(), "escaping never shrinks");
}

void address(std::string_view text) {
    http::Request request;
    request.peer_address = "127.0.0.1";
    request.headers.add("X-Forwarded-For", std::string{text});
    expect(chukta::client_address(request, {}) == "127.0.0.1", "a stranger's word is not taken");
    const auto trusted = chukta::AddressBlock::parse("127.0.0.0/8");
    const auto found = chukta::client_address(request, {*trusted});
    expect(!found.empty() && found.size() <= 64, "an address is bounded");
    expect(!chukta::address_key(found).empty(), "an address is counted");
    if (const auto block = chukta::AddressBlock::parse(text)) {
        static_cast<void>(block->contains("10.0.0.1"));
    }
}

void url(std::string_view text) {
    const auto parsed = chukta::parse_web_url(text);
    if (!parsed) return;
    expect(parsed->scheme == "http" || parsed->scheme == "https", "the web's schemes only");
    expect(!parsed->host.empty(), "a URL has a host");
    expect(parsed->text == text, "a URL is kept as it is");
    expect(parsed->origin.find('@') == std::string::npos, "an origin names no user");
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 127 && c != '\\' && c != '"' && c != '<' && c != '>';
    });
    expect(plain, "a URL can go into a header or a link");
    const auto again = chukta::parse_web_url(parsed->origin + "/");
    expect(again && again->origin == parsed->origin, "an origin is its own origin");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = chukta::fuzz::as_text(bytes, size);
    percent(text);
    html(text);
    address(text);
    url(text);
    return 0;
}
