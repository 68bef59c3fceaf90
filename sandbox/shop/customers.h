/// @file
/// The two customers who can log in. Their passwords are shown on the login page: it is a demo.
#pragma once

#include <span>
#include <string_view>

namespace shop {

struct Customer {
    std::string_view id;  ///< what Chukta knows the customer by
    std::string_view login;
    std::string_view password;
    std::string_view name;
    std::string_view phone;
    std::string_view email;
};

std::span<const Customer> customers();

/// Null when there is no such customer.
const Customer* find_customer(std::string_view id);

/// Null when the login or the password is wrong; takes as long either way.
const Customer* log_in(std::string_view login, std::string_view password);

}  // namespace shop
