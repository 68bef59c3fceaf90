#include "server/qr_image.h"

#include <png.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "server/zbar_library.h"
#include "shared/limits.h"

namespace chukta {

namespace {

/// One byte a pixel, 255 is white.
struct GreyImage {
    unsigned width = 0;
    unsigned height = 0;
    std::vector<std::uint8_t> pixels;
};

/// libpng's simplified interface: it catches its own longjmp, so none passes our frames.
std::optional<GreyImage> decode_png(std::string_view bytes) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    const std::unique_ptr<png_image, void (*)(png_image*)> freed{&png, &png_image_free};
    if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0) {
        return std::nullopt;
    }
    // The size is in the header: judged before anything of that size is allocated.
    if (png.width > limits::kPngSideMax || png.height > limits::kPngSideMax) return std::nullopt;
    png.format = PNG_FORMAT_GRAY;
    GreyImage image{png.width, png.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(png))};
    const png_color white{255, 255, 255};
    if (png_image_finish_read(&png, &white, image.pixels.data(), 0, nullptr) == 0) {
        return std::nullopt;
    }
    return image;
}

/// The same picture at a whole-number scale with a white border: ZBar needs a quiet zone and
/// modules of more than one pixel, and a generator may have given neither.
GreyImage enlarge(const GreyImage& image, unsigned scale, unsigned border) {
    GreyImage large;
    large.width = image.width * scale + 2 * border;
    large.height = image.height * scale + 2 * border;
    large.pixels.assign(std::size_t{large.width} * large.height, 255);
    for (unsigned y = 0; y < image.height * scale; ++y) {
        for (unsigned x = 0; x < image.width * scale; ++x) {
            large.pixels[std::size_t{y + border} * large.width + x + border] =
                image.pixels[std::size_t{y / scale} * image.width + x / scale];
        }
    }
    return large;
}

/// Nothing when there is not exactly one QR code.
std::optional<std::string> scan(const ZbarLibrary& library, const GreyImage& image) {
    const std::unique_ptr<zbar::zbar_image_scanner_t, void (*)(zbar::zbar_image_scanner_t*)>
        scanner{library.zbar_image_scanner_create(), library.zbar_image_scanner_destroy};
    const auto set = [&](zbar::zbar_symbol_type_t code, zbar::zbar_config_t what, int value) {
        library.zbar_image_scanner_set_config(scanner.get(), code, what, value);
    };
    set(zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
    set(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_ENABLE, 1);
    set(zbar::ZBAR_QRCODE, zbar::ZBAR_CFG_BINARY, 1);

    const std::unique_ptr<zbar::zbar_image_t, void (*)(zbar::zbar_image_t*)> picture{
        library.zbar_image_create(), library.zbar_image_destroy};
    constexpr unsigned long kY800 = 'Y' | ('8' << 8) | ('0' << 16) | ('0' << 24);
    library.zbar_image_set_format(picture.get(), kY800);
    library.zbar_image_set_size(picture.get(), image.width, image.height);
    // Without a cleanup function the pixels stay ours; ZBar only reads them.
    library.zbar_image_set_data(picture.get(), image.pixels.data(), image.pixels.size(), nullptr);
    if (library.zbar_scan_image(scanner.get(), picture.get()) != 1) return std::nullopt;
    const zbar::zbar_symbol_t* symbol = library.zbar_image_first_symbol(picture.get());
    if (symbol == nullptr) return std::nullopt;
    return std::string(
        library.zbar_symbol_get_data(symbol), library.zbar_symbol_get_data_length(symbol)
    );
}

}  // namespace

Result<std::string, QrImageError> read_qr_png(std::string_view png) {
    if (png.size() > limits::kPngBytesMax) return failure(QrImageError::NotAnImage);
    const auto image = decode_png(png);
    if (!image) return failure(QrImageError::NotAnImage);
    const ZbarLibrary* zbar = zbar_library();
    if (zbar == nullptr) return failure(QrImageError::NoCode);
    if (auto text = scan(*zbar, *image)) return *std::move(text);

    constexpr unsigned kSmall = 512;
    constexpr unsigned kScale = 3;
    constexpr unsigned kBorder = 24;
    if (image->width > kSmall || image->height > kSmall) return failure(QrImageError::NoCode);
    if (auto text = scan(*zbar, enlarge(*image, kScale, kBorder))) return *std::move(text);
    return failure(QrImageError::NoCode);
}

}  // namespace chukta
