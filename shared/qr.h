/// @file
/// The QR code of a text, byte for byte, by qrcodegen: error correction M, no logo in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chukta {

struct QrCode {
    static constexpr int kQuietZone = 4;  ///< modules on every side (ISO/IEC 18004)

    int side = 0;               ///< modules, without the quiet zone
    std::vector<bool> modules;  ///< side × side, true is black
    int whole_side() const { return side + 2 * kQuietZone; }
    bool black(int x, int y) const {
        return modules
            [static_cast<std::size_t>(y) * static_cast<std::size_t>(side) +
             static_cast<std::size_t>(x)];
    }
};

/// Nothing for an empty text or one that no code can hold (over 2331 bytes).
std::optional<QrCode> make_qr(std::string_view text);

/// Whether it has more modules than a small phone shows at four css px each: then the page says
/// what to do if a camera does not read it.
bool is_fine(const QrCode& code);

/// Whether it has more modules than the column beside the summary shows at four css px each: then
/// it is below the summary, in the width of both.
bool is_wide(const QrCode& code);

/// An SVG path to be stroked, one unit wide: lines through the black modules, the quiet zone
/// included in the coordinates. Relative steps compress to half of what rectangles take.
std::string svg_path(const QrCode& code);

}  // namespace chukta
