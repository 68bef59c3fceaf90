/// @file
/// How a message about a payment is made to differ from what Cashfree documents.
#pragma once

#include <optional>

#include "shared/money.h"

namespace sandbox {

struct Distortion {
    bool numeric_cf_payment_id = false;  ///< a JSON number, as in version 2022-09-01
    bool null_upi_channel = false;       ///< seen by peers for link and qrcode (§5.4)
    bool unknown_type = false;
    bool unknown_status = false;
    bool type_disagrees = false;          ///< the type says success, payment_status another
    std::optional<chukta::Money> amount;  ///< payment_amount is told to be this
};

}  // namespace sandbox
