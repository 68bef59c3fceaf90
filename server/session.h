/// @file
/// Who may see an order: a customer token (JWT) from the shop opens a session for one customer and
/// one order (product.md §5, Customers). Every way to have no session has one answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/clock.h"
#include "server/secret.h"
#include "shared/ids.h"
#include "shared/time.h"

namespace chukta {

/// What a session allows: this customer, this order, until then.
struct Session {
    OrderId order_id;
    CustomerId customer_id;
    EpochMs expires_at = 0;
};

/// What sessions need of the database. Any thread; a broken database throws.
class SessionStore {
public:
    virtual ~SessionStore() = default;

    /// Records the token as used (a row that may go after token_expires_at) and inserts the
    /// session, both or neither; ends the order's oldest beyond limits::kSessionsPerOrderMax. False
    /// when the token was used before.
    virtual bool use_token(
        const std::string& jti,
        EpochMs token_expires_at,
        const std::string& session_hash,
        const Session& session
    ) = 0;

    /// The session whose cookie has this hash, expired or not.
    virtual std::optional<Session> find_session(const std::string& session_hash) = 0;

    /// The hash of the session that a used token made, so that its browser may repeat the token.
    virtual std::optional<std::string> session_of_token(const std::string& jti) = 0;
};

/// A token whose signature, issuer, audience and times were checked.
struct CustomerToken {
    OrderId order_id;
    CustomerId customer_id;
    std::string jti;
    EpochMs expires_at = 0;  ///< skew included: after this moment nobody accepts it
};

struct SessionSettings {
    std::string issuer;  ///< the merchant id: `iss` of every token
    /// HS256 keys of at least 32 bytes; the first signs, all verify.
    std::vector<Secret> token_keys;
    bool secure_cookies = true;  ///< false only in development, over plain http
};

/// Any thread.
class Sessions {
public:
    Sessions(SessionStore& store, const Clock& clock, SessionSettings settings);

    /// Checks a token without using it. Nothing for anything but a good one: HS256 alone, our
    /// issuer, audience "chukta", at most 300 s long, 30 s of skew, every claim within its size.
    std::optional<CustomerToken> read_token(std::string_view token) const;

    /// Uses the token up and opens a session. The Set-Cookie value to answer with; an empty one
    /// when the browser (cookie_header) already holds the session that this token made; nothing
    /// when the token was used by another.
    std::optional<std::string> open(const CustomerToken& token, std::string_view cookie_header);

    /// The customer whose session for this order the Cookie header holds.
    std::optional<CustomerId> customer_of(const OrderId& order_id, std::string_view cookie_header);

    /// A fresh token for the way out of an in-app browser: the same customer and order, 300 s.
    std::string mint_token(const OrderId& order_id, const CustomerId& customer_id) const;

    /// What names the caller for rate limits: the hash of the order's cookie, or nothing without
    /// one. Says nothing about whether such a session exists.
    static std::optional<std::string> session_hash(
        const OrderId& order_id, std::string_view cookie_header
    );

    /// What a plain HTML form must carry to be taken (product.md §5, CSRF): made of the session's
    /// cookie, which no other site can read, and telling nothing of it. Nothing without a cookie.
    static std::optional<std::string> form_token(
        const OrderId& order_id, std::string_view cookie_header
    );

    /// "chukta_<order_id>": the shop's and the sandbox's cookies on the same host have other names.
    static std::string cookie_name(const OrderId& order_id);

private:
    SessionStore& store_;
    const Clock& clock_;
    SessionSettings settings_;
};

}  // namespace chukta
