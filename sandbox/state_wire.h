/// @file
/// The documents that the sandbox keeps on disk, which GET /sandbox/state shows as well. Amounts
/// are integer paise, times epoch milliseconds.
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

}  // namespace sandbox::wire
