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

}  // namespace chukta::simulation
