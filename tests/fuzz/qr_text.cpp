#include "server/qr_image.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/qr_png.h"

using chukta::fuzz::expect;

/// Any bytes that a gateway puts into a code come out of its picture as they were.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::size_t kCodeBytesMax = 512;  // a signed link of Cashfree's has about 300
    if (size < 2 || size > kCodeBytesMax) return 0;
    const unsigned pixels = 2 + bytes[0] % 4U;
    const auto form = static_cast<chukta::PngForm>(bytes[0] / 4U % 4U);
    const auto text = chukta::fuzz::as_text(bytes + 1, size - 1);
    const auto read =
        chukta::read_qr_png(chukta::png_of(chukta::qr_picture(text, {pixels, 4}), form));
    // ZBar may miss a code; it must not read another.
    expect(!read || *read == text, "a code is read byte for byte");
    return 0;
}
