/// @file
/// QR codes as PNG files: one bit a pixel, at least 320 by 320, as in Order Pay answers
/// (facts/cashfree.md §3.3).
#pragma once

#include <string>
#include <string_view>

namespace sandbox {

/// The bytes of the file. Throws std::runtime_error when the text is too long for any QR code.
std::string qr_png(std::string_view text);

/// A good PNG whose picture is no QR code, for those who must cope.
std::string unreadable_png();

/// "data:image/png;base64,…"
std::string png_data_uri(std::string_view png);

}  // namespace sandbox
