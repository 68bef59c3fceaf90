/// @file
/// Everything a sandbox knows, without sockets, files, threads or a clock of its own: a simulation
/// can hold one and drive it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/deliveries.h"
#include "sandbox/faults.h"
#include "sandbox/limiter.h"
#include "sandbox/links.h"
#include "sandbox/model.h"
#include "sandbox/options.h"
#include "sandbox/replays.h"

namespace sandbox {

/// One Order Pay call as it was seen, for tests that count them. Credentials are never kept.
struct Call {
    std::uint64_t number = 0;
    EpochMs at_ms = 0;
    std::optional<std::string> idempotency_key;
    /// x-client-device, x-client-os, x-client-browser, x-client-rendering-type, x-request-id …
    std::vector<std::pair<std::string, std::string>> headers;
    bool credentials_sent = false;  ///< they are not needed there (§1.2)
    std::string body;
    int status = 0;  ///< 0: the connection was dropped
    std::string order_id;
    std::string cf_payment_id;
    bool replayed = false;
};

/// A webhook ready to be posted.
struct Parcel {
    std::uint64_t delivery_id = 0;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string fault;  ///< word of the fault in it, or empty
};

/// Not thread-safe; World is what locks it.
struct State {
    explicit State(const Options& options);

    Settings settings;
    Merchant merchant;
    std::string client_id;
    std::string client_secret;

    Model model;
    Faults faults;
    Replays replays;
    Limiter limiter;
    Deliveries deliveries;
    std::deque<Call> calls;  ///< the newest 5000
    std::uint64_t calls_total = 0;
    /// Names of replays kept since they were last asked for.
    std::vector<std::string> new_replays;
    bool new_settings = false;

    /// Lets the model's due things happen and turns its news into deliveries, whose ids it returns.
    std::vector<std::uint64_t> advance_to(EpochMs now_ms);
    std::vector<std::uint64_t> tell(EpochMs now_ms);

    Call& add_call(Call call);

    /// The next webhook of that lane, signed now; nothing when none is due.
    std::optional<Parcel> next_parcel(std::size_t lane, EpochMs now_ms);

    /// Back to an empty sandbox with the settings it was started with.
    void reset(const Options& options);
};

}  // namespace sandbox
