#include "server/cashfree/wire.h"

#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

void check(const chukta::GatewayEvent& event) {
    using chukta::NormalizedStatus;
    expect(!event.order_id.empty() && !event.payment_id.empty(), "news is of somebody");
    const bool failed = event.status == NormalizedStatus::Failed;
    expect(failed == (event.failure != chukta::FailureReason::None), "a failure has a reason");
    expect(event.word_known || event.status == NormalizedStatus::Pending, "unknown is pending");
    expect(!event.captured || event.status == NormalizedStatus::Completed, "captured is paid");
    expect(!event.contradictory || !event.gateway_final, "a contradiction is no last word");
    expect(!event.contradictory || !event.captured, "a contradiction is no money");
    expect(!event.no_money_taken || failed, "no money taken is of a failure");
    expect(!event.reversed || !event.no_money_taken, "a reversal had money");
}

void check(const chukta::GatewayRefundNews& refund) {
    using chukta::NormalizedStatus;
    expect(!refund.order_id.empty(), "a refund is of an order");
    expect(!refund.automatic || !refund.payment_id.empty(), "money that left is of a payment");
    expect(!refund.automatic || refund.refund_id.empty(), "nobody here named it");
    expect(
        refund.automatic || !refund.refund_id.empty() || !refund.gateway_refund_id.empty(),
        "a refund has a name"
    );
    expect(refund.word_known || refund.status == NormalizedStatus::Pending, "unknown is pending");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view body = chukta::fuzz::as_text(bytes, size);
    const bool is_json = chukta::cashfree::is_json(body);

    const auto webhook = chukta::cashfree::decode_webhook(body);
    expect(!webhook || is_json, "a webhook is JSON");
    if (webhook && std::holds_alternative<chukta::GatewayEvent>(*webhook)) {
        check(std::get<chukta::GatewayEvent>(*webhook));
    }
    if (webhook && std::holds_alternative<chukta::GatewayRefundNews>(*webhook)) {
        check(std::get<chukta::GatewayRefundNews>(*webhook));
    }
    if (const auto payments = chukta::cashfree::decode_payments(body)) {
        for (const auto& event : *payments) check(event);
    }
    if (const auto order = chukta::cashfree::decode_order(body)) {
        expect(!order->order_id.empty(), "an order has a name");
    }
    if (const auto pay = chukta::cashfree::decode_pay(body)) {
        expect(!pay->payment_id.empty(), "a payment has a name");
        expect(pay->links.size() <= 5, "known apps only");
    }
    const auto refunds = chukta::cashfree::decode_refunds(body);
    const auto refund = chukta::cashfree::decode_refund(body);
    if (refund) check(*refund);
    if (refunds) {
        for (const auto& one : *refunds) check(one);
    }
    if (const auto error = chukta::cashfree::decode_error(body)) {
        expect(error->code.size() <= 64 && error->type.size() <= 64, "codes are bounded");
    }
    return 0;
}
