#include "server/qr_image.h"

#include <zlib.h>

#include <string>

#include "shared/limits.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

/// Right checksums for every whole chunk, so that mutations reach what lies behind them.
std::string with_checksums(std::string png) {
    constexpr std::size_t kSignature = 8;
    constexpr std::size_t kFrame = 12;  // length, type, checksum
    std::size_t at = kSignature;
    while (png.size() >= at + kFrame) {
        const auto byte = [&](std::size_t i) {
            return static_cast<std::size_t>(static_cast<unsigned char>(png[at + i]));
        };
        const std::size_t length = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
        if (length > png.size() - at - kFrame) break;
        const auto crc = crc32(
            0, reinterpret_cast<const Bytef*>(png.data() + at + 4), static_cast<uInt>(length + 4)
        );
        for (std::size_t i = 0; i < 4; ++i) {
            png[at + 8 + length + i] = static_cast<char>(crc >> (24 - 8 * i));
        }
        at += kFrame + length;
    }
    return png;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view png = chukta::fuzz::as_text(bytes, size);
    for (const std::string& file : {std::string{png}, with_checksums(std::string{png})}) {
        const auto text = chukta::read_qr_png(file);
        expect(!text || text->size() < chukta::limits::kPngBytesMax, "a code is smaller than that");
    }
    return 0;
}
