/// @file
/// Refusals in Cashfree's shape: message, code, type and the constant help (facts/cashfree.md
/// §1.6).
#pragma once

#include <string>
#include <string_view>

#include "sandbox/model.h"

namespace sandbox {

struct ApiError {
    int status = 400;
    std::string message;
    std::string code;
    std::string type = "invalid_request_error";
};

ApiError error_of(ModelError error);

ApiError version_missing();
ApiError version_invalid(std::string_view version);
ApiError authentication_failed();
ApiError bad_url();
ApiError idempotency_mismatch();
ApiError too_many_requests();
ApiError internal_error();
ApiError bank_failure();
/// Text of a Go decoder: what is wrong with the JSON itself.
ApiError undecodable(std::string_view message);
ApiError field_missing(std::string_view path);
ApiError field_invalid(std::string_view path, std::string_view rule, std::string_view value);
/// The same with a code and a message of its own.
ApiError refused(std::string_view code, std::string_view message);

}  // namespace sandbox
