#include "server/api_wire.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/web_url.h"
#include "shared/limits.h"

namespace chukta::api_wire {

namespace {

using nlohmann::json;

// Enforced by Cashfree: "Expiry time should be more than 15 min and less than 30 days"
// (facts/cashfree.md §2.1).
constexpr EpochMs kExpiryMsMax = 30LL * 24 * 3600 * 1000;
constexpr int kQuantityMax = 100'000;
constexpr std::size_t kPhoneLengthMax = 16;  // E.164: '+' and 15 digits
constexpr std::size_t kEmailLengthMin = 3;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool is_name(std::string_view text, std::size_t length_min, std::size_t length_max) {
    return text.size() >= length_min && text.size() <= length_max &&
           std::all_of(text.begin(), text.end(), is_name_character);
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Ten digits, or '+' and a country code: what Cashfree takes (facts/cashfree.md §2.1).
bool is_phone(std::string_view text) {
    if (text.starts_with('+')) {
        constexpr std::size_t kDigitsMin = 8;
        return text.size() > kDigitsMin && text.size() <= kPhoneLengthMax && text[1] != '0' &&
               is_digits(text.substr(1));
    }
    return text.size() == 10 && is_digits(text);
}

bool is_email(std::string_view text) {
    if (text.size() < kEmailLengthMin || text.size() > limits::kNameLengthMax) return false;
    const auto at = text.find('@');
    return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
           text.find('@', at + 1) == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// A text for people: not empty, no control characters. The JSON parser has checked its UTF-8.
bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= limits::kNameLengthMax &&
           std::none_of(text.begin(), text.end(), [](char c) {
               return (c >= 0 && c < ' ') || c == 0x7f;
           });
}

/// The text of a member; empty when it is absent, null or not a text.
std::string text_member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Absent and null are the same.
bool has_member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && !found->is_null();
}

/// A whole number within bounds; 170.0 and 1e2 are not whole numbers in our API.
std::optional<std::int64_t> whole_number(
    const json& object, const char* name, std::int64_t min, std::int64_t max
) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() > static_cast<std::uint64_t>(max)) {
        return std::nullopt;
    }
    const auto number = found->get<std::int64_t>();
    if (number < min || number > max) return std::nullopt;
    return number;
}

std::optional<FieldError> read_customer(const json& body, NewOrder& order) {
    const auto customer = body.find("customer");
    if (customer == body.end() || !customer->is_object()) {
        return FieldError{"customer_invalid", "customer must be an object with id and phone."};
    }
    const auto id = text_member(*customer, "id");
    // Cashfree, customer_id: 3 to 50 (facts/cashfree.md §2.1).
    if (!is_name(id, 3, limits::kCustomerIdLengthMax)) {
        return FieldError{"customer_id_invalid", "customer.id must be 3 to 50 of A-Z a-z 0-9 _ -."};
    }
    order.customer_id = CustomerId{id};
    order.customer_phone = text_member(*customer, "phone");
    if (!is_phone(order.customer_phone)) {
        return FieldError{
            "customer_phone_invalid", "customer.phone must be 10 digits, or + and a country code."};
    }
    order.customer_email = text_member(*customer, "email");
    if (has_member(*customer, "email") && !is_email(order.customer_email)) {
        return FieldError{"customer_email_invalid", "customer.email must be an e-mail address."};
    }
    order.customer_name = text_member(*customer, "name");
    if (has_member(*customer, "name") && !is_label(order.customer_name)) {
        return FieldError{"customer_name_invalid", "customer.name must be a text of 1 to 100."};
    }
    return std::nullopt;
}

std::optional<FieldError> read_items(const json& body, NewOrder& order) {
    constexpr FieldError kInvalid{
        "items_invalid",
        "items must be a list of 1 to 50 objects with name, quantity and amount in paise."};
    const auto items = body.find("items");
    if (items == body.end() || !items->is_array()) return kInvalid;
    if (items->empty() || items->size() > limits::kItemsMax) return kInvalid;
    for (const auto& row : *items) {
        if (!row.is_object()) return kInvalid;
        wire::Item item;
        item.name = text_member(row, "name");
        const auto quantity = whole_number(row, "quantity", 1, kQuantityMax);
        const auto paise = whole_number(row, "amount", 0, limits::kOrderPaiseMax);
        if (!is_label(item.name) || !quantity || !paise) return kInvalid;
        item.quantity = static_cast<int>(*quantity);
        item.amount = *Money::from_paise(*paise);
        order.items.push_back(std::move(item));
    }
    return std::nullopt;
}

std::optional<FieldError> read_return_url(
    const json& body, const OrderRules& rules, NewOrder& order
) {
    order.return_url = text_member(body, "return_url");
    const auto url = parse_web_url(order.return_url);
    if (!url || order.return_url.size() > limits::kUrlLengthMax) {
        return FieldError{
            "return_url_invalid", "return_url must be an absolute http(s) URL of at most 250."};
    }
    const auto& origins = rules.allowed_origins;
    if (std::find(origins.begin(), origins.end(), url->origin) == origins.end()) {
        return FieldError{
            "return_url_not_allowed", "return_url is not on an origin of ALLOWED_ORIGINS."};
    }
    return std::nullopt;
}

std::optional<FieldError> read_expiry(const json& body, const OrderRules& rules, NewOrder& order) {
    if (!has_member(body, "expires_at")) return std::nullopt;
    const auto at = from_rfc3339(text_member(body, "expires_at"));
    // That it is not too soon is asked of new orders alone (Orders::create): a repeat may be late.
    if (!at || *at >= rules.now + kExpiryMsMax) {
        return FieldError{
            "expires_at_invalid",
            "expires_at must be RFC 3339, more than 15 minutes and less than 30 days ahead."};
    }
    order.expires_at = *at;
    return std::nullopt;
}

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json time_or_null(const std::optional<EpochMs>& at) {
    return at ? json(to_rfc3339(*at)) : json(nullptr);
}

json to_json(const ShopAttempt& attempt) {
    return {
        {"index", attempt.index},
        {"channel", word(attempt.channel)},
        {"app", attempt.app ? json(word(*attempt.app)) : json(nullptr)},
        {"vpa", text_or_null(attempt.vpa_masked)},
        {"status", word(attempt.status)},
        {"failure_reason", word(attempt.failure)},
        {"gateway_payment_id", text_or_null(attempt.gateway_payment_id)},
        {"bank_reference", text_or_null(attempt.bank_reference)},
        {"created_at", to_rfc3339(attempt.created_at)},
        {"updated_at", to_rfc3339(attempt.updated_at)},
    };
}

json to_json(const ShopRefund& refund) {
    return {
        {"refund_id", refund.refund_id.str()},
        {"order_id", refund.order_id.str()},
        {"origin", refund.origin},
        {"amount", refund.amount.paise()},
        {"currency", "INR"},
        {"note", text_or_null(refund.note)},
        {"status", refund.status},
        {"failure_reason", refund.failure_reason},
        {"gateway_status", text_or_null(refund.gateway_status)},
        {"gateway_refund_id", text_or_null(refund.gateway_refund_id)},
        {"gateway_payment_id", text_or_null(refund.gateway_payment_id)},
        {"bank_reference", text_or_null(refund.bank_reference)},
        {"created_at", to_rfc3339(refund.created_at)},
        {"updated_at", to_rfc3339(refund.updated_at)},
        {"completed_at", time_or_null(refund.completed_at)},
    };
}

json to_json(const ShopOrder& order, std::string_view public_url) {
    json attempts = json::array();
    for (const auto& attempt : order.attempts) attempts.push_back(to_json(attempt));
    json refunds = json::array();
    for (const auto& refund : order.refunds) refunds.push_back(to_json(refund));
    return {
        {"order_id", order.order_id.str()},
        {"version", order.version},
        {"amount", order.amount.paise()},
        {"currency", "INR"},
        {"customer_id", order.customer_id.str()},
        {"payment_status", word(order.payment_status)},
        {"fulfillment_status", word(order.fulfillment_status)},
        {"review_reason", word(order.review_reason)},
        {"pay_url", std::string{public_url} + "/pay/" + order.order_id.str()},
        {"return_url", order.return_url},
        {"created_at", to_rfc3339(order.created_at)},
        {"updated_at", to_rfc3339(order.updated_at)},
        {"expires_at", time_or_null(order.expires_at)},
        {"paid_at", time_or_null(order.paid_at)},
        {"attempts", std::move(attempts)},
        {"amount_refunded", order.amount_refunded.paise()},
        {"amount_refundable", order.amount_refundable.paise()},
        {"refunds", std::move(refunds)},
    };
}

/// Texts came in through a parser that checks UTF-8, but the gateway's references did not.
std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<NewOrder, FieldError> decode_new_order(std::string_view text, const OrderRules& rules) {
    const auto body = json::parse(text, nullptr, false);
    if (body.is_discarded()) return failure(FieldError{"invalid_json", "The body is not JSON."});
    if (!body.is_object()) return failure(FieldError{"invalid_body", "The body is not an object."});

    NewOrder order;
    if (has_member(body, "order_id")) {
        const auto order_id = text_member(body, "order_id");
        if (!is_order_id(order_id)) {
            return failure(FieldError{
                "order_id_invalid", "order_id must be 3 to 45 of A-Z a-z 0-9 _ -."});
        }
        order.order_id = OrderId{order_id};
    }
    const auto paise = whole_number(body, "amount", limits::kOrderPaiseMin, limits::kOrderPaiseMax);
    if (!paise) {
        return failure(FieldError{
            "amount_invalid", "amount must be whole paise, from 100 to 1000000000."});
    }
    order.amount = *Money::from_paise(*paise);
    if (text_member(body, "currency") != "INR") {
        return failure(FieldError{"currency_invalid", "currency must be INR."});
    }
    if (const auto error = read_customer(body, order)) return failure(*error);
    if (const auto error = read_items(body, order)) return failure(*error);
    if (const auto error = read_return_url(body, rules, order)) return failure(*error);
    if (const auto error = read_expiry(body, rules, order)) return failure(*error);
    return order;
}

Result<NewRefund, FieldError> decode_new_refund(std::string_view text) {
    const auto body = json::parse(text, nullptr, false);
    if (body.is_discarded()) return failure(FieldError{"invalid_json", "The body is not JSON."});
    if (!body.is_object()) return failure(FieldError{"invalid_body", "The body is not an object."});
    NewRefund refund;
    if (has_member(body, "refund_id")) {
        const auto refund_id = text_member(body, "refund_id");
        if (!is_refund_id(refund_id)) {
            return failure(FieldError{
                "refund_id_invalid", "refund_id must be 3 to 40 of A-Z a-z 0-9 _."});
        }
        refund.refund_id = RefundId{refund_id};
    }
    if (has_member(body, "amount")) {
        const auto paise = whole_number(body, "amount", 1, limits::kOrderPaiseMax);
        if (!paise) {
            return failure(FieldError{
                "refund_amount_invalid", "amount must be whole paise, from 1 to 1000000000."});
        }
        refund.amount = *Money::from_paise(*paise);
    }
    if (has_member(body, "currency") && text_member(body, "currency") != "INR") {
        return failure(FieldError{"currency_invalid", "currency must be INR."});
    }
    refund.note = text_member(body, "note");
    const bool note_fits =
        is_label(refund.note) && refund.note.size() >= limits::kRefundNoteLengthMin;
    if (has_member(body, "note") && !note_fits) {
        return failure(FieldError{"note_invalid", "note must be a text of 3 to 100."});
    }
    return refund;
}

std::string encode(const ShopRefund& refund) { return dump(to_json(refund)); }

std::string encode(const ShopOrder& order, std::string_view public_url) {
    return dump(to_json(order, public_url));
}

std::string encode(const ShopOrderPage& page, std::string_view public_url) {
    json orders = json::array();
    for (const auto& order : page.orders) orders.push_back(to_json(order, public_url));
    return dump({{"orders", std::move(orders)}, {"next_cursor", text_or_null(page.next_cursor)}});
}

std::string encode_event(
    std::string_view type,
    EpochMs at,
    const ShopOrder& order,
    std::string_view public_url,
    const EventSubject& subject
) {
    json data = to_json(order, public_url);
    if (subject.attempt_index) data["attempt_index"] = *subject.attempt_index;
    if (!subject.refund_id.empty()) data["refund_id"] = subject.refund_id;
    return dump({{"type", type}, {"timestamp", to_rfc3339(at)}, {"data", std::move(data)}});
}

std::string encode_handoff(std::string_view url, EpochMs expires_at) {
    return dump({{"url", url}, {"expires_at", to_rfc3339(expires_at)}});
}

bool is_order_id(std::string_view text) {
    return is_name(text, limits::kOrderIdLengthMin, limits::kOrderIdLengthMax);
}

bool is_refund_id(std::string_view text) {
    return is_name(text, limits::kRefundIdLengthMin, limits::kRefundIdLengthMax) &&
           text.find('-') == std::string_view::npos;
}

bool is_idempotency_key(std::string_view text) {
    return !text.empty() && text.size() <= limits::kIdempotencyKeyLengthMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_name_character(c) || c == '.' || c == ':';
           });
}

}  // namespace chukta::api_wire
