/// @file
/// The content of the shop's pages as HTML: what is shown, not what happens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/shop/book.h"
#include "sandbox/shop/frame.h"

namespace shop {

Page teas_page(const Visitor& visitor, std::string_view said);

/// `next` is where to go after logging in, already checked to be a path of this shop.
Page login_page(const Visitor& visitor, std::string_view next, bool refused);

/// checkout_key is new for every showing of a cart: it becomes the order's.
Page cart_page(const Visitor& visitor, const Cart& cart, std::string_view checkout_key);

Page orders_page(const std::vector<Order>& orders);

/// Why an order page is being shown.
enum class Arrival {
    Plain,
    Returned,       ///< from Chukta, by return_url
    ChuktaLater,    ///< the payment page could not be reached just now
    ChuktaRefused,  ///< Chukta said no
};
Page order_page(
    const Visitor& visitor,
    const Order& order,
    const std::vector<ReceivedWebhook>& webhooks,
    Arrival arrival
);

/// A page with a heading and one sentence, for what went wrong.
Page message_page(std::string_view heading, std::string_view text);

/// Whether the merchant can give money of it back, as far as Chukta has told.
bool is_refundable(const Order& order);

/// Whether a payment can still be started, as far as Chukta has told.
bool is_payable(const Order& order);

}  // namespace shop
