#include "sandbox/test_ids.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace sandbox {
namespace {

/// The intended result is documented, the wording of most failures is not: code and reason follow
/// the two documented examples (§4.1), the raw codes NPCI's list (facts/upi-and-devices.md §6.4).
struct Failure {
    std::string_view local;
    std::string_view code;
    std::string_view message;
    std::string_view description;
    std::string_view reason;
    std::string_view source;
};

constexpr std::array kFailures = {
    Failure{
        "testfailure",
        "TRANSACTION_DECLINED",
        "ZA::U19::Transaction fail",
        "transaction is declined",
        "auth_declined",
        "customer"},
    Failure{
        "testdeclineuser",
        "TRANSACTION_DECLINED",
        "ZA::Transaction declined by customer",
        "transaction is declined by the customer",
        "auth_declined",
        "customer"},
    Failure{
        "testexpired",
        "COLLECT_EXPIRED",
        "U69::Collect request expired",
        "collect request was not approved in time",
        "collect_expired",
        "customer"},
    Failure{
        "testtimeoutbank",
        "BANK_TIMEOUT",
        "U67::Debit timed out",
        "bank did not answer in time",
        "bank_timeout",
        "bank"},
    Failure{
        "testremittertimeout",
        "BANK_TIMEOUT",
        "UT::Remitter timed out",
        "remitter bank did not answer in time",
        "remitter_timeout",
        "bank"},
    Failure{
        "testbeneficiarytimeout",
        "BANK_TIMEOUT",
        "U68::Credit timed out",
        "beneficiary bank did not answer in time",
        "beneficiary_timeout",
        "bank"},
    Failure{
        "testremitterunavailable",
        "ISSUER_NOT_AVAILABLE",
        "U28::Remitter bank not available",
        "remitter bank is not available",
        "issuer_unavailable",
        "bank"},
    Failure{
        "testremitterdispatchfailed",
        "ISSUER_NOT_AVAILABLE",
        "U85::Request not delivered",
        "request could not be given to the remitter bank",
        "remitter_dispatch_failed",
        "bank"},
    Failure{
        "testinsufficientfunds",
        "INSUFFICIENT_FUNDS",
        "Z9::Insufficient funds",
        "account has not enough balance",
        "insufficient_funds",
        "customer"},
    Failure{
        "testbankdeclined",
        "TRANSACTION_DECLINED",
        "01::REJECTED",
        "transaction is rejected by the remitter bank",
        "bank_rejected",
        "bank"},
    Failure{
        "testdebitfailed",
        "DEBIT_FAILED",
        "U30::Debit has failed",
        "debit has failed",
        "debit_failed",
        "bank"},
    Failure{
        "testinvalidpin",
        "INVALID_UPI_PIN",
        "ZM::Invalid UPI PIN",
        "UPI PIN is wrong",
        "invalid_upi_pin",
        "customer"},
    Failure{
        "testriskflagged",
        "RISK_DECLINED",
        "U16::Risk threshold exceeded",
        "risk threshold is exceeded",
        "risk_flagged",
        "npci"},
    Failure{
        "testtransactionrisk",
        "RISK_DECLINED",
        "U16::Risk threshold exceeded",
        "transaction is stopped by risk checks",
        "transaction_risk",
        "npci"},
    Failure{
        "testbankriskrejected",
        "RISK_DECLINED",
        "59::Suspected fraud",
        "transaction is stopped by the bank's risk checks",
        "bank_risk_rejected",
        "bank"},
    Failure{
        "testfraud",
        "RISK_DECLINED",
        "K1::Suspected fraud",
        "transaction is suspected fraud",
        "suspected_fraud",
        "bank"},
    Failure{
        "testnetworkerror",
        "NETWORK_ERROR",
        "U80::Technical error",
        "network error",
        "network_error",
        "npci"},
    Failure{
        "testvalidationerror",
        "VALIDATION_ERROR",
        "U54::Validation error",
        "transaction details are not valid",
        "validation_error",
        "npci"},
    Failure{
        "testfingerprintmismatch",
        "DEVICE_MISMATCH",
        "U66::Device fingerprint mismatch",
        "device does not match its registration",
        "device_fingerprint_mismatch",
        "customer"},
    Failure{
        "testpspunregistered",
        "PSP_NOT_REGISTERED",
        "U17::PSP is not registered",
        "the customer's UPI app is not registered",
        "psp_not_registered",
        "npci"},
    Failure{
        "testtpvfail",
        "TPV_FAILED",
        "XV::Account does not match",
        "payer account does not match the registered account",
        "tpv_mismatch",
        "customer"},
};

Outcome outcome_of(const Failure& failure) {
    Outcome outcome;
    outcome.status = PaymentStatus::Failed;
    outcome.message = failure.message;
    outcome.error = ErrorDetails{
        std::string{failure.code},
        std::string{failure.description},
        std::string{failure.reason},
        std::string{failure.source}};
    return outcome;
}

const std::vector<TestId>& table() {
    static const std::vector<TestId> kTable = [] {
        std::vector<TestId> rows = {
            {"testsuccess", TestPlan::Settle, success_outcome()},
            {"testtpvsuccess", TestPlan::Settle, success_outcome()},
            {"testuserdropped", TestPlan::Settle, dropped_outcome()},
            {"testinvalid", TestPlan::Refuse, {}},
            {"testinvalidvpa", TestPlan::Refuse, {}},
        };
        for (const auto& failure : kFailures) {
            rows.push_back({failure.local, TestPlan::Settle, outcome_of(failure)});
        }
        return rows;
    }();
    return kTable;
}

}  // namespace

const TestId* find_test_id(std::string_view upi_id) {
    std::string lower{upi_id};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    for (const auto& row : table()) {
        if (lower == std::string{row.local} + "@gocash") return &row;
    }
    return nullptr;
}

std::string test_id_list() {
    std::string list;
    for (const auto& row : table()) {
        if (!list.empty()) list += ", ";
        list += std::string{row.local} + "@gocash";
    }
    return list;
}

Outcome failure_outcome(std::string_view error_code) {
    if (error_code.empty()) return outcome_of(kFailures.front());
    for (const auto& failure : kFailures) {
        if (failure.code == error_code) return outcome_of(failure);
    }
    Outcome outcome;
    outcome.status = PaymentStatus::Failed;
    outcome.message = std::string{error_code} + "::Transaction fail";
    outcome.error =
        ErrorDetails{std::string{error_code}, "transaction has failed", "unknown", "bank"};
    return outcome;
}

Outcome success_outcome() {
    Outcome outcome;
    outcome.message = "Simulated response message";
    // What their sandbox says on every success (§7.1).
    outcome.bank_reference = "1234567890";
    return outcome;
}

Outcome dropped_outcome() {
    Outcome outcome;
    outcome.status = PaymentStatus::UserDropped;
    outcome.message = "User dropped and did not complete the two factor authentication";
    return outcome;
}

}  // namespace sandbox
