/// @file
/// Every input has a limit; each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chukta::limits {

constexpr std::size_t kVpaLength = 255;               ///< NPCI's address field
constexpr std::size_t kOrderIdLengthMin = 3;          ///< Cashfree, create order
constexpr std::size_t kOrderIdLengthMax = 45;         ///< Cashfree, create order
constexpr std::size_t kIdempotencyKeyLengthMax = 64;  ///< a UUID has 36; room for others
constexpr std::size_t kCustomerIdLengthMax = 50;      ///< Cashfree, customer_id
constexpr std::size_t kNameLengthMax = 100;     ///< Cashfree, customer_name; also item and merchant
constexpr std::size_t kUrlLengthMax = 250;      ///< Cashfree, return_url
constexpr std::size_t kItemsMax = 50;           ///< more is a catalogue, not an order summary
constexpr std::size_t kApiBodyMax = 32 * 1024;  ///< 50 items at full length fit
constexpr std::size_t kWebhookBodyMax =
    64 * 1024;  ///< their samples are under 4 KiB (product.md §5)
constexpr std::size_t kGatewayBodyMax =
    1024 * 1024;                           ///< a QR data URI is about 2 KiB; Get Payments grows
constexpr std::size_t kPngSideMax = 2048;  ///< pixels; the gateway's QR is 320
constexpr std::size_t kPngBytesMax = 256 * 1024;
constexpr std::size_t kLinkLengthMax = 2048;  ///< signed GST links are about 600
constexpr std::size_t kTokenLengthMax = 2048;
constexpr int kAttemptsPerOrderMax = 20;  ///< product.md §1.10
constexpr int kSessionsPerOrderMax = 8;   ///< a few browsers; each has a rate limit of its own
constexpr std::size_t kRefundsPerOrderMax = 50;  ///< every answer about an order lists them all
constexpr std::size_t kRefundIdLengthMin = 3;    ///< Cashfree, create refund
constexpr std::size_t kRefundIdLengthMax = 40;   ///< Cashfree, create refund
constexpr std::size_t kRefundNoteLengthMin = 3;  ///< Cashfree, create refund
constexpr int kFailuresPerChannelMax = 3;        ///< product.md §1.10
constexpr int kGatewayFailuresInARowMax = 3;     ///< product.md §2
constexpr std::int64_t kOrderPaiseMin = 100;     ///< Cashfree: order_amount >= 1
constexpr std::int64_t kOrderPaiseMax =
    1'000'000'000;  ///< ₹1,00,00,000.00: the page's layout bound
constexpr std::size_t kOrderViewBytesMax =
    512 * 1024;  ///< a gateway's PNG as base64 (342 KiB) and 50 long items fit
constexpr std::size_t kJsonDepthMax = 16;             ///< an order view is 5 deep
constexpr std::size_t kAppsMax = 16;                  ///< five are known; room for a newer server
constexpr std::size_t kBankReferenceLengthMax = 128;  ///< a UTR has 12; some banks' are longer
constexpr int kAttemptIndexMax = 1000;  ///< attempts found by their news come on top of the twenty
constexpr int kItemQuantityMax = 1'000'000;           ///< keeps six digits in a line of the summary
constexpr int kHeldRequestSecondsMax = 25;            ///< under every common proxy's 30 s
constexpr std::size_t kHeldRequestsPerOrderMax = 32;  ///< eight sessions with a few tabs each
constexpr std::int64_t kKeysPerOrderMax = 200;        ///< twenty attempts, each pressed ten times

}  // namespace chukta::limits
