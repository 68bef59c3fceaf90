#include "server/notifier.h"

#include <algorithm>
#include <charconv>

#include "http/client.h"
#include "server/api_wire.h"
#include "server/crypto.h"
#include "server/faults.h"
#include "server/log.h"
#include "server/order_view.h"

namespace chukta {
namespace {

// The first repeats come fast, for a shop that is restarting; then patiently, for one that is down.
constexpr std::int64_t kRepeatsMs[] = {
    1'000, 5'000, 30'000, 120'000, 600'000, 1'800'000, 3'600'000, 21'600'000};

std::int64_t wait_after(std::int64_t tries) {
    const auto last = static_cast<std::int64_t>(std::size(kRepeatsMs)) - 1;
    return kRepeatsMs[std::clamp<std::int64_t>(tries - 1, 0, last)];
}

std::string signature_of(const Secret& key, const std::string& text) {
    return "v1," + crypto::base64_encode(crypto::hmac_sha256(key, text));
}

/// A body is the order as it is now, and each change of a refund's status, like each review, queues
/// a row of its own: the row of an older one would say the newer one's words once more.
bool is_overtaken(
    const std::vector<Refund>& refunds, std::string_view refund_id, std::string_view status
) {
    return !status.empty() &&
           std::any_of(refunds.begin(), refunds.end(), [&](const Refund& refund) {
               return refund.refund_id.str() == refund_id && word(refund.status) != status;
           });
}

bool is_overtaken(const Order& order, std::string_view review_reason) {
    if (faults::planted(faults::Bug::OvertakenIsTold)) return false;
    return !review_reason.empty() && word(order.review_reason) != review_reason;
}

}  // namespace

Notifier::Notifier(Store& store, const Clock& clock, NotifierSettings settings)
    : store_{store}, clock_{clock}, settings_{std::move(settings)} {}

std::optional<std::string> Notifier::body_of(const OutboxRow& row) {
    const auto space = row.payload.find(' ');
    const auto type = row.payload.substr(0, space);
    const auto about = space == std::string::npos ? std::string_view{}
                                                  : std::string_view{row.payload}.substr(space + 1);
    api_wire::EventSubject subject;
    std::string_view refund_status;  // when this was queued, like the reason
    std::string_view review_reason;
    if (type == "refund.updated") {
        subject.refund_id = about.substr(0, about.find(' '));
        if (subject.refund_id.size() < about.size()) {
            refund_status = about.substr(subject.refund_id.size() + 1);
        }
    } else if (type == "order.review") {
        review_reason = about;
    } else {
        int index = 0;
        std::from_chars(about.data(), about.data() + about.size(), index);
        if (index > 0) subject.attempt_index = index;
    }
    Transaction transaction{store_.database(), db::Mode::Read};
    const auto order = store_.find_order(transaction, row.order_id);
    if (!order || is_overtaken(*order, review_reason)) return std::nullopt;
    const auto refunds = store_.refunds_of(transaction, row.order_id);
    if (is_overtaken(refunds, subject.refund_id, refund_status)) return std::nullopt;
    const auto shop_order =
        shop_order_of(*order, store_.attempts_of(transaction, row.order_id), refunds);
    return api_wire::encode_event(type, clock_.now(), shop_order, settings_.public_url, subject);
}

Notifier::Outcome Notifier::send(const OutboxRow& row) {
    const auto body = body_of(row);
    if (!body) return {true, 0};

    std::string id = "msg_" + row.outbox_id;
    if (faults::planted(faults::Bug::IdForEachTry)) id += std::to_string(row.tries);
    const std::string seconds = std::to_string(clock_.now() / 1'000);
    const auto signed_text = id + "." + seconds + "." + *body;
    auto signatures = signature_of(settings_.key, signed_text);
    // A list: the shop takes a webhook that one of them fits (Standard Webhooks, "Signature
    // scheme").
    if (!settings_.previous_key.empty()) {
        signatures += " " + signature_of(settings_.previous_key, signed_text);
    }

    http::ClientRequest request;
    request.method = "POST";
    request.url = settings_.url;
    request.headers.add("content-type", "application/json");
    request.headers.add("webhook-id", id);
    request.headers.add("webhook-timestamp", seconds);
    request.headers.add("webhook-signature", std::move(signatures));
    request.body = *body;
    request.timeout = std::chrono::milliseconds{10'000};
    request.response_bytes_max = 64 * 1024;

    static thread_local http::Client client;
    const auto answer = settings_.transport ? settings_.transport(request) : client.send(request);
    const int status = answer ? answer->status : 0;
    if (status >= 200 && status < 300) return {true, 0};
    // Five days are over, and it was really tried: the machine may have been off for them.
    const bool give_up = clock_.now() - row.created_at > kGiveUpMs &&
                         row.tries > static_cast<std::int64_t>(std::size(kRepeatsMs));
    log::warning(
        give_up ? "notification.given_up" : "notification.failed",
        {{"order", row.order_id}, {"http_status", status}, {"tries", row.tries}}
    );
    return {give_up, wait_after(row.tries)};
}

}  // namespace chukta
