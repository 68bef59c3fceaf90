#include "shared/upi_uri.h"

#include "tests/fuzz/fuzz.h"

using chukta::UpiApp;
using chukta::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view link = chukta::fuzz::as_text(bytes, size);
    if (const auto payee = chukta::link_parameter(link, "pa")) {
        expect(payee->size() <= link.size(), "decoding never grows");
        expect(link.find('?') != std::string_view::npos, "a parameter needs a query");
    }
    if (chukta::link_amount(link)) {
        expect(chukta::link_parameter(link, "am").has_value(), "an amount is a parameter");
    }
    for (const UpiApp app :
         {UpiApp::GooglePay, UpiApp::PhonePe, UpiApp::Paytm, UpiApp::Bhim, UpiApp::Other}) {
        if (!chukta::link_is_allowed(app, link, "https://gateway.example")) continue;
        expect(link.find("//") != std::string_view::npos, "an allowed link has a scheme");
        for (const char c : link) {
            expect(static_cast<unsigned char>(c) > 0x20, "an allowed link has no control");
        }
    }
    return 0;
}
