/// @file
/// Tells the shop: builds the body, signs it (Standard Webhooks), sends it once. Repeats are the
/// outbox's.
#pragma once

#include <optional>
#include <string>

#include "http/client.h"
#include "server/clock.h"
#include "server/secret.h"
#include "server/store.h"

namespace chukta {

struct NotifierSettings {
    std::string url;            ///< empty: there is nobody to tell
    Secret key;                 ///< the decoded bytes of what follows "whsec_"
    Secret previous_key;        ///< signs as well while the shop may still know only this one
    std::string public_url;     ///< for pay_url in the body
    http::Transport transport;  ///< instead of libcurl when it is set
};

/// Several Dispatcher threads use one Notifier at once.
class Notifier {
public:
    /// For so long what the shop did not take is sent again and again.
    static constexpr std::int64_t kGiveUpMs = 5LL * 24 * 3'600'000;

    Notifier(Store& store, const Clock& clock, NotifierSettings settings);

    /// False when the shop gave no address to tell it at.
    bool tells_anybody() const { return !settings_.url.empty(); }

    struct Outcome {
        bool finished = false;         ///< delivered, nothing to tell, or days have passed
        std::int64_t again_in_ms = 0;  ///< otherwise
    };
    /// The webhook-id is the row's id, the same on every repeat; the body is the order as it is
    /// now. A refund.updated of a status that is over is not sent: a later row tells of what it is.
    /// Only where somebody is told (tells_anybody).
    Outcome send(const OutboxRow& row);

private:
    std::optional<std::string> body_of(const OutboxRow& row);

    Store& store_;
    const Clock& clock_;
    NotifierSettings settings_;
};

}  // namespace chukta
