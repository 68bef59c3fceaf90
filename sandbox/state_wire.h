/// @file
/// The sandbox's own JSON: the documents it keeps on disk and what GET /sandbox/state shows.
/// Amounts are integer paise, times epoch milliseconds.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/state.h"

namespace sandbox::wire {

std::string document_of(const Order& order);
std::string document_of(const Payment& payment);
std::string document_of(const Refund& refund);
std::string document_of(const Simulation& simulation);
std::string document_of(const Delivery& delivery);
std::string document_of(const Replay& replay);
std::string document_of(const Call& call);
std::string document_of(const Settings& settings);

// The reverse. They throw std::exception when the text is no such document: the state file is not
// ours, or damaged.
Order order_of_document(std::string_view text);
Payment payment_of_document(std::string_view text);
Refund refund_of_document(std::string_view text);
Simulation simulation_of_document(std::string_view text);
Delivery delivery_of_document(std::string_view text);
Replay replay_of_document(std::string_view text);
Call call_of_document(std::string_view text);
Settings settings_of_document(std::string_view text);

/// Everything, or what concerns one order (order_id not empty).
std::string state_view(
    const State& state, std::string_view order_id, EpochMs now_ms, std::int64_t offset_ms
);

/// What the UPI-app page shows: open payments and the last few that ended.
std::string requests_view(const State& state, EpochMs now_ms);

}  // namespace sandbox::wire
