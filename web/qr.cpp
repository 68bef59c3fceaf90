#include "web/qr.h"

#include <qrcodegen.h>

#include <cstdint>

namespace chukta::page {

std::optional<QrCode> make_qr(std::string_view text) {
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
        qrcodegen_Ecc_MEDIUM,
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

std::string svg_path(const QrCode& code) {
    std::string path;
    for (int y = 0; y < code.side; ++y) {
        for (int x = 0; x < code.side; ++x) {
            if (!code.black(x, y)) continue;
            int end = x + 1;
            while (end < code.side && code.black(end, y)) ++end;
            const auto run = std::to_string(end - x);
            path += "M" + std::to_string(x + QrCode::kQuietZone) + " " +
                    std::to_string(y + QrCode::kQuietZone) + "h" + run + "v1h-" + run + "z";
            x = end;
        }
    }
    return path;
}

}  // namespace chukta::page
