/// @file
/// PNG files for tests: QR codes, and pictures that no honest program writes.
#pragma once

#include <gtest/gtest.h>
#include <png.h>
#include <qrcodegen/qrcodegen.h>
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chukta {

/// A black and white picture; true is black.
struct Picture {
    unsigned width = 0;
    unsigned height = 0;
    std::vector<bool> black;

    bool at(unsigned x, unsigned y) const { return black[std::size_t{y} * width + x]; }
};

struct QrLook {
    unsigned pixels_per_module = 4;
    unsigned border_modules = 4;
};

inline Picture blank_picture(unsigned width, unsigned height) {
    return {width, height, std::vector<bool>(std::size_t{width} * height)};
}

/// The bytes as one QR code in byte mode.
inline Picture qr_picture(std::string_view bytes, QrLook look = {}) {
    std::vector<std::uint8_t> scratch(qrcodegen_BUFFER_LEN_MAX);
    std::vector<std::uint8_t> code(qrcodegen_BUFFER_LEN_MAX);
    std::memcpy(scratch.data(), bytes.data(), bytes.size());
    const bool encoded = qrcodegen_encodeBinary(
        scratch.data(),
        bytes.size(),
        code.data(),
        qrcodegen_Ecc_MEDIUM,
        qrcodegen_VERSION_MIN,
        qrcodegen_VERSION_MAX,
        qrcodegen_Mask_AUTO,
        false
    );
    if (!encoded) {
        ADD_FAILURE() << "too long for a QR code: " << bytes.size();
        return blank_picture(1, 1);
    }
    const auto modules = static_cast<unsigned>(qrcodegen_getSize(code.data()));
    const unsigned side = (modules + 2 * look.border_modules) * look.pixels_per_module;
    Picture picture = blank_picture(side, side);
    for (unsigned y = 0; y < side; ++y) {
        for (unsigned x = 0; x < side; ++x) {
            const int column = static_cast<int>(x / look.pixels_per_module) -
                               static_cast<int>(look.border_modules);
            const int row = static_cast<int>(y / look.pixels_per_module) -
                            static_cast<int>(look.border_modules);
            picture.black[std::size_t{y} * side + x] =
                qrcodegen_getModule(code.data(), column, row);
        }
    }
    return picture;
}

/// How the pixels are written.
enum class PngForm { OneBitPalette, Grey, Rgb, RgbaTransparentPaper };

namespace png_detail {

inline void append(png_structp png, png_bytep bytes, png_size_t count) {
    static_cast<std::string*>(png_get_io_ptr(png))
        ->append(reinterpret_cast<const char*>(bytes), count);
}

inline std::vector<png_byte> row_of(const Picture& picture, unsigned y, PngForm form) {
    std::vector<png_byte> row;
    for (unsigned x = 0; x < picture.width; ++x) {
        const bool black = picture.at(x, y);
        const auto grey = static_cast<png_byte>(black ? 0 : 255);
        switch (form) {
            case PngForm::OneBitPalette:
                row.push_back(black ? 1 : 0);
                break;
            case PngForm::Grey:
                row.push_back(grey);
                break;
            case PngForm::Rgb:
                row.insert(row.end(), 3, grey);
                break;
            case PngForm::RgbaTransparentPaper:
                // Paper is transparent black: who ignores alpha sees nothing but black.
                row.insert(row.end(), 3, 0);
                row.push_back(black ? 255 : 0);
                break;
        }
    }
    return row;
}

}  // namespace png_detail

/// A whole PNG file. libpng aborts the test program if it cannot write one.
inline std::string png_of(const Picture& picture, PngForm form = PngForm::OneBitPalette) {
    std::string file;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &file, &png_detail::append, nullptr);
    int color_type = PNG_COLOR_TYPE_PALETTE;
    switch (form) {
        case PngForm::OneBitPalette:
            break;
        case PngForm::Grey:
            color_type = PNG_COLOR_TYPE_GRAY;
            break;
        case PngForm::Rgb:
            color_type = PNG_COLOR_TYPE_RGB;
            break;
        case PngForm::RgbaTransparentPaper:
            color_type = PNG_COLOR_TYPE_RGB_ALPHA;
            break;
    }
    const int depth = form == PngForm::OneBitPalette ? 1 : 8;
    png_set_IHDR(
        png,
        info,
        picture.width,
        picture.height,
        depth,
        color_type,
        PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT
    );
    const png_color palette[] = {{255, 255, 255}, {0, 0, 0}};
    if (form == PngForm::OneBitPalette) png_set_PLTE(png, info, palette, 2);
    png_write_info(png, info);
    png_set_packing(png);
    for (unsigned y = 0; y < picture.height; ++y) {
        const auto row = png_detail::row_of(picture, y, form);
        png_write_row(png, row.data());
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return file;
}

/// One chunk with its length and a right checksum.
inline std::string png_chunk(std::string_view type, std::string_view body) {
    const auto big_endian = [](std::uint32_t number) {
        std::string bytes;
        for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
        return bytes;
    };
    const std::string checked = std::string{type} + std::string{body};
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
    return big_endian(static_cast<std::uint32_t>(body.size())) + checked +
           big_endian(static_cast<std::uint32_t>(crc));
}

/// The file with another size in its header, checksum and all.
inline std::string png_claiming(std::string png, std::uint32_t width, std::uint32_t height) {
    constexpr std::size_t kHeaderAt = 8;
    constexpr std::size_t kHeaderChunk = 4 + 4 + 13 + 4;
    std::string body = png.substr(kHeaderAt + 8, 13);
    for (int i = 0; i < 4; ++i) {
        body[static_cast<std::size_t>(i)] = static_cast<char>(width >> (24 - 8 * i));
        body[static_cast<std::size_t>(4 + i)] = static_cast<char>(height >> (24 - 8 * i));
    }
    return png.replace(kHeaderAt, kHeaderChunk, png_chunk("IHDR", body));
}

/// The file with one more chunk after its header.
inline std::string png_with_chunk(std::string png, std::string_view type, std::string_view body) {
    constexpr std::size_t kAfterHeader = 8 + 4 + 4 + 13 + 4;
    return png.insert(kAfterHeader, png_chunk(type, body));
}

/// zlib's form of that many equal bytes.
inline std::string deflated_zeros(std::size_t count) {
    const std::string zeros(count, '\0');
    uLongf length = compressBound(static_cast<uLong>(count));
    std::string packed(length, '\0');
    const int result = compress2(
        reinterpret_cast<Bytef*>(packed.data()),
        &length,
        reinterpret_cast<const Bytef*>(zeros.data()),
        static_cast<uLong>(count),
        9
    );
    EXPECT_EQ(result, Z_OK);
    packed.resize(length);
    return packed;
}

}  // namespace chukta
