#include "server/cashfree/signature.h"

#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

/// The input is the timestamp's line, the signature's line, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string_view rest = chukta::fuzz::as_text(bytes, size);
    const std::string_view timestamp = chukta::fuzz::take_line(rest);
    const std::string_view signature = chukta::fuzz::take_line(rest);
    const chukta::Secret current{"cfsk_P3oI8uY2tR7eW5qA"};
    const chukta::Secret previous{"cfsk_0ld8uY2tR7eW5qA9"};
    const chukta::Secret none;
    const auto is_signed = [&](const std::string& with) {
        return chukta::cashfree::is_signed(current, none, {std::string{timestamp}, with}, rest);
    };
    const auto right = chukta::cashfree::signature_of(current, timestamp, rest);
    const bool dated = !timestamp.empty() && timestamp.size() <= 19 &&
                       timestamp.find_first_not_of("0123456789") == std::string_view::npos;
    expect(!dated || is_signed(right), "the right signature is taken");
    expect(is_signed(std::string{signature}) == (dated && signature == right), "no other is");
    const auto old = chukta::cashfree::signature_of(previous, timestamp, rest);
    expect(!is_signed(old), "the previous key is out when it is not set");
    expect(
        !dated ||
            chukta::cashfree::is_signed(current, previous, {std::string{timestamp}, old}, rest),
        "the previous key signs during a rotation"
    );
    return 0;
}
