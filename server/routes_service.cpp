#include <algorithm>

#include "server/problem.h"
#include "server/routes.h"
#include "shared/limits.h"

namespace chukta {

namespace {

// Header names of version 2023-08-01 (facts/cashfree.md §5.1).
constexpr const char* kSignatureHeader = "x-webhook-signature";
constexpr const char* kTimestampHeader = "x-webhook-timestamp";
constexpr std::size_t kTimestampDigitsMax = 16;   // 13 for milliseconds, 10 for seconds
constexpr std::size_t kSignatureLengthMax = 128;  // base64 of 32 bytes is 44

bool is_timestamp(std::string_view text) {
    return !text.empty() && text.size() <= kTimestampDigitsMax &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Why these headers cannot be a webhook's, or null.
const char* malformed(const http::Headers& headers) {
    // A second one could be the one that another reader believes.
    if (headers.count(kSignatureHeader) != 1) return "signature_count";
    if (headers.count(kTimestampHeader) != 1) return "timestamp_count";
    if (!is_timestamp(*headers.find(kTimestampHeader))) return "timestamp_form";
    const auto signature = *headers.find(kSignatureHeader);
    if (signature.empty() || signature.size() > kSignatureLengthMax) return "signature_form";
    return nullptr;
}

}  // namespace

ServiceRoutes::ServiceRoutes(
    Edge& edge,
    const Gateway& gateway,
    WebhookIntake& intake,
    Readiness& readiness,
    const Assets& assets
)
    : edge_{edge},
      gateway_{gateway},
      intake_{intake},
      readiness_{edge, readiness},
      assets_{assets} {}

void ServiceRoutes::add_to(http::Router& router) {
    edge_.add_light(router, "POST", "/webhooks/cashfree", [this](const ExchangePtr& e) {
        webhook(e);
    });
    edge_.add_light(router, "GET", "/healthz", [](const ExchangePtr& e) {
        e->send(json_answer(200, R"({"status":"ok"})"));
    });
    edge_.add_light(router, "GET", "/readyz", [this](const ExchangePtr& e) {
        readiness_.answer(e);
    });
    edge_.add_light(router, "GET", "/assets/{name}", [this](const ExchangePtr& e) {
        asset(e, e->path("name"));
    });
    edge_.add_light(router, "GET", "/assets/{folder}/{name}", [this](const ExchangePtr& e) {
        asset(e, e->path("folder") + "/" + e->path("name"));
    });
}

/// Signature over the raw bytes first; nothing is parsed here. The answer waits for the commit.
void ServiceRoutes::webhook(const ExchangePtr& exchange) {
    const auto refuse = [&](const char* reason) {
        // The metric has every one of them. A line for each would let anybody fill the disk.
        edge_.metrics().count(Count::WebhookForged);
        if (edge_.is_logged(reason)) log::warning("webhook.refused", {{"reason", reason}});
        exchange->send(problem(401, "signature_invalid", "The signature does not match."));
    };
    auto& request = exchange->request();
    if (request.body.size() > limits::kWebhookBodyMax) {
        return exchange->send(server_refusal(413));
    }
    if (const char* reason = malformed(request.headers)) return refuse(reason);
    const WebhookHeaders headers{
        .timestamp = std::string{exchange->header(kTimestampHeader)},
        .signature = std::string{exchange->header(kSignatureHeader)},
    };
    if (!gateway_.signed_by_gateway(headers, request.body)) return refuse("signature");

    intake_.accept(std::move(request.body), edge_.clock().now(), [this, exchange](bool stored) {
        edge_.metrics().count(stored ? Count::WebhookStored : Count::WebhookNotStored);
        exchange->send(stored ? json_answer(200, R"({"status":"ok"})") : unavailable());
    });
}

void ServiceRoutes::asset(const ExchangePtr& exchange, const std::string& name) const {
    auto found =
        assets_.find(name, exchange->header("Accept-Encoding"), exchange->header("If-None-Match"));
    exchange->send(found ? *std::move(found) : problem(404, "not_found", "There is nothing here."));
}

}  // namespace chukta
