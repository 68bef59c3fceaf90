#include "sandbox/faults.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sandbox {
namespace {

constexpr std::array kWords = {
    std::pair{Fault::NumericCfPaymentId, std::string_view{"numeric_cf_payment_id"}},
    std::pair{Fault::NullUpiChannel, std::string_view{"null_upi_channel"}},
    std::pair{Fault::UnknownStatus, std::string_view{"unknown_status"}},
    std::pair{Fault::UnknownType, std::string_view{"unknown_type"}},
    std::pair{Fault::TypeStatusDisagree, std::string_view{"type_status_disagree"}},
    std::pair{Fault::AmountDifferent, std::string_view{"amount_different"}},
    std::pair{Fault::DuplicateWebhook, std::string_view{"duplicate_webhook"}},
    std::pair{Fault::ReorderedWebhook, std::string_view{"reordered_webhook"}},
    std::pair{Fault::DelayedWebhook, std::string_view{"delayed_webhook"}},
    std::pair{Fault::LostWebhook, std::string_view{"lost_webhook"}},
    std::pair{Fault::ForgedSignature, std::string_view{"forged_signature"}},
    std::pair{Fault::AlteredBody, std::string_view{"altered_body"}},
    std::pair{Fault::UnsignedWebhook, std::string_view{"unsigned_webhook"}},
    std::pair{Fault::SecondsTimestamp, std::string_view{"seconds_timestamp"}},
    std::pair{Fault::RateLimited, std::string_view{"rate_limited"}},
    std::pair{Fault::InternalError, std::string_view{"internal_error"}},
    std::pair{Fault::BankProcessingFailure, std::string_view{"bank_processing_failure"}},
    std::pair{Fault::HtmlBody, std::string_view{"html_body"}},
    std::pair{Fault::Slow, std::string_view{"slow"}},
    std::pair{Fault::DropBeforeAccept, std::string_view{"drop_before_accept"}},
    std::pair{Fault::DropAfterAccept, std::string_view{"drop_after_accept"}},
    std::pair{Fault::WebhookBeforeReply, std::string_view{"webhook_before_reply"}},
    std::pair{Fault::IgnoreIdempotencyKeys, std::string_view{"ignore_idempotency_keys"}},
    std::pair{Fault::StrictIds, std::string_view{"strict_ids"}},
    std::pair{Fault::CollectBlocked, std::string_view{"collect_blocked"}},
    std::pair{Fault::UnreadableQr, std::string_view{"unreadable_qr"}},
    std::pair{Fault::WrongAmountQr, std::string_view{"wrong_amount_qr"}},
    std::pair{Fault::KeepSecondSuccess, std::string_view{"keep_second_success"}},
};

bool matches(const FaultRule& rule, Fault fault, const Place& place) {
    return rule.fault == fault && (rule.endpoint.empty() || rule.endpoint == place.endpoint) &&
           (rule.order_id.empty() || rule.order_id == place.order_id) &&
           (rule.type.empty() || rule.type == place.type);
}

}  // namespace

std::string_view word(Fault fault) {
    for (const auto& [value, text] : kWords) {
        if (value == fault) return text;
    }
    return {};
}

std::optional<Fault> fault_of(std::string_view text) {
    for (const auto& [value, known] : kWords) {
        if (known == text) return value;
    }
    return std::nullopt;
}

const std::vector<Fault>& all_faults() {
    static const std::vector<Fault> kAll = [] {
        std::vector<Fault> all;
        all.reserve(std::size(kWords));
        for (const auto& [value, text] : kWords) all.push_back(value);
        return all;
    }();
    return kAll;
}

void Faults::add(FaultRule rule) { rules_.push_back(std::move(rule)); }

void Faults::clear() {
    rules_.clear();
    chaos_ = {};
}

void Faults::unleash(Chaos chaos) {
    random_.seed(chaos.seed);
    chaos_ = std::move(chaos);
}

bool Faults::present(Fault fault) const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const FaultRule& rule) {
        return rule.fault == fault;
    });
}

std::optional<FaultRule> Faults::take(Fault fault, const Place& place) {
    for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
        if (!matches(*rule, fault, place)) continue;
        if (rule->skip > 0) {
            --rule->skip;
            continue;
        }
        const auto taken = *rule;
        if (rule->count && --*rule->count <= 0) rules_.erase(rule);
        return taken;
    }
    if (chaos_.percent <= 0 || !chaos_.faults.contains(fault)) return std::nullopt;
    if (static_cast<int>(random_() % 100) >= chaos_.percent) return std::nullopt;
    FaultRule drawn;
    drawn.fault = fault;
    // Whether the request was carried out before it failed is drawn too.
    drawn.accepted = random_() % 2 == 0;
    return drawn;
}

}  // namespace sandbox
