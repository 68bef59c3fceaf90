#include "sandbox/deliveries.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sandbox {
namespace {

/// "3 retries, 2, 10, 30 minutes", each counted from the attempt before.
constexpr std::array<std::int64_t, 3> kRetryMs = {2 * 60'000, 10 * 60'000, 30 * 60'000};

/// Finished ones beyond this are forgotten, oldest first, so that a load test does not fill memory.
constexpr std::size_t kRememberedMax = 5'000;

constexpr std::array kWords = {
    std::pair{DeliveryStatus::Waiting, std::string_view{"waiting"}},
    std::pair{DeliveryStatus::Sending, std::string_view{"sending"}},
    std::pair{DeliveryStatus::Delivered, std::string_view{"delivered"}},
    std::pair{DeliveryStatus::Failed, std::string_view{"failed"}},
    std::pair{DeliveryStatus::Lost, std::string_view{"lost"}},
};

std::size_t lane_of(const std::string& order_id) {
    // FNV-1a: std::hash may differ between runs, and the lane must not.
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : order_id) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return hash % kLanes;
}

}  // namespace

std::string_view word(DeliveryStatus status) {
    for (const auto& [value, text] : kWords) {
        if (value == status) return text;
    }
    return {};
}

std::optional<DeliveryStatus> delivery_status_of(std::string_view text) {
    for (const auto& [value, known] : kWords) {
        if (known == text) return value;
    }
    return std::nullopt;
}

void Deliveries::schedule(const Delivery& delivery) {
    waiting_[lane_of(delivery.order_id)].insert({delivery.due_at_ms, delivery.id});
}

std::uint64_t Deliveries::add(Delivery delivery) {
    delivery.id = ++last_id_;
    changes_.insert(delivery.id);
    if (delivery.status == DeliveryStatus::Waiting) schedule(delivery);
    const auto id = delivery.id;
    all_.emplace(id, std::move(delivery));
    forget_old();
    return id;
}

void Deliveries::restore(Delivery delivery) {
    last_id_ = std::max(last_id_, delivery.id);
    // It was on its way when the sandbox stopped: at least once, so it goes again.
    if (delivery.status == DeliveryStatus::Sending) delivery.status = DeliveryStatus::Waiting;
    if (delivery.status == DeliveryStatus::Waiting) schedule(delivery);
    const auto id = delivery.id;
    all_.insert_or_assign(id, std::move(delivery));
}

void Deliveries::clear() {
    all_.clear();
    for (auto& waiting : waiting_) waiting.clear();
    changes_.clear();
    forgotten_.clear();
    sending_ = 0;
}

bool Deliveries::resend(std::uint64_t id, EpochMs now_ms) {
    const auto found = all_.find(id);
    if (found == all_.end()) return false;
    auto& delivery = found->second;
    if (delivery.status == DeliveryStatus::Sending) return true;
    waiting_[lane_of(delivery.order_id)].erase({delivery.due_at_ms, id});
    delivery.status = DeliveryStatus::Waiting;
    delivery.held = false;
    delivery.due_at_ms = now_ms;
    changes_.insert(id);
    schedule(delivery);
    return true;
}

Delivery* Deliveries::take_due(std::size_t lane, EpochMs now_ms) {
    auto& waiting = waiting_[lane];
    if (waiting.empty() || waiting.begin()->first > now_ms) return nullptr;
    auto& delivery = all_.at(waiting.begin()->second);
    waiting.erase(waiting.begin());
    delivery.status = DeliveryStatus::Sending;
    changes_.insert(delivery.id);
    ++sending_;
    return &delivery;
}

void Deliveries::report(std::uint64_t id, DeliveryAttempt attempt, EpochMs now_ms) {
    const auto found = all_.find(id);
    // Gone when everything was reset while it was on its way.
    if (found == all_.end() || found->second.status != DeliveryStatus::Sending) return;
    auto& delivery = found->second;
    --sending_;
    const bool delivered = attempt.http_status >= 200 && attempt.http_status < 300;
    delivery.attempts.push_back(std::move(attempt));
    changes_.insert(id);
    const auto tries = delivery.attempts.size();
    if (delivered) {
        delivery.status = DeliveryStatus::Delivered;
    } else if (tries > kRetryMs.size()) {
        delivery.status = DeliveryStatus::Failed;
    } else {
        delivery.status = DeliveryStatus::Waiting;
        delivery.due_at_ms = now_ms + kRetryMs[tries - 1];
        schedule(delivery);
    }
    release_held(delivery.order_id, now_ms);
}

void Deliveries::release_held(const std::string& order_id, EpochMs now_ms) {
    auto& waiting = waiting_[lane_of(order_id)];
    std::vector<Delivery*> released;
    for (const auto& [due_at_ms, id] : waiting) {
        auto& delivery = all_.at(id);
        if (delivery.held && delivery.order_id == order_id) released.push_back(&delivery);
    }
    for (auto* delivery : released) {
        waiting.erase({delivery->due_at_ms, delivery->id});
        delivery->held = false;
        delivery->due_at_ms = now_ms;
        changes_.insert(delivery->id);
        schedule(*delivery);
    }
}

void Deliveries::forget_old() {
    for (auto it = all_.begin(); it != all_.end() && all_.size() > kRememberedMax;) {
        const bool finished = it->second.status != DeliveryStatus::Waiting &&
                              it->second.status != DeliveryStatus::Sending;
        if (!finished) {
            ++it;
            continue;
        }
        forgotten_.push_back(it->first);
        changes_.erase(it->first);
        it = all_.erase(it);
    }
}

std::optional<EpochMs> Deliveries::next_due_ms(std::size_t lane) const {
    if (waiting_[lane].empty()) return std::nullopt;
    return waiting_[lane].begin()->first;
}

bool Deliveries::idle(EpochMs now_ms) const {
    if (sending_ != 0) return false;
    return std::all_of(waiting_.begin(), waiting_.end(), [&](const auto& waiting) {
        return waiting.empty() || waiting.begin()->first > now_ms;
    });
}

const Delivery* Deliveries::find(std::uint64_t id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
}

std::set<std::uint64_t> Deliveries::take_changes() { return std::exchange(changes_, {}); }
std::vector<std::uint64_t> Deliveries::take_forgotten() { return std::exchange(forgotten_, {}); }

}  // namespace sandbox
