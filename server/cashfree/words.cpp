#include "server/cashfree/words.h"

#include <algorithm>
#include <string>
#include <vector>

namespace chukta::cashfree {

namespace {

using Detail = wire::FailureDetail;
using Reason = FailureReason;

/// What a code of the table says about the money.
enum class Debit {
    Unsaid,   ///< the code does not say
    None,     ///< nothing was debited
    Unclear,  ///< money may have moved: "never auto-retry; wait for status"
};

struct CodeRow {
    std::string_view code;
    Reason reason;
    Detail detail;
    Debit debit = Debit::Unsaid;
};

// facts/upi-and-devices.md §6.4, in its order.
constexpr CodeRow kCodes[] = {
    {"ZM", Reason::Declined, Detail::WrongPin},
    {"Z6", Reason::Declined, Detail::PinAttemptsOver},
    {"AM", Reason::Declined, Detail::PinNotSet},
    {"Z9", Reason::Declined, Detail::InsufficientFunds},
    {"Z8", Reason::Declined, Detail::LimitExceeded},
    {"Z7", Reason::Declined, Detail::TooManyPayments},
    {"ZU", Reason::Declined, Detail::AboveLimit},
    {"U02", Reason::Declined, Detail::AboveLimit},
    {"FP", Reason::Declined, Detail::NewUserLimit},
    {"FL", Reason::Declined, Detail::NewUserLimit},
    {"ZA", Reason::UserCancelled, Detail::None},
    {"U69", Reason::Expired, Detail::RequestExpired, Debit::None},
    {"U09", Reason::Declined, Detail::AppTimedOut, Debit::None},
    {"U20", Reason::Declined, Detail::AppTimedOut, Debit::None},
    {"ZH", Reason::InvalidVpa, Detail::VpaNotFound},
    {"U29", Reason::InvalidVpa, Detail::VpaNotFound},
    {"ZE", Reason::Declined, Detail::VpaRestricted},
    {"ZG", Reason::Declined, Detail::VpaRestricted},
    {"ZX", Reason::Declined, Detail::AccountProblem},
    {"ZY", Reason::Declined, Detail::ShopUnavailable},
    {"YE", Reason::Declined, Detail::AccountProblem},
    {"YF", Reason::Declined, Detail::ShopUnavailable},
    {"YC", Reason::Declined, Detail::BankRefused},
    {"XH", Reason::Declined, Detail::AccountNotFound},
    {"B1", Reason::Declined, Detail::RegisterAgain},
    {"B3", Reason::Declined, Detail::AccountNotAllowed},
    {"U28", Reason::Declined, Detail::BankUnavailable},
    {"XY", Reason::Declined, Detail::BankUnavailable},
    {"Y1", Reason::Declined, Detail::ShopUnavailable},
    {"U78", Reason::Declined, Detail::ShopUnavailable},
    {"XT", Reason::Declined, Detail::BankUnavailable},
    {"XU", Reason::Declined, Detail::BankUnavailable},
    {"U16", Reason::Declined, Detail::RiskDeclined},
    {"M16", Reason::Declined, Detail::RiskDeclined},
    {"59", Reason::Declined, Detail::RiskDeclined},
    {"K1", Reason::Declined, Detail::RiskDeclined},
    {"ZI", Reason::Declined, Detail::RiskDeclined},
    {"XV", Reason::Declined, Detail::RegisteredAccountOnly},
    {"U66", Reason::Declined, Detail::RegisterAgain},
    {"U17", Reason::Declined, Detail::AppUnavailable},
    {"U77", Reason::Declined, Detail::ShopUnavailable},
    {"U96", Reason::Declined, Detail::AccountNotAllowed},
    {"U80", Reason::Declined, Detail::Busy, Debit::None},
    {"U86", Reason::Declined, Detail::Busy, Debit::None},
    {"U89", Reason::Declined, Detail::Busy, Debit::None},
    {"U90", Reason::Declined, Detail::Busy, Debit::None},
    {"U91", Reason::Declined, Detail::Busy, Debit::None},
    {"U94", Reason::Declined, Detail::Busy, Debit::None},
    {"U92", Reason::Declined, Detail::AppUnavailable},
    {"U93", Reason::Declined, Detail::AppUnavailable},
    {"U85", Reason::Unknown, Detail::None, Debit::None},
    {"U30", Reason::Unknown, Detail::None},
    {"IR", Reason::Declined, Detail::BankUnavailable},
    {"UB", Reason::Declined, Detail::BankUnavailable},
    {"U70", Reason::Unknown, Detail::BankChecking, Debit::Unclear},
    {"U31", Reason::Unknown, Detail::MoneyReturning, Debit::Unclear},
    {"U67", Reason::Unknown, Detail::MoneyUnclear, Debit::Unclear},
    {"UT", Reason::Unknown, Detail::MoneyUnclear, Debit::Unclear},
    {"BT", Reason::Unknown, Detail::MoneyUnclear, Debit::Unclear},
    {"UP", Reason::Unknown, Detail::MoneyUnclear, Debit::Unclear},
    {"U68", Reason::Unknown, Detail::MoneyUnclear, Debit::Unclear},
    {"RB", Reason::Unknown, Detail::MoneyReturnedIfTaken, Debit::Unclear},
    {"RR", Reason::Unknown, Detail::MoneyReturnedIfTaken, Debit::Unclear},
    {"96", Reason::Unknown, Detail::MoneyReturnedIfTaken, Debit::Unclear},
    {"U82", Reason::Unknown, Detail::BankChecking, Debit::Unclear},
    {"U87", Reason::Unknown, Detail::BankChecking, Debit::Unclear},
    {"U88", Reason::Unknown, Detail::BankChecking, Debit::Unclear},
    {"01", Reason::Unknown, Detail::BankPending, Debit::Unclear},
};

// Names of reasons, for gateways that rename the codes ("match on the gateway's reason", §6.4).
// Cashfree's own list is not published whole; these are the common ones.
constexpr CodeRow kReasons[] = {
    {"auth_declined", Reason::Declined, Detail::None},
    {"payment_declined", Reason::Declined, Detail::None},
    {"TRANSACTION_DECLINED", Reason::Declined, Detail::None},
    {"payment_cancelled", Reason::UserCancelled, Detail::None},
    {"payment_collect_request_expired", Reason::Expired, Detail::RequestExpired},
    {"payment_timed_out", Reason::Unknown, Detail::AppTimedOut},
    {"insufficient_funds", Reason::Declined, Detail::InsufficientFunds},
    {"incorrect_pin", Reason::Declined, Detail::WrongPin},
    {"invalid_vpa", Reason::InvalidVpa, Detail::VpaNotFound},
    {"vpa_resolution_failed", Reason::InvalidVpa, Detail::VpaNotFound},
    {"bank_technical_error", Reason::Declined, Detail::BankUnavailable},
    // "01::REJECTED" with this reason is their own sample of a refusal (Errors, "Sample error
    // response from webhook"), though 01 is "pending" elsewhere. So a reason says more than 01.
    {"bank_rejected", Reason::Declined, Detail::BankRefused},
    {"01::REJECTED", Reason::Declined, Detail::BankRefused},
};

/// Prefix "U" and two digits: the UPI switch's own code, vaguer than a bank's.
bool is_switch_code(std::string_view code) {
    return code.size() == 3 && code[0] == 'U' && code[1] >= '0' && code[1] <= '9';
}

const CodeRow* find_row(std::string_view code) {
    const auto* row = std::find_if(std::begin(kCodes), std::end(kCodes), [&](const CodeRow& r) {
        return r.code == code;
    });
    return row != std::end(kCodes) ? row : nullptr;
}

/// What must be said before anything else weighs most: 4 and 5, that money may have moved. Then a
/// bank's code, the switch's, and last U30, which only says that the debit failed.
int weight(const CodeRow& row) {
    if (row.debit == Debit::Unclear) return is_switch_code(row.code) ? 4 : 5;
    if (row.code == "U30") return 1;
    return is_switch_code(row.code) ? 2 : 3;
}

/// The parts of "ZA::U19::Transaction fail" and the separate code fields, as they come.
std::vector<std::string_view> codes_in(const FailureTexts& texts) {
    std::vector<std::string_view> codes = {
        texts.error_subcode_raw, texts.error_code_raw, texts.error_code};
    // The codes lead the message; what follows is prose.
    constexpr int kPartsMax = 3;
    std::string_view rest = texts.payment_message;
    for (int part = 0; part < kPartsMax && !rest.empty(); ++part) {
        const std::size_t end = rest.find("::");
        // Without "::" the message is prose, and a word of prose is no code.
        if (end == std::string_view::npos) break;
        codes.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 2);
    }
    return codes;
}

/// What the reason's name says; it counts only where the codes said nothing.
FailureMeaning reason_meaning(const FailureTexts& texts) {
    for (const auto name : {texts.error_reason, texts.error_code, texts.payment_message}) {
        for (const CodeRow& row : kReasons) {
            if (row.code == name) return {row.reason, row.detail, false};
        }
    }
    return {};
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

bool contains_without_case(std::string_view text, std::string_view lower_case_needle) {
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    };
    return std::search(
               text.begin(), text.end(), lower_case_needle.begin(), lower_case_needle.end(), same
           ) != text.end();
}

}  // namespace

PaymentWord payment_word(std::string_view payment_status) {
    struct Row {
        std::string_view theirs;
        PaymentWord ours;
    };
    static constexpr Row kRows[] = {
        {"NOT_ATTEMPTED", {NormalizedStatus::Created, true, false, false}},
        {"PENDING", {NormalizedStatus::Pending, true, false, false}},
        {"FLAGGED", {NormalizedStatus::Pending, true, false, false}},
        {"SUCCESS", {NormalizedStatus::Completed, true, true, false}},
        {"FAILED", {NormalizedStatus::Failed, true, true, false}},
        {"USER_DROPPED", {NormalizedStatus::Failed, true, true, false}},
        {"CANCELLED", {NormalizedStatus::Failed, true, true, true}},
        {"VOID", {NormalizedStatus::Failed, true, true, true}},
    };
    for (const auto& row : kRows) {
        if (row.theirs == payment_status) return row.ours;
    }
    return {};
}

RefundWord refund_word(std::string_view refund_status) {
    struct Row {
        std::string_view theirs;
        NormalizedStatus ours;
    };
    static constexpr Row kRows[] = {
        {"SUCCESS", NormalizedStatus::Completed},
        {"PENDING", NormalizedStatus::Pending},
        {"ONHOLD", NormalizedStatus::Pending},
        {"PENDING_APPROVAL", NormalizedStatus::Pending},
        {"CANCELLED", NormalizedStatus::Failed},
        {"FAILED", NormalizedStatus::Failed},
        {"REJECTED", NormalizedStatus::Failed},
    };
    for (const auto& row : kRows) {
        if (row.theirs == refund_status) return {row.ours, true};
    }
    return {};
}

GatewayOrderStatus order_word(std::string_view order_status) {
    struct Row {
        std::string_view theirs;
        GatewayOrderStatus ours;
    };
    static constexpr Row kRows[] = {
        {"ACTIVE", GatewayOrderStatus::Active},
        {"PAID", GatewayOrderStatus::Paid},
        {"EXPIRED", GatewayOrderStatus::Expired},
        {"TERMINATED", GatewayOrderStatus::Terminated},
        {"TERMINATION_REQUESTED", GatewayOrderStatus::TerminationRequested},
    };
    for (const auto& row : kRows) {
        if (row.theirs == order_status) return row.ours;
    }
    return GatewayOrderStatus::Unknown;
}

std::string_view word_of(Channel channel) {
    switch (channel) {
        case Channel::Intent:
            return "link";
        case Channel::Collect:
            return "collect";
        case Channel::QrCode:
            return "qrcode";
    }
    return {};
}

std::optional<Channel> channel_from(std::string_view word) {
    for (const Channel channel : {Channel::Intent, Channel::Collect, Channel::QrCode}) {
        if (word_of(channel) == word) return channel;
    }
    return std::nullopt;
}

FailureMeaning failure_meaning(const FailureTexts& texts) {
    const CodeRow* best = nullptr;
    for (const std::string_view code : codes_in(texts)) {
        const CodeRow* row = find_row(code);
        if (row != nullptr && (best == nullptr || weight(*row) > weight(*best))) best = row;
    }
    FailureMeaning meaning = reason_meaning(texts);
    const bool known = meaning.reason != Reason::Unknown;
    if (best != nullptr && !(known && best->code == "01")) {
        meaning = {best->reason, best->detail, best->debit == Debit::None};
    }
    // They know who left; a code beside it can only say why.
    if (texts.payment_status == "USER_DROPPED") meaning.reason = FailureReason::UserDropped;
    return meaning;
}

Refusal refusal_word(int http_status, const ErrorTexts& error) {
    if (is_one_of(error.code, {"upi_id_invalid", "upi.vpa_invalid", "upi.upi_id_invalid"})) {
        return Refusal::InvalidVpa;
    }
    if (is_one_of(error.code, {"order_already_exists", "order_id_already_exists"})) {
        return Refusal::OrderExists;
    }
    if (is_one_of(
            error.code,
            {"order_inactive",
             "orderpay_not_found",  // "order no longer active" (§3.5)
             "order_already_paid",
             "order_id_voided"}
        )) {
        return Refusal::OrderInactive;
    }
    if (is_one_of(error.code, {"payment_method_unsupported", "payment_gateway_unsupported"}) ||
        error.type == "feature_not_enabled") {
        return Refusal::ChannelNotAllowed;
    }
    // A mode that the account lacks has no code of its own: 400 request_failed and prose (§3.5).
    if (http_status == 400 && error.code == "request_failed" &&
        contains_without_case(error.message, "not enabled")) {
        return Refusal::ChannelNotAllowed;
    }
    if (error.code == "refund_id_invalid" && contains_without_case(error.message, "duplicate")) {
        return Refusal::RefundIdTaken;
    }
    if (error.code == "refund_post_failed" &&
        contains_without_case(error.message, "cannot be greater")) {
        return Refusal::RefundTooLarge;
    }
    if (http_status == 404) return Refusal::NotFound;
    return Refusal::Other;
}

}  // namespace chukta::cashfree
