#include "shared/vpa.h"

#include "shared/limits.h"
#include "tests/fuzz/fuzz.h"

using chukta::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view typed = chukta::fuzz::as_text(bytes, size);
    for (const std::string& offer : chukta::suggest_vpas(typed)) {
        expect(chukta::Vpa::parse(offer).has_value(), "an offer is a UPI ID");
    }
    const auto vpa = chukta::Vpa::parse(typed);
    if (!vpa) {
        expect(!word(vpa.error()).empty(), "a refusal has a word");
        return 0;
    }
    expect(vpa->str().size() <= chukta::limits::kVpaLength, "a UPI ID is bounded");
    expect(
        vpa->str().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-@") ==
            std::string::npos,
        "a UPI ID is lower-case ASCII"
    );
    expect(chukta::normalize_vpa(vpa->str()) == vpa->str(), "a clean UPI ID stays as it is");
    expect(chukta::Vpa::parse(vpa->str()) == *vpa, "a UPI ID reads back");
    expect(!vpa->local().empty() && !vpa->handle().empty(), "a UPI ID has two parts");
    expect(vpa->masked().find("***@") != std::string::npos, "a mask hides something");
    static_cast<void>(notice_of(*vpa));
    return 0;
}
