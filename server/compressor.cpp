#include "server/compressor.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <optional>
#include <string>

#include "server/assets.h"

namespace chukta {
namespace {

/// About a millisecond for a page; the highest levels take fifty for a tenth less.
constexpr int kBrotliQuality = 5;
constexpr int kGzipLevel = 6;

std::optional<std::string> brotli(std::string_view text) {
    std::string out(BrotliEncoderMaxCompressedSize(text.size()), '\0');
    std::size_t size = out.size();
    const auto done = BrotliEncoderCompress(
        kBrotliQuality,
        BROTLI_DEFAULT_WINDOW,
        BROTLI_MODE_TEXT,
        text.size(),
        reinterpret_cast<const std::uint8_t*>(text.data()),
        &size,
        reinterpret_cast<std::uint8_t*>(out.data())
    );
    if (done == BROTLI_FALSE) return std::nullopt;
    out.resize(size);
    return out;
}

std::optional<std::string> gzip(std::string_view text) {
    z_stream stream{};
    constexpr int kGzipHeader = 16;
    constexpr int kMemory = 8;
    if (deflateInit2(
            &stream, kGzipLevel, Z_DEFLATED, MAX_WBITS + kGzipHeader, kMemory, Z_DEFAULT_STRATEGY
        ) != Z_OK) {
        return std::nullopt;
    }
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (!done) return std::nullopt;
    return out;
}

}  // namespace

void compress(http::Response& response, std::string_view accept_encoding) {
    if (response.headers.count("Content-Encoding") != 0 || response.body.empty()) return;
    response.headers.add("Vary", "Accept-Encoding");
    const bool takes_brotli = accepts_encoding(accept_encoding, "br");
    if (!takes_brotli && !accepts_encoding(accept_encoding, "gzip")) return;
    auto coded = takes_brotli ? brotli(response.body) : gzip(response.body);
    if (!coded) return;
    response.headers.add("Content-Encoding", takes_brotli ? "br" : "gzip");
    response.body = *std::move(coded);
}

}  // namespace chukta
