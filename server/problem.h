/// @file
/// Errors as RFC 9457 answers with a stable code. Pure; any thread.
#pragma once

#include <string_view>

#include "http/message.h"

namespace chukta {

/// application/problem+json. `code` is the stable word; `detail` is for developers and holds
/// nothing of the request. The title is the status's own.
http::Response problem(int status, std::string_view code, std::string_view detail);

/// Whether this is such an answer.
bool is_problem(const http::Response& response);

/// application/json.
http::Response json_answer(int status, std::string json);

/// The one answer for every reason why a customer may not see an order, and for an order that does
/// not exist: same status, body and headers (product.md §1.2).
http::Response order_not_found();

/// 429 with Retry-After.
http::Response too_many_requests(int retry_after_s);

/// What the HTTP server refuses by itself, where no route can: each of its statuses has a code.
http::Response server_refusal(int status);

/// 503 with Retry-After, without any text of what broke.
http::Response unavailable();

}  // namespace chukta
