/// @file
/// Cuts the bytes of one connection into requests. Pure: knows no socket and no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "http/head.h"
#include "http/message.h"
#include "http/server.h"

namespace http {

/// One complete request, and what the answer must respect.
struct Framed {
    Request request;
    int minor_version = 1;
    bool keep_alive = true;
};

/// Nothing to answer yet.
struct NeedMore {
    bool in_body = false;  ///< the head was read, its body is still coming
    /// The client waits for "100 Continue" before its body. Said once: every later take() that
    /// needs more has some of the body.
    bool continue_expected = false;
};

using Frame = std::variant<NeedMore, Framed, Refusal>;

/// The unread bytes of a connection. Each byte is looked at once, however many segments it comes
/// in: the scan for the end of the head remembers where it was, and a head is read only once.
/// After a Refusal nothing more may be taken: what follows a request we did not understand cannot
/// be told from its body.
class Framing {
public:
    explicit Framing(const ServerLimits& limits) : limits_{limits} {}

    void append(std::string_view bytes);
    Frame take();

    /// Bytes held that belong to no answered request.
    std::size_t buffered() const { return bytes_.size() - begin_; }
    /// Some of a request is here: its clock is running.
    bool started() const { return head_.has_value() || buffered() > 0; }

private:
    Frame refuse(Refusal refusal);
    void drop(std::size_t count);
    std::optional<Refusal> find_head();

    const ServerLimits& limits_;
    std::string bytes_;
    std::size_t begin_ = 0;      ///< where the unread bytes begin
    std::size_t scanned_ = 0;    ///< counted from begin_: no end of head starts before it
    bool line_seen_ = false;     ///< the request line is complete
    bool line_skipped_ = false;  ///< the one empty line before it was
    std::optional<RequestHead> head_;
};

}  // namespace http
