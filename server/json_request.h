/// @file
/// What a request that makes something must bring: JSON of a bounded size and one key. The shop's
/// routes and the page's refuse it in the same words. Pure; any thread.
#pragma once

#include <optional>

#include "http/message.h"
#include "shared/ids.h"
#include "shared/result.h"

namespace chukta {

/// The answer to a body that is not said to be JSON (415) or is too large (413); nothing when it
/// may be read.
std::optional<http::Response> why_not_json(const http::Request& request);

/// The Idempotency-Key, if there is one; or the answer to one that is none, or to several (400).
Result<std::optional<IdempotencyKey>, http::Response> idempotency_key(const http::Request& request);

}  // namespace chukta
