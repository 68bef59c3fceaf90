#include "server/cashfree/wire.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <string>
#include <utility>

#include "server/cashfree/wire_fields.h"
#include "server/cashfree/wire_refund.h"
#include "server/cashfree/wire_value.h"
#include "server/cashfree/words.h"
#include "shared/time.h"

namespace chukta::cashfree {

namespace {

// Two sightings of about 138 characters; "never validate by length" (§2.2), so only a bound.
constexpr std::size_t kSessionMax = 1024;

/// §2.1: 3 to 100 characters.
bool fits_customer_field(std::string_view text) { return text.size() >= 3 && text.size() <= 100; }

/// "2026-03-31T09:59:00+05:30": whole seconds in Indian time, as they write times themselves.
std::string indian_time(EpochMs at_ms) {
    constexpr EpochMs kOffsetMs = (5 * 60 + 30) * 60 * 1000;
    constexpr std::size_t kSecondsEnd = 19;  // of "2026-03-31T09:59:00.000Z"
    return to_rfc3339(at_ms + kOffsetMs).substr(0, kSecondsEnd) + "+05:30";
}

FailureMeaning failure_of(const Value& payment, const Value& error_details, std::string_view word) {
    const auto text = [&](std::string_view name) {
        return error_details.member(name).string().value_or("");
    };
    return failure_meaning({
        .payment_status = word,
        .payment_message = payment.member("payment_message").string().value_or(""),
        .error_code = text("error_code"),
        .error_reason = text("error_reason"),
        .error_code_raw = text("error_code_raw"),
        .error_subcode_raw = text("error_subcode_raw"),
    });
}

/// What redeemed offers took off. An offer that was not redeemed took nothing.
Money discount_of(const Value& offers) {
    Money sum;
    for (const Value& offer : offers.elements()) {
        const Value& redemption = offer.member("offer_redemption");
        if (redemption.member("redemption_status").string() != "SUCCESS") continue;
        const auto amount = read_money(redemption.member("discount_amount"));
        if (!amount) continue;
        if (const auto more = checked_add(sum, *amount)) sum = *more;
    }
    return sum;
}

/// The channel is null in some intent and QR news (§5.4): a hint, never joined on.
std::optional<Channel> channel_of(const Value& payment) {
    const auto word = payment.member("payment_method").member("upi").member("channel").string();
    return word ? channel_from(*word) : std::nullopt;
}

/// Where one payment's fields are: a webhook spreads over siblings what a fetch keeps in one
/// object.
struct PaymentParts {
    const Value& order;    ///< has order_id, order_amount, order_currency
    const Value& payment;  ///< has the payment_… fields
    const Value& error_details;
    const Value& offers;
};

/// A payment that is paid in one currency for an order in another is never ours: both are named, so
/// that no comparison with "INR" succeeds.
std::string currency_of(const PaymentParts& parts) {
    const std::string payment = read_word(parts.payment.member("payment_currency"), kWordMax);
    std::string order = read_word(parts.order.member("order_currency"), kWordMax);
    if (payment.empty() || payment == order) return order;
    return order.empty() ? payment : order + "/" + payment;
}

/// Nothing when it cannot be told whose payment this is.
std::optional<GatewayEvent> read_event(const PaymentParts& parts) {
    const std::string order_id = read_word(parts.order.member("order_id"), kOrderIdMax);
    const std::string payment_id = read_id(parts.payment.member("cf_payment_id"));
    if (order_id.empty() || payment_id.empty()) return std::nullopt;
    const std::string_view theirs = parts.payment.member("payment_status").string().value_or("");
    const PaymentWord word = payment_word(theirs);

    GatewayEvent event;
    event.order_id = OrderId{order_id};
    event.payment_id = GatewayPaymentId{payment_id};
    event.status = word.status;
    event.word_known = word.known;
    event.reversed = word.reversed;
    event.gateway_final = word.last;
    event.currency = currency_of(parts);
    event.order_amount = read_money(parts.order.member("order_amount"));
    event.payment_amount = read_money(parts.payment.member("payment_amount"));
    event.discount_amount = discount_of(parts.offers);
    event.channel = channel_of(parts.payment);
    if (word.status == NormalizedStatus::Failed) {
        const FailureMeaning meaning = failure_of(parts.payment, parts.error_details, theirs);
        event.failure = meaning.reason;
        event.detail = word.reversed ? wire::FailureDetail::MoneyReturnedIfTaken : meaning.detail;
        // Of a success that was taken back nobody can say that nothing was debited.
        event.no_money_taken = meaning.no_money_taken && !word.reversed;
    }
    event.bank_reference = read_bank_reference(parts.payment.member("bank_reference"));
    event.started_at = read_time(parts.payment.member("payment_time"));
    event.completed_at = read_time(parts.payment.member("payment_completion_time"));
    return event;
}

Result<WebhookNews, WireError> read_payment_webhook(
    const Value& root, std::string_view promised_word
) {
    const Value& data = root.member("data");
    const Value& payment = data.member("payment");
    auto event = read_event({
        .order = data.member("order"),
        .payment = payment,
        .error_details = data.member("error_details"),
        .offers = data.member("payment_offers"),
    });
    if (!event) return failure(WireError::WrongShape);
    const bool agrees = payment.member("payment_status").string() == promised_word;
    // An unknown word is its own reason to look; it contradicts nothing.
    event->contradictory = event->word_known && !agrees;
    if (event->contradictory) event->gateway_final = false;
    event->captured = agrees && event->status == NormalizedStatus::Completed;
    // A webhook says when the payment began, and of its end only when there was this to tell
    // (§5.4): their time all the same, and not that of a delivery which may be half an hour late.
    if (event->captured && !event->completed_at) {
        event->completed_at = read_time(root.member("event_time"));
    }
    return WebhookNews{std::move(*event)};
}

/// §5.5: data.refund of our refunds, data.auto_refund of theirs.
Result<WebhookNews, WireError> read_refund_webhook(const Value& refund, bool automatic) {
    auto news = read_refund_entity(refund, automatic);
    if (!news) return failure(WireError::WrongShape);
    return WebhookNews{std::move(*news)};
}

}  // namespace

std::string encode_create_order(const GatewayOrder& order, std::string_view notify_url) {
    std::string customer = "{";
    add_text(customer, "customer_id", order.customer_id.str());
    add_text(customer, "customer_phone", order.customer_phone);
    if (fits_customer_field(order.customer_email)) {
        add_text(customer, "customer_email", order.customer_email);
    }
    if (fits_customer_field(order.customer_name)) {
        add_text(customer, "customer_name", order.customer_name);
    }
    customer += '}';

    std::string meta = "{";
    if (!order.return_url.empty()) add_text(meta, "return_url", order.return_url);
    if (!notify_url.empty()) add_text(meta, "notify_url", notify_url);
    meta += '}';

    std::string json = "{";
    add_text(json, "order_id", order.order_id.str());
    add_member(json, "order_amount", order.amount.rupees());
    add_text(json, "order_currency", "INR");
    add_member(json, "customer_details", customer);
    add_member(json, "order_meta", meta);
    if (order.expires_at) add_text(json, "order_expiry_time", indian_time(*order.expires_at));
    json += '}';
    return json;
}

std::string encode_pay(const GatewayPay& pay) {
    std::string upi = "{";
    add_text(upi, "channel", word_of(pay.channel));
    if (pay.channel == Channel::Collect) {
        assert(pay.vpa);
        add_text(upi, "upi_id", pay.vpa->str());
        // "min 5, max 15" (§3.1, upi_expiry_minutes).
        add_member(
            upi, "upi_expiry_minutes", std::to_string(std::clamp(pay.collect_expiry_minutes, 5, 15))
        );
    }
    upi += '}';
    std::string method = "{";
    add_member(method, "upi", upi);
    method += '}';
    std::string json = "{";
    add_text(json, "payment_session_id", pay.session);
    add_member(json, "payment_method", method);
    json += '}';
    return json;
}

std::string encode_terminate() { return R"({"order_status":"TERMINATED"})"; }

Result<GatewayOrderNews, WireError> decode_order(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return failure(WireError::NotJson);
    const Value& root = **read;
    GatewayOrderNews news;
    news.order_id = OrderId{read_word(root.member("order_id"), kOrderIdMax)};
    const auto status = root.member("order_status").string();
    if (news.order_id.empty() || !status) return failure(WireError::WrongShape);
    news.status = order_word(*status);
    news.amount = read_money(root.member("order_amount"));
    news.currency = read_word(root.member("order_currency"), kWordMax);
    news.session = read_word(root.member("payment_session_id"), kSessionMax);
    return news;
}

Result<PayAnswer, WireError> decode_pay(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return failure(WireError::NotJson);
    const Value& root = **read;
    PayAnswer answer;
    answer.payment_id = GatewayPaymentId{read_id(root.member("cf_payment_id"))};
    const auto channel = channel_from(root.member("channel").string().value_or(""));
    if (answer.payment_id.empty() || !channel) return failure(WireError::WrongShape);
    answer.channel = *channel;
    answer.amount = read_money(root.member("payment_amount"));
    const Value& payload = root.member("data").member("payload");
    switch (answer.channel) {
        case Channel::Intent:
            for (const std::string_view key : {"gpay", "phonepe", "paytm", "bhim", "default"}) {
                const auto link = payload.member(key).string();
                if (link) answer.links.emplace_back(key, *link);
            }
            break;
        case Channel::Collect:
            break;
        case Channel::QrCode:
            answer.qr_data_uri = payload.member("qrcode").string().value_or("");
            break;
    }
    return answer;
}

Result<std::vector<GatewayEvent>, WireError> decode_payments(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return failure(WireError::NotJson);
    const Value& root = **read;
    if (!root.is_array()) return failure(WireError::WrongShape);
    std::vector<GatewayEvent> events;
    for (const Value& payment : root.elements()) {
        auto event = read_event({
            .order = payment,
            .payment = payment,
            .error_details = payment.member("error_details"),
            .offers = payment.member("payment_offers"),
        });
        if (!event) return failure(WireError::WrongShape);
        event->captured = event->status == NormalizedStatus::Completed &&
                          payment.member("is_captured").boolean() == true;
        // Money that is only held can still be released (§4.4).
        if (payment.member("is_captured").boolean() == false &&
            event->status == NormalizedStatus::Completed) {
            event->gateway_final = false;
        }
        events.push_back(std::move(*event));
    }
    return events;
}

Result<WebhookNews, WireError> decode_webhook(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return failure(WireError::NotJson);
    const Value& root = **read;
    const auto type = root.member("type").string();
    if (!type) return failure(WireError::WrongShape);
    const Value& data = root.member("data");

    struct Row {
        std::string_view type;
        std::string_view payment_status;
    };
    static constexpr Row kRows[] = {
        {"PAYMENT_SUCCESS_WEBHOOK", "SUCCESS"},
        {"PAYMENT_FAILED_WEBHOOK", "FAILED"},
        {"PAYMENT_USER_DROPPED_WEBHOOK", "USER_DROPPED"},
    };
    for (const auto& row : kRows) {
        if (row.type == *type) return read_payment_webhook(root, row.payment_status);
    }
    if (*type == "REFUND_STATUS_WEBHOOK") return read_refund_webhook(data.member("refund"), false);
    if (*type == "AUTO_REFUND_STATUS_WEBHOOK") {
        return read_refund_webhook(data.member("auto_refund"), true);
    }
    // PAYMENT_CHARGES_WEBHOOK comes here too: it follows a success and must not be taken for one.
    const auto theirs = data.member("payment").member("payment_status").string();
    const auto word = payment_word(theirs.value_or(""));
    const bool denies = theirs && (!word.known || word.status == NormalizedStatus::Failed);
    return WebhookNews{GatewayOtherNews{
        .type = read_word(root.member("type"), kWordMax),
        .order_id = OrderId{read_word(data.member("order").member("order_id"), kOrderIdMax)},
        .denies = denies ? Denies::ASuccess : Denies::Nothing,
    }};
}

std::optional<ErrorAnswer> decode_error(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return std::nullopt;
    const Value& root = **read;
    const auto message = root.member("message").string();
    const bool has_code = root.member("code").string().has_value();
    const bool has_type = root.member("type").string().has_value();
    if (!has_code && !(has_type && message)) return std::nullopt;
    return ErrorAnswer{
        .code = read_word(root.member("code"), kWordMax),
        .type = read_word(root.member("type"), kWordMax),
        .message = std::string{message.value_or("")},
    };
}

bool is_json(std::string_view body) { return parse_json(body).has_value(); }

}  // namespace chukta::cashfree
