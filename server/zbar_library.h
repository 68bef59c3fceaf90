/// @file
/// ZBar, loaded when the first picture is read and not before (dlopen(3)): its library brings X11,
/// D-Bus and a camera's libraries along, which would stay in the memory of every server.
#pragma once

#include <zbar.h>

namespace chukta {

// clang-format off
#define ZBAR_FUNCTIONS(FUNCTION)               \
    FUNCTION(zbar_image_scanner_create)        \
    FUNCTION(zbar_image_scanner_destroy)       \
    FUNCTION(zbar_image_scanner_set_config)    \
    FUNCTION(zbar_scan_image)                  \
    FUNCTION(zbar_image_create)                \
    FUNCTION(zbar_image_destroy)               \
    FUNCTION(zbar_image_set_format)            \
    FUNCTION(zbar_image_set_size)              \
    FUNCTION(zbar_image_set_data)              \
    FUNCTION(zbar_image_first_symbol)          \
    FUNCTION(zbar_symbol_get_data)             \
    FUNCTION(zbar_symbol_get_data_length)
// clang-format on

/// Its functions under their own names; zbar.h says what they do.
struct ZbarLibrary {
// A member's own name takes no parentheses: NOLINTNEXTLINE(bugprone-macro-parentheses)
#define DECLARE(name) decltype(&zbar::name) name = nullptr;
    ZBAR_FUNCTIONS(DECLARE)
#undef DECLARE
};

/// Loaded once, by whoever asks first; any thread. Null when this machine does not have it: that is
/// logged, once.
const ZbarLibrary* zbar_library();

/// Throws std::runtime_error when this machine does not have it. Looks, and unloads it again: a
/// server without it must not find out with the first customer's QR code.
void require_zbar();

}  // namespace chukta
