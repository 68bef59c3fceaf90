#include "tests/simulation/weather.h"

namespace chukta::simulation {
namespace {

constexpr int kZeroPercent = 40;

}  // namespace

Weather draw_weather(Dice& dice) {
    const auto present = [&] { return dice.between(0, 99) >= kZeroPercent; };
    const auto rate = [&](int most) {
        return present() ? static_cast<int>(dice.between(1, most)) : 0;
    };
    Weather weather;
    weather.call_not_sent = rate(150);
    weather.call_lost = rate(150);
    weather.call_late = rate(150);
    weather.answer_lost = rate(200);
    weather.answer_broken = rate(200);
    weather.answer_refused = rate(100);
    weather.answer_slow = rate(200);
    weather.webhook_lost = rate(700);
    // A firewall that nobody knows of: the gateway's webhooks never come.
    if (dice.strikes(150)) weather.webhook_lost = 1'000;
    weather.webhook_late = rate(300);
    weather.webhook_twice = rate(400);
    weather.webhook_forged = rate(200);
    weather.webhook_unheard = rate(300);
    weather.webhook_wrong_sum = rate(60);
    weather.crash_at_point = rate(40);
    weather.crash_at_commit = rate(40);
    weather.commit_conflict = rate(60);
    weather.commit_unknown = rate(30);
    weather.disk_error = rate(30);
    weather.descheduled = rate(150);
    weather.kill = rate(80);
    weather.clock_jump = rate(60);
    weather.shop_down = rate(500);
    weather.click_twice = rate(400);
    weather.click_again_late = rate(300);
    weather.shop_cancels = rate(200);
    weather.foreign_order = rate(60);
    weather.shop_refunds = rate(1'500);
    weather.refund_early = rate(100);
    weather.dashboard_refund = rate(150);
    weather.refund_key_forgotten = rate(500);
    weather.refund_slow = rate(500);
    weather.refund_held = rate(150);
    weather.refund_cancelled = rate(150);
    weather.success_taken_back = rate(100);
    weather.two_machines = dice.strikes(600);
    weather.chaos_percent = rate(25);
    for (const auto fault : {
             sandbox::Fault::NumericCfPaymentId,
             sandbox::Fault::NullUpiChannel,
             sandbox::Fault::UnknownStatus,
             sandbox::Fault::UnknownType,
             sandbox::Fault::TypeStatusDisagree,
             sandbox::Fault::AmountDifferent,
             sandbox::Fault::IgnoreIdempotencyKeys,
             sandbox::Fault::StrictIds,
             sandbox::Fault::CollectBlocked,
             sandbox::Fault::WrongAmountQr,
             sandbox::Fault::UnreadableQr,
         }) {
        if (present()) weather.chaos.insert(fault);
    }
    return weather;
}

std::string text_of(const Weather& weather) {
    const std::pair<std::string_view, int> rates[] = {
        {"call_not_sent", weather.call_not_sent},
        {"call_lost", weather.call_lost},
        {"call_late", weather.call_late},
        {"answer_lost", weather.answer_lost},
        {"answer_broken", weather.answer_broken},
        {"answer_refused", weather.answer_refused},
        {"answer_slow", weather.answer_slow},
        {"webhook_lost", weather.webhook_lost},
        {"webhook_late", weather.webhook_late},
        {"webhook_twice", weather.webhook_twice},
        {"webhook_forged", weather.webhook_forged},
        {"webhook_unheard", weather.webhook_unheard},
        {"webhook_wrong_sum", weather.webhook_wrong_sum},
        {"crash_at_point", weather.crash_at_point},
        {"crash_at_commit", weather.crash_at_commit},
        {"commit_conflict", weather.commit_conflict},
        {"commit_unknown", weather.commit_unknown},
        {"disk_error", weather.disk_error},
        {"descheduled", weather.descheduled},
        {"kill", weather.kill},
        {"clock_jump", weather.clock_jump},
        {"shop_down", weather.shop_down},
        {"click_twice", weather.click_twice},
        {"click_again_late", weather.click_again_late},
        {"shop_cancels", weather.shop_cancels},
        {"foreign_order", weather.foreign_order},
        {"shop_refunds", weather.shop_refunds},
        {"refund_early", weather.refund_early},
        {"dashboard_refund", weather.dashboard_refund},
        {"refund_key_forgotten", weather.refund_key_forgotten},
        {"refund_slow", weather.refund_slow},
        {"refund_held", weather.refund_held},
        {"refund_cancelled", weather.refund_cancelled},
        {"success_taken_back", weather.success_taken_back},
        {"chaos_percent", weather.chaos.empty() ? 0 : weather.chaos_percent}};
    std::string text = weather.two_machines ? "two machines" : "one machine";
    for (const auto& [name, rate] : rates) {
        if (rate == 0) continue;
        text += ", ";
        text += name;
        text += ' ';
        text += std::to_string(rate);
    }
    return text;
}

}  // namespace chukta::simulation
