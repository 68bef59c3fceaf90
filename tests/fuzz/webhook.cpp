#include <string>

#include "server/cashfree/wire.h"
#include "tests/fuzz/door.h"

using chukta::fuzz::Door;
using chukta::fuzz::expect;

namespace {

http::Response post(Door& door, std::string body, const std::string& signature) {
    http::Request request;
    request.method = "POST";
    request.target = "/webhooks/cashfree";
    request.headers.add("Content-Type", "application/json");
    request.headers.add("x-webhook-timestamp", "1780000000000");
    request.headers.add("x-webhook-signature", signature);
    request.body = std::move(body);
    return door.ask(std::move(request));
}

std::string sign(std::string_view body) {
    return chukta::crypto::base64_encode(chukta::crypto::hmac_sha256(
        chukta::testing::kGatewaySecret, "1780000000000" + std::string{body}
    ));
}

/// The sum of ord_0001 in paise, and who says that it is paid.
bool pays_the_order(const chukta::GatewayEvent& event) {
    return event.order_id.str() == "ord_0001" && event.currency == "INR" && event.word_known &&
           event.status == chukta::NormalizedStatus::Completed && !event.contradictory &&
           event.order_amount && event.order_amount->paise() == 50'000;
}

constexpr int kInputsPerDoor = 200;
constexpr std::int64_t kHourMs = 3'600'000;

}  // namespace

/// A well signed webhook of any bytes is kept, answered 200 and applied, and pays nothing that it
/// does not say was paid; the same bytes forged are refused and not kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const chukta::fuzz::QuietLog quiet;
    static std::unique_ptr<Door> door;
    static int inputs = 0;
    static bool may_be_paid = false;
    if (!door || ++inputs % kInputsPerDoor == 0 || may_be_paid) {
        door.reset();
        door = std::make_unique<Door>();
        may_be_paid = false;
    }
    const std::string body{chukta::fuzz::as_text(bytes, size)};
    const auto kept = [&] { return door->count("SELECT COUNT(*) AS n FROM inbox"); };

    const auto before = kept();
    expect(post(*door, body, sign(body + "x")).status == 401, "a forged one is refused");
    expect(kept() == before, "and not kept");
    expect(post(*door, body, sign(body)).status == 200, "a signed one is taken");
    const auto after = kept();
    expect(after == before + 1 || after == before, "and kept once");
    expect(post(*door, body, sign(body)).status == 200, "again");
    expect(kept() == after, "but kept once");

    const auto news = chukta::cashfree::decode_webhook(body);
    if (news && std::holds_alternative<chukta::GatewayEvent>(*news)) {
        may_be_paid = pays_the_order(std::get<chukta::GatewayEvent>(*news));
    }
    // What waits for the payment that it is about has waited by then: an automatic refund of one
    // that nobody hears of waits for as long as a payment is watched.
    auto& front = door->front();
    while (front.engine().applier().run_once()) continue;
    front.clock().advance(chukta::WatchPolicy{}.window_ms);
    for (int turn = 0; turn < 2; ++turn) {
        while (front.engine().applier().run_once()) continue;
        front.clock().advance(kHourMs);
    }
    expect(
        door->count("SELECT COUNT(*) AS n FROM inbox WHERE due_at_ms IS NOT NULL") == 0,
        "all news is applied in the end"
    );
    expect(
        may_be_paid ||
            door->count("SELECT COUNT(*) AS n FROM orders WHERE payment_status = 'paid'") == 0,
        "only a success of the sum pays"
    );
    return 0;
}
