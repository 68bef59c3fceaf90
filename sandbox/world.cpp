#include "sandbox/world.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "sandbox/state_wire.h"

namespace sandbox {
namespace {

/// Waits are cut into these: a clock that a test holds still, or that somebody sets, is seen soon.
constexpr std::chrono::milliseconds kWaitMax{1'000};

Options with_seed(Options options) {
    if (options.seed == 0) options.seed = (std::uint64_t{std::random_device{}()} << 32) | 1U;
    return options;
}

}  // namespace

World::World(const Options& options, const Clock& system)
    : options_{options}, clock_{system}, state_{with_seed(options)}, store_{options.state_file} {
    load();
}

void World::load() {
    store_.load("clock", [&](std::string_view text) {
        std::int64_t offset_ms = 0;
        std::from_chars(text.data(), text.data() + text.size(), offset_ms);
        clock_.advance(offset_ms);
    });
    store_.load("settings", [&](std::string_view text) {
        const auto url = state_.settings.webhook_url;
        state_.settings = wire::settings_of_document(text);
        // What the command line says of the address holds: the server may have moved.
        if (!url.empty()) state_.settings.webhook_url = url;
    });
    store_.load("order", [&](std::string_view text) {
        state_.model.restore(wire::order_of_document(text));
    });
    store_.load("payment", [&](std::string_view text) {
        state_.model.restore(wire::payment_of_document(text));
    });
    store_.load("refund", [&](std::string_view text) {
        state_.model.restore(wire::refund_of_document(text));
    });
    store_.load("simulation", [&](std::string_view text) {
        state_.model.restore(wire::simulation_of_document(text));
    });
    store_.load("replay", [&](std::string_view text) {
        state_.replays.keep(wire::replay_of_document(text));
    });
    store_.load("delivery", [&](std::string_view text) {
        state_.deliveries.restore(wire::delivery_of_document(text));
    });
    store_.load("call", [&](std::string_view text) {
        auto call = wire::call_of_document(text);
        state_.calls_total = call.number;
        state_.calls.push_back(std::move(call));
    });
    saved_calls_ = state_.calls_total;
}

void World::finish(EpochMs now_ms) {
    state_.tell(now_ms);
    save();
    changed_.notify_all();
}

void World::save() {
    const auto changes = state_.model.take_changes();
    const auto deliveries = state_.deliveries.take_changes();
    const auto forgotten = state_.deliveries.take_forgotten();
    const auto replays = std::exchange(state_.new_replays, {});
    const bool settings = std::exchange(state_.new_settings, false);
    if (options_.state_file.empty()) return;
    std::vector<Document> documents;
    const auto keep = [&](const char* kind, const std::string& id, std::string text) {
        documents.push_back({kind, id, std::move(text)});
    };
    for (const auto& id : changes.orders) {
        keep("order", id, wire::document_of(*state_.model.order(id)));
    }
    for (const auto& id : changes.payments) {
        keep("payment", id, wire::document_of(*state_.model.payment(id)));
    }
    for (const auto& id : changes.refunds) {
        keep("refund", id, wire::document_of(*state_.model.refund_by_cf_id(id)));
    }
    for (const auto& id : changes.simulations) {
        keep("simulation", id, wire::document_of(*state_.model.simulation(id)));
    }
    for (const auto& name : replays) {
        keep("replay", name, wire::document_of(*state_.replays.by_name(name)));
    }
    for (const auto id : deliveries) {
        keep("delivery", std::to_string(id), wire::document_of(*state_.deliveries.find(id)));
    }
    for (auto call = state_.calls.rbegin(); call != state_.calls.rend(); ++call) {
        if (call->number <= saved_calls_) break;
        keep("call", std::to_string(call->number), wire::document_of(*call));
    }
    saved_calls_ = state_.calls_total;
    if (settings) keep("settings", "1", wire::document_of(state_.settings));
    std::vector<std::pair<std::string, std::string>> gone;
    for (const auto id : forgotten) gone.emplace_back("delivery", std::to_string(id));
    store_.save(documents, gone);
}

void World::advance(std::int64_t ms) {
    const std::lock_guard lock{mutex_};
    clock_.advance(ms);
    const auto now_ms = clock_.now_ms();
    state_.advance_to(now_ms);
    store_.save({{"clock", "1", std::to_string(clock_.offset_ms())}}, {});
    finish(now_ms);
}

void World::reset() {
    const std::lock_guard lock{mutex_};
    // A seed from the system is drawn anew, so that no id of before comes again.
    state_.reset(with_seed(options_));
    store_.clear();
    saved_calls_ = state_.calls_total;
    // Time does not go back: what was told before the reset keeps its order.
    store_.save({{"clock", "1", std::to_string(clock_.offset_ms())}}, {});
    finish(clock_.now_ms());
}

void World::wait(std::unique_lock<std::mutex>& lock, std::optional<EpochMs> due_ms) {
    auto limit = kWaitMax;
    if (due_ms) {
        const auto left = std::max<std::int64_t>(*due_ms - clock_.now_ms(), 1);
        limit = std::min(limit, std::chrono::milliseconds{left});
    }
    changed_.wait_for(lock, limit);
}

std::optional<Parcel> World::wait_for_parcel(std::size_t lane) {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        if (auto parcel = state_.next_parcel(lane, clock_.now_ms())) {
            save();
            return parcel;
        }
        wait(lock, state_.deliveries.next_due_ms(lane));
    }
    return std::nullopt;
}

bool World::wait_for_due() {
    std::unique_lock lock{mutex_};
    if (stopping_) return false;
    const auto due_ms = state_.model.next_due_ms();
    if (!due_ms || *due_ms > clock_.now_ms()) wait(lock, due_ms);
    return !stopping_;
}

bool World::wait_until_idle(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const auto now_ms = clock_.now_ms();
        state_.advance_to(now_ms);
        if (state_.deliveries.idle(now_ms)) return true;
        if (std::chrono::steady_clock::now() >= until) return false;
        changed_.wait_for(lock, std::chrono::milliseconds{20});
    }
}

void World::stop() {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    changed_.notify_all();
}

void World::set_public_url(std::string url) {
    const std::lock_guard lock{mutex_};
    state_.merchant.public_url = std::move(url);
}

}  // namespace sandbox
