/// @file
/// What the customer must do next, as data: the page draws it, the server stores it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "shared/status.h"
#include "shared/time.h"

namespace chukta {

/// A link that opens one app. Opaque bytes from the gateway.
struct AppLink {
    UpiApp app = UpiApp::Other;
    std::string href;
    friend bool operator==(const AppLink& a, const AppLink& b) {
        return a.app == b.app && a.href == b.href;
    }
};

/// Tap an app.
struct IntentPrompt {
    std::vector<AppLink> links;
    friend bool operator==(const IntentPrompt& a, const IntentPrompt& b) {
        return a.links == b.links;
    }
};

/// Approve the request in the app of the UPI ID. Nothing to carry: the attempt has the masked ID.
struct CollectPrompt {
    friend bool operator==(const CollectPrompt&, const CollectPrompt&) { return true; }
};

/// Scan a code. `text` is what the gateway's PNG says, byte for byte; when it could not be read,
/// text is empty and `png_base64` is the gateway's own image.
struct QrPrompt {
    std::string text;
    std::string png_base64;
    friend bool operator==(const QrPrompt& a, const QrPrompt& b) {
        return a.text == b.text && a.png_base64 == b.png_base64;
    }
};

using PaymentPrompt = std::variant<IntentPrompt, CollectPrompt, QrPrompt>;

}  // namespace chukta
