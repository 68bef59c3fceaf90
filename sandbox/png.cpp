#include "sandbox/png.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>
#include <png.h>
#include <qrcodegen/qrcodegen.h>

namespace sandbox {
namespace {

constexpr int kSideMin = 320;
constexpr int kQuietModules = 4;  // ISO/IEC 18004 asks for four around the code
constexpr int kScaleMin = 3;      // below this, cameras and readers begin to fail

using Dark = std::function<bool(int x, int y)>;
/// Which of the picture's rows this one looks like; as many in a row as are alike are drawn once.
using Like = std::function<int(int y)>;

void append(png_structp png, png_bytep bytes, png_size_t count) {
    auto& out = *static_cast<std::string*>(png_get_io_ptr(png));
    out.append(reinterpret_cast<const char*>(bytes), count);
}

[[noreturn]] void refuse(png_structp, png_const_charp) {
    throw std::runtime_error("PNG could not be written");
}

/// A palette of white and black at one bit a pixel.
std::string one_bit_png(int side, const Like& like, const Dark& dark) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, refuse, nullptr);
    if (png == nullptr) throw std::runtime_error("PNG could not be written");
    struct Owner {
        png_structp png;
        png_infop details;
        ~Owner() { png_destroy_write_struct(&png, &details); }
    } owner{png, png_create_info_struct(png)};
    if (owner.details == nullptr) throw std::runtime_error("PNG could not be written");
    std::string out;
    png_set_write_fn(png, &out, append, nullptr);
    const auto pixels = static_cast<png_uint_32>(side);
    png_set_IHDR(
        png,
        owner.details,
        pixels,
        pixels,
        1,
        PNG_COLOR_TYPE_PALETTE,
        PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT
    );
    const std::array<png_color, 2> palette = {png_color{255, 255, 255}, png_color{0, 0, 0}};
    png_set_PLTE(png, owner.details, palette.data(), static_cast<int>(palette.size()));
    png_write_info(png, owner.details);
    std::vector<png_byte> row((pixels + 7) / 8);
    for (int y = 0; y < side; ++y) {
        const bool drawn = y > 0 && like(y) == like(y - 1);
        if (!drawn) std::fill(row.begin(), row.end(), png_byte{0});
        for (int x = 0; x < side && !drawn; ++x) {
            if (!dark(x, y)) continue;
            auto& eight = row[static_cast<std::size_t>(x) / 8];
            eight = static_cast<png_byte>(eight | (0x80 >> (x % 8)));
        }
        png_write_row(png, row.data());
    }
    png_write_end(png, nullptr);
    return out;
}

}  // namespace

std::string qr_png(std::string_view text) {
    std::vector<std::uint8_t> work(qrcodegen_BUFFER_LEN_MAX);
    std::vector<std::uint8_t> code(qrcodegen_BUFFER_LEN_MAX);
    const auto made = qrcodegen_encodeText(
        std::string{text}.c_str(),
        work.data(),
        code.data(),
        qrcodegen_Ecc_MEDIUM,
        qrcodegen_VERSION_MIN,
        qrcodegen_VERSION_MAX,
        qrcodegen_Mask_AUTO,
        true
    );
    if (!made) throw std::runtime_error("text is too long for a QR code");
    const int modules = qrcodegen_getSize(code.data());
    const int scale = std::max(kScaleMin, kSideMin / (modules + 2 * kQuietModules));
    const int side = std::max(kSideMin, scale * (modules + 2 * kQuietModules));
    const int left = (side - scale * modules) / 2;
    // Floor, also of the border above.
    const auto module_row = [&](int y) { return (y - left + side * scale) / scale; };
    return one_bit_png(side, module_row, [&](int x, int y) {
        const int column = (x - left) / scale;
        const int row = (y - left) / scale;
        if (x < left || y < left || column >= modules || row >= modules) return false;
        return qrcodegen_getModule(code.data(), column, row);
    });
}

std::string unreadable_png() {
    const auto square_row = [](int y) { return y / 16; };
    return one_bit_png(kSideMin, square_row, [](int x, int y) {
        return (x / 16 + y / 16) % 2 == 0;
    });
}

std::string png_data_uri(std::string_view png) {
    std::vector<unsigned char> text(4 * ((png.size() + 2) / 3) + 1);
    const auto length = EVP_EncodeBlock(
        text.data(),
        reinterpret_cast<const unsigned char*>(png.data()),
        static_cast<int>(png.size())
    );
    return "data:image/png;base64," +
           std::string{text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length)};
}

}  // namespace sandbox
