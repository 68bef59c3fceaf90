#include "server/pay_page.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "http/text.h"
#include "server/api_wire.h"
#include "server/crypto.h"

namespace chukta {

namespace {

/// JSON inside a script element: nothing may end the element or open a comment.
std::string script_safe(std::string_view json) {
    std::string text;
    text.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            text += "\\u003c";
        } else if (c == '>') {
            text += "\\u003e";
        } else if (c == '&') {
            text += "\\u0026";
        } else {
            text += c;
        }
    }
    return text;
}

/// What the module starts from.
std::string page_json(const FirstPaint& paint) {
    auto json = wire::encode(paint.view);
    if (!paint.way_out) return json;
    const auto& [url, expires_at] = *paint.way_out;
    json.pop_back();
    return json + ",\"handoff\":" + api_wire::encode_handoff(url, expires_at) + "}";
}

std::string refresh_tag(const FirstPaint& paint) {
    const int seconds = first_paint_refresh_s(paint);
    if (seconds == 0) return {};
    return "<noscript><meta http-equiv=\"refresh\" content=\"" + std::to_string(seconds) +
           ";url=" + http::html_escape(page_address(paint)) + "\"></noscript>";
}

std::optional<std::string> value_of(std::string_view name, const FirstPaint& paint) {
    if (name == "lang") return std::string{word(paint.language)};
    if (name == "title") return http::html_escape(first_paint_title(paint));
    if (name == "order_id") return http::html_escape(paint.view.order_id.str());
    if (name == "view_json") return script_safe(page_json(paint));
    if (name == "enter") return first_paint_enter(paint);
    if (name == "nodes") return first_paint_nodes(paint);
    if (name == "forms") return first_paint_forms(paint);
    if (name == "refresh") return refresh_tag(paint);
    if (name == "refresh_s") return std::to_string(first_paint_refresh_s(paint));
    return std::nullopt;
}

/// The look of the page's own ends (web/theme.inc has the colours), without its files.
constexpr std::string_view kPlainStyle =
    "body{margin:0;padding:1px 16px;font:16px/1.5 system-ui,sans-serif;color:#0d1830;"
    "background:#f3f5fb}"
    "main{max-width:24rem;margin:12vh auto;padding:28px 24px;text-align:center;text-wrap:balance;"
    "background:#fff;border:1px solid #e2e7f1;border-radius:18px;box-shadow:0 4px 14px #1b2a5513}"
    "main::before{content:'!'/'';display:block;width:64px;margin:0 auto 16px;border-radius:50%;"
    "font:700 36px/64px system-ui,sans-serif;color:#6b4700;background:#6b470024}"
    "h1,h2{font-size:1.3rem;line-height:1.3;margin:8px 0}h2{margin-top:24px}"
    "p{margin:8px 0;color:#4a5876}b,a{color:#1557e0}a{display:inline-block;padding:10px 20px}"
    "@media(prefers-color-scheme:dark){body{color:#eef2fa;background:#0b1020}"
    "main{background:#141c2e;border-color:#2a3550;box-shadow:none}p{color:#a8b3cb}"
    "b,a{color:#84aaff}"
    "main::before{color:#ffd27a;background:#ffd27a24}}";

/// Asks for the page until it is one again, and only then goes there: a refresh would begin this
/// one anew each time for who has it read out (WCAG 2.2.1). Without a script there is its link.
constexpr std::string_view kLookAgain =
    "const later=()=>setTimeout(look,1000*document.querySelector('main').dataset.wait);"
    "const look=()=>fetch(location,{cache:'no-store'}).then(answer=>"
    "answer.status==429||answer.status>499?later():location.replace(answer.url),later);"
    "later()";

/// What a plain page says in one language; `more` and `link`, which leads to the page, may be
/// empty.
struct Words {
    std::string title;
    std::string more;
    std::string link = {};
};

std::string rest_of(const Words& words) {
    std::string html;
    if (!words.more.empty()) html += "<p>" + words.more + "</p>";
    if (!words.link.empty()) html += "<p><a href=\"\">" + words.link + "</a></p>";
    return html;
}

/// A page of a few words, the same in both languages: who reads it has no switch. It looks again
/// after so many seconds, or not if that is 0.
std::string plain_page_html(int wait_s, const Words& english, const Words& hindi) {
    std::string html =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<meta name=\"robots\" content=\"noindex\"><title>Chukta</title><style>";
    html.append(kPlainStyle).append("</style></head><body><main");
    if (wait_s != 0) html.append(" data-wait=\"").append(std::to_string(wait_s)).append("\"");
    html.append("><b>Chukta</b><h1>").append(english.title);
    html.append("</h1>").append(rest_of(english));
    html.append("<div lang=\"hi\"><h2>").append(hindi.title);
    html.append("</h2>").append(rest_of(hindi)).append("</div></main>");
    if (wait_s != 0) html.append("<script>").append(kLookAgain).append("</script>");
    html.append("</body></html>\n");
    return html;
}

/// What a plain page may use: its few rules and its script, if it has one, are in it and allowed by
/// their hash. No other file is needed to say no, or to look again at a server in trouble.
std::string plain_policy(bool looks_again) {
    const auto hash = [](std::string_view text) {
        return "'sha256-" + crypto::base64_encode(crypto::sha256(text)) + "'";
    };
    std::string policy = "default-src 'none'; style-src " + hash(kPlainStyle);
    if (looks_again) policy += "; script-src " + hash(kLookAgain) + "; connect-src 'self'";
    return policy + "; form-action 'none'; base-uri 'none'; frame-ancestors ";
}

http::Response plain_page(
    int status, std::string html, std::string_view frame_ancestors, bool looks_again = false
) {
    static const std::string policy = plain_policy(false), of_script = plain_policy(true);
    http::Response response;
    response.status = status;
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    response.headers.add(
        "Content-Security-Policy", (looks_again ? of_script : policy) + std::string{frame_ancestors}
    );
    response.body = std::move(html);
    return response;
}

const std::string& not_available_html() {
    static const std::string html = plain_page_html(
        0,
        {"This payment page is not available",
         "Please open it again from the shop. The link works once, for a short time, and only for "
         "the customer who placed the order."},
        {"यह भुगतान पेज उपलब्ध नहीं है",
         "कृपया इसे दुकान से दोबारा खोलें। लिंक एक ही बार और थोड़े समय के लिए चलता है, और सिर्फ़ उस ग्राहक के "
         "लिए जिसने ऑर्डर दिया है।"}
    );
    return html;
}

/// After how many seconds the page that says so looks again.
int wait_of(const http::Response& problem) {
    constexpr int kShortestSeconds = 5;
    const auto said = problem.headers.find("Retry-After").value_or("");
    int seconds = 0;
    std::from_chars(said.data(), said.data() + said.size(), seconds);
    return std::max(kShortestSeconds, seconds);
}

}  // namespace

std::string fill_page(std::string_view page_template, const FirstPaint& paint) {
    // One pass: braces inside a value are the value's and are not looked at again.
    std::string html;
    while (!page_template.empty()) {
        const auto open = page_template.find("{{");
        const auto close =
            open == std::string_view::npos ? open : page_template.find("}}", open + 2);
        if (close == std::string_view::npos) break;
        html += page_template.substr(0, open);
        const auto name = page_template.substr(open + 2, close - open - 2);
        if (const auto value = value_of(name, paint)) {
            html += *value;
        } else {
            html += page_template.substr(open, close + 2 - open);
        }
        page_template.remove_prefix(close + 2);
    }
    html += page_template;
    return html;
}

http::Response page_answer(
    std::string html, std::string_view frame_ancestors, std::string_view style_hash
) {
    http::Response response;
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    response.headers.add(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; "
        "style-src 'sha256-" +
            std::string{style_hash} +
            "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors " +
            std::string{frame_ancestors}
    );
    response.body = std::move(html);
    return response;
}

http::Response not_found_page(std::string_view frame_ancestors) {
    return plain_page(404, not_available_html(), frame_ancestors);
}

http::Response refusal_page(
    const http::Response& problem, Wanted wanted, std::string_view frame_ancestors
) {
    const int status = problem.status;
    const bool too_many = status == 429;
    if (!too_many && status < 500) return plain_page(status, not_available_html(), frame_ancestors);
    std::optional<Text> more;
    if (wanted == Wanted::Page) more = Text::StillTrying;
    if (wanted == Wanted::Press && too_many) more = Text::NoticeTryAgain;
    const auto words = [&](Language language, const char* wait) {
        Words said;
        said.title = too_many ? wait : text(Text::TryLater, language);
        if (more) said.more = text(*more, language);
        said.link = text(Text::CheckNow, language);
        return said;
    };
    const int seconds = wait_of(problem);
    auto response = plain_page(
        status,
        plain_page_html(
            seconds,
            words(Language::English, "Too many tries. Please wait a minute"),
            words(Language::Hindi, "बहुत बार कोशिश हुई। कृपया एक मिनट रुकें")
        ),
        frame_ancestors,
        /*looks_again=*/true
    );
    response.headers.add("Retry-After", std::to_string(seconds));
    return response;
}

Language language_of(std::string_view accept_language) {
    // Browsers list the preferred language first; the weights repeat that order.
    while (!accept_language.empty()) {
        const auto comma = accept_language.find(',');
        auto item = accept_language.substr(0, comma);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        const auto tag = item.substr(0, item.find_first_of("-; "));
        if (tag == "hi") return Language::Hindi;
        if (tag == "en") return Language::English;
        accept_language = comma == std::string_view::npos ? "" : accept_language.substr(comma + 1);
    }
    return Language::English;
}

}  // namespace chukta
