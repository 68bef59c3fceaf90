/// @file
/// The control API under /sandbox/, for tests and for people. Described in docs/sandbox.md.
#pragma once

#include "http/router.h"
#include "sandbox/world.h"

namespace sandbox {

/// Adds its routes. The world must outlive the router.
void add_control_routes(http::Router& router, World& world);

}  // namespace sandbox
