/// @file
/// The switches that make the sandbox cruel: on demand, counted, or drawn from a seed.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

enum class Fault {
    // A webhook's body, built once.
    NumericCfPaymentId,  ///< also in API answers
    NullUpiChannel,      ///< also in API answers
    UnknownStatus,       ///< also in API answers
    UnknownType,
    TypeStatusDisagree,
    AmountDifferent,  ///< `paise` more than it was; less when negative; also in API answers
    // A webhook's delivery.
    DuplicateWebhook,
    ReorderedWebhook,  ///< held until the next one of its order went out, or value ms (5 s)
    DelayedWebhook,    ///< value ms (24 h)
    LostWebhook,
    // One attempt to deliver.
    ForgedSignature,
    AlteredBody,
    UnsignedWebhook,
    SecondsTimestamp,
    // An API answer. `accepted`: the request was carried out all the same.
    RateLimited,
    InternalError,
    BankProcessingFailure,
    HtmlBody,
    Slow,  ///< value ms (1000)
    DropBeforeAccept,
    DropAfterAccept,
    WebhookBeforeReply,
    IgnoreIdempotencyKeys,
    // Behaviour.
    StrictIds,
    CollectBlocked,
    UnreadableQr,
    WrongAmountQr,
    KeepSecondSuccess,
};

std::string_view word(Fault);  // snake_case of the name
std::optional<Fault> fault_of(std::string_view word);
const std::vector<Fault>& all_faults();

/// Where a fault may strike.
struct Place {
    std::string_view endpoint;  ///< "order_pay" …, "webhook"
    std::string_view order_id;
    std::string_view type;  ///< of a webhook
};

struct FaultRule {
    Fault fault = Fault::Slow;
    std::optional<int> count = 1;  ///< how often it strikes; nothing: always
    int skip = 0;                  ///< how many chances it lets pass first
    std::string endpoint;          ///< empty: any
    std::string order_id;          ///< empty: any
    std::string type;              ///< empty: any
    std::int64_t value = 0;        ///< 0: the fault's own default
    bool accepted = false;
};

/// Faults drawn at random, repeatable by seed.
struct Chaos {
    std::uint64_t seed = 0;
    int percent = 0;  ///< chance of each fault at each place it may strike
    std::set<Fault> faults;
};

/// Not thread-safe. Pure: the same calls give the same answers.
class Faults {
public:
    void add(FaultRule rule);
    void clear();
    void unleash(Chaos chaos);

    /// The first rule that matches, with its count taken down by one; or a drawn one.
    std::optional<FaultRule> take(Fault fault, const Place& place);

    /// Whether a rule of that name is there; takes nothing.
    bool present(Fault fault) const;

    const std::vector<FaultRule>& rules() const { return rules_; }
    const Chaos& chaos() const { return chaos_; }

private:
    std::vector<FaultRule> rules_;
    Chaos chaos_;
    std::mt19937_64 random_;
};

}  // namespace sandbox
