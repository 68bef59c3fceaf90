#include "sandbox/refund_wire.h"

#include <algorithm>

#include "sandbox/json_wire.h"

namespace sandbox::wire {
namespace {

bool is_refund_id(const std::string& text) {
    return text.size() >= 3 && text.size() <= 40 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
               return letter || (c >= '0' && c <= '9') || c == '_';
           });
}

std::string description_of(RefundStatus status) {
    switch (status) {
        case RefundStatus::Pending:
            return "In Progress";
        case RefundStatus::OnHold:
            return "Refund is on hold";
        case RefundStatus::Success:
            return "Refund processed successfully";
        case RefundStatus::Cancelled:
            return "Refund is cancelled";
    }
    return {};
}

Json refund_json(const Refund& refund) {
    const bool done = refund.status == RefundStatus::Success;
    const Json speed = {
        {"requested", refund.speed},
        // "INSTANT is accepted as STANDARD" in their sandbox (§6.2).
        {"accepted", "STANDARD"},
        {"processed", done ? Json("STANDARD") : Json(nullptr)},
        {"message", nullptr},
    };
    return {
        {"cf_payment_id", refund.cf_payment_id},
        {"cf_refund_id", refund.cf_refund_id},
        {"created_at", indian_time(refund.created_at_ms)},
        {"entity", "refund"},
        {"metadata", nullptr},
        {"order_id", refund.order_id},
        {"processed_at",
         refund.processed_at_ms ? Json(indian_time(*refund.processed_at_ms)) : Json(nullptr)},
        {"refund_amount", rupees(refund.amount)},
        {"refund_arn", text_or_null(refund.arn)},
        {"refund_charge", 0},
        {"refund_currency", "INR"},
        {"refund_id", refund.automatic ? Json(nullptr) : Json(refund.refund_id)},
        {"refund_mode", "NORMAL"},
        {"refund_note", text_or_null(refund.note)},
        {"refund_speed", speed},
        {"refund_splits", Json::array()},
        {"refund_status", std::string{word(refund.status)}},
        {"refund_type", refund.automatic ? "PAYMENT_AUTO_REFUND" : "MERCHANT_INITIATED"},
        {"status_description", description_of(refund.status)},
    };
}

}  // namespace

chukta::Result<NewRefund, ApiError> read_refund(std::string_view body) {
    const auto decoded = decode(body);
    if (!decoded) return chukta::failure(decoded.error());
    Problems problems;
    Fields fields{&*decoded, "", problems};
    NewRefund asked;
    if (const auto* amount = fields.number("refund_amount")) {
        const auto money = money_of(*amount);
        if (!money || money->paise() == 0) {
            problems.invalid("refund_amount", "more than 0 with at most 2 decimals", *amount);
        } else {
            asked.amount = *money;
        }
    } else if (!decoded->contains("refund_amount") || (*decoded)["refund_amount"].is_null()) {
        problems.missing("refund_amount");
    }
    if (auto id = fields.required_text("refund_id")) {
        asked.refund_id = *id;
        if (!is_refund_id(*id)) {
            problems.invalid(refused("refund_id_invalid", "refund_id format not valid"));
        }
    }
    asked.note = fields.text("refund_note");
    if (asked.note && (asked.note->size() < 3 || asked.note->size() > 100)) {
        problems.invalid("refund_note", "of length 3 to 100", Json(*asked.note));
    }
    if (auto speed = fields.text("refund_speed")) {
        asked.speed = *speed;
        if (*speed != "STANDARD" && *speed != "INSTANT") {
            problems.invalid("refund_speed", "STANDARD or INSTANT", Json(*speed));
        }
    }
    if (auto problem = problems.first()) return chukta::failure(*problem);
    return asked;
}

std::string refund_text(const Refund& refund) { return api_text(refund_json(refund)); }

std::string refunds_text(const std::vector<const Refund*>& refunds) {
    auto list = Json::array();
    for (const auto* refund : refunds) list.push_back(refund_json(*refund));
    return api_text(list);
}

}  // namespace sandbox::wire
