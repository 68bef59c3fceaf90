/// @file
/// The wires between the server, the gateway and the shop: real requests and answers as bytes,
/// which may be lost, late, doubled, broken or forged on the way.
#pragma once

#include <string>

#include "http/client.h"
#include "sandbox/api.h"

namespace chukta::simulation {

class World;

class Network {
public:
    explicit Network(World& world) : world_{world} {}

    static constexpr const char* kGateway = "https://gateway.example";
    static constexpr const char* kShop = "https://shop.example/webhooks/chukta";
    static constexpr const char* kWebhooks = "https://pay.example/webhooks/cashfree";

    /// What http::Client::send does, for the process that is running.
    tl::expected<http::ClientResponse, http::ClientError> send(const http::ClientRequest& request);

    /// Sends every webhook of the gateway that is due.
    void post_webhooks();

private:
    using Outcome = tl::expected<http::ClientResponse, http::ClientError>;
    Outcome call_gateway(const http::ClientRequest& request);
    Outcome tell_shop(const http::ClientRequest& request);
    /// The gateway carries the request out, now.
    sandbox::Answer carry_out(const http::ClientRequest& request);
    void break_answer();
    void note_sent(const http::ClientRequest& request);
    void note_accepted(const http::ClientRequest& request);
    void note_pay_answer(const http::ClientRequest& request, int status);
    void note_told(const std::string& body);
    void note_undone(const std::string& body);
    std::int64_t refund_delay();
    /// The gateway has a new refund: whether anybody wanted it, and what becomes of it.
    void follow_refund(const sandbox::Refund& refund);
    void post(sandbox::Parcel parcel);
    void arrive(const sandbox::Parcel& parcel, bool reports);
    void forge(const sandbox::Parcel& parcel);
    void contradict(const sandbox::Parcel& parcel);
    void report(std::uint64_t delivery_id, int http_status);

    World& world_;
};

}  // namespace chukta::simulation
