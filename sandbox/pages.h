/// @file
/// The pages for people: the UPI app on a phone, and the simulator page that links open.
#pragma once

#include "http/router.h"
#include "sandbox/world.h"

namespace sandbox {

/// Adds their routes. The world must outlive the router.
void add_page_routes(http::Router& router, World& world);

}  // namespace sandbox
