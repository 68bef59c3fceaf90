/// @file
/// Payment links as Cashfree hands them out (facts/cashfree.md §3.3).
#pragma once

#include <string>
#include <string_view>

#include "sandbox/entities.h"
#include "sandbox/options.h"

namespace sandbox {

/// Who is paid, and where this sandbox is reached.
struct Merchant {
    std::string public_url;
    std::string name;
    std::string vpa;
    std::string category_code;
};

struct Links {
    std::string bhim;
    std::string any_app;  ///< `default` in the answer
    std::string gpay;
    std::string paytm;
    std::string phonepe;
    std::string web;
};

Links links_of(const Merchant& merchant, LinkMode mode, const Order& order, const Payment& payment);

/// What a QR code says: the simulator's address, or the upi:// link. amount: the payment's, except
/// where a fault wants another.
std::string qr_text(const Merchant& merchant, LinkMode mode, const Payment& payment, Money amount);

/// The waiting page and the `web` link: `<base32 id>.<payment_session_id>.<token>`.
std::string web_url(const Merchant& merchant, const Order& order, const Payment& payment);

/// The cf_payment_id or UPI reference that a pasted link is about; empty when it is none of ours.
std::string payment_named_by(std::string_view link);

}  // namespace sandbox
