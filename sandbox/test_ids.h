/// @file
/// The test UPI IDs `…@gocash` and what each does (facts/cashfree.md §7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/entities.h"

namespace sandbox {

enum class TestPlan {
    Refuse,  ///< Order Pay answers 400 upi_id_invalid
    Settle   ///< Order Pay is accepted; the outcome comes by itself after the delay
};

struct TestId {
    std::string_view local;  ///< what stands before @gocash
    TestPlan plan;
    Outcome outcome;
};

/// Null when the UPI ID is not one of the table. Case does not matter.
const TestId* find_test_id(std::string_view upi_id);

/// All of them, for a message and for the tests: "testsuccess@gocash, testfailure@gocash, …".
std::string test_id_list();

/// What a decline with this error code looks like; an unknown code is told as it was given, none is
/// the documented TRANSACTION_DECLINED.
Outcome failure_outcome(std::string_view error_code);
Outcome success_outcome();
Outcome dropped_outcome();

}  // namespace sandbox
