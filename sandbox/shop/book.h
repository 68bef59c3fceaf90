/// @file
/// Everything the shop remembers: who is logged in, carts, orders, and what Chukta said of them.
/// Kept whole in one JSON file that is replaced atomically before anyone hears of the change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/money.h"
#include "shared/time.h"

namespace shop {

struct CartLine {
    std::string tea_id;
    int quantity = 0;
};
using Cart = std::vector<CartLine>;

/// At most this many of one tea; the form says so too.
constexpr int kQuantityMax = 20;

/// Names and sums are copied from the catalogue when the order is placed: prices change, orders
/// don't.
struct OrderLine {
    std::string name;
    int quantity = 0;
    chukta::Money amount;  ///< of the whole line
};

/// Money on its way back, as Chukta tells it.
struct RefundNews {
    std::string refund_id;
    chukta::Money amount;
    std::string status;  ///< "pending" "completed" "failed"
    std::string origin;  ///< "shop" when this shop asked for it
};

/// An order as Chukta tells it, in API answers and in webhooks: the words are kept as they came.
struct OrderNews {
    std::string order_id;
    std::int64_t version = 0;  ///< grows with every change: the higher one is the newer one
    chukta::Money amount;
    std::string payment_status;
    std::string fulfillment_status;
    std::string review_reason;
    std::string pay_url;
    std::optional<chukta::EpochMs> paid_at;
    chukta::Money refundable;  ///< paid, and neither refunded nor being refunded
    std::vector<RefundNews> refunds;
};

/// The shop's own order.
struct Order {
    std::string order_id;
    std::string customer_id;
    /// The cart page's one-time key: a second press of "Place order" finds the first one's order.
    std::string checkout_key;
    std::vector<OrderLine> lines;
    chukta::Money amount;
    chukta::EpochMs placed_at = 0;
    std::optional<OrderNews> told;  ///< nothing until Chukta has answered once
};

/// One webhook that was signed by Chukta, by its id: repeats are counted, not listed again.
struct ReceivedWebhook {
    std::string id;
    std::string type;
    std::string order_id;
    std::int64_t version = 0;
    chukta::EpochMs received_at = 0;  ///< the first time
    int deliveries = 1;
};

struct Session {
    std::string token_hash;  ///< the file holds no token that could be replayed
    std::string customer_id;
    chukta::EpochMs expires_at = 0;
};

/// The file's content.
struct State {
    std::string form_key;  ///< signs the hidden field of forms
    std::vector<Session> sessions;
    std::map<std::string, Cart, std::less<>> carts;  ///< by customer
    std::vector<Order> orders;                       ///< oldest first
    std::vector<ReceivedWebhook> webhooks;           ///< oldest first
    std::int64_t webhooks_refused = 0;               ///< unsigned, badly signed or too old
};

/// What became of a webhook.
enum class Receipt {
    New,         ///< recorded, and its order brought up to date if it was newer
    Repeated,    ///< the id was known: counted, nothing else
    NotOurs,     ///< recorded; no such order here
    WrongTotal,  ///< recorded; its amount is not our order's, so it is not believed
};

/// Thread-safe. Every change is on disk when the call returns; a change that cannot be written is
/// not made and throws std::runtime_error.
class Book {
public:
    static constexpr std::size_t kOrdersMax = 500;     ///< a demo's history, then the oldest go
    static constexpr std::size_t kWebhooksMax = 2000;  ///< more than Chukta repeats in its retries
    static constexpr std::size_t kSessionsMax = 100;
    static constexpr chukta::EpochMs kSessionLifeMs = 7LL * 24 * 3600 * 1000;

    /// Reads the file, or starts an empty one. Throws std::runtime_error when the file is there but
    /// cannot be read: overwriting it would forget orders.
    explicit Book(std::string path);

    std::string form_key() const;

    void sign_in(std::string_view token, std::string_view customer_id, chukta::EpochMs now_ms);
    void sign_out(std::string_view token);
    std::optional<std::string> customer_of(std::string_view token, chukta::EpochMs now_ms) const;

    Cart cart(std::string_view customer_id) const;
    /// Adds that many, up to kQuantityMax in all.
    void add_to_cart(std::string_view customer_id, std::string_view tea_id, int quantity);
    /// 0 takes the line out.
    void set_quantity(std::string_view customer_id, std::string_view tea_id, int quantity);

    /// Turns the cart into an order and empties it. The same key again returns the order it made.
    /// Nothing when there is neither.
    std::optional<Order> place_order(
        std::string_view customer_id, std::string_view checkout_key, chukta::EpochMs now_ms
    );
    /// Only the customer's own order.
    std::optional<Order> find(std::string_view customer_id, std::string_view order_id) const;
    /// Newest first.
    std::vector<Order> orders_of(std::string_view customer_id) const;

    /// What Chukta answered to a call of ours. Returns the order as it is afterwards; nothing when
    /// it is not ours or its total differs.
    std::optional<Order> take(const OrderNews& news);

    /// A webhook whose signature was right; news is nothing when its type has no order.
    Receipt receive(const ReceivedWebhook& webhook, const std::optional<OrderNews>& news);
    void count_refused_webhook();

    /// Newest first.
    std::vector<ReceivedWebhook> webhooks_of(std::string_view order_id) const;
    State snapshot() const;

private:
    /// Runs on a copy, writes the copy, then keeps it: readers never see what is not on disk.
    void change(const std::function<void(State&)>& edit);

    mutable std::mutex mutex_;
    std::string path_;
    State state_;
};

}  // namespace shop
