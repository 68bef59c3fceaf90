#include "sandbox/order_wire.h"

#include <algorithm>
#include <array>

#include "sandbox/json_wire.h"

namespace sandbox::wire {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;

bool all_of(std::string_view text, std::string_view extra) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
    });
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check_length(
    Problems& problems,
    std::string_view path,
    const std::optional<std::string>& text,
    std::size_t min,
    std::size_t max
) {
    if (!text || (text->size() >= min && text->size() <= max)) return;
    problems.invalid(
        path, "of length " + std::to_string(min) + " to " + std::to_string(max), Json(*text)
    );
}

/// Ten digits, or + and a country code; eleven digits without + are refused (§2.1, observed).
bool is_phone(std::string_view phone) {
    if (phone.size() == 10) return all_digits(phone);
    return phone.size() >= 8 && phone.size() <= 16 && phone.front() == '+' &&
           all_digits(phone.substr(1));
}

Customer read_customer(const Json* object, Problems& problems) {
    Customer customer;
    Fields fields{object, "customer_details.", problems};
    if (auto id = fields.required_text("customer_id")) {
        customer.id = *id;
        if (id->size() < 3 || id->size() > 50 || !all_of(*id, "_-")) {
            problems.invalid(
                fields.path("customer_id"), "alphanumeric and of length 3 to 50", Json(*id)
            );
        }
    }
    // Reported without its parent (§1.6).
    Fields flat{object, "", problems};
    if (auto phone = flat.required_text("customer_phone")) {
        customer.phone = *phone;
        if (!is_phone(*phone)) {
            problems.invalid("customer_phone", "a valid phone number", Json(*phone));
        }
    }
    customer.email = flat.text("customer_email");
    check_length(problems, "customer_email", customer.email, 3, 100);
    if (customer.email && customer.email->find('@') == std::string::npos) {
        problems.invalid("customer_email", "a valid email", Json(*customer.email));
    }
    customer.name = fields.text("customer_name");
    check_length(problems, fields.path("customer_name"), customer.name, 3, 100);
    return customer;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
        return text.substr(0, prefix.size()) == prefix;
    });
}

void check_payment_methods(Problems& problems, const std::string& list) {
    constexpr std::array<std::string_view, 13> kMethods = {
        "cc",
        "dc",
        "ccc",
        "ppc",
        "nb",
        "upi",
        "paypal",
        "app",
        "paylater",
        "cardlessemi",
        "dcemi",
        "ccemi",
        "banktransfer"};
    std::size_t start = 0;
    while (start <= list.size()) {
        const auto end = std::min(list.find(',', start), list.size());
        const auto method = std::string_view{list}.substr(start, end - start);
        if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
            problems.invalid("order_meta.payment_methods", "a list of known methods", Json(list));
            return;
        }
        start = end + 1;
    }
}

void read_meta(const Json* object, Order& order, Problems& problems) {
    Fields fields{object, "order_meta.", problems};
    order.return_url = fields.text("return_url");
    check_length(problems, fields.path("return_url"), order.return_url, 1, 250);
    if (order.return_url && !starts_with_any(*order.return_url, {"https://", "http://"})) {
        problems.invalid(fields.path("return_url"), "a valid url", Json(*order.return_url));
    }
    order.notify_url = fields.text("notify_url");
    check_length(problems, fields.path("notify_url"), order.notify_url, 1, 250);
    // Theirs must be https; plain http is let through to this machine only, or nothing local
    // could be told.
    if (order.notify_url &&
        !starts_with_any(
            *order.notify_url, {"https://", "http://127.0.0.1", "http://localhost", "http://[::1]"}
        )) {
        problems.invalid(fields.path("notify_url"), "a valid https url", Json(*order.notify_url));
    }
    order.payment_methods = fields.text("payment_methods");
    if (order.payment_methods) check_payment_methods(problems, *order.payment_methods);
}

void read_tags(const Json* tags, Order& order, Problems& problems) {
    if (tags == nullptr) return;
    order.tags.emplace();
    for (const auto& [name, value] : tags->items()) {
        if (!value.is_string()) {
            problems.wrong_type("order_tags." + name, "string", value);
            continue;
        }
        const auto text = value.get<std::string>();
        if (text.empty() || text.size() > 255) {
            problems.invalid("order_tags." + name, "of length 1 to 255", value);
        }
        order.tags->emplace_back(name, text);
    }
    // The text says 10, the schema 15: the sandbox takes the larger (§2.1).
    if (order.tags->size() > 15) problems.invalid("order_tags", "at most 15 entries", *tags);
}

void read_expiry(Fields& fields, Order& order, EpochMs now_ms, Problems& problems) {
    const auto text = fields.text("order_expiry_time");
    if (!text) return;
    const auto at_ms = chukta::from_rfc3339(*text);
    const auto ahead_ms = at_ms ? *at_ms - now_ms : 0;
    if (!at_ms || ahead_ms <= 15 * kMinuteMs || ahead_ms >= 30 * kDayMs) {
        problems.invalid(refused(
            "order_expiry_time_invalid",
            "Expiry time should be more than 15 min and less than 30 days"
        ));
        return;
    }
    order.expires_at_ms = *at_ms;
}

void read_sum(Fields& fields, Order& order, Problems& problems, const Json& body) {
    if (const auto* amount = fields.number("order_amount")) {
        const auto money = money_of(*amount);
        if (!money || money->paise() < 100) {
            problems.invalid("order_amount", "at least 1 with at most 2 decimals", *amount);
        } else {
            order.amount = *money;
        }
    } else if (!body.contains("order_amount") || body["order_amount"].is_null()) {
        problems.missing("order_amount");
    }
    const auto currency = fields.text("order_currency");
    if (currency && *currency != "INR") {
        problems.invalid("order_currency", "an activated currency", Json(*currency));
    }
}

}  // namespace

chukta::Result<Order, ApiError> read_new_order(std::string_view body, EpochMs now_ms) {
    const auto decoded = decode(body);
    if (!decoded) return chukta::failure(decoded.error());
    Problems problems;
    Fields fields{&*decoded, "", problems};
    Order order;
    if (auto id = fields.text("order_id")) {
        order.order_id = *id;
        if (id->size() < 3 || id->size() > 45 || !all_of(*id, "_-")) {
            problems.invalid(
                "order_id", "alphanumeric with - and _ and of length 3 to 45", Json(*id)
            );
        }
    }
    read_sum(fields, order, problems, *decoded);
    if (const auto* customer = fields.object("customer_details")) {
        order.customer = read_customer(customer, problems);
    } else if (!decoded->contains("customer_details") || (*decoded)["customer_details"].is_null()) {
        problems.missing("customer_details");
    }
    read_meta(fields.object("order_meta"), order, problems);
    read_expiry(fields, order, now_ms, problems);
    order.note = fields.text("order_note");
    check_length(problems, "order_note", order.note, 3, 200);
    read_tags(fields.object("order_tags"), order, problems);
    const auto* splits = fields.array("order_splits");
    // No vendor exists here (§6.7).
    if (splits != nullptr && !splits->empty()) {
        problems.invalid(refused("order_splits_invalid", "Vendor Not found"));
    }
    if (auto problem = problems.first()) return chukta::failure(*problem);
    return order;
}

chukta::Result<std::monostate, ApiError> read_terminate(std::string_view body) {
    const auto decoded = decode(body);
    if (!decoded) return chukta::failure(decoded.error());
    Problems problems;
    Fields fields{&*decoded, "", problems};
    const auto status = fields.required_text("order_status");
    if (status && *status != "TERMINATED") {
        problems.invalid("order_status", "TERMINATED", Json(*status));
    }
    if (auto problem = problems.first()) return chukta::failure(*problem);
    return std::monostate{};
}

std::string peek(std::string_view body, std::string_view name) {
    const auto value = Json::parse(body, nullptr, false);
    if (!value.is_object()) return {};
    const auto found = value.find(std::string{name});
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string order_text(const Order& order) {
    Json tags = nullptr;
    if (order.tags) {
        tags = Json::object();
        for (const auto& [name, value] : *order.tags) tags[name] = value;
    }
    const Json customer = {
        {"customer_id", order.customer.id},
        {"customer_name", text_or_null(order.customer.name)},
        {"customer_email", text_or_null(order.customer.email)},
        {"customer_phone", order.customer.phone},
        {"customer_uid", nullptr},
    };
    const Json meta = {
        {"return_url", text_or_null(order.return_url)},
        {"notify_url", text_or_null(order.notify_url)},
        {"payment_methods", text_or_null(order.payment_methods)},
    };
    return api_text({
        {"cart_details", nullptr},
        {"cf_order_id", order.cf_order_id},
        {"created_at", indian_time(order.created_at_ms)},
        {"customer_details", customer},
        {"entity", "order"},
        {"order_amount", rupees(order.amount)},
        {"order_currency", "INR"},
        {"order_expiry_time", indian_time(order.expires_at_ms)},
        {"order_id", order.order_id},
        {"order_meta", meta},
        {"order_note", text_or_null(order.note)},
        {"order_splits", Json::array()},
        {"order_status", std::string{word(order.status)}},
        {"order_tags", tags},
        {"payment_session_id", order.payment_session_id},
        {"terminal_data", nullptr},
    });
}

std::string error_text(const ApiError& error) {
    Json body = {
        {"code", error.code},
        {"message", error.message},
        {"type", error.type},
    };
    // "On 400/404/409/422/500, not on 401/429" (§1.6).
    if (error.status != 401 && error.status != 429) {
        body["help"] =
            "Check latest errors and resolution from Merchant Dashboard API logs: "
            "https://bit.ly/4glEd0W Help Document: https://bit.ly/4eeZYO9";
    }
    return api_text(body);
}

}  // namespace sandbox::wire
