/// @file
/// The files of sandbox/page/, which the build puts into the binary.
#pragma once

#include <string_view>

namespace sandbox {

/// The whole text of "app.html", "app.css", "app.js" or "simulator.html"; empty for another name.
std::string_view page_file(std::string_view name);

}  // namespace sandbox
