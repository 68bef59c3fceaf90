/// @file
/// The JSON between the page and the server, one codec for both ends (docs/api/openapi.yaml
/// describes it). Both ends read with shared/json_value.h; the server writes with nlohmann/json
/// (wire_write.cpp). Decoders check every type and limit; a decoder never aborts and never throws.
/// Members are named as the fields are; an optional that is empty is null or absent; a prompt is
/// told apart by its "type", a channel's word.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/device.h"
#include "shared/ids.h"
#include "shared/money.h"
#include "shared/prompt.h"
#include "shared/result.h"
#include "shared/status.h"
#include "shared/time.h"
#include "shared/vpa.h"

namespace chukta::wire {

/// One line of the order summary.
struct Item {
    std::string name;
    int quantity = 1;
    Money amount;  ///< of the whole line
};

/// What the server says about one way to pay.
struct ChannelView {
    Channel channel = Channel::Intent;
    bool allowed = false;  ///< by policy and device; a channel that is not allowed is not drawn
    bool closed = false;   ///< by three counted failures or by the gateway; drawn as closed
    int failures_left = 3;
};

/// One app button. `href` is there when a prepared link is ready (docs/architecture.md §7).
struct AppView {
    UpiApp app = UpiApp::Other;
    std::optional<std::string> href;
};

/// The attempt the page is about: the open one, else the newest.
struct AttemptView {
    int index = 0;
    Channel channel = Channel::Intent;
    std::optional<UpiApp> app;
    std::string vpa_masked;  ///< collect only, else empty
    AttemptStatus status = AttemptStatus::Created;
    EpochMs created_at = 0;
    std::optional<EpochMs> expires_at;  ///< QR and collect: the end the countdown runs to
    std::optional<PaymentPrompt> prompt;
};

/// What the page says (product.md §3), chosen by the server so that every tab says the same.
enum class Situation {
    Choose,    ///< nothing to say: pick a method
    Starting,  ///< an attempt is recorded, the gateway has not answered yet
    WaitingIntent,
    WaitingCollect,
    WaitingQr,
    WaitingLong,        ///< longer than the channel's time: "You will not be charged twice"
    CheckAfterUnclear,  ///< a collect call that may have been accepted: "check your UPI app"
    Checking,           ///< the QR's time is over, the gateway is being asked
    Failed,             ///< see failure, detail, no_money_taken
    ChannelClosed,      ///< the third failure: that method is closed, use another
    ContactYou,         ///< the gateway failed three times
    Review,             ///< payment received, being checked
    Paid,
    OrderExpired,
    OrderCancelled,
    AttemptsExhausted,
};
std::string_view word(Situation);  // snake_case of the name
std::optional<Situation> situation_from(std::string_view text);

/// A failure in plain words (facts/upi-and-devices.md §6.4); None when only FailureReason is known.
enum class FailureDetail {
    None,
    WrongPin,
    PinAttemptsOver,
    PinNotSet,
    InsufficientFunds,
    LimitExceeded,
    TooManyPayments,
    NewUserLimit,
    RequestExpired,
    AppTimedOut,
    VpaNotFound,
    VpaRestricted,
    AccountProblem,
    BankRefused,
    BankUnavailable,
    RiskDeclined,
    AppUnavailable,
    ShopUnavailable,
    Busy,
    AboveLimit,
    AccountNotFound,
    AccountNotAllowed,
    RegisterAgain,
    RegisteredAccountOnly,
    // Money may have moved, and may still arrive: see unclear_money in ways.h.
    BankPending,
    BankChecking,
    MoneyUnclear,
    MoneyReturning,
    MoneyReturnedIfTaken,
};
std::string_view word(FailureDetail);
std::optional<FailureDetail> failure_detail_from(std::string_view text);

struct Message {
    Situation situation = Situation::Choose;
    FailureReason failure = FailureReason::None;
    FailureDetail detail = FailureDetail::None;
    std::optional<Channel> channel;  ///< of the failure or the closed channel
    bool no_money_taken = false;     ///< only when the gateway says so
};

/// Everything the page draws. Amounts in paise, times RFC 3339 UTC in the JSON.
struct OrderView {
    OrderId order_id;
    std::int64_t version = 0;  ///< grows with every change; `?after=` names it
    std::string merchant_name;
    Money amount;
    std::vector<Item> items;
    PaymentStatus payment_status = PaymentStatus::Pending;
    FulfillmentStatus fulfillment_status = FulfillmentStatus::Pending;
    bool under_review = false;
    bool payable = false;  ///< a new attempt may start
    std::vector<ChannelView> channels;
    std::vector<AppView> apps;  ///< in the order to draw
    int attempts_left = 0;
    std::optional<AttemptView> attempt;
    Message message;
    std::string return_url;
    std::optional<EpochMs> paid_at;
    std::string bank_reference;  ///< the UTR, for the thank-you page; may be empty
    EpochMs server_time = 0;     ///< so that a skewed page clock can be corrected
};

std::string encode(const OrderView& view);
/// Nothing for anything that is not a whole, valid view. Unknown fields are skipped; an unknown
/// situation or detail word is read as Choose / None, so that an older page survives a newer
/// server.
std::optional<OrderView> decode_order_view(std::string_view json);

/// The body of POST /api/orders/{id}/attempts.
struct StartAttempt {
    Channel channel = Channel::Intent;
    std::optional<UpiApp> app;    ///< Intent only, required there
    std::optional<Vpa> vpa;       ///< Collect only, required there
    std::optional<int> replaces;  ///< index of the open attempt this choice supersedes
    DeviceClass device = DeviceClass::Desktop;  ///< the class the page displayed
};

/// Why a start cannot be read; the word is the problem's stable `code`.
enum class StartAttemptError {
    NotJson,          // "invalid_json"
    NotAnObject,      // "invalid_body"
    ChannelInvalid,   // "channel_invalid"
    AppInvalid,       // "app_invalid"
    VpaInvalid,       // "vpa_invalid"
    ReplacesInvalid,  // "replaces_invalid"
    DeviceInvalid,    // "device_invalid"
};
std::string_view word(StartAttemptError);

std::string encode(const StartAttempt& start);
Result<StartAttempt, StartAttemptError> decode_start_attempt(std::string_view json);

/// RFC 9457. `code` is stable; `detail` is for developers, never secret, never a customer's data.
struct Problem {
    int status = 500;
    std::string code;
    std::string title;
    std::string detail;
};
std::string encode(const Problem& problem);  // {"type":"about:blank","title",...,"code"}
std::optional<Problem> decode_problem(std::string_view json);

}  // namespace chukta::wire
