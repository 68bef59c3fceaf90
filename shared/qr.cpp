#include "shared/qr.h"

#include <qrcodegen.h>

#include <cstdint>

namespace chukta {
namespace {

/// What a phone of 360 css px shows at 4 css px a module, with its quiet zone; less than 320 / 4,
/// since a module is a whole number of device pixels (11 at 2.625).
constexpr int kSideMost = 76 - 2 * QrCode::kQuietZone;
/// What that column shows in a window of 700 css px, its card's padding included: 374 css px.
constexpr int kBesideMost = 93 - 2 * QrCode::kQuietZone;

std::optional<QrCode> encoded(std::string_view text, qrcodegen_Ecc correction) {
    constexpr std::size_t kBuffer = qrcodegen_BUFFER_LEN_MAX;
    if (text.empty() || text.size() > kBuffer) return std::nullopt;
    std::vector<std::uint8_t> data_and_temp(kBuffer);
    std::vector<std::uint8_t> drawn(kBuffer);
    for (std::size_t i = 0; i < text.size(); ++i) {
        data_and_temp[i] = static_cast<std::uint8_t>(text[i]);
    }
    const bool fits = qrcodegen_encodeBinary(
        data_and_temp.data(),
        text.size(),
        drawn.data(),
        correction,
        qrcodegen_VERSION_MIN,
        qrcodegen_VERSION_MAX,
        qrcodegen_Mask_AUTO,
        false
    );
    if (!fits) return std::nullopt;
    QrCode code;
    code.side = qrcodegen_getSize(drawn.data());
    for (int y = 0; y < code.side; ++y) {
        for (int x = 0; x < code.side; ++x) {
            code.modules.push_back(qrcodegen_getModule(drawn.data(), x, y));
        }
    }
    return code;
}

}  // namespace

std::optional<QrCode> make_qr(std::string_view text) {
    auto code = encoded(text, qrcodegen_Ecc_MEDIUM);
    // A screen has no scratches: larger modules are worth more than a better correction.
    if (!code || code->side <= kSideMost) return code;
    return encoded(text, qrcodegen_Ecc_LOW);
}

bool is_fine(const QrCode& code) { return code.side > kSideMost; }

bool is_wide(const QrCode& code) { return code.side > kBesideMost; }

std::string svg_path(const QrCode& code) {
    std::string path;
    int from_x = 0, from_y = 0;
    for (int y = 0; y < code.side; ++y) {
        for (int x = 0; x < code.side; ++x) {
            if (!code.black(x, y)) continue;
            const int begin = x;
            while (x < code.side && code.black(x, y)) ++x;
            const auto right =
                std::to_string(begin - from_x + (path.empty() ? QrCode::kQuietZone : 0));
            const auto down = path.empty() ? std::to_string(QrCode::kQuietZone) + ".5"
                                           : std::to_string(y - from_y);
            path.append("m").append(right).append(" ").append(down);
            path.append("h").append(std::to_string(x - begin));
            from_x = x;
            from_y = y;
        }
    }
    return path;
}

}  // namespace chukta
