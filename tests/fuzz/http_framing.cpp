#include "http/framing.h"

#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

namespace {

/// What one connection's bytes were read as.
struct Reading {
    std::vector<http::Framed> requests;
    int refused = 0;  ///< the status, or 0
    bool in_body = false;
};

/// Feeds the bytes in pieces of that size, and takes all that is complete after each.
Reading read_in_pieces(
    std::string_view bytes, std::size_t piece, const http::ServerLimits& limits
) {
    Reading reading;
    http::Framing framing{limits};
    while (!bytes.empty()) {
        framing.append(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        for (;;) {
            auto frame = framing.take();
            if (auto* framed = std::get_if<http::Framed>(&frame)) {
                reading.requests.push_back(std::move(*framed));
                continue;
            }
            if (const auto* refusal = std::get_if<http::Refusal>(&frame)) {
                reading.refused = refusal->status;
                expect(framing.buffered() == 0, "what follows a refusal is dropped");
                return reading;
            }
            reading.in_body = std::get<http::NeedMore>(frame).in_body;
            break;
        }
        expect(
            framing.buffered() <=
                limits.request_line_bytes + limits.header_bytes + limits.body_bytes + piece,
            "an unread request is bounded"
        );
    }
    return reading;
}

void check(const http::Framed& framed, const http::ServerLimits& limits) {
    const auto& request = framed.request;
    expect(request.target.front() == '/', "a target is a path");
    expect(request.body.size() <= limits.body_bytes, "a body is bounded");
    expect(request.headers.fields().size() <= limits.header_count, "fields are counted");
    expect(request.headers.count("Content-Length") <= 1, "a body has one length");
    expect(request.headers.count("Transfer-Encoding") == 0, "chunks are not read");
    expect(request.headers.count("Host") <= 1, "a request has one host");
    for (const auto& field : request.headers.fields()) {
        expect(!field.name.empty(), "a field has a name");
        expect(
            field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos,
            "a field is one line"
        );
    }
    for (const char c : request.target) expect(c > ' ' && c < 127, "a target is printable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    // Small ones, so that inputs of a few hundred bytes meet each limit.
    http::ServerLimits limits;
    limits.request_line_bytes = 64;
    limits.header_bytes = 192;
    limits.header_count = 8;
    limits.body_bytes = 48;
    const std::string_view text = chukta::fuzz::as_text(bytes, size);
    const auto whole = read_in_pieces(text, size, limits);
    for (const auto& framed : whole.requests) check(framed, limits);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
        const auto pieces = read_in_pieces(text, piece, limits);
        expect(pieces.refused == whole.refused, "segments change no refusal");
        expect(pieces.requests.size() == whole.requests.size(), "segments change no request");
        expect(pieces.refused != 0 || pieces.in_body == whole.in_body, "segments change no state");
        for (std::size_t i = 0; i < whole.requests.size(); ++i) {
            const auto& one = whole.requests[i].request;
            const auto& other = pieces.requests[i].request;
            expect(one.method == other.method && one.target == other.target, "the same line");
            expect(one.body == other.body, "the same body");
            expect(one.headers.fields().size() == other.headers.fields().size(), "the same fields");
        }
    }
    return 0;
}
