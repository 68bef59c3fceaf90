#include "tests/simulation/world.h"

#include "server/crypto.h"

namespace chukta::simulation {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
/// Longer than anything may take once the faults are over.
constexpr std::int64_t kQuietMs = 4 * 24 * kHourMs;
/// A world that is not quiet after so many steps goes round in circles.
constexpr std::int64_t kStepsMax = 5'000;
constexpr const char* kGatewaySecret = "cfsk_P3oI8uY2tR7eW5qA";

sandbox::Options gateway_options(std::uint64_t seed) {
    sandbox::Options options;
    options.webhook_url = Network::kWebhooks;
    options.public_url = Network::kGateway;
    options.link_mode = sandbox::LinkMode::Production;
    options.rate_limits = sandbox::RateLimits::Off;
    options.client_secret = kGatewaySecret;
    options.seed = seed | 1U;
    return options;
}

}  // namespace

World::World(db::Database& database, WorldOptions options)
    : options_{std::move(options)},
      dice_{options_.seed},
      weather_{draw_weather(dice_)},
      story_{options_.keep_lines},
      shared_{database},
      surplus_goes_back_{dice_.strikes(500)},
      sandbox_{gateway_options(options_.seed)},
      shop_{*this},
      network_{*this},
      inspector_{*this, database} {
    cashfree::GatewaySettings gateway;
    gateway.client.base_url = std::string{Network::kGateway} + "/pg";
    gateway.client.transport = [this](const http::ClientRequest& request) {
        return network_.send(request);
    };
    gateway.client_id = Secret{"sandbox_client"};
    gateway.client_secret = Secret{kGatewaySecret};
    gateway_ = std::make_unique<cashfree::Gateway>(std::move(gateway));
    faults::set_handler([this](faults::Point point) { pass_point(point); });
    sandbox_.faults.unleash({dice_.draw(), weather_.chaos_percent, weather_.chaos});
    if (dice_.strikes(500)) {
        sandbox::FaultRule both_kept;
        both_kept.fault = sandbox::Fault::KeepSecondSuccess;
        both_kept.count = std::nullopt;
        sandbox_.faults.add(both_kept);
    }
}

World::~World() { faults::set_handler({}); }

EngineSettings World::settings() {
    EngineSettings settings;
    settings.policy.merchant_id = MerchantId{"chai"};
    settings.policy.merchant_name = "Chai & Co.";
    settings.watch.window_ms = kWindowMs;
    settings.watch.refund_window_ms = kRefundWindowMs;
    settings.watch.refund_longest_ms = kHourMs;
    if (surplus_goes_back_) settings.watch.duplicates_go_back_after_ms = 10 * kMinuteMs;
    settings.notifier.url = Network::kShop;
    settings.notifier.key =
        Secret{*crypto::base64_decode(std::string_view{Shop::kSecret}.substr(6))};
    settings.notifier.public_url = "https://pay.example";
    settings.notifier.transport = [this](const http::ClientRequest& request) {
        return network_.send(request);
    };
    return settings;
}

void World::run() {
    machines_.resize(weather_.two_machines ? 2 : 1);
    for (std::size_t i = 0; i < machines_.size(); ++i) {
        machines_[i].clock = std::make_unique<MachineClock>(*this);
        boot(i);
    }
    begin_orders();
    after(dice_.between(8 * kMinuteMs, 40 * kMinuteMs), [this] { end_faults(); });
    const auto end = now_ + kQuietMs;
    while (step(end)) {
    }
    inspector_.at_quiet();
    if (options_.at_end) options_.at_end();
}

void World::begin_orders() {
    // Small worlds find as much and are told faster: most have one order.
    const auto orders = std::vector<int>{1, 1, 1, 2, 3}[dice_.draw() % 5];
    for (int i = 0; i < orders; ++i) {
        NewOrder wanted;
        wanted.order_id = OrderId{"order_" + std::to_string(i + 1)};
        wanted.amount = *Money::from_paise(dice_.between(100, 5'000'000));
        wanted.customer_id = CustomerId{"asha"};
        wanted.customer_phone = "9999999999";
        wanted.items = {{"Masala chai", 1, wanted.amount}};
        wanted.return_url = "https://shop.example/return";
        if (dice_.strikes(200)) {
            wanted.expires_at = now_ + dice_.between(20 * kMinuteMs, 60 * kMinuteMs);
        }
        auto& facts = ledger_.orders[wanted.order_id.str()];
        facts.amount = wanted.amount;
        facts.foreign = dice_.strikes(weather_.foreign_order);
        if (facts.foreign) add_foreign(wanted);
        const auto begin = dice_.between(0, kMinuteMs);
        after(begin, [this, wanted] { shop_.order(wanted); });
        if (dice_.strikes(weather_.shop_cancels)) {
            after(begin + dice_.between(5'000, 15 * kMinuteMs), [this, id = wanted.order_id] {
                shop_.cancel(id);
            });
        }
        if (dice_.strikes(100)) {
            after(begin + dice_.between(5'000, 15 * kMinuteMs), [this, id = wanted.order_id] {
                shop_.verify(id);
            });
        }
        plan_refunds(wanted.order_id.str(), begin);
        plan_taking_back(wanted.order_id.str(), begin);
        customers_.emplace_back(*this, wanted.order_id, i);
        after(begin + dice_.between(200, 10'000), [this, i] {
            customers_[static_cast<std::size_t>(i)].look();
        });
    }
}

/// Those that follow from a payment are the shop's (Shop::note).
void World::plan_refunds(const std::string& order_id, std::int64_t begin) {
    if (dice_.strikes(weather_.refund_early)) {
        after(begin + dice_.between(5'000, 15 * kMinuteMs), [this, order_id] {
            shop_.refund_some(order_id);
        });
    }
    if (!dice_.strikes(weather_.dashboard_refund)) return;
    // Somebody at the gateway's dashboard, who asks nobody here.
    after(begin + dice_.between(kMinuteMs, 30 * kMinuteMs), [this, order_id] {
        sandbox_.advance_to(now_);
        sandbox::NewRefund asked;
        asked.order_id = order_id;
        asked.refund_id = "dash_" + order_id;
        asked.amount =
            *Money::from_paise(dice_.between(1, ledger_.orders[order_id].amount.paise()));
        asked.delay_ms = dice_.between(1'500, 10 * kMinuteMs);
        if (!sandbox_.model.refund(asked, now_)) return;
        ledger_.orders[order_id].at_dashboard.insert(asked.refund_id);
        story_.tell(now_, "dashboard refunds", order_id, asked.amount.paise());
        let_gateway_act();
    });
}

/// Not once money is on its way back: what a gateway does then nobody has written down.
void World::plan_taking_back(const std::string& order_id, std::int64_t begin) {
    if (!dice_.strikes(weather_.success_taken_back) || ledger_.orders[order_id].foreign) return;
    after(begin + dice_.between(kMinuteMs, 40 * kMinuteMs), [this, order_id] {
        using Undone = sandbox::Model::Undone;
        sandbox_.advance_to(now_);
        if (!sandbox_.model.refunds_of(order_id).empty()) return;
        const auto how = dice_.strikes(500) ? Undone::GivenBack : Undone::Failed;
        for (const auto* payment : sandbox_.model.payments_of(order_id)) {
            const auto id = payment->cf_payment_id;
            if (!sandbox_.model.take_back(id, how, now_)) continue;
            ledger_.orders[order_id].taken_back.insert(id);
            story_.tell(now_, "gateway takes back", id, how == Undone::GivenBack ? 1 : 0);
            break;
        }
        let_gateway_act();
    });
}

/// Somebody else's order of this id and another sum is at the gateway already, and is paid.
void World::add_foreign(const NewOrder& wanted) {
    sandbox::Order other;
    other.order_id = wanted.order_id.str();
    other.amount = *Money::from_paise(wanted.amount.paise() + 100);
    other.customer = {"somebody", "8888888888", std::nullopt, std::nullopt};
    const auto made = sandbox_.model.create_order(other, now_);
    after(dice_.between(kMinuteMs, 10 * kMinuteMs), [this, session = made->payment_session_id] {
        sandbox::NewPayment asked;
        asked.payment_session_id = session;
        asked.close_out_ms = 30 * kMinuteMs;
        const auto payment = sandbox_.model.pay(asked, now_);
        if (!payment) return;
        sandbox::Outcome paid;
        paid.message = "paid by somebody else";
        if (sandbox_.model.settle(payment->cf_payment_id, paid, now_)) let_gateway_act();
    });
}

void World::end_faults() {
    calm_at_ = now_;
    const bool two = weather_.two_machines;
    weather_ = Weather{};
    weather_.two_machines = two;
    sandbox_.faults.clear();
    for (std::size_t machine = 0; machine < machines_.size(); ++machine) set_clock(machine, 0);
    if (options_.good_disk) options_.good_disk();
    story_.tell(now_, "calm");
}

void World::at(EpochMs when, std::function<void()> deed) {
    queue_.push({std::max(when, now_), ++events_, std::move(deed)});
}

void World::pass_time(std::int64_t ms) {
    constexpr int kDepthMax = 4;
    const auto until = now_ + ms;
    if (depth_ < kDepthMax) {
        struct Deeper {
            int& depth;
            explicit Deeper(int& d) : depth{d} { ++depth; }
            ~Deeper() { --depth; }
        } deeper{depth_};
        while (step(until)) {
        }
    }
    now_ = std::max(now_, until);
}

std::optional<EpochMs> World::next_gateway_time() const {
    auto next = sandbox_.model.next_due_ms();
    for (std::size_t lane = 0; lane < sandbox::kLanes; ++lane) {
        const auto due = sandbox_.deliveries.next_due_ms(lane);
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

void World::let_gateway_act() {
    sandbox_.advance_to(now_);
    network_.post_webhooks();
}

bool World::step(EpochMs until) {
    tend_log();
    const auto gateway = next_gateway_time();
    const auto ready = next_ready();
    auto next = until + 1;
    if (gateway) next = std::min(next, *gateway);
    if (ready) next = std::min(next, ready->at);
    if (!queue_.empty()) next = std::min(next, queue_.top().at);
    if (next > until) return false;
    now_ = std::max(now_, next);
    if (++steps_ > kStepsMax) throw Violation{"the world never comes to rest"};
    if (gateway && *gateway <= now_) {
        let_gateway_act();
    } else if (!queue_.empty() && queue_.top().at <= now_) {
        // The queue hands out constant references only; the event is gone right after.
        auto event = std::move(const_cast<Event&>(queue_.top()));
        queue_.pop();
        event.deed();
    } else {
        work(*ready);
    }
    inspector_.after_step();
    return true;
}

}  // namespace chukta::simulation
