/// @file
/// The JSON of the control API: faults, settings, clock, payment actions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/faults.h"
#include "sandbox/state.h"
#include "shared/result.h"

namespace sandbox::wire {

/// Why a control request is refused: a sentence for the person who sent it.
template <class T>
using ControlResult = chukta::Result<T, std::string>;

struct FaultRequest {
    bool clear = false;
    std::vector<FaultRule> rules;
    std::optional<Chaos> chaos;
};
/// One rule, {"faults":[rules]}, {"clear":true} or {"chaos":{…}}.
ControlResult<FaultRequest> read_faults(std::string_view body);
std::string faults_view(const Faults& faults);

/// Only the fields that are there are changed.
ControlResult<Settings> read_settings(std::string_view body, Settings settings);

ControlResult<std::int64_t> read_advance(std::string_view body);

/// What is to happen to a payment.
struct ActionRequest {
    std::string action;
    Outcome outcome;  ///< not for "ignore"
};
ControlResult<ActionRequest> read_action(std::string_view body);

/// Which webhooks to send again: one, those of an order, or a dashboard test call.
struct ResendRequest {
    std::optional<std::uint64_t> delivery_id;
    std::string order_id;
    bool test = false;
};
ControlResult<ResendRequest> read_resend(std::string_view body);

/// A text field of a JSON object.
ControlResult<std::string> read_text(std::string_view body, std::string_view name);

/// {"error": sentence}
std::string control_error(std::string_view sentence);
/// {name: value}
std::string control_text(std::string_view name, std::string_view value);
std::string control_number(std::string_view name, std::int64_t value);

}  // namespace sandbox::wire
