#include "server/cashfree/wire_refund.h"

#include <string>
#include <utility>

#include "server/cashfree/wire.h"
#include "server/cashfree/wire_fields.h"
#include "server/cashfree/words.h"

namespace chukta::cashfree {

std::optional<GatewayRefundNews> read_refund_entity(const Value& refund, bool automatic) {
    GatewayRefundNews news;
    news.order_id = OrderId{read_word(refund.member("order_id"), kOrderIdMax)};
    news.payment_id = GatewayPaymentId{read_id(refund.member("cf_payment_id"))};
    news.gateway_refund_id = read_id(refund.member("cf_refund_id"));
    const std::string type = read_word(refund.member("refund_type"), kWordMax);
    news.automatic =
        automatic || type == "PAYMENT_AUTO_REFUND" || type == "UNRECONCILED_AUTO_REFUND";
    if (!news.automatic) news.refund_id = RefundId{read_word(refund.member("refund_id"), kWordMax)};
    if (news.order_id.empty()) return std::nullopt;
    // Money that goes back by itself is news of a payment; any other refund has a name.
    if (news.automatic && news.payment_id.empty()) return std::nullopt;
    if (!news.automatic && news.refund_id.empty() && news.gateway_refund_id.empty()) {
        return std::nullopt;
    }
    news.gateway_word = read_word(refund.member("refund_status"), kWordMax);
    const RefundWord word = refund_word(news.gateway_word);
    news.status = word.status;
    news.word_known = word.known;
    news.amount = read_money(refund.member("refund_amount"));
    const std::string currency = read_word(refund.member("refund_currency"), kWordMax);
    // Another currency than ours is no sum of ours.
    if (!currency.empty() && currency != "INR") news.amount.reset();
    news.bank_reference = read_bank_reference(refund.member("refund_arn"));
    if (news.status == NormalizedStatus::Completed) {
        news.completed_at = read_time(refund.member("processed_at"));
    }
    return news;
}

std::string encode_refund(const GatewayRefund& refund) {
    std::string json = "{";
    add_member(json, "refund_amount", refund.amount.rupees());
    add_text(json, "refund_id", refund.refund_id.str());
    if (refund.note.size() >= 3 && refund.note.size() <= 100) {
        add_text(json, "refund_note", refund.note);
    }
    add_text(json, "refund_speed", "STANDARD");
    json += '}';
    return json;
}

Result<GatewayRefundNews, WireError> decode_refund(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return failure(WireError::NotJson);
    const Value& root = **read;
    auto news = read_refund_entity(root, false);
    if (!news) return failure(WireError::WrongShape);
    return *std::move(news);
}

Result<std::vector<GatewayRefundNews>, WireError> decode_refunds(std::string_view body) {
    const auto read = parse_json(body);
    if (!read) return failure(WireError::NotJson);
    const Value& root = **read;
    if (!root.is_array()) return failure(WireError::WrongShape);
    std::vector<GatewayRefundNews> all;
    for (const Value& refund : root.elements()) {
        auto news = read_refund_entity(refund, false);
        if (!news) return failure(WireError::WrongShape);
        all.push_back(*std::move(news));
    }
    return all;
}

}  // namespace chukta::cashfree
