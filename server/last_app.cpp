#include "server/last_app.h"

#include <algorithm>

#include "http/text.h"

namespace chukta {
namespace {

/// Not "chukta_…": that is the session's name, whatever the order is called.
constexpr std::string_view kName = "chukta-last-app";
constexpr int kDays = 180;

}  // namespace

std::optional<UpiApp> last_app(std::string_view cookie_header) {
    const auto word = http::cookie(cookie_header, kName);
    const auto app = word ? from_word<UpiApp>(*word) : std::nullopt;
    if (!app || *app == UpiApp::Other) return std::nullopt;
    return app;
}

void put_first(std::vector<wire::AppView>& apps, UpiApp app) {
    const auto at = std::find_if(apps.begin(), apps.end(), [app](const wire::AppView& one) {
        return one.app == app;
    });
    if (at != apps.end()) std::rotate(apps.begin(), at, at + 1);
}

std::optional<std::string> last_app_cookie(const wire::OrderView& view, bool secure) {
    if (view.payment_status != PaymentStatus::Paid || !view.attempt) return std::nullopt;
    const auto& attempt = *view.attempt;
    if (attempt.status != AttemptStatus::Completed || attempt.channel != Channel::Intent) {
        return std::nullopt;
    }
    if (!attempt.app || *attempt.app == UpiApp::Other) return std::nullopt;
    std::string cookie{kName};
    cookie.append("=").append(word(*attempt.app));
    cookie.append("; Max-Age=").append(std::to_string(kDays * 24 * 60 * 60));
    cookie.append("; Path=/; HttpOnly; SameSite=Lax").append(secure ? "; Secure" : "");
    return cookie;
}

}  // namespace chukta
