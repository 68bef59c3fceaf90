#include "tests/simulation/customer.h"

#include <algorithm>

#include "sandbox/links.h"
#include "sandbox/test_ids.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

const std::vector<std::string> kPeople = {"asha@okaxis", "asha@ybl"};
/// And those that end by themselves.
const std::vector<std::string> kVpas = {
    "asha@okaxis", "asha@ybl", "testsuccess@gocash", "testfailure@gocash", "testinvalid@gocash"};

}  // namespace

Customer::Customer(World& world, OrderId order_id, int number)
    : world_{world}, order_id_{std::move(order_id)}, number_{number} {
    auto& dice = world_.dice();
    mood_ =
        dice.one_of<Mood>({Mood::Plain, Mood::Plain, Mood::Restless, Mood::Unlucky, Mood::Absent});
    if (dice.strikes(40)) mood_ = Mood::Insistent;
    shopper_.device = dice.one_of<DeviceClass>(
        {DeviceClass::AndroidPhone,
         DeviceClass::AndroidPhone,
         DeviceClass::IosPhone,
         DeviceClass::Desktop,
         DeviceClass::AndroidTablet}
    );
    looks_left_ = static_cast<int>(dice.between(3, 14));
    if (mood_ == Mood::Unlucky) {
        // The same again and again, until a channel may not be tried any more.
        favourite_ = dice.one_of<Channel>({Channel::Collect, Channel::Collect, Channel::Intent});
        looks_left_ += 6;
    }
    // Somebody who presses on and on, to meet the limits of an order.
    if (mood_ == Mood::Insistent || dice.strikes(60)) looks_left_ = 45;
}

void Customer::look() {
    auto& dice = world_.dice();
    if (world_.calm() || looks_left_ <= 0) return;
    --looks_left_;
    world_.disturb_machines();
    std::optional<wire::OrderView> view;
    if (dice.strikes(250)) open_page();
    world_.ask_server([&](Process& process) {
        view = process.engine.orders().view(order_id_, shopper_);
    });
    if (view) {
        see(*view);
        decide(*view);
    }
    world_.after(dice.between(500, looks_left_ > 14 ? 20'000 : 60'000), [this] { look(); });
}

void Customer::open_page() {
    if (!world_.ledger().orders[order_id_.str()].created) return;
    ++world_.ledger().orders[order_id_.str()].openings;
    world_.ask_server([&](Process& process) {
        process.engine.orders().prepare(order_id_, shopper_);
    });
}

/// What the page shows may be older than what it showed before, but never takes `paid` back
/// (product.md §2), and versions only grow.
void Customer::see(const wire::OrderView& view) {
    world_.story().tell(
        world_.now(), "customer", number_, "sees", wire::word(view.message.situation), view.version
    );
    if (view.version < seen_version_) throw Violation{"the page went back to an older version"};
    if (seen_paid_ && view.payment_status != PaymentStatus::Paid) {
        throw Violation{"the page took `paid` back"};
    }
    seen_version_ = view.version;
    seen_paid_ = view.payment_status == PaymentStatus::Paid;
    const auto remember = [&](const std::string& link) {
        if (link.empty() || (!links_.empty() && links_.back() == link)) return;
        links_.push_back(link);
    };
    for (const auto& app : view.apps) {
        if (app.href) remember(*app.href);
    }
    if (!view.attempt || !view.attempt->prompt) return;
    if (const auto* intent = std::get_if<IntentPrompt>(&*view.attempt->prompt)) {
        for (const auto& link : intent->links) remember(link.href);
    } else if (const auto* qr = std::get_if<QrPrompt>(&*view.attempt->prompt)) {
        remember(qr->text);
    }
}

void Customer::decide(const wire::OrderView& view) {
    auto& dice = world_.dice();
    const bool waits = view.attempt && is_open(view.attempt->status);
    const auto& weather = world_.weather();
    if (!pressed_.empty() && dice.strikes(weather.click_again_late)) {
        // The very same request once more: a proxy, a restored tab, a slow radio.
        const auto again = dice.one_of(pressed_);
        world_.after(dice.between(0, 180'000), [this, again] { press(again, 0); });
    }
    if (!pressed_.empty() && dice.strikes(30)) {
        // A key that is used for something else is a fault of a page, and must start nothing.
        auto reused = pressed_.back();
        reused.start = choice();
        press(reused, 0);
    }
    if (!waits) {
        if (view.payable || dice.strikes(150)) begin(view);
        return;
    }
    switch (mood_) {
        case Mood::Plain:
            if (dice.strikes(700)) act_in_app();
            return;
        case Mood::Restless:
            if (dice.strikes(400)) return begin(view);
            if (dice.strikes(300)) return cancel(view.attempt->index);
            if (dice.strikes(500)) act_in_app();
            return;
        case Mood::Unlucky:
            if (dice.strikes(100)) return begin(view);
            act_in_app();
            return;
        case Mood::Absent:
            if (dice.strikes(150)) act_in_app();
            return;
        case Mood::Insistent:
            return begin(view);
    }
}

wire::StartAttempt Customer::choice() {
    auto& dice = world_.dice();
    wire::StartAttempt start;
    start.device = shopper_.device;
    // Codes are dear to draw and to read, so they are rarer than life.
    const auto drawn = dice.between(0, 99);
    start.channel = drawn < 45 ? Channel::Intent : drawn < 90 ? Channel::Collect : Channel::QrCode;
    if (favourite_ && dice.strikes(800)) start.channel = *favourite_;
    if (start.channel == Channel::Intent) {
        start.app = dice.one_of<UpiApp>({UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Other});
    }
    if (start.channel == Channel::Collect) {
        // What ends by itself would end the order long before its last attempt.
        start.vpa = *Vpa::parse(dice.one_of(mood_ == Mood::Insistent ? kPeople : kVpas));
    }
    return start;
}

Customer::Press Customer::press_of(wire::StartAttempt start) {
    const auto key = "press-" + std::to_string(number_) + "-" + std::to_string(++presses_);
    return {std::move(start), IdempotencyKey{key}};
}

void Customer::begin(const wire::OrderView& view) {
    auto& dice = world_.dice();
    auto start = choice();
    const bool waits = view.attempt && is_open(view.attempt->status);
    if (waits && dice.strikes(850)) start.replaces = view.attempt->index;
    const auto once = press_of(start);
    pressed_.push_back(once);
    press(once, 4);
    if (dice.strikes(world_.weather().click_twice)) {
        // A double click repeats the key; a second tab has one of its own.
        const auto again = dice.strikes(500) ? once : press_of(start);
        world_.after(dice.between(0, 400), [this, again] { press(again, 2); });
    }
}

void Customer::press(const Press& wanted, int tries_left) {
    if (world_.calm()) return;
    auto& dice = world_.dice();
    auto& facts = world_.ledger().orders[order_id_.str()];
    facts.clicks[wanted.key.str()].push_back(wanted.start);
    if (wanted.start.replaces) facts.replaced.insert(*wanted.start.replaces);
    bool answered = false;
    world_.ask_server([&](Process& process) {
        const auto view =
            process.engine.orders().start(order_id_, wanted.start, wanted.key, shopper_);
        answered = true;
        world_.story().tell(
            world_.now(),
            "customer",
            number_,
            "presses",
            word(wanted.start.channel),
            wanted.key.str(),
            view ? "ok" : word(view.error())
        );
        if (view) world_.inspector().click_answered(order_id_.str(), wanted.key.str());
    });
    if (answered || tries_left == 0) return;
    // No answer: the page repeats the press with its key.
    world_.after(dice.between(500, 5'000), [this, wanted, tries_left] {
        press(wanted, tries_left - 1);
    });
}

void Customer::cancel(int index) {
    world_.ask_server([&](Process& process) {
        const auto view = process.engine.orders().cancel_attempt(order_id_, index, shopper_);
        world_.story().tell(
            world_.now(), "customer", number_, "cancels", index, view ? "ok" : word(view.error())
        );
    });
}

void Customer::act_in_app() {
    auto& dice = world_.dice();
    const auto& model = world_.gateway().model;
    std::vector<std::string> payable;
    // A link or a code that was seen, also one of an attempt that was left since.
    for (const auto& link : links_) {
        const auto named = sandbox::payment_named_by(link);
        if (const auto* payment = model.payment_of_reference(named)) {
            payable.push_back(payment->cf_payment_id);
        }
    }
    // A collect request comes to the phone by itself.
    for (const auto* payment : model.payments_of(order_id_.str())) {
        if (payment->channel == sandbox::Channel::Collect) {
            payable.push_back(payment->cf_payment_id);
        }
    }
    if (payable.empty()) return;
    // The newest, mostly.
    const auto chosen = dice.strikes(700) ? payable.back() : dice.one_of(payable);
    // Mostly at once; sometimes after our time for it is over and before the gateway's is.
    const auto wait =
        dice.strikes(100) ? dice.between(300'000, 1'700'000) : dice.between(0, 20'000);
    world_.after(wait, [this, chosen] { settle(chosen); });
}

void Customer::settle(const std::string& cf_payment_id) {
    auto& dice = world_.dice();
    auto& gateway = world_.gateway();
    gateway.advance_to(world_.now());
    auto outcome = sandbox::success_outcome();
    outcome.payer = "asha@okaxis";
    if (mood_ == Mood::Unlucky ? dice.strikes(900) : dice.strikes(300)) {
        outcome = dice.strikes(700) ? sandbox::failure_outcome("incorrect_pin")
                                    : sandbox::dropped_outcome();
    } else {
        // The bank has it, and says nothing yet; or it comes after the close-out and counts.
        if (dice.strikes(80)) outcome.status = sandbox::PaymentStatus::Pending;
        outcome.honoured_late = dice.strikes(500);
    }
    auto& ended_unpaid = world_.ledger().orders[order_id_.str()].ended_unpaid;
    const auto* payment = gateway.model.payment(cf_payment_id);
    if (!sandbox::is_open(payment->status)) ended_unpaid.insert(cf_payment_id);
    const auto settled = gateway.model.settle(cf_payment_id, outcome, world_.now());
    world_.story().tell(
        world_.now(),
        "customer",
        number_,
        "settles",
        cf_payment_id,
        settled ? sandbox::word(settled->status) : "not possible"
    );
    if (settled && settled->status != sandbox::PaymentStatus::Success) {
        ended_unpaid.insert(cf_payment_id);
        // Retried inside the app, after a failure was told.
        if (dice.strikes(200)) {
            world_.after(dice.between(500, 120'000), [this, cf_payment_id] {
                settle(cf_payment_id);
            });
        }
    }
    world_.let_gateway_act();
}

}  // namespace chukta::simulation
