/// @file
/// Writes an answer as bytes, refusing what would let one answer pass for two. Pure.
#pragma once

#include <string>

#include "http/message.h"

namespace http {

/// What the request asks of its answer's form.
struct ReplyForm {
    int minor_version = 1;
    bool keep_alive = false;
    bool head_only = false;  ///< to HEAD: the length of the body, without the body
};

/// The status is 200..599 and no header name or value can end its field early.
bool writable(const Response& response);

/// Whether the content follows the head.
bool sends_content(const Response& response, const ReplyForm& form);

/// `response` must be writable. Content-Length, Connection and Transfer-Encoding of the response
/// are left out: how the answer ends is ours to say.
std::string reply_head(const Response& response, const ReplyForm& form);

}  // namespace http
